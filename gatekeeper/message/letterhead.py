"""letterhead: what a message says of its author, of itself, and of what it answers. All of it is a claim.

Message-IDs are given as digests: they are compared and never shown. It cannot fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from gatekeeper.message.addresses import Mailbox, mailboxes
from gatekeeper.message.message import Message

_LONGEST_ADDRESS = 254  # RFC 5321 §4.5.3.1.3, without the brackets
_MOST_ANSWERED = 8
_LONGEST = 8000
_DIGEST = 8  # octets: nobody can make one that is ours without having seen it
_MACHINES = frozenset((b"bulk", b"junk", b"list", b"auto_reply"))
_MACHINE_FIELDS = (b"list-id", b"x-autoreply", b"x-autorespond")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """`author` is the first mailbox of From; `sole`: there is no other. `message_id` and `answers` are digests, the
    newest of what is answered first. `automatic`: a program wrote it.
    """

    author: Mailbox
    sole: bool
    message_id: str
    answers: tuple[str, ...]
    automatic: bool


def letterhead(message: Message) -> Letterhead:
    """As it stands in the header."""
    values = message.values(b"from")
    authors = [author for value in values[:2] for author in mailboxes(value)[:2]]
    author = authors[0] if authors else Mailbox("")
    if not author.domain or len(author.address) > _LONGEST_ADDRESS:
        author = author._replace(address="")
    own = next(_ids(message.values(b"message-id")[:1]), b"")
    answered = dict.fromkeys((*_ids(message.values(b"in-reply-to")), *_ids(message.values(b"references"))))
    return Letterhead(
        author,
        len(authors) == 1,
        _digest(own) if own else "",
        tuple(_digest(one) for one in [*answered][:_MOST_ANSWERED]),
        _automatic(message),
    )


def _ids(values: list[bytes]) -> Iterator[bytes]:
    """What stands in angle brackets, the last first: References begins with the oldest (RFC 5322 §3.6.4)."""
    for value in values[:1]:
        for piece in reversed(value[-_LONGEST:].split(b"<")[1:]):
            inside, closed, _ = piece.partition(b">")
            if closed and inside:
                yield b"".join(inside.split())


def _digest(message_id: bytes) -> str:
    return blake2b(message_id, digest_size=_DIGEST).hexdigest()


def _automatic(message: Message) -> bool:
    """Written by no person (RFC 3834 §5 and what was before it), so that nobody was meant: vacation notes, receipts."""
    submitted = [value.strip().lower() for value in message.values(b"auto-submitted")]
    if any(not value.startswith(b"no") or value[2:3].isalnum() for value in submitted):
        return True
    if any(message.values(name) for name in _MACHINE_FIELDS):
        return True
    precedence = {value.strip().lower() for value in message.values(b"precedence")}
    return not precedence.isdisjoint(_MACHINES) or "multipart/report" in message.root.types()
