"""xclient: the attributes of Postfix's XCLIENT and XFORWARD, by which a trusted proxy tells whose mail it brings.

https://www.postfix.org/XCLIENT_README.html and XFORWARD_README.html: `NAME=value`, values in xtext, `[UNAVAILABLE]` and
`[TEMPUNAVAIL]` for what is not known, IPv6 addresses after `IPV6:`. Fails with ValueError on anything else.
"""

from gatekeeper.protocols import xtext
from gatekeeper.protocols.address import plain_address
from gatekeeper.values import Client

XCLIENT = frozenset({"NAME", "ADDR", "PORT", "PROTO", "HELO", "DESTADDR", "DESTPORT"})
XFORWARD = frozenset({"NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE"})
_UNKNOWN = frozenset({"[UNAVAILABLE]", "[TEMPUNAVAIL]"})
_ADDRESSES = frozenset({"ADDR", "DESTADDR"})
_PORTS = frozenset({"PORT", "DESTPORT"})


def attributes(text: str, known: frozenset[str]) -> dict[str, str]:
    """The attributes of one command: names in upper case, values decoded and checked, "" for what is not known."""
    found = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        name = name.upper()
        if not equals or name not in known or name in found:
            raise ValueError("bad attribute")
        found[name] = "" if value.upper() in _UNKNOWN else _checked(name, xtext.decode(value))
    if not found:
        raise ValueError("no attribute")
    return found


def client(said: dict[str, str], before: Client) -> Client:
    """The client that the attributes tell of; what they leave out stays as it was."""
    port = said.get("PORT")
    return Client(
        said.get("ADDR", before.address),
        said.get("NAME", before.name if "ADDR" not in said else ""),
        before.port if port is None else int(port or 0),
    )


def _checked(name: str, value: str) -> str:
    if name in _ADDRESSES:
        return plain_address(value)
    if name in _PORTS and not (value.isascii() and value.isdigit() and int(value) < 65536):
        raise ValueError("bad port")
    if not value.isprintable() or " " in value:
        raise ValueError("bad value")
    return value
