"""letter: what somebody sent back to say what it is: a message, with or without others attached to it.

Attached as message/rfc822 or, by Outlook and Exchange, within a winmail.dat or as a .msg file: those keep the header
of a message as it arrived, so it is put together again from that and its text. One without a header never arrived
here, and is left out. What cannot be opened has nothing attached. It cannot fail.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.message import Message, parse
from gatekeeper.message.message import Part
from gatekeeper.message.openers.bodies import HEADER, HTML, TEXT
from gatekeeper.pipeline.contract import Steps
from gatekeeper.values import Answers, Contents, Item, Opened

MOST = 100  # messages of one letter
_MOST_OPENED = 10
_MESSAGES = ("message/rfc822", "message/global")
_OUTLOOK = frozenset(("tnef", "msg"))
_ABOUT_THE_BODY = (b"content-", b"mime-version:")


@dataclass(frozen=True, slots=True)
class Letter:
    """`message` is all of it; `attached` are the messages that are attached to it, not those attached to them."""

    message: Message
    attached: tuple[Message, ...] = ()


def letter(raw: bytes) -> Steps[Letter]:
    """Read it. Asks what is in those attachments that only the opener opens."""
    message = parse(raw)
    parts = list(_outermost(message.root))
    questions = [question for part in parts if not _is_message(part) for question in _asked(part)][:_MOST_OPENED]
    answers: Answers = (yield frozenset(questions)) if questions else {}
    inside = [inner for part in parts if _is_message(part) for inner in part.parts]
    as_mime = [inner.raw[inner.start : inner.end] for inner in inside]
    opened = (answer.item for q in questions if isinstance(answer := answers.get(q), Opened))
    as_outlook = [_written(item) for root in opened for item in _messages_in(root)]
    return Letter(message, tuple(map(parse, (*as_mime, *as_outlook)[:MOST])))


def _outermost(root: Part) -> Iterator[Part]:
    """The attached messages, and what else is no multipart."""
    stack = list(reversed(root.parts or (root,)))
    while stack:
        part = stack.pop()
        if part.parts and not _is_message(part):
            stack.extend(reversed(part.parts))
        else:
            yield part


def _is_message(part: Part) -> bool:
    return not set(part.types()).isdisjoint(_MESSAGES)


def _asked(part: Part) -> Sequence[Contents]:
    return () if _OUTLOOK.isdisjoint(part.kinds()) else part.insides()


def _messages_in(root: Item) -> Iterator[Item]:
    """A winmail.dat is the letter itself, and what is attached to it is within; a .msg file is a message."""
    within = root.items if root.kind == "tnef" else (root,)
    return (item for item in within if item.kind in _OUTLOOK and HEADER in _texts(item))


def _texts(item: Item) -> dict[str, bytes]:
    """Its header and bodies by their names, not those of what is inside it."""
    own = f"{item.path}/{item.kind}:".lstrip("/")
    return {name: inner.data for inner in reversed(item.items) for name in inner.names if inner.path == own + name}


def _written(item: Item) -> bytes:
    """The message as MIME. What its header says of its body is about the body that it had once."""
    texts = _texts(item)
    lines = [line.rstrip(b"\r") for line in texts[HEADER].split(b"\n")]
    kind, body = (b"plain", texts[TEXT]) if TEXT in texts else (b"html", texts.get(HTML, b""))
    ours = b"Content-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" % kind
    return b"".join(line + b"\r\n" for line in _without_mime(lines)) + ours + body


def _without_mime(lines: Iterable[bytes]) -> Iterator[bytes]:
    dropped = False
    for line in lines:
        if line[:1] not in (b" ", b"\t"):
            dropped = line.lower().startswith(_ABOUT_THE_BODY)
        if line and not dropped:
            yield line
