"""package: the parts of a zip that is a document, by every reading of the zip. ValueError when it is none.

The members themselves are given, and counted, by `zip_archive` on its own; here they are looked at once more, by their
place in the document, within the same limits.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from gatekeeper.message.openers import zip_archive
from gatekeeper.message.openers.contract import Allowance, LimitError, Member, Thing


@dataclass(frozen=True, slots=True)
class Part:
    """One part; its name is in lower case with `/`, as Office compares names."""

    name: str
    data: bytes


def has(thing: Thing, name: bytes) -> bool:
    """Whether a member of this name (in lower case) may be in the zip; it is not unpacked for that."""
    return name in thing.data.lower()


def parts(thing: Thing, allowance: Allowance, wanted: Callable[[Part], bool]) -> list[Part]:
    """The parts that are `wanted`, in their order. Others are not kept."""
    return [part for part in _parts(thing, Allowance(allowance.limits)) if wanted(part)]


def _parts(thing: Thing, allowance: Allowance) -> Iterator[Part]:
    with suppress(LimitError):
        for found in zip_archive.read(thing, allowance):
            if isinstance(found, Member) and found.data:
                for name in dict.fromkeys(name.replace("\\", "/").lower().lstrip("/") for name in found.names):
                    yield Part(name, found.data)
