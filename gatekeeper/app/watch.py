"""watch: whether the files that tables were read from are still what they were.

A look is a stat of each, every few seconds. A change counts once two looks have found it the same, so that a file which
is being written is left alone until that is done. A file that has gone, or may not be read, has changed too.
"""

import os
import time
from collections.abc import Callable, Mapping

EVERY = 2.0  # seconds between two looks

Stamp = tuple[int, int, int, int] | None
"""When a file was last changed, its size, and which it is; None if there is none to be seen."""


def stamp(path: str) -> Stamp:
    """As it is now."""
    try:
        found = os.stat(path)  # noqa: PTH116  # a path from a setting, thousands of times a day
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode


class Watch:
    """Nothing is watched before `follow`; `now` is the clock."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._known: dict[str, Stamp] = {}
        self._seen: dict[str, Stamp] = {}
        self._next = 0.0

    def follow(self, files: Mapping[str, Stamp]) -> None:
        """Watch these from now on; their stamps are of before they were read."""
        self._known = self._seen = dict(files)
        self._next = self._now() + EVERY

    @property
    def due(self) -> float | None:
        """When to look again."""
        return self._next if self._known else None

    def changed(self) -> list[str]:
        """The files that have changed since they were last named, if it is time to look."""
        if not self._known or self._now() < self._next:
            return []
        self._next = self._now() + EVERY
        before, self._seen = self._seen, {path: stamp(path) for path in self._known}
        if self._seen != before:
            return []
        found = [path for path, known in self._known.items() if self._seen[path] != known]
        self._known = dict(self._seen)
        return found
