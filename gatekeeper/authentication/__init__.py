"""authentication: who vouches for a message? SPF, DKIM, ARC and DMARC (RFC 7208, 6376, 8617, 7489), sans-I/O.

What has to be looked up is yielded as questions. Everything read here was written by strangers: work is bounded, and
nothing raises; what cannot be read is a result (`permerror`), what cannot be looked up another (`temperror`).
"""
