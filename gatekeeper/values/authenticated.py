"""authenticated: what one method of authentication says of a message (RFC 8601)."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["iprev", "spf", "dkim", "dmarc", "arc"]


@dataclass(frozen=True, slots=True)
class Authenticated:
    """`result` is a word of RFC 8601 §2.7. `domain` is who vouches, in lower case: that of the envelope sender or HELO
    (spf), of the signature (dkim), of From (dmarc), of the sealer (arc), the client's name (iprev). `properties` are
    pairs as they stand in the field, `("smtp.mailfrom", "joe@example.org")`.
    """

    method: Method
    result: str
    domain: str = ""
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def passed(self) -> bool:
        """Whether `domain` vouches for the message."""
        return self.result == "pass"
