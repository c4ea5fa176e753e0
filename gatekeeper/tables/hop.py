"""hop: one right-hand side of a mailertable, as a next hop or as the reply that refuses.

`mailer:host` with the mailers smtp, esmtp, smtp8, dsmtp and relay; `[host]` is the host itself and not its MX;
`mailer:user@host` goes to that user instead; `error:` forms, `discard:` and `local:user` as in sendmail. Our extension,
which sendmail does not have: a port behind the host, `esmtp:[10.0.0.1]:2525` or `esmtp:host:2525`. Nothing raises.
"""

from dataclasses import dataclass
from ipaddress import ip_address

from gatekeeper.tables.reply import error_reply
from gatekeeper.tables.text import Reader
from gatekeeper.values import Reply

DISCARD = "discard"
SMTP_MAILERS = frozenset({"smtp", "esmtp", "smtp8", "dsmtp", "relay"})
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")
_EXAMPLE = "write for instance esmtp:[mail.example.org]"


@dataclass(frozen=True, slots=True)
class Hop:
    """Where a message goes next. `host` is a name or a bare address; with `mx` its MX records are followed.

    `user`, if set, is the recipient that replaces the original one: `joe@host`, or a local name with mailer `local`.
    Only the mailers of `SMTP_MAILERS` have a host; the others are `local`, and `discard`, which throws it away.
    `others` are tried in turn if it cannot be reached.
    """

    mailer: str
    host: str = ""
    port: int = 25
    mx: bool = False
    user: str = ""
    others: tuple["Hop", ...] = ()

    @property
    def smtp(self) -> bool:
        """It is reached by SMTP."""
        return self.mailer in SMTP_MAILERS

    def __str__(self) -> str:
        if self.user or not self.smtp:
            return f"{self.mailer}:{self.user}"
        host = self.host if self.mx else f"[{self.host}]"
        first = f"{self.mailer}:{host}" + (f":{self.port}" if self.port != 25 else "")
        return ", ".join((first, *(str(other).partition(":")[2] for other in self.others)))


def target(value: str, reader: Reader) -> Hop | Reply | None:
    """What `value` says, or None (reported to `reader`) if it says nothing we can do."""
    mailer, colon, rest = value.partition(":")
    mailer, rest = mailer.strip().lower(), rest.strip()
    if not colon or mailer.startswith("["):
        reader.error(f"{value!r} names no mailer, so sendmail would look it up as if it were a domain", _EXAMPLE)
        return None
    if mailer == "error":
        return error_reply(rest, reader, keywords=True)
    if mailer == "local":
        reader.warn("local: means a mailbox on this machine, which the proxy cannot deliver to", _EXAMPLE)
        return Hop("local", user=rest)
    if mailer == DISCARD:
        reader.warn("sendmail's mailertable knows no discard:", "use DISCARD in the access map")
        return Hop(DISCARD)
    if mailer not in SMTP_MAILERS:
        reader.error(f"the mailer {mailer!r} is not spoken here", f"use one of {', '.join(sorted(SMTP_MAILERS))}")
        return None
    return smtp_hop(mailer, rest, reader)


def smtp_hop(mailer: str, rest: str, reader: Reader, example: str = _EXAMPLE) -> Hop | None:
    """A next hop that is reached by SMTP; `example` is what to write instead of what is none."""
    user, at, place = rest.rpartition("@")
    host, port, mx = _split(place)
    address = _address(host)
    if mx and address:
        reader.warn(f"{host} is an address, not a name with an MX", f"write {mailer}:[{host}]")
    number = _port(port)
    if not (address or _is_name(host)):
        reader.error(f"{place!r} is no host", example)
    elif port and not number:
        reader.error(f"{port!r} is no port; a list of hosts is not supported", "name one host; give it two addresses")
    elif at and not user:
        reader.error("no user stands before the @", f"write {mailer}:user@host or {mailer}:host")
    else:
        return Hop(mailer, address or host.lower(), number or 25, mx and not address, user and f"{user}@{place}")
    return None


def _split(place: str) -> tuple[str, str, bool]:
    """Host, port as written, and whether its MX counts, of `[host]`, `[host]:port`, `host` or `host:port`."""
    if place.startswith("["):
        host, bracket, behind = place[1:].partition("]")
        well = bracket and (not behind or behind.startswith(":"))
        return (host if well else ""), behind[1:], False
    host, _, port = place.partition(":")
    return host, port, True


def _port(text: str) -> int:
    """The port, or 0 if it is none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    return number if number <= 65535 else 0


def _address(host: str) -> str:
    """The canonical text of an IP address (sendmail writes `IPv6:` in front), or empty."""
    bare = host[5:] if host[:5].lower() == "ipv6:" else host
    try:
        return str(ip_address(bare))
    except ValueError:
        return ""


def _is_name(host: str) -> bool:
    return bool(host.strip(".")) and len(host) <= 255 and _HOST_CHARACTERS.issuperset(host.lower())
