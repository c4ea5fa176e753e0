"""letter: a message as procmail has it before it: local line ends, an mbox `From ` line on top, then header and body.

The header ends behind the first empty line, whatever stands there before. Every step is linear in the size.
"""

import time
from dataclasses import dataclass
from functools import cached_property

_FROM = (b"From ", b">From ")


@dataclass(frozen=True)
class Letter:
    """`head` ends with its empty line, if there is one."""

    head: bytes
    body: bytes

    @property
    def text(self) -> bytes:
        """All of it."""
        return self.head + self.body

    @property
    def size(self) -> int:
        """What `<` and `>` compare."""
        return len(self.head) + len(self.body)

    def area(self, name: str) -> bytes:
        """What is searched: `H`, `B`, or both; the lines of a folded field are one."""
        match name:
            case "B":
                return self.body
            case "H":
                return self._unfolded
            case _:
                return self._unfolded + self.body

    @cached_property
    def _unfolded(self) -> bytes:
        return self.head.replace(b"\n ", b"  ").replace(b"\n\t", b" \t")

    @cached_property
    def framed(self) -> dict[str, bytes]:
        """Each area between two line ends, as it is asked for."""
        return _Framed(self)


class _Framed(dict[str, bytes]):
    def __init__(self, letter: Letter) -> None:
        super().__init__()
        self._letter = letter

    def __missing__(self, name: str) -> bytes:
        found = self[name] = b"\n%b\n" % self._letter.area(name)
        return found


def letter(text: bytes) -> Letter:
    """`text` has local line ends."""
    begun = len(text) - len(text.lstrip(b"\n"))
    end = text.find(b"\n\n", begun)
    end = len(text) if end < 0 else end + 2
    return Letter(text[:end], text[end:])


def received(raw: bytes, sender: str, at: float) -> Letter:
    """What came by SMTP from the envelope's `sender`, as an MTA hands it to procmail."""
    text = raw.replace(b"\r\n", b"\n")
    if not text.startswith(b"From "):
        who = sender.split() or ["MAILER-DAEMON"]
        stamp = f"From {who[0]}  {time.asctime(time.gmtime(at))}\n"
        text = stamp.encode("utf-8", "surrogateescape") + text
    return letter(text)


def fields_of(head: bytes) -> tuple[bytes, list[bytes], bytes]:
    """What stands before the fields, each field with its line end and its folds, and the empty line."""
    lines = [line + b"\n" for line in head.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    above = next((n for n, line in enumerate(lines) if line != b"\n" and not line.startswith(_FROM)), len(lines))
    top, lines = b"".join(lines[:above]), [line for line in lines[above:] if line]
    empty = lines.pop() if lines and lines[-1] == b"\n" else b""
    fields: list[list[bytes]] = []
    for line in lines:
        if fields and line[:1] in (b" ", b"\t"):
            fields[-1].append(line)
        else:
            fields.append([line])
    return top, list(map(b"".join, fields)), empty
