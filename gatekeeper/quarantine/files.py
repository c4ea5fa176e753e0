"""files: the bytes of held messages, one file each, named by id, mode 0600.

A file is synced, and its name too, before `write` returns. Fails with `OSError`; an id that is none, which could lead
out of the directory, is a `ValueError`.
"""

import errno
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from gatekeeper.message import Buffer
from gatekeeper.stores import private
from gatekeeper.values import is_id

_SUFFIX = ".eml"
_AT_ONCE = 512  # segments in one system call; Linux takes 1024 (IOV_MAX)


class Files:
    """The files in `directory`, which is made when the first is written."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, hold_id: str) -> Path:
        """Where the message is, or would be."""
        if not is_id(hold_id):
            raise ValueError(f"not an id: {hold_id[:40]!r}")
        return self.directory / (hold_id + _SUFFIX)

    def write(self, hold_id: str, segments: Sequence[Buffer]) -> int:
        """Keep a message durably; its size in bytes. `FileExistsError` if there is one of that id."""
        path = self.path(hold_id)
        private.make_directory(self.directory)
        descriptor = private.create(path)
        try:
            size = _write(descriptor, segments)
        except BaseException:
            os.close(descriptor)
            path.unlink()
            raise
        private.close_synced(descriptor, self.directory)
        return size

    def read(self, hold_id: str, most: int = -1) -> bytes:
        """The bytes of a message, or the first so many."""
        with self.path(hold_id).open("rb") as file:
            return file.read(most)

    def remove(self, hold_id: str) -> None:
        """Forget a message. A file that stays for whatever reason has no entry, and is found by a sweep."""
        with suppress(OSError):
            self.path(hold_id).unlink()

    def claim(self, hold_id: str) -> BinaryIO | None:
        """The file, locked against all others who claim it until it is closed; None if another has it."""
        file = self.path(hold_id).open("rb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return file

    def older(self, before: float) -> Iterator[str]:
        """The ids of files last written before this time."""
        if not self.directory.is_dir():
            return
        with os.scandir(self.directory) as entries:
            for entry in entries:
                name = entry.name.removesuffix(_SUFFIX)
                if is_id(name) and entry.stat(follow_symlinks=False).st_mtime < before:
                    yield name

    def move(self, hold_id: str, other: "Files") -> None:
        """Let another directory have the file."""
        private.make_directory(other.directory)
        with suppress(FileNotFoundError):
            self.path(hold_id).rename(other.path(hold_id))


def _write(descriptor: int, segments: Sequence[Buffer]) -> int:
    """Write all segments; how many bytes that were."""
    total = 0
    for start in range(0, len(segments), _AT_ONCE):
        views = [memoryview(segment).cast("B") for segment in segments[start : start + _AT_ONCE] if len(segment)]
        while views:
            written = os.writev(descriptor, views)
            if not written:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            total += written
            views = _rest(views, written)
    return total


def _rest(views: list[memoryview], written: int) -> list[memoryview]:
    """What is left of `views` behind the first `written` bytes."""
    for place, view in enumerate(views):
        if written < len(view):
            return [view[written:], *views[place + 1 :]]
        written -= len(view)
    return []
