"""sources: the configuration's files, read and merged, with the place of every setting.

`gatekeeper.toml` first, then `local.d/*.toml` beside it in the order of their names. Tables are merged; anything else
in a later file replaces what stood before. A file that cannot be read or is not TOML is a `Problem`; nothing raises.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File

from gatekeeper.config.locate import Path, lines_of
from gatekeeper.values import Problem


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its values, and the line of each key."""

    name: str
    values: Mapping[str, object]
    lines: Mapping[Path, int]


@dataclass(frozen=True, slots=True)
class Sources:
    """All files in the order of merging."""

    files: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()
    name: str = "built-in defaults"

    def values(self) -> dict[str, object]:
        """What they say together."""
        merged: dict[str, object] = {}
        for file in self.files:
            merged = _merged(merged, file.values)
        return merged

    def place(self, path: Path) -> tuple[str, int]:
        """File and line where `path` got its value, or where the nearest table around it stands; line 0: nowhere."""
        for length in range(len(path), 0, -1):
            for file in reversed(self.files):
                line = file.lines.get(path[:length])
                if line is not None:
                    return file.name, line
        return self.name, 0


def read(path: File) -> Sources:
    """`path` and what is in `local.d` beside it."""
    files: list[Source] = []
    problems: list[Problem] = []
    for file in (path, *sorted((path.parent / "local.d").glob("*.toml"))):
        found = _read_one(file)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            files.append(found)
    return Sources(tuple(files), tuple(problems), str(path))


def _read_one(file: File) -> Source | Problem:
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8-sig")
        return Source(str(file), tomllib.loads(text), lines_of(text))
    except OSError as error:
        return Problem(str(file), 0, "error", f"cannot be read: {error.strerror}", "name a file that can, by --config")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(str(file), line, "error", "the line is not valid UTF-8", "save the file as UTF-8")
    except (ValueError, RecursionError) as error:
        return not_toml(str(file), text, str(error))


_LONG = 1000  # letters of a line that makes tomllib give up


def not_toml(name: str, text: str, message: str) -> Problem:
    """Where `text` stops being TOML, by the `message` of tomllib."""
    what, at, where = message.removesuffix(")").rpartition(" (at ")
    words = where.replace(",", " ").split()
    if words[:1] == ["line"] and words[1].isdigit():
        return Problem(name, int(words[1]), "error", f"not TOML: {what}", _remedy(what))
    if not at:  # a number of thousands of digits, thousands of lists in each other
        number = next((n for n, line in enumerate(text.split("\n"), 1) if len(line) > _LONG), 0)
        return Problem(
            name,
            number,
            "error",
            f"not TOML: {message.partition(';')[0]}",
            "write shorter numbers and fewer lists in lists",
        )
    begun = max((line for path, line in lines_of(text).items() if isinstance(path[-1], str)), default=0)
    return Problem(name, begun, "error", f"not TOML: {what}, before the end of the file", _remedy(what))


def _remedy(what: str) -> str:
    """What to do about the commonest complaints of tomllib."""
    if "overwrite" in what or "declare" in what or "twice" in what:
        return "write each table and each key once"
    if "Invalid value" in what:
        return 'write text in "quotes", numbers bare, lists in [brackets]'
    if "Unclosed" in what or "Expected" in what:
        return "close the quote or bracket that is open"
    return "write key = value, or [table] on a line of its own"


def _merged(under: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
