"""tops: what stands at the top of a text → words of our own: what it begins with, and its words two by two.

bogofilter has none of them. Pairs of a whole text help less, and those with gaps in them (OSB) do harm: the first
hundred words tell most (benchmarks/accuracy.md). Never raises.
"""

from itertools import pairwise

from gatekeeper.classifier.words.pieces import in_order, spaced
from gatekeeper.message.text import MessageText

_TOP_CHARACTERS = 1400
_TOP_WORDS = 20
_PAIR_WORDS = 100
_MOST_WHOLES = 200
_MOST_TEXTS = 20
_LONG = 30
_CAPITALS = bytes(range(65, 91))
_SMALL = bytes(range(97, 123))


def top_words(text: MessageText) -> list[bytes]:
    """The words of the subject and the first 20 of the first text (`top:Word`), each of the first 100 words of a text
    with the next (`word+next`), and how subject and text are written.
    """
    subject = _octets(text.subject)
    found = [b"top:" + word for word in in_order(spaced(subject))]
    found += _manner(b"subj", subject)
    tops = dict.fromkeys(part.visible[:_TOP_CHARACTERS] for part in text.parts[:_MOST_TEXTS] if part.visible)
    for number, top in enumerate(map(_octets, tops)):
        wholes = spaced(top)
        words = in_order(wholes[:_MOST_WHOLES])
        found += map(b"+".join, pairwise(words[:_PAIR_WORDS]))
        if number == 0:
            found += [b"top:" + word for word in words[:_TOP_WORDS]]
            found += _no_words(wholes)
            found += _manner(b"text", top)
    return found


def _no_words(wholes: list[bytes]) -> list[bytes]:
    """Numbers as they stand, and of what is too long for a word how it begins and how long it is."""
    numbers = [b"num:" + whole for whole in wholes if whole < b":" and whole[:1].isdigit() and len(whole) <= _LONG]
    return numbers + [b"long:%b%d" % (whole[:1], min(len(whole) // 10, 20)) for whole in wholes if len(whole) > _LONG]


def _manner(place: bytes, text: bytes) -> tuple[bytes, ...]:
    """Its length, exclamation marks and dollars, and the share of capitals among its letters, in twentieths."""
    capitals = len(text) - len(text.translate(None, _CAPITALS))
    small = len(text) - len(text.translate(None, _SMALL))
    return (
        b"length:%b%d" % (place, min(len(text) // 8, 30)),
        b"bang:%b%d" % (place, min(text.count(b"!"), 20)),
        b"dollar:%b%d" % (place, min(text.count(b"$"), 10)),
        b"upper:%b%d" % (place, 20 * capitals // (capitals + small or 1)),
    )


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "replace")
