"""words: a message → its words, those that bogofilter 1.2.5 finds in it and some of our own. `words_of` is the way in.

Prefixes say where a word stands: `subj: from: to: rtrn: rcvd: head:` in the header, `mime:` in the header of a part;
none in the body. So a wordlist made by bogofilter goes on working. Never raises.
"""

from itertools import chain, islice

from gatekeeper.classifier.words.bodies import body_words
from gatekeeper.classifier.words.headers import header_words
from gatekeeper.message import Message

__all__ = ["folded", "words_of"]

_MOST = 20_000


def words_of(message: Message, fold: bool = False) -> tuple[bytes, ...]:
    """The distinct words of `message` in order of appearance, 20,000 at most, each of 3 to 100 bytes.

    They hold no space, no line end and no NUL. With `fold` all are in lower case.
    """
    words = chain(header_words(message.fields), body_words(message))
    found = dict.fromkeys(map(folded, words) if fold else words)
    return tuple(islice(found, _MOST))


def folded(word: bytes) -> bytes:
    """In lower case."""
    return word.lower() if word.isascii() else word.decode("utf-8", "replace").lower().encode()
