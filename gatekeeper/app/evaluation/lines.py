"""lines: the files of an evaluation: ORDER (`spam|ham PATH` a line) and SCORES (`spam|ham SCORE` a line).

The formats of the TREC spam track. Empty lines are passed over. `LineError` names file, line and remedy for whatever
else a line is; a file that cannot be read is an `OSError`.
"""

import errno
import math
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from gatekeeper.classifier.ranking import Scored
from gatekeeper.values import Label, Problem

T = TypeVar("T")

_LABELS = {label.value: label for label in Label}


class LineError(Exception):
    """A file that cannot be used as it stands; `problem` says where and why."""

    def __init__(self, file: Path, line: int, message: str, remedy: str = "") -> None:
        self.problem = Problem(str(file), line, "error", message, remedy)
        super().__init__(str(self.problem))


@dataclass(frozen=True, slots=True)
class Entry:
    """One message to judge: what it is, where it lies, and in which line of which file that stands."""

    label: Label
    path: Path
    file: Path
    line: int

    def error(self, message: str, remedy: str) -> LineError:
        """What is wrong with it."""
        return LineError(self.file, self.line, message, remedy)


def read_order(file: Path) -> list[Entry]:
    """All entries of an ORDER file. Each path must be that of a file; relative ones are looked for from here."""
    entries = [Entry(label, Path(rest), file, line) for label, rest, line in _lines(file, "PATH")]
    if not entries:
        raise LineError(file, 0, "it has no message in it", "write lines like: spam PATH")
    for entry in entries:
        if not entry.path.is_file():
            what = "is not a file" if entry.path.exists() else "does not exist"
            raise entry.error(
                f"{entry.path} {what}", f"paths that do not begin with / are looked for from {Path.cwd()}"
            )
    return entries


def read_scores(file: Path) -> Scored:
    """All scores of a SCORES file, in their order."""
    found = [(label, _score(file, line, rest)) for label, rest, line in _lines(file, "SCORE")]
    if not found:
        raise LineError(file, 0, "it has no score in it", "`gatekeeper evaluate stream` and `split` write such files")
    labels, scores = zip(*found, strict=True)
    return Scored(np.array(scores), np.array([label is Label.SPAM for label in labels]))


def score_lines(scored: Scored) -> Iterator[str]:
    """What `read_scores` reads, every digit of a score that tells it from its neighbours."""
    for score, is_spam in zip(scored.score.tolist(), scored.is_spam.tolist(), strict=True):
        yield f"{Label.SPAM if is_spam else Label.HAM} {score!r}\n"


def written(out: Path, write: Callable[[Path], T]) -> T:
    """Let `write` make a new file, and put it in the place of `out` once it is whole. What is no file, or is somewhere
    else (/dev/null, /dev/stdout), is written to as it is.
    """
    if out.is_symlink() or (out.exists() and not out.is_file()):
        return write(out)
    if not os.access(out.parent, os.W_OK):
        raise PermissionError(errno.EACCES, "its directory is not there or cannot be written to", str(out))
    fresh = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        result = write(fresh)
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
    return result


def _lines(file: Path, second: str) -> Iterator[tuple[Label, str, int]]:
    with file.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            yield from _line(file, number, line.removesuffix(b"\n").removesuffix(b"\r"), second)


def _line(file: Path, number: int, line: bytes, second: str) -> Iterable[tuple[Label, str, int]]:
    words = os.fsdecode(line).split(None, 1)
    if not words:
        return ()
    label = _LABELS.get(words[0])
    if label is None:
        raise LineError(
            file, number, f"{words[0][:40]!r} is neither spam nor ham", f"write: spam {second}, or: ham {second}"
        )
    if len(words) < 2 or "\0" in words[1]:
        raise LineError(file, number, f"no {second} follows {label}", f"write: {label} {second}")
    return ((label, words[1], number),)


def _score(file: Path, line: int, text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if math.isnan(score):
        raise LineError(file, line, f"{text[:40]!r} is not a score", "a score is a number, higher for spam")
    return score
