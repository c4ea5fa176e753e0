"""pattern_cache: databases of patterns, each in a file that is called by what it is of, mode 0600.

A file is put in place in one step, and read only by the account that wrote it: such a database is run as it stands, so
what another account can write is not used. Fails with `StoreError` that names the file; one that is there and is not
what was written is a `Damaged`.
"""

import hashlib
import os
import stat
import time
from collections.abc import Collection
from pathlib import Path

from gatekeeper.stores import private
from gatekeeper.stores.opening import StoreError, explained

KEPT = 7 * 86_400.0
"""Seconds that a database is kept after it was last wanted: a configuration may come back."""

_HEAD = b"gatekeeper patterns 1\n"
_REMEDY = "it is made anew by gatekeeper serve and gatekeeper patterns"


class Damaged(StoreError):  # noqa: N818 - said of the file
    """There is a database, and it cannot be used."""


class PatternCache:
    """The databases in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def read(self, digest: str) -> bytes | None:
        """The database of that name; None if there is none."""
        path = self.directory / digest
        with explained(path):
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            except (FileNotFoundError, NotADirectoryError):
                return None
            with os.fdopen(descriptor, "rb") as file:
                if not _is_ours(os.fstat(descriptor)):
                    raise Damaged(path, "another account can write it", _REMEDY)
                kept = file.read()
        if kept[: len(_HEAD) + 32] != _headed(kept[len(_HEAD) + 32 :]):
            raise Damaged(path, "these are not the bytes that were written", _REMEDY)
        return kept[len(_HEAD) + 32 :]

    def write(self, digest: str, database: bytes) -> None:
        """Keep it by that name, in the place of another."""
        path = self.directory / digest
        new = path.with_name(f"{digest}.{os.getpid()}")
        with explained(path):
            private.make_directory(self.directory)
            new.unlink(missing_ok=True)
            descriptor = private.create(new)
            with os.fdopen(descriptor, "wb", closefd=False) as file:
                file.write(_headed(database))
                file.write(database)
            private.close_synced(descriptor, self.directory)
            new.rename(path)
            private.sync_directory(self.directory)

    def prune(self, wanted: Collection[str]) -> None:
        """Remove what was not among the `wanted` for long."""
        now = time.time()
        with explained(self.directory):
            for path in self.directory.glob("*"):
                if path.name in wanted:
                    os.utime(path)
                elif path.stat().st_mtime < now - KEPT:
                    path.unlink(missing_ok=True)


def _headed(database: bytes) -> bytes:
    """What stands in front of it."""
    return _HEAD + hashlib.sha256(database).digest()


def _is_ours(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
