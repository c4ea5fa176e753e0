"""fields: what the fields of a Word document do when it is opened or printed. Works on text.

`LimitError` when there are too many of them in an old document.

A field may be put together from others: `{ {QUOTE 68 68 69} … }` is a DDE field too. So nested ones give their result
to the one around them, as Word does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gatekeeper.message.openers.contract import LimitError, Link
from gatekeeper.message.openers.document_patterns import FIELD_ARGUMENT, FIELD_PIECE, FIELD_WORD
from gatekeeper.values import Anomaly

_DEEP = 32
_LONG = 4000
"""Letters of one instruction that are read."""

_PIECES = 1_500_000
"""Marks, and texts between them, that are read."""

_FETCHED = frozenset({"includetext", "includepicture", "import", "include", "link"})


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    result: str = ""
    separated: bool = False

    def add(self, text: str) -> None:
        if self.separated:
            self.result = (self.result + text)[:_LONG] if len(self.result) < _LONG else self.result
        elif len(self.instruction) < _LONG:
            self.instruction = (self.instruction + text)[:_LONG]

    def value(self) -> str:
        """What the field around it sees."""
        words = self.instruction.split()
        if words and words[0].lower() == "quote":
            return "".join(chr(int(w)) if w.isascii() and w.isdigit() and int(w) < 0x10000 else w for w in words[1:])
        return self.result or self.instruction


@dataclass(slots=True)
class Fields:
    """Follows the marks and the text of one document."""

    stack: list[_Field] = field(default_factory=list)

    def begin(self) -> None:
        self.stack.append(_Field())
        del self.stack[:-_DEEP]

    def text(self, text: str) -> None:
        if self.stack:
            self.stack[-1].add(text)

    def separate(self) -> None:
        if self.stack:
            self.stack[-1].separated = True

    def end(self) -> Iterator[Anomaly | Link]:
        if self.stack:
            done = self.stack.pop()
            self.text(done.value())
            yield from judged(done.instruction)


def judged(instruction: str) -> Iterator[Anomaly | Link]:
    """What one instruction means (ECMA-376 part 1, 17.16.5)."""
    words = [quoted or plain for quoted, plain in FIELD_ARGUMENT.findall(instruction[:_LONG])]
    if not words:
        return
    name = words[0].lower()
    if name in ("dde", "ddeauto"):
        yield Anomaly("office.dde", " ".join(instruction.split())[:200])
    elif name == "hyperlink":
        yield from (Link(word) for word in words[1:2] if not word.startswith("\\"))
    elif name in _FETCHED:
        for word in words[1:]:
            if is_remote(word):
                yield Link(word)
                yield Anomaly("office.remote-object", f"{words[0]} {word}"[:200])


def is_remote(target: str) -> bool:
    r"""Whether following it leaves this host: a URL of the network, `\\server\share`, or a search-ms and its kin."""
    plain = target.strip().replace("\\", "/").lower()
    if plain.startswith("file:"):
        rest = plain[5:].lstrip("/")
        slashes = len(plain) - 5 - len(rest)
        return (slashes == 2 or slashes > 3) and rest[1:2] not in (":", "|")
    return plain.find("://") > 1 or plain.startswith(("//", "mhtml:", "ms-", "search-ms:"))


def in_binary(text: bytes) -> Iterator[Anomaly | Link]:
    """The fields of a Word 97 document stream, whose text is one or two bytes a letter."""
    squeezed = text.replace(b"\0", b"")
    if not FIELD_WORD.search(squeezed):
        return
    fields = Fields()
    for number, piece in enumerate(FIELD_PIECE.finditer(squeezed)):
        if number >= _PIECES:
            raise LimitError("limit.fields")
        match piece[0]:
            case b"\x13":
                fields.begin()
            case b"\x14":
                fields.separate()
            case b"\x15":
                yield from fields.end()
            case letters:
                fields.text(letters[:_LONG].decode("latin-1"))
