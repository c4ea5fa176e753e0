"""kinds: what bytes are, whatever they are called. Our own table of signatures and a look at texts, in microseconds;
nothing is unpacked and nothing raises.
"""

from gatekeeper.message.kinds.detect import kind_of
from gatekeeper.message.kinds.mismatch import mismatch
from gatekeeper.message.kinds.table import KINDS, Kind

__all__ = ["KINDS", "Kind", "kind_of", "mismatch"]
