"""bombs: unpacking within limits. What was unpacked until a limit is kept, and the limit's name says why it is cut.

It raises only what the unpacker raises, and that as an anomaly `kind.unreadable` beside what it gave before.
"""

from collections.abc import Iterator

from gatekeeper.message.openers.contract import NOT_INSTALLED, Allowance, LimitError, is_used_up
from gatekeeper.values import Anomaly

_SUSPECT = 8_000_000
"""Bytes from which the ratio counts: text and pictures of one colour shrink as much, but are small."""


def is_bomb(size: int, packed: int, allowance: Allowance) -> bool:
    """Whether one member, or the whole tree so far, unpacks to far more than it was."""
    ratio = allowance.limits.ratio
    return (size > _SUSPECT and size > ratio * max(packed, 1)) or (
        bool(allowance.packed) and allowance.used > _SUSPECT and allowance.used > ratio * allowance.packed
    )


def gathered(chunks: Iterator[bytes], packed: int, allowance: Allowance) -> tuple[bytes, tuple[Anomaly, ...]]:
    """What `chunks` unpack to, joined, and why it is cut, if it is. `packed` is their size before, in bytes."""
    pieces: list[bytes] = []
    size = 0
    limits = allowance.limits
    try:
        for chunk in chunks:
            room = limits.member - size
            pieces.append(chunk[: min(room, max(allowance.expanded, 0))])
            size += len(pieces[-1])
            allowance.spend(min(len(chunk), room))
            if is_bomb(size, packed, allowance):
                return b"".join(pieces), (Anomaly("archive.bomb-ratio", f"{packed} bytes, unpacked more than {size}"),)
            if len(chunk) > room:
                return b"".join(pieces), (Anomaly("limit.member", f"more than {size} bytes"),)
    except LimitError as error:
        return b"".join(pieces), (Anomaly(str(error)),)
    except ImportError as error:
        return b"".join(pieces), (Anomaly(NOT_INSTALLED, str(error.name)),)
    except Exception as error:
        if is_used_up(error):
            raise
        return b"".join(pieces), (Anomaly("kind.unreadable", f"{type(error).__name__}: {error}"[:200]),)
    return b"".join(pieces), ()
