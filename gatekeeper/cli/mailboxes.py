"""mailboxes: the messages that a command is given: mbox, Maildir, MH, directories of files, files, standard input.

What a thing is, is found out. Only where the messages stand is kept, so memory is bounded and how many there are is
known before the first is read. What cannot be read is told, with what to do about it, and the rest goes on; a message
that cannot be read when its turn comes raises `UnreadableError`.
"""

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from mmap import ACCESS_READ, mmap
from typing import IO, Protocol

from gatekeeper.cli.mailbox_kinds import listed, not_mail
from gatekeeper.message.mbox import Span, is_mbox, message_at, spans

MOST = 100_000_000
"""Bytes of one message; what is larger is no mail."""

_MAPPED = 64_000_000  # from here on a file is mapped to find its messages: if it is cut off meanwhile, that kills us
_BEGINNING = 4096


class UnreadableError(Exception):
    """What is wrong with a message or a file, and what to do."""


class Mailbox(Protocol):
    """Messages by their number, from 0 on. `descriptor` is what must stay open to read them."""

    descriptor: int | None

    def __len__(self) -> int: ...

    def name(self, number: int) -> str:
        """What people call it: `FILE`, or `FILE:3` for the third of several."""
        ...

    def read(self, number: int) -> bytes:
        """The message itself; raises `UnreadableError`."""
        ...


class Files:
    """A message in each file."""

    descriptor: int | None = None

    def __init__(self) -> None:
        self._paths: list[str] = []

    def add(self, path: str) -> None:
        """One more."""
        self._paths.append(path)

    def __len__(self) -> int:
        return len(self._paths)

    def name(self, number: int) -> str:
        """Its path."""
        return self._paths[number]

    def read(self, number: int) -> bytes:
        """The message, if it is one."""
        path = self._paths[number]
        try:
            with open(path, "rb", 0) as file:  # noqa: PTH123 — a third of the time that pathlib takes
                size = os.fstat(file.fileno()).st_size
                raw = file.read(MOST) if size <= MOST else b""
        except OSError as error:
            raise UnreadableError(error.strerror or str(error)) from None
        if wrong := _large(size) if size > MOST else not_mail(raw[:_BEGINNING]):
            raise UnreadableError(wrong)
        return raw


class Mbox:
    """Several messages in one file. `file` is what has no path to open it by."""

    def __init__(self, path: str, found: Iterable[Span], file: IO[bytes] | None = None) -> None:
        self._path, self._file = path, file
        self.descriptor = file.fileno() if file else None
        self._spans = array("Q")
        for span in found:
            self._spans.extend(span)

    def __len__(self) -> int:
        return len(self._spans) // 2

    def name(self, number: int) -> str:
        """The path, and which one if there are several."""
        return f"{self._path}:{number + 1}" if len(self) > 1 else self._path

    def read(self, number: int) -> bytes:
        """The message, its quoted lines as they were."""
        start, end = self._spans[2 * number : 2 * number + 2]
        size = end - start
        if size > MOST:
            raise UnreadableError(_large(size))
        raw = self._read(start, size)
        if len(raw) < size:
            raise UnreadableError("it was cut off while it was read; run this again")
        if not raw.strip():
            raise UnreadableError("this message is empty")
        return message_at(raw, Span(0, size))

    def _read(self, start: int, size: int) -> bytes:
        if self._file is not None:
            return os.pread(self._file.fileno(), size, start)
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                return os.pread(descriptor, size, start)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise UnreadableError(error.strerror or str(error)) from None


class Mailboxes:
    """All that a command is given; `-` is standard input. `complain` is told what cannot be read."""

    def __init__(self, names: Iterable[str], complain: Callable[[str], object]) -> None:
        self._complain = complain
        self._boxes: list[Mailbox] = []
        for name in names:
            self._add(name)
        self._ends = [*accumulate(map(len, self._boxes))]

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def name(self, number: int) -> str:
        """What people call this message."""
        box, within = self._find(number)
        return box.name(within)

    def read(self, number: int) -> bytes:
        """The message itself; raises `UnreadableError`."""
        box, within = self._find(number)
        return box.read(within)

    def descriptors(self) -> list[int]:
        """What must stay open to read them."""
        return [box.descriptor for box in self._boxes if box.descriptor is not None]

    def _find(self, number: int) -> tuple[Mailbox, int]:
        place = bisect_right(self._ends, number)
        return self._boxes[place], number - (self._ends[place - 1] if place else 0)

    def _add(self, name: str) -> None:
        try:
            mode = os.stat(name).st_mode if name != "-" else stat.S_IFIFO  # noqa: PTH116
            if stat.S_ISDIR(mode):
                self._add_directory(name)
            elif stat.S_ISREG(mode):
                with open(name, "rb") as file:  # noqa: PTH123
                    self._add_file(name, file)
            elif stat.S_ISFIFO(mode):
                self._add_file(name, _spooled(name), kept=True)
            else:
                self._complain(f"{name}: it is neither a file nor a directory nor a pipe")
        except UnreadableError as why:
            self._complain(f"{name}: {why}")
        except OSError as error:
            self._complain(f"{name}: {error.strerror or error}")

    def _add_directory(self, name: str) -> None:
        paths, alone = listed(name)
        if not paths:
            raise UnreadableError("there is no message in it; a directory inside it must be named itself")
        for path in paths:
            if alone:
                self._add_path(path)
            else:
                self._add(path)

    def _add_file(self, name: str, file: IO[bytes], kept: bool = False) -> None:
        """An mbox, or a message. `kept`: there is no other way to it than this open file."""
        beginning = file.read(_BEGINNING)
        if is_mbox(beginning):
            self._boxes.append(Mbox(name, _spans(file), file if kept else None))
        elif wrong := not_mail(beginning):
            raise UnreadableError(wrong)
        elif kept:
            self._boxes.append(Mbox(name, [Span(0, os.fstat(file.fileno()).st_size)], file))
        else:
            self._add_path(name)

    def _add_path(self, path: str) -> None:
        last = self._boxes[-1] if self._boxes else None
        if not isinstance(last, Files):
            self._boxes.append(last := Files())
        last.add(path)


def _spans(file: IO[bytes]) -> Iterator[Span]:
    if os.fstat(file.fileno()).st_size < _MAPPED:
        file.seek(0)
        yield from spans(file.read())
    else:
        with mmap(file.fileno(), 0, access=ACCESS_READ) as mapped:
            yield from spans(mapped)


def _spooled(name: str) -> IO[bytes]:
    """Standard input or a pipe as a file, so that its messages can be counted and read again."""
    into = tempfile.TemporaryFile()  # noqa: SIM115 — it is held as long as its mailbox
    with contextlib.nullcontext(sys.stdin.buffer) if name == "-" else open(name, "rb") as source:  # noqa: PTH123
        shutil.copyfileobj(source, into, 1 << 20)
    into.seek(0)
    return into


def _large(size: int) -> str:
    return f"{size / 1e6:.0f} MB are no message; the most is {MOST / 1e6:.0f}"
