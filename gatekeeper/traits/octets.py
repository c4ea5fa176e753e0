"""octets: RE2's patterns over octets, each a letter of Latin-1. Over `str` it reads the letters anew for each match.

Fails as `re2.compile` does, when it is imported.
"""

import re2


def octets(pattern: bytes) -> "re2._Regexp":
    """`pattern`, compiled."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(pattern, options)
