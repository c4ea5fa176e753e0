"""kinds: what bytes are, whatever they are called. Our own table of signatures and a look at texts, in microseconds;
nothing is unpacked and nothing raises.
"""

from gatekeeper.message.kinds.detect import kind_of
from gatekeeper.message.kinds.hidden import Hidden, hidden
from gatekeeper.message.kinds.mismatch import mismatch
from gatekeeper.message.kinds.table import KINDS, Kind

__all__ = ["KINDS", "Hidden", "Kind", "has_inside", "hidden", "kind_of", "mismatch"]


def has_inside(data: bytes, kind: str) -> bool:
    """Whether a reader would find something in these bytes: by their kind, or by a second one hidden in them."""
    return KINDS[kind].opened or bool(hidden(data, kind))
