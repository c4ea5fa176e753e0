"""listing: a message as a list of all that is in it, parts and what is inside them, each with every reading.

It lists what it is given: `answers` are those to `questions_of` the message's parts. Pages are asked about as well as
archives (checks read those themselves), so that what they carry is listed too. It cannot fail.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from gatekeeper.message.active import ACTIVE_KINDS
from gatekeeper.message.kinds import mismatch
from gatekeeper.message.message import Message, Part
from gatekeeper.message.openers.entry_names import name_anomalies
from gatekeeper.values import Anomaly, Answer, Answers, Contents, Exceeded, Item, Opened, Refused, TimedOut

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


def questions_of(part: Part) -> tuple[Contents, ...]:
    """What to ask about a part: what is in its archives and documents, and in its pages."""
    insides = part.insides()
    asked = {question.sha256 for question in insides}
    pages = (
        Contents(sha256(found.data).hexdigest(), (found.name,) if found.name else part.names(), found.data)
        for found, kind in zip(part.decodings(), part.kinds(), strict=True)
        if kind in ACTIVE_KINDS
    )
    return (*insides, *(page for page in pages if page.sha256 not in asked))


def listed(message: Message, answers: Answers) -> Iterator[Listed]:
    """Everything, in the order of the tree."""
    stack = [(message.root, 0)]
    while stack:
        part, depth = stack.pop()
        yield from _part(part, depth, answers)
        stack.extend((below, depth + 1) for below in reversed((*part.parts, *part.strays)))


def _part(part: Part, depth: int, answers: Answers) -> Iterator[Listed]:
    found = part.decodings()
    answered = [answers.get(question) for question in questions_of(part)]
    yield Listed(
        part.path,
        depth,
        part.names(),
        part.types(),
        part.kinds(),
        tuple(len(decoding.data) for decoding in found),
        tuple(sha256(decoding.data).hexdigest() for decoding in found),
        tuple(dict.fromkeys((*map(Anomaly, part.anomalies), *_odd(part), *_said(answered)))),
    )
    for answer in answered:
        if isinstance(answer, Opened):
            yield from (_item(part.path, item, depth) for item in answer.item.walk() if item.path)


def _odd(part: Part) -> Iterator[Anomaly]:
    """What is odd about its names, and where they disagree with its bytes."""
    yield from (anomaly for anomaly in name_anomalies(part.names()) if anomaly.name.startswith("name."))
    for decoding, kind in zip(part.decodings(), part.kinds(), strict=True):
        names, types = ((decoding.name,), ()) if decoding.name else (part.names(), part.types())
        if why := mismatch(kind, names, types):
            yield Anomaly("kind.mismatch", why)


def _said(answered: Iterable[Answer | None]) -> Iterator[Anomaly]:
    """What is odd about the part as it was opened, or why it was not; None is a question that was not asked."""
    for answer in answered:
        if isinstance(answer, Opened):
            yield from answer.item.anomalies
        elif answer is None:
            yield Anomaly("open.too-many")
        else:
            yield Anomaly(_WHY.get(type(answer), "open.failed"), getattr(answer, "why", ""))


def _item(path: str, item: Item, depth: int) -> Listed:
    below = depth + 1 + item.path.count("/")
    kind, size, digest = (item.kind,), (item.size,), (item.sha256,)
    return Listed(f"{path}/{item.path}", below, item.names, item.types, kind, size, digest, item.anomalies)
