"""listing: a message as a list of all that is in it, parts and what is inside them, each with every reading.

It lists what it is given: `answers` are those to the parts' questions (`Part.insides`). It cannot fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from gatekeeper.message.kinds import mismatch
from gatekeeper.message.message import Message, Part
from gatekeeper.message.openers.entry_names import name_anomalies
from gatekeeper.values import Anomaly, Answers, Exceeded, Item, Opened, Refused, TimedOut

NOT_OPENED = "open."
_WHY = {Exceeded: "open.exceeded", TimedOut: "open.timed-out", Refused: "open.refused"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing. `depth` is its place in the tree, the message being 0. `detected`, `sizes` and `sha256` have an entry
    for each decoding; an empty digest is that of something that could not be read.
    """

    path: str
    depth: int
    names: tuple[str, ...]
    types: tuple[str, ...]
    detected: tuple[str, ...]
    sizes: tuple[int, ...]
    sha256: tuple[str, ...]
    anomalies: tuple[Anomaly, ...]


def listed(message: Message, answers: Answers) -> Iterator[Listed]:
    """Everything, in the order of the tree."""
    stack = [(message.root, 0)]
    while stack:
        part, depth = stack.pop()
        yield from _part(part, depth, answers)
        stack.extend((below, depth + 1) for below in reversed((*part.parts, *part.strays)))


def _part(part: Part, depth: int, answers: Answers) -> Iterator[Listed]:
    found = part.decodings()
    odd: list[Anomaly] = [anomaly for anomaly in name_anomalies(part.names()) if anomaly.name.startswith("name.")]
    for decoding, kind in zip(found, part.kinds(), strict=True):
        names, types = ((decoding.name,), ()) if decoding.name else (part.names(), part.types())
        if why := mismatch(kind, names, types):
            odd.append(Anomaly("kind.mismatch", why))
    opened: list[Item] = []
    for question in part.insides():
        answer = answers.get(question)
        if isinstance(answer, Opened):
            opened.append(answer.item)
            odd += answer.item.anomalies
        else:
            odd.append(Anomaly(_WHY.get(type(answer), "open.failed"), getattr(answer, "why", "")))
    yield Listed(
        part.path,
        depth,
        part.names(),
        part.types(),
        part.kinds(),
        tuple(len(decoding.data) for decoding in found),
        tuple(sha256(decoding.data).hexdigest() for decoding in found),
        tuple(dict.fromkeys((*map(Anomaly, part.anomalies), *odd))),
    )
    for root in opened:
        for item in root.walk():
            if item is not root:
                yield _item(part.path, item, depth)


def _item(path: str, item: Item, depth: int) -> Listed:
    below = depth + 1 + item.path.count("/")
    kind, size, digest = (item.kind,), (item.size,), (item.sha256,)
    return Listed(f"{path}/{item.path}", below, item.names, item.types, kind, size, digest, item.anomalies)
