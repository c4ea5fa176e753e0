"""own_senders: the file with the senders whom reviewers let in or keep out, in the format of `tables.senders`.

Each line is about one sender and one recipient (the last word, `for=…`), or about everybody; a new one takes the place
of the one that was there. The file is replaced as a whole, one writer at a time, so that who reads it always has a
whole one. Fails with `StoreError`.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gatekeeper.stores import private
from gatekeeper.stores.opening import StoreError, explained

MOST = 20_000  # lines; a gateway reads all of them at each change

_HEAD = "# Written when somebody allows or blocks a sender in the quarantine; deploy/senders.md says how to read it.\n"


class OwnSenders:
    """The file at `path`. There need not be one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self) -> str:
        """All of it."""
        with explained(self.path), suppress(FileNotFoundError):
            return self.path.read_text(encoding="utf-8")
        return ""

    def lines(self) -> list[str]:
        """Those that say something."""
        return [line for line in self.text().splitlines() if line and not line.startswith("#")]

    def put(self, new: Sequence[str]) -> tuple[str, ...]:
        """Add these lines; those that had to make room."""
        keys = set(map(_key, new))
        with self._alone():
            before = self.lines()
            gone = tuple(line for line in before if _key(line) in keys)
            self._write([*(line for line in before if _key(line) not in keys), *new])
        return gone

    def take_back(self, put: Sequence[str], gone: Sequence[str]) -> None:
        """As if these had not been `put`, and the others not `gone`; what somebody has written since stays."""
        with self._alone():
            left = [line for line in self.lines() if line not in put]
            taken = set(map(_key, left))
            self._write([*left, *(line for line in gone if _key(line) not in taken)])

    def _write(self, lines: Sequence[str]) -> None:
        if len(lines) > MOST:
            raise StoreError(self.path, f"more than {MOST} senders", "move entries into tables.senders, by domain")
        new = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        descriptor = private.create(new)
        try:
            os.write(descriptor, (_HEAD + "".join(f"{line}\n" for line in lines)).encode())
        finally:
            private.close_synced(descriptor, self.path.parent)
        new.replace(self.path)
        private.sync_directory(self.path.parent)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile."""
        with explained(self.path):
            private.make_directory(self.path.parent)
            lock = self.path.with_name(f"{self.path.name}.lock")
            with suppress(FileExistsError):
                os.close(private.create(lock))
            with lock.open("rb") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                yield


def _key(line: str) -> tuple[str, str]:
    """Sender and recipient: the list has one line about both."""
    words = line.split()
    return words[1], words[-1] if words[-1].startswith("for=") else ""
