"""addresses: the ways in which settings name sockets. Each function raises ValueError that says what is wrong."""

from ipaddress import ip_address
from typing import Literal, NamedTuple

Family = Literal["unix", "inet", "inet6"]


class MilterSocket(NamedTuple):
    """`place` is a path for `unix`, else a host or address, empty for all addresses of this machine."""

    family: Family
    place: str
    port: int = 0


class LdapServer(NamedTuple):
    """`tls`: the connection is encrypted from its first octet."""

    host: str
    port: int
    tls: bool


_LDAP_PORTS = {"ldap": 389, "ldaps": 636}


def host_port(text: str) -> tuple[str, int]:
    """Host and port of `127.0.0.1:2525`, `[::1]:25`, `mail.example.org:25`; an empty host is every address."""
    host, colon, digits = text.strip().rpartition(":")
    if not colon:
        raise ValueError(f"{text!r} has no port")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if ":" in host and bare == host:
        raise ValueError(f"the IPv6 address in {text!r} does not stand in brackets")
    if bare != host and not is_ip(bare):
        raise ValueError(f"{bare!r} in brackets is no address")
    if any(character.isspace() or character in "[]@/" for character in bare):
        raise ValueError(f"{host!r} is no host")
    return bare, port(digits)


def milter_socket(text: str) -> MilterSocket:
    """As sendmail writes it: `unix:/path`, `local:/path`, `/path`, `inet:port@host`, `inet6:port@host`."""
    kind, colon, rest = text.strip().partition(":")
    if not colon:
        kind, rest = "unix", kind
    if kind in ("unix", "local"):
        if not rest.startswith("/"):
            raise ValueError(f"{rest!r} is no path from the root")
        return MilterSocket("unix", rest)
    if kind not in ("inet", "inet6"):
        raise ValueError(f"{kind!r} is no kind of socket")
    digits, at, host = rest.partition("@")
    if not at and ":" in rest:
        raise ValueError("Postfix writes host:port, but sendmail and this gateway port@host")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    return MilterSocket("inet6" if kind == "inet6" else "inet", bare, port(digits))


def spamd_socket(text: str) -> MilterSocket:
    """`unix:/path`, `/path`, or host and port as `host_port` has them."""
    if text.strip().startswith(("unix:", "/")):
        return milter_socket(text)
    host, number = host_port(text)
    return MilterSocket("inet6" if ":" in host else "inet", host, number)


class ClamdSocket(NamedTuple):
    """Where an engine listens: the `path` of a unix socket, or host and port."""

    path: str = ""
    host: str = ""
    port: int = 0

    def __str__(self) -> str:
        return f"unix:{self.path}" if self.path else f"tcp:{self.host}:{self.port}"


def clamd_socket(text: str) -> ClamdSocket:
    """`unix:/path`, `/path`, `tcp:host:port`, `tcp:[::1]:port`."""
    kind, colon, rest = text.strip().partition(":")
    if not colon:
        kind, rest = "unix", kind
    if kind == "unix":
        if not rest.startswith("/"):
            raise ValueError(f"{rest!r} is no path from the root")
        return ClamdSocket(path=rest)
    if kind != "tcp":
        raise ValueError(f"{kind!r} is no kind of socket")
    host, number = host_port(rest)
    if not host or not number:
        raise ValueError(f"{rest!r} is nowhere to connect to")
    return ClamdSocket(host=host, port=number)


def ldap_server(text: str) -> LdapServer:
    """`ldaps://dc1.example.org`, `ldap://[::1]:3389`: the scheme, a host, perhaps a port, and nothing else."""
    scheme, separator, rest = text.strip().removesuffix("/").partition("://")
    if not separator or scheme.lower() not in _LDAP_PORTS:
        raise ValueError(f"{text!r} begins with neither ldap:// nor ldaps://")
    bare = rest.endswith("]") or ":" not in rest
    host, number = host_port(f"{rest}:{_LDAP_PORTS[scheme.lower()]}" if bare else rest)
    if not host or not number:
        raise ValueError(f"{text!r} names no server")
    return LdapServer(host, number, scheme.lower() == "ldaps")


def port(digits: str) -> int:
    """A port, 0 to 65535; 0 lets the system choose."""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 5 and int(digits) <= 65535):
        raise ValueError(f"{digits!r} is no port")
    return int(digits)


def is_loopback(host: str) -> bool:
    """Nobody outside this machine can reach it."""
    return host == "localhost" or (is_ip(host) and ip_address(host).is_loopback)


def is_ip(text: str) -> bool:
    """Whether it is an IP address, of either kind."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_domain(name: str) -> bool:
    """Whether it is the name of a host or a domain, as far as its form says."""
    labels = name.split(".")
    return len(name) <= 255 and all(
        0 < len(label) <= 63 and all(character.isalnum() or character in "-_" for character in label)
        for label in labels
    )


def is_address(text: str) -> bool:
    """Whether it is `local@domain`, as far as its form says."""
    local, _, domain = text.rpartition("@")
    return bool(local) and is_domain(domain)
