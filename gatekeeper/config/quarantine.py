"""quarantine: what is held for review: how long, where it goes on to, and who may do what with it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatekeeper.config.matrix import Matrix

Count = Annotated[int, Meta(ge=1)]
Days = Annotated[int, Meta(ge=0)]
Size = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(gt=0, le=1)]


class Keep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[quarantine.keep]: days for each class of reasons; what has several is kept for the longest."""

    spam: Days = 0  # 0: keep_days
    bulk: Days = 0
    policy: Days = 0
    attachment: Days = 0
    virus: Days = 0


class Quarantine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[quarantine]"""

    release_via: Literal["hop", "mta"] = (
        "hop"  # "hop": straight to the mailertable's next hop; "mta": back into the MTA
    )
    mta: str = ""  # host:port of the MTA's SMTP listener, with release_via = "mta"
    keep_days: Count = 30  # then a held message expires
    large: Count = 10_000_000  # bytes from which on a message is large
    keep_large_days: Days = 0  # then a large one expires, whatever it is held for; 0: like any other
    limit: Size = 0  # bytes that held messages may be; what is to be held then is told to come later (452); 0: any
    alarm: Share = 0.8  # the share of that, or of the disk, from which on the log and the metrics warn
    administrators: list[str] = []  # addresses that requests of users, and what is forwarded, are mailed to
    keep: Keep = Keep()
    matrix: Matrix = Matrix()
