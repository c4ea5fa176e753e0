"""scand: where spamc is answered, who may teach there, and what its clients may cost."""

from typing import Annotated

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]


class ScandLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[scand.limits]"""

    size: Count = 10_000_000  # largest message, unpacked; spamc sends none above 500 KB unless told (-s)
    sessions: Count = 100  # simultaneous requests of one worker, then 75
    request: Seconds = 60.0  # from the connection to the end of the request, then 79
    in_flight: Count = 100_000_000  # bytes of requests held by one worker, then 75


class Scand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[scand]: the front for spamc."""

    listen: list[str] = []  # "127.0.0.1:783", "unix:/run/gatekeeper/spamd.sock"; empty: none
    owner: str = ""  # user[:group] that unix sockets belong to
    mode: str = "0666"  # of unix sockets; spamc runs as whoever has mail delivered
    scan_timeout: Seconds = 30.0  # from the request to the verdict
    allow_tell: bool = False  # spamc -L may teach and forget; anybody who reaches the socket, in anybody's name
    limits: ScandLimits = ScandLimits()
