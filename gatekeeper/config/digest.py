"""digest: who is told by mail what is held for them, when, and of what."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=1)]
Listed = Literal["spam", "bulk", "policy", "attachment"]


class Digest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[digest]: a mail to everybody for whom something new is held, with links to release it; needs web.url."""

    enabled: bool = False
    hours: list[int] | Literal["hourly"] = msgspec.field(
        default_factory=lambda: [7]  # of the day, by the clock of this machine: [7, 13]; "hourly"
    )
    from_address: str = ""  # who it comes from; empty: quarantine@ and gateway.hostname
    kinds: list[Listed] = msgspec.field(
        default_factory=lambda: ["spam", "bulk", "policy", "attachment"]  # told of; never what users may not see
    )
    most: Count = 25  # messages that one digest lists, the newest; of others it says how many there are
    link_days: Count = 7  # how long its links are good
    without: list[str] = []  # who gets none, beside lists of [directory]: "sales@example.org", "@lists.example.org"
