"""attachments: what was taken out of a message that went on without it, each for itself, from the original. Pure.

Which parts those are the verdicts say; what they are says the original, parsed as it was then. A part that is not there
is not named. Nothing here fails.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from gatekeeper.message import Buffer, Part, parse
from gatekeeper.message.leaf import plain_name
from gatekeeper.quarantine.hold import Held


@dataclass(frozen=True, slots=True)
class Removed:
    """`number` counts from 1 in the order of the message; `path` is the part's ("1.2"). `name` is fit for a file: one
    line, without slashes. `reason` is what the recipients were told. `data` are its bytes, its encoding undone.
    """

    number: int
    path: str
    name: str
    type: str
    size: int
    reason: str
    data: bytes = field(repr=False)


def removed(held: Held, raw: Buffer) -> tuple[Removed, ...]:
    """The parts of the original `raw` that went on to nobody, though the message did."""
    reasons = {
        change.path: change.why
        for verdict in held.verdicts.values()
        for change in verdict.changes
        if change.deed == "strip"
    }
    if not reasons:
        return ()
    parts = _outermost(parse(raw).root, reasons)
    return tuple(_removed(number, part, reasons[part.path]) for number, part in enumerate(parts, start=1))


def _outermost(root: Part, paths: Container[str]) -> Iterator[Part]:
    """Those of these paths in the order of the message. What is inside one of them went with it."""
    stack = [root]
    while stack:
        part = stack.pop()
        if part.path in paths:
            yield part
        else:
            stack.extend(reversed(part.parts))


def _removed(number: int, part: Part, reason: str) -> Removed:
    """A message that was attached is the bytes of that message."""
    data = part.body if part.parts else next((decoding.data for decoding in part.decodings()), part.body)
    name = plain_name(next(iter(part.names()), ""))
    return Removed(number, part.path, name, part.types()[0], len(data), reason, data)
