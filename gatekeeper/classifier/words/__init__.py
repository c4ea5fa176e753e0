"""words: a message → its words, those that bogofilter 1.2.5 finds in it and some of our own. `words_of` is the way in.

Prefixes say where a word stands: `subj: from: to: rtrn: rcvd: head:` in the header, `mime:` in the header of a part;
none in the body. So a wordlist made by bogofilter goes on working: it does not know our own words, and what is not
known does not count. Never raises.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from gatekeeper.classifier.words.bodies import body_words
from gatekeeper.classifier.words.clues import charset_clues, header_clues, part_clues
from gatekeeper.classifier.words.headers import Named, header_words, sent
from gatekeeper.classifier.words.links import attachment_words, hidden_words, link_words
from gatekeeper.classifier.words.tops import top_words
from gatekeeper.message import Message
from gatekeeper.message.text import texts

__all__ = ["bogofilter_words_of", "folded", "is_bogofilters", "words_of"]

_MOST = 20_000
_BOGOFILTERS = (b"subj:", b"from:", b"to:", b"rtrn:", b"rcvd:", b"head:", b"mime:")


def words_of(message: Message, fold: bool = False) -> tuple[bytes, ...]:
    """The distinct words of `message`: of its header, of our own, of its body; 20,000 at most, each of 2 to 100 bytes.

    They hold no space, no line end and no NUL. With `fold` all are in lower case.
    """
    header, own, body = _words(message)
    return _distinct((*header, *own, *body), fold)


def words_with_own(message: Message) -> tuple[tuple[bytes, ...], list[bytes]]:
    """`words_of`, and those of them that are our own."""
    header, found, body = _words(message)
    own = list(dict.fromkeys(found))
    return _distinct((*header, *own, *body), fold=False), own


def bogofilter_words_of(message: Message, fold: bool = False) -> tuple[bytes, ...]:
    """Those of `words_of` that bogofilter finds, too."""
    return _distinct((*header_words(sent(message.fields)), *body_words(message)), fold)


def is_bogofilters(word: bytes) -> bool:
    """Whether bogofilter may have found it too: its words have no `+`, and no `:` but that of its own prefixes."""
    return b"+" not in word and (b":" not in word or word.startswith(_BOGOFILTERS))


def folded(word: bytes) -> bytes:
    """In lower case."""
    return word.lower() if word.isascii() else word.decode("utf-8", "replace").lower().encode()


def _words(message: Message) -> tuple[list[bytes], list[bytes], list[bytes]]:
    fields = sent(message.fields)
    return header_words(fields), list(_own_words(message, fields)), body_words(message)


def _own_words(message: Message, fields: Named) -> Iterator[bytes]:
    text = texts(message)
    return chain(
        header_clues(fields),
        part_clues(message),
        charset_clues(text),
        link_words(text),
        hidden_words(text),
        attachment_words(message),
        top_words(text),
    )


def _distinct(words: Iterable[bytes], fold: bool) -> tuple[bytes, ...]:
    found = tuple(dict.fromkeys(map(folded, words) if fold else words))
    return found if len(found) <= _MOST else found[:_MOST]
