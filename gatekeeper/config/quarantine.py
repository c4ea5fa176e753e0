"""quarantine: what is held for review: how long, where it goes on to, and who may do what with it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatekeeper.config.matrix import Matrix

Count = Annotated[int, Meta(ge=1)]


class Quarantine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[quarantine]"""

    release_via: Literal["hop", "mta"] = (
        "hop"  # "hop": straight to the mailertable's next hop; "mta": back into the MTA
    )
    mta: str = ""  # host:port of the MTA's SMTP listener, with release_via = "mta"
    keep_days: Count = 30  # then a held message expires
    administrators: list[str] = []  # addresses that requests of users, and what is forwarded, are mailed to
    matrix: Matrix = Matrix()
