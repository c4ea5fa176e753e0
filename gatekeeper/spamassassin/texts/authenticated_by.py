"""authenticated_by: whether a Received line says that its client proved who it is, and how. Never raises."""

from gatekeeper.spamassassin.texts import received_patterns as known


def authenticated_by(line: bytes) -> bytes:
    """The method, in SpamAssassin's words; empty if there was none."""
    if b" by " in line and (found := known.AUTH_WITH.search(line)):
        return found[1]
    if known.AUTH_GMAIL.search(line) and (found := known.AUTH_GMAIL_TLS.search(line)):
        return b"GMail - transport=" + found[1] + b" cipher=" + found[2]
    if b" (AUTH: " in line and line.startswith(b"from ") and (found := known.AUTH_COURIER.search(line)):
        return found[1]
    if b"authenticated" in line and _is_sendmail(line):
        return b"Sendmail"
    if b"mail.gmx." in line and (found := known.AUTH_GMX.search(line)):
        return b"GMX (" + found[2] + b" / " + found[1] + b")"
    return _of_a_product(line)


def _of_a_product(line: bytes) -> bytes:
    if b" (authenticated as " in line and known.AUTH_CRITICAL_PATH.search(line):
        return b"CriticalPath"
    if found := known.AUTH_POSTFIX.search(line):
        return b"Postfix" if found[1] == b"Postfix" else b"Postfix (" + found[1] + b")"
    if b" (account " in line and known.AUTH_COMMUNIGATE.search(line):
        return b"Communigate"
    if known.AUTH_HTTP_DAV.search(line):
        return b"HTTP-DAV"
    if b" by " in line and (found := known.AUTH_VIA.search(line)):
        return found[1]
    return b""


def _is_sendmail(line: bytes) -> bool:
    """A comment with that word somewhere behind the address of the client, and `by` behind that."""
    if not line.startswith(b"from "):
        return False
    address = known.AUTH_SENDMAIL.search(line, 5)
    place = address.end() if address else -1
    for word in (b"(", b"authenticated", b")", b" by"):
        place = line.find(word, place) + len(word) if place >= 0 and word in line[place:] else -1
    return place >= 0
