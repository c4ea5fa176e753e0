"""features: what the classifier keeps of a message, and how that is packed.

Words are for the counts, and for people; grams are for the linear model. Packed they are some 2 to 8 KB a message, from
which it can be learnt or forgotten without its bytes. `unpack` fails with `ValueError` on anything `pack` did not make.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.grams import BITS, Grams, grams_of
from gatekeeper.classifier.words import folded, words_with_own
from gatekeeper.message import Message

_FORM = struct.Struct("<BII")  # version, octets of the packed words, octets they unpack to
_VERSION = 1
_FAR = 0xFFFF
"""A step that leads to no gram: the next one is further away than two octets can say."""

_MOST_OCTETS = 16_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """`words` are distinct and hold no line end; `grams` are distinct and ascending."""

    words: tuple[bytes, ...]
    grams: Grams

    def folded(self) -> Self:
        """The same with its words in lower case."""
        return type(self)(tuple(dict.fromkeys(map(folded, self.words))), self.grams)

    def pack(self) -> bytes:
        """All of it in few octets."""
        text = b"\n".join(self.words)
        words = zlib.compress(text, 1)
        return _FORM.pack(_VERSION, len(words), len(text)) + words + _steps(self.grams).tobytes()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` was given."""
        try:
            version, packed_words, text_size = _FORM.unpack_from(packed)
            if version != _VERSION or text_size > _MOST_OCTETS:
                raise ValueError(f"features of form {version}, {text_size} octets")
            steps_at = _FORM.size + packed_words
            unpacking = zlib.decompressobj()
            text = unpacking.decompress(packed[_FORM.size : steps_at], text_size + 1)
            steps = np.frombuffer(packed, "<u2", offset=steps_at)
        except (struct.error, zlib.error) as error:
            raise ValueError(f"features are damaged: {error}") from None
        if len(text) != text_size or not unpacking.eof:
            raise ValueError("features are damaged: their words are not whole")
        grams = _grams(steps)
        if len(grams) and grams.max() >> BITS:
            raise ValueError("features are damaged, or of another linear model: there is no such gram")
        return cls(tuple(text.split(b"\n")) if text else (), grams)


def features_of(message: Message, fold: bool = False) -> Features:
    """What the classifier keeps of a message. `fold`: words in lower case."""
    words, own = words_with_own(message)
    kept = Features(words, grams_of(message, own))
    return kept.folded() if fold else kept


def _steps(grams: Grams) -> NDArray[np.uint16]:
    """The way from each gram to the next, in little-endian pairs of octets."""
    gaps = grams.copy()
    gaps[1:] -= grams[:-1]
    if not len(gaps) or gaps.max() < _FAR:
        return gaps.astype("<u2")
    far = gaps // _FAR
    places = np.cumsum(far, dtype=np.intp) + np.arange(len(gaps))
    steps = np.full(len(gaps) + int(far.sum()), _FAR, "<u2")
    steps[places] = gaps % _FAR
    return steps


def _grams(steps: NDArray[np.uint16]) -> Grams:
    grams: Grams = np.cumsum(steps, dtype=np.uint32)
    near = steps != _FAR
    return grams if near.all() else grams[near]
