"""unsupported: containers that nothing here reads. That they are is all that can be said. It cannot fail."""

from collections.abc import Iterator

from gatekeeper.message.openers.contract import Allowance, Found, Thing
from gatekeeper.values import Anomaly

KINDS = frozenset(("arj", "ace", "chm", "wim", "vhd", "vhdx", "dmg", "xar", "szdd"))


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:  # noqa: ARG001 — the form of all readers
    """The anomaly `archive.unsupported`."""
    yield Anomaly("archive.unsupported", thing.kind)
