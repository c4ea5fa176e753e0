"""sketches: all that a message is recognised by: its text, and its attachments. It cannot fail.

LEAST       how much alike two of a kind are at least that are called one campaign; benchmarks/campaigns.md says why
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from gatekeeper.digests import files
from gatekeeper.digests import texts as text_sketches
from gatekeeper.message import Message
from gatekeeper.message.text import normal, texts
from gatekeeper.values import Sketch

LEAST: Mapping[str, float] = {"text": 0.5, "file": 0.8}

_MOST_FILES = 20
_MOST_NEAR = 2_000_000  # bytes of all files together of which it is looked what is near them: some 20 ms
_LONGEST = 2 * text_sketches.LONGEST  # before what hides words from filters is taken out
_LIKENESS: Mapping[str, Callable[[bytes, bytes], float]] = {
    text_sketches.KIND: text_sketches.likeness,
    files.KIND: files.likeness,
}


def sketches_of(message: Message) -> tuple[Sketch, ...]:
    """The text's first; each once."""
    text = text_sketches.sketch_of(_beginning(message))
    found = dict.fromkeys(_files(message))
    return (*([text] if text else ()), *found)


def likeness(kind: str, one: bytes, other: bytes) -> float:
    """How much two sketches of a kind are alike, 0 to 1."""
    return _LIKENESS[kind](one, other)


def what(kind: str) -> str:
    """`text` or `file`."""
    return kind.partition(".")[0]


def _beginning(message: Message) -> str:
    """Its text as it is matched, as far as that is looked at. In ASCII next to nothing hides words."""
    seen = texts(message).visible[:_LONGEST]
    return seen.lower() if seen.isascii() else normal(seen).text


def _files(message: Message) -> Iterator[Sketch]:
    worthy = (
        found.data
        for part in message.walk()
        for found, kind in zip(part.decodings(), part.kinds(), strict=True)
        if kind in files.WORTHY and len(found.data) >= files.SMALLEST
    )
    left = _MOST_NEAR
    for data in islice(worthy, _MOST_FILES):
        yield files.sketch_of(data, near=len(data) <= left)
        left -= len(data)
