"""envelope: who brought a message, from whom, for whom. A front builds it; the client's name may be added."""

import ipaddress
import random
import time
from dataclasses import dataclass, field

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter that looks like a digit


def new_id() -> str:
    """A fresh message id: 13 characters, sortable by time (41 bits of milliseconds, 24 random bits)."""
    number = (int(time.time() * 1000) & (1 << 41) - 1) << 24 | random.getrandbits(24)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def is_id(text: str) -> bool:
    """`text` looks like what `new_id` makes; so it is safe as part of a file name."""
    return len(text) == 13 and not set(text) - set(_ALPHABET)


@dataclass(frozen=True, slots=True)
class Client:
    """One SMTP client. `address` is a textual IP address, or empty when it is not known; `name` is its
    verified reverse name, or empty.
    """

    address: str = ""
    name: str = ""
    port: int = 0

    @property
    def ip(self) -> Address | None:
        """The address as a number, an IPv4 address mapped into IPv6 as what it is; None when it is not known."""
        try:
            address = ipaddress.ip_address(self.address.partition("%")[0])
        except ValueError:
            return None
        return getattr(address, "ipv4_mapped", None) or address


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known before the content.

    `peer` is who is connected; `client` is who is judged: the same, or what a trusted hop says of whom it got the
    message from, or None when that cannot be known (then address checks are skipped). `helo` is what that client called
    itself, "" if it is not known. `sender` and `recipients` are as it wrote them, without angle brackets, the null
    sender as "". Text that was not ASCII is UTF-8 read with `surrogateescape`. `parameters` are the MAIL parameters in
    upper case (`BODY`, `SIZE`, `SMTPUTF8`, `RET`, `ENVID`). `outbound`: it comes from our own servers or users, of whom
    less is asked than of strangers.
    """

    id: str
    front: str
    peer: Client
    client: Client | None
    trusted: bool = False
    helo: str = ""
    protocol: str = "SMTP"
    tls: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    parameters: dict[str, str] = field(default_factory=dict)
    queue_id: str = ""
    received_at: float = field(default_factory=time.time)
    outbound: bool = False
