"""received: one Received line read: who handed a message to whom. Never raises; linear in the length of the line."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address, ip_network

from gatekeeper.spamassassin.texts import received_patterns as known
from gatekeeper.spamassassin.texts.authenticated_by import authenticated_by
from gatekeeper.spamassassin.texts.patterns import SPACE
from gatekeeper.spamassassin.texts.received_patterns import Format

_PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "fe80::/10",
        "::1/128",
    )
)


class NoStep(Enum):
    """What a line is that tells of no step."""

    SKIPPED = "it is known to tell of none"
    FETCHED = "the message was fetched from another mailbox"
    UNPARSEABLE = "it is in no known format"


@dataclass(slots=True, eq=False)
class Relay:
    """One step. `envfrom` is None where the line does not say it; `auth` how the client proved who it is."""

    ip: bytes
    rdns: bytes = b""
    helo: bytes = b""
    by: bytes = b""
    ident: bytes = b""
    envfrom: bytes | None = None
    id: bytes = b""
    auth: bytes = b""
    no_reverse_dns: bool = False
    rdns_not_in_headers: bool = False
    internal: bool = False
    msa: bool = False

    @property
    def ip_private(self) -> bool:
        """Whether the address is no public one."""
        return is_private(self.ip)

    @property
    def text(self) -> bytes:
        """As rules for `X-Spam-Relays-…` see it."""
        return b"[ ip=%b rdns=%b helo=%b by=%b ident=%b envfrom=%b intl=%d id=%b auth=%b msa=%d ]" % (
            self.ip,
            self.rdns,
            self.helo,
            self.by,
            self.ident,
            self.envfrom or b"",
            self.internal,
            self.id,
            self.auth,
            self.msa,
        )


def is_private(ip: bytes) -> bool:
    """A private, link-local, shared or loop-back address."""
    try:
        address = ip_address(ip.decode("latin-1"))
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in _PRIVATE if network.version == address.version)


@dataclass(slots=True)
class _Line:
    """What is known so far."""

    text: bytes
    ip: bytes = b""
    rdns: bytes = b""
    helo: bytes = b""
    by: bytes = b""
    ident: bytes = b""
    id: bytes = b""
    envfrom: bytes | None = None
    knows: bool = False
    qmail_scanner: bool = False


def relay_of(line: bytes) -> tuple[Relay | NoStep, bytes | None]:
    """The step that `line` tells of, and the sender that qmail-scanner knows of the step before it."""
    text = _trimmed(line)
    if not known.FROM.match(text) or known.LOCAL.search(text) or known.NO_ADDRESS.match(text):
        return NoStep.SKIPPED, None
    text = known.DATE.sub(b"", text).replace(b")by ", b") by ", 1)
    read = _Line(text)
    if found := known.ID.search(text):
        read.id = found[1]
    if found := known.HELO.search(text) or known.HELO_WORD.search(text):
        read.helo = found[1]
    if found := known.BY.search(text):
        read.by = found[1]
    auth = authenticated_by(text)
    ended = _by_format(read)
    if ended is None and not read.ip and (found := known.BRACKETED_IP.search(read.text)):
        read.ip = found[1]
    if ended is None and not (read.ip and read.by):
        return NoStep.UNPARSEABLE, None
    if isinstance(ended, NoStep):
        return ended, _plain(read.envfrom) if read.qmail_scanner else None
    return _relay(read, auth), None


def _trimmed(line: bytes) -> bytes:
    text = SPACE.sub(b" ", line)
    text = text.removeprefix(b" ").removesuffix(b" ")
    while text.endswith(b";"):
        text = text[:-1].removesuffix(b" ")
    return text


def _by_format(read: _Line) -> bool | NoStep | None:
    """True where a format took the line, None where none did."""
    if read.text.startswith(b"from "):
        read.text = read.text[5:]
        return _from(read)
    if read.text.startswith(b"FROM "):
        read.text = read.text[5:]
        return _first((known.SIMTA,), read)
    if read.text.startswith(b"(from "):
        read.text = read.text[6:]
        return _first(known.IN_BRACKETS, read)
    return None


def _from(read: _Line) -> bool | NoStep | None:
    if found := known.ENVELOPE_FROM.search(read.text):
        read.envfrom = found[1]
    for attempt in (_of_products, _of_sendmail, _of_qmail, _of_the_rest):
        ended = attempt(read)
        if ended is not None:
            return ended
    if not read.helo and (guess := known.GUESSED_HELO.match(read.text)):
        read.helo = guess[1]
    return None


def _of_products(read: _Line) -> bool | NoStep | None:
    if ended := _first(known.FIRST, read):
        return ended
    product = next((product for product in known.PRODUCTS if product.mark.search(read.text)), None)
    if product is None:
        return None
    ended = _first(product.formats, read)
    return _exim(read) if ended is None and product.mark.pattern == b"Exim" else ended


def _exim(read: _Line) -> bool | None:
    """Bits and pieces of a line of Exim in no known format."""
    if found := known.EXIM_FIRST.match(read.text):
        read.rdns = found[1]
    if found := known.EXIM_HELO.search(read.text):
        read.helo = found[1]
    if found := known.EXIM_IP.search(read.text):
        read.ip = found["ip"]
    if found := known.EXIM_BY.search(read.text):
        read.by = found[1]
        return True if read.ip else None
    return None


def _of_sendmail(read: _Line) -> bool | NoStep | None:
    if known.WITH_HTTP.search(read.text) and (ended := _first((known.WEB_MAIL,), read)):
        return ended
    if not known.QMAIL_LDAP.search(read.text) and (ended := _first((known.SENDMAIL,), read)):
        if found := known.IDENT.match(read.rdns):
            read.ident, read.rdns = found[1], read.rdns[found.end() :]
        return ended
    return _first(known.BEFORE_QMAIL, read)


def _of_qmail(read: _Line) -> bool | NoStep | None:
    if not known.QMAIL.match(read.text):
        return None
    _first(known.QMAILS, read)
    read.knows = read.rdns != b"unknown"
    if not read.knows:
        read.rdns = b""
    return True


def _of_the_rest(read: _Line) -> bool | NoStep | None:
    if ended := _first(known.BEFORE_FETCHERS, read):
        return ended
    if known.FETCHED.search(read.text):
        return NoStep.FETCHED
    if ended := _first(known.REST, read):
        return ended
    if known.QMAIL_SCANNER.match(read.text):
        read.qmail_scanner = True
        return NoStep.SKIPPED
    return _first(known.LAST, read)


def _first(formats: Iterable[Format], read: _Line) -> bool | NoStep | None:
    for form in formats:
        if found := form.match(read.text):
            if form.skips:
                return NoStep.SKIPPED
            _take(read, found.groupdict())
            read.knows = form.knows
            return True
    return None


def _take(read: _Line, said: dict[str, bytes]) -> None:
    if "rdns" in said or "host" in said:
        read.rdns = said.get("rdns") or said.get("host") or b""
    if "host" in said:
        read.helo = said["host"]
    for name in ("ip", "helo", "by", "ident", "id", "envfrom"):
        if said.get(name) is not None:
            setattr(read, name, said[name])
    if "extra" in said:
        _extra(read, said["extra"])


def _extra(read: _Line, extra: bytes) -> None:
    if found := known.EXTRA_HELO.search(extra):
        read.helo = found[1]
        extra = extra[: found.start()] + extra[found.end() :]
    if found := known.EXTRA_IDENT.search(extra):
        read.ident = found[1]


def _relay(read: _Line, auth: bytes) -> Relay:
    rdns = read.rdns.rstrip(b".")
    rdns = _clean(b"" if known.UNKNOWN.match(rdns) else rdns)
    ip = read.ip[5:] if read.ip[:5].lower() == b"ipv6:" else read.ip
    ip = known.ZONE.sub(b"", ip.removeprefix(b"[").removesuffix(b"]"))
    ip = _clean(known.MAPPED.sub(rb"\1", ip) if known.MAPPED.match(ip) else ip)
    return Relay(
        ip=ip,
        rdns=rdns,
        helo=_clean(read.helo),
        by=_clean(read.by.removesuffix(b";")),
        ident=_clean(read.ident),
        envfrom=_plain(read.envfrom),
        id=read.id,
        auth=auth,
        no_reverse_dns=not rdns and read.knows,
        rdns_not_in_headers=not rdns and not read.knows,
    )


def _clean(text: bytes) -> bytes:
    """What would end the field in a rule's eyes made `!`, so that it can be seen."""
    return known.ODD.sub(b"!", text)


def _plain(sender: bytes | None) -> bytes | None:
    if sender is None:
        return None
    return _clean(sender.lstrip(b" \t\n\v\f\r").lstrip(b"<").rstrip(b" \t\n\v\f\r").rstrip(b">"))
