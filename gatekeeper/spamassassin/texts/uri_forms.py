"""uri_forms: a link and all it may mean: without escapes, with a scheme, without a port or user, where it leads on to.

What SpamAssassin makes of it is kept to the letter, `10...1` for 10.0.0.1 with it. Never raises.
"""

from collections.abc import Iterable

from gatekeeper.spamassassin.texts import uri_patterns as known
from gatekeeper.spamassassin.texts.hosts import Registry
from gatekeeper.spamassassin.texts.surroundings import Redirector

_LEVELS = 20
"""How many links inside links are followed."""

_BRACKETS = 8
"""How many brackets before the query may hold the address; the last comes first."""

_SPACE = " \t\n\v\f\r"
_LAST = 2**64 - 1


def forms_of(uri: str, wide: bool, redirectors: Iterable[Redirector], registry: Registry) -> list[str]:
    """The link itself first; `wide` where it is characters and not octets."""
    waiting, forms = [uri], list[str]()
    for level in range(_LEVELS):
        if level == len(waiting):
            break
        plain = waiting[level] = waiting[level].replace("\n", "").strip(_SPACE).replace("\r", "")
        if len(plain) <= 1 or known.WITHOUT_HOST.match(plain):
            continue
        if known.AN_ADDRESS.match(plain):
            forms += _addresses(plain)
            continue
        full = _in_full(plain)
        if full != plain:
            forms.append(full)
        if found := known.WEB.match(full):
            one = _Web(found[1], found[2] or "", found[3], found[4], found[5] or "", wide)
            forms += one.forms(registry)
            waiting += one.leads_to(redirectors)
    return list(dict.fromkeys([*waiting, *forms]))


def _addresses(uri: str) -> list[str]:
    forms = []
    if found := known.MAIL_BEFORE_QUERY.match(uri):
        forms.append(found[1])
    if found := known.MAIL_BEFORE_AND.match(uri):
        forms.append(found[1])
    if "%20" in uri and (found := known.MAIL_BEHIND_SPACE.match(uri)):
        forms.append("mailto:" + found[1])
    query = known.QUERY.search(uri)
    place = query.start() if query else len(uri)
    for _ in range(_BRACKETS):
        place = uri.rfind("<", 0, place)
        if place < 0:
            break
        if found := known.MAIL_IN_BRACKETS.match(uri, place):
            return [*forms, "mailto:" + found[1]]
    return forms


def _in_full(uri: str) -> str:
    uri = known.HTTP.sub(r"\1//", uri.replace("\\", "/"), count=1) if known.HTTP.match(uri) else uri.replace("\\", "/")
    if known.ESCAPED.search(uri):
        uri = escaped(uri)
    if not known.SCHEME.match(uri):
        uri = ("ftp://" if uri.startswith("ftp.") else "http://") + uri
    if found := known.NO_PATH.match(uri):
        uri = found[1] + "/" + uri[found.end() :]
    if "&#" in uri:
        uri = known.DECIMAL.sub(lambda code: chr(int(code[1])), uri)
        uri = known.HEXADECIMAL.sub(lambda code: chr(int(code[1], 16)), uri)
        uri = known.DOT.sub(".", uri)
    return uri


def escaped(uri: str) -> str:
    """Escapes of printable letters undone, and what must be escaped escaped."""
    parts = known.ESCAPED.split(uri)
    for number, part in enumerate(parts):
        if number % 2 == 0:
            parts[number] = known.TO_ESCAPE.sub(lambda odd: f"%{ord(odd[0]):02x}", part)
        elif 0x20 < (code := int(part[1:], 16)) < 0x7F:
            parts[number] = chr(code)
    return "".join(parts)


class _Web:
    """A link to a page, taken apart."""

    def __init__(self, scheme: str, user: str, host: str, rest: str, port: str, wide: bool) -> None:
        self.scheme, self.user, self.host, self.rest, self.port = scheme, user, host, rest, port
        self.name = _lower(host)
        if wide and not host.isascii():
            self.name = _lower(host.encode("utf-8", "replace").decode("latin-1"))
        self.plain_host = self.host

    def forms(self, registry: Registry) -> list[str]:
        """Other forms of the same link."""
        forms = []
        without_port = ""
        if self.port:
            port = known.PORT_80 if self.scheme == "http://" else known.PORT_443
            without_port = self.rest
            if found := port.match(self.rest):
                without_port = self.rest[found.end() :]
                forms.append(self.scheme + self.host + without_port)
        if self.name != self.host.lower():
            forms += [self.scheme + self.name + rest for rest in (self.rest, without_port) if rest is self.rest or rest]
            self.host = self.name
        bare = known.CONTROLS.sub("", self.host)
        forms += [self.scheme + bare + self.rest] if bare != self.host else []
        self.plain_host = self.host = bare
        if found := known.USER.match(self.host):
            self.host = self.host[found.end() :]
            forms.append(self.scheme + self.host + self.rest)
        if found := known.ODD_END.search(self.host):
            self.host = self.host[: found.start()]
            forms.append(self.scheme + self.host + self.rest)
        return forms + self._numbers() if self._is_number() else forms + self._guess(registry)

    def leads_to(self, redirectors: Iterable[Redirector]) -> list[str]:
        """The link inside it."""
        whole = (self.scheme + self.plain_host + self.rest).encode("utf-8", "replace")
        for redirector in redirectors:
            found = redirector(whole)
            if found is not None and b"." in found:
                return [found.decode("utf-8", "replace")]
        inner = known.INNER.search(self.rest)
        return [inner[0]] if inner and "." in inner[0] else []

    def _is_number(self) -> bool:
        return any(number.match(self.host) for number in (known.FOUR_NUMBERS, known.ONE_HEX_NUMBER, known.ONE_NUMBER))

    def _numbers(self) -> list[str]:
        if found := known.FOUR_NUMBERS.match(self.host):
            return [self.scheme + "".join(_decimal(octet) for octet in found.groups()) + self.rest]
        if known.ONE_HEX_NUMBER.match(self.host):
            return [self.scheme + _dotted(int(self.host[2:].strip()[-8:], 16)) + self.rest]
        return [self.scheme + _dotted(int(self.host[:40])) + self.rest]

    def _guess(self, registry: Registry) -> list[str]:
        """What a browser makes of a host that is one word."""
        is_plain = self.scheme == "http://" and not self.user and self.port in ("", "80") and self.name != "localhost"
        found = known.ONE_LABEL.match(self.name) if is_plain else None
        if found is None or registry.is_domain(self.name.encode("utf-8", "replace")):
            return []
        return [self.scheme + "www." + found[1] + ".com" + self.rest]


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(c.lower() if c < "\x80" else c for c in text)


def _decimal(octet: str) -> str:
    if found := known.HEX_NUMBER.match(octet):
        octet = str(min(int(found[1], 16), _LAST)) + octet[found.end() :]
    if found := known.OCTAL.match(octet):
        octet = str(int(found[1], 8)) + octet[found.end() :]
    return octet.lstrip("0")


def _dotted(number: int) -> str:
    digits = f"{min(number, _LAST):08x}"[:8]
    return ".".join(str(int(digits[place : place + 2], 16)) for place in (0, 2, 4, 6))
