"""bogofilter_mail: the messages that `bogofilter` is given: standard input, `-I`, `-M`, `-b`, `-B`.

Raises `UsageError` on what cannot be read, as bogofilter ends there.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from gatekeeper.cli.bogofilter_options import Options, UsageError
from gatekeeper.message.mbox import spans


class Letter(NamedTuple):
    """A message: `before` and `behind` are what an mbox puts around it. `name` is its file's, "" if it has none."""

    name: str
    raw: bytes
    before: bytes = b""
    behind: bytes = b""


def letters(options: Options) -> Iterator[Letter]:
    """All of them, in order."""
    mbox = "M" in options
    if "b" in options or "B" in options:
        given = options.files if "B" in options else map(os.fsdecode, sys.stdin.buffer.read().splitlines())
        for path in _paths(given):
            yield from _of(str(path), _read(path), mbox)
    else:
        raw = _read(Path(options.input)) if options.input else sys.stdin.buffer.read()
        yield from _of("", raw, mbox)


def _of(name: str, raw: bytes, mbox: bool) -> Iterator[Letter]:
    found = list(spans(raw)) if mbox else []
    if not found:
        yield Letter(name, raw)
        return
    gaps = [raw[one.end : other.start] for one, other in pairwise(found)] + [raw[found[-1].end :]]
    before = raw[: found[0].start]
    for span, gap in zip(found, gaps, strict=True):
        blank = gap[: len(gap) - len(gap.lstrip(b"\r\n"))]
        yield Letter(name, raw[span.start : span.end], before, blank)
        before = gap[len(blank) :]


def _paths(given: Iterable[str]) -> Iterator[Path]:
    """The files themselves, and those of Maildirs, MH folders and directories, sorted by name."""
    for name in given:
        path = Path(name)
        if path.is_dir():
            inside = [path / "new", path / "cur"] if (path / "new").is_dir() and (path / "cur").is_dir() else [path]
            for place in inside:
                yield from sorted(file for file in place.iterdir() if file.is_file() and not file.name.startswith("."))
        else:
            yield path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"Can't read '{path}': {error.strerror}") from None
