"""letter: a message as rules look at it: what its header says, who it names, what its reader sees, each read once.

It cannot fail. Work is bounded by `_LONGEST` octets of each text, and by what `message.text` reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from gatekeeper.message import Message
from gatekeeper.message.addresses import Mailbox, mailboxes
from gatekeeper.message.patterns import FOLD
from gatekeeper.message.text import MessageText, texts
from gatekeeper.message.text.normal import Normal, normal
from gatekeeper.message.words import decoded_words
from gatekeeper.values import Envelope

_LONGEST = 1_000_000
_LONGEST_FIELD = 10_000
_MOST = 20


@dataclass(eq=False)
class Letter:
    """What traits are given."""

    message: Message
    envelope: Envelope

    @cached_property
    def text(self) -> MessageText:
        """All that a reader may see."""
        return texts(self.message)

    def field(self, name: bytes) -> str | None:
        """The first field of this name, decoded, on one line; None if there is none."""
        if name not in self._first:
            self._first[name] = next(self.fields(name), None)
        return self._first[name]

    def fields(self, name: bytes) -> Iterator[str]:
        """All fields of this name."""
        return (_decoded(value) for value in self.message.values(name)[:_MOST])

    def mailboxes(self, name: bytes) -> tuple[Mailbox, ...]:
        """Whom the fields of this name name."""
        known = self._mailboxes.get(name)
        if known is None:
            values = self.message.values(name)[:_MOST]
            found = (mailbox for value in values for mailbox in mailboxes(value))
            known = self._mailboxes[name] = tuple(islice(found, 200))
        return known

    @cached_property
    def _first(self) -> dict[bytes, str | None]:
        return {}

    @cached_property
    def _mailboxes(self) -> dict[bytes, tuple[Mailbox, ...]]:
        return {}

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What several traits look at, by what they call it."""
        return {}

    @cached_property
    def recipients(self) -> tuple[Mailbox, ...]:
        """Whom To and Cc name."""
        return (*self.mailboxes(b"to"), *self.mailboxes(b"cc"))

    @cached_property
    def author(self) -> Mailbox:
        """The first whom From names."""
        return next(iter(self.mailboxes(b"from")), Mailbox(""))

    @cached_property
    def author_name(self) -> Normal:
        """How the author is called, as `text` is read."""
        return normal(self.author.name[:200])

    @cached_property
    def html(self) -> bytes:
        """The source of all pages, decoded, one behind the other."""
        pages = (text.path for text in self.text.parts if text.html)
        wanted = set(pages)
        parts = (part for part in self.message.walk() if part.path in wanted)
        return b"\n".join(part.decodings()[0].data for part in parts if part.decodings())[:_LONGEST]

    @cached_property
    def header(self) -> bytes:
        """The header as it came in, unfolded, a field on a line."""
        fields = [b"%s: %s" % (field.name, field.value.strip()) for field in self.message.fields]
        return FOLD.sub(b"", b"\n".join(fields))[:_LONGEST]


def _decoded(value: bytes) -> str:
    return " ".join(decoded_words(value[:_LONGEST_FIELD]).split())
