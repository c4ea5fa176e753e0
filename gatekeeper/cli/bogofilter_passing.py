"""bogofilter_passing: a message with the line of `bogofilter -p` in its header, as `passthrough.c` writes it.

Only header lines are added and removed; the rest goes out as it came in, with a line end at its end. It cannot fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_BLANK = b" \t\n\v\f\r\b"


@dataclass(frozen=True, slots=True)
class Mark:
    """What is added: the line (with any table under it), and what stands before the subject. Without line ends.

    Lines that begin with `name` are removed; `place` is the beginning of the line before which it is added, or empty.
    """

    lines: tuple[bytes, ...]
    name: bytes = b"X-Bogosity"
    place: bytes = b""
    subject: bytes = b""


def passed(raw: bytes, mark: Mark) -> bytes:
    """The marked message."""
    lines = raw.splitlines(keepends=True) if b"\r" not in raw else _lines(raw)
    eol = b"\r\n" if lines and lines[0].endswith(b"\r\n") else b"\n"
    end = _header_end(lines)
    added = b"".join(line + eol for line in mark.lines)
    header = list(_kept(lines[:end], mark.name))
    if header and not header[-1].endswith(b"\n"):
        header[-1] += eol
    place = next((n for n, line in enumerate(header) if mark.place and line.startswith(mark.place)), len(header))
    header.insert(place, added)
    subject = b"" if not mark.subject or _tag(header, mark.subject) else b"Subject: " + mark.subject + eol
    body = b"".join(lines[end + 1 :])
    return b"".join(header) + subject + eol + body + (eol if body and not body.endswith(b"\n") else b"")


def _lines(raw: bytes) -> list[bytes]:
    """Only a line feed ends a line."""
    lines = [line + b"\n" for line in raw.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _header_end(lines: list[bytes]) -> int:
    """The line that ends the header: the first empty one; where there is none, the first that looks empty."""
    for n, line in enumerate(lines):
        if line in (b"\n", b"\r\n"):
            return n
    return next((n for n, line in enumerate(lines) if not line.strip(_BLANK)), len(lines))


def _kept(header: list[bytes], name: bytes) -> Iterator[bytes]:
    removing = False
    for line in header:
        removing = line.startswith(name) or (removing and line[:1] in (b" ", b"\t"))
        if not removing:
            yield line


def _tag(header: list[bytes], tag: bytes) -> bool:
    """Put `tag` before the first subject; whether there is one."""
    for n, line in enumerate(header):
        if line[:8].lower() == b"subject:":
            rest = line[8:] if line[8:9] == b" " else b" " + line[8:]
            header[n] = line[:8] + b" " + tag + rest
            return True
    return False
