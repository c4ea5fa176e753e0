"""pairs: what stands at the top of a text → words of our own: what it begins with, and its words two by two.

bogofilter has none of them. Pairs of a whole text help less, and those with gaps in them (OSB) do harm: the first
hundred words tell most (benchmarks/accuracy.md). Never raises.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from gatekeeper.classifier.words.pieces import in_order

_TOP_CHARACTERS = 280
_TOP_WORDS = 20
_PAIR_CHARACTERS = 1400
_PAIR_WORDS = 100


def top_words(subject: str, visible: Iterable[str]) -> Iterator[bytes]:
    """The words of the subject and the first 20 of the first text, as `top:Word`."""
    first = next(iter(visible), "")
    yield from (b"top:" + word for word in in_order(_octets(subject)))
    yield from (b"top:" + word for word in in_order(_octets(first[:_TOP_CHARACTERS]))[:_TOP_WORDS])


def pairs(visible: Iterable[str]) -> Iterator[bytes]:
    """Each of the first 100 words of a text with the next, as `word+next`."""
    for text in dict.fromkeys(visible):
        words = in_order(_octets(text[:_PAIR_CHARACTERS]))[:_PAIR_WORDS]
        yield from map(b"+".join, pairwise(words))


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "replace")
