r"""lines: SpamAssassin's files apart, as Mail::SpamAssassin::Conf::Parser takes them apart.

`#` begins a comment and `\#` is one, white space around a line says nothing, `lang xx` keeps a line from whoever speaks
another language than English, and what stands between `if` and `endif` counts if the condition holds. What is wrong is
a `Problem`, and reading goes on.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import re2

from gatekeeper.spamassassin.arithmetic import ArithmeticSyntaxError
from gatekeeper.spamassassin.conditions import PLUGIN, VERSION, Conditions
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

LANGUAGE = "en_us"
_LANGUAGE = re2.compile(r"^lang\s+(\S+)\s+(.*)$")
_DEEPEST = 10  # files that include each other
_MOST = 2_000_000  # lines of all files


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file: `text` is UTF-8 read with `surrogateescape`."""

    name: str
    text: str


Include = Callable[[str, str], SourceFile | None]
"""The file of that name, which the other one includes; None if it cannot be read, which is then told."""


@dataclass(frozen=True, slots=True)
class Line:
    """One setting: `key` in lower case with `_` for `-`; what follows is Latin-1: a letter is an octet."""

    source: str
    number: int
    key: str
    value: str


@dataclass(slots=True)
class Lines:
    """Goes through all files in their order. `problems` grows on the way."""

    conditions: Conditions
    include: Include = lambda name, by: None  # noqa: ARG005  # a file without includes needs none
    problems: list[Problem] = field(default_factory=list)
    _left: int = _MOST

    def read(self, files: Iterable[SourceFile]) -> Iterator[Line]:
        """The lines that count."""
        for file in files:
            yield from self._of_file(file, 0)

    def _of_file(self, file: SourceFile, depth: int) -> Iterator[Line]:
        reader = Reader(file.name)
        branches = _Branches(self.conditions, reader)
        octets = file.text.removeprefix("\ufeff").encode("utf-8", "surrogateescape").decode("latin-1")
        for reader.line, raw in enumerate(octets.split("\n"), 1):
            self._left -= 1
            if self._left < 0:
                reader.error(f"there are more than {_MOST} lines", "name fewer files")
                break
            line = _content(raw)
            if not line:
                continue
            key, _, value = line.replace("\t", " ").partition(" ")
            value = line[len(key) :].strip()
            key = key.lower().replace("-", "_")
            if branches.turned(key, value) or branches.skipping:
                continue
            if key == "include":
                yield from self._included(value, file.name, depth, reader)
            elif key == "require_version":
                branches.require(value)
            else:
                yield Line(file.name, reader.line, key, value)
        branches.close()
        self.problems += reader.problems

    def _included(self, name: str, by: str, depth: int, reader: Reader) -> Iterator[Line]:
        if not name or depth == _DEEPEST:
            reader.error(
                "the file to include is not named" if not name else f"files include each other {_DEEPEST} deep"
            )
        elif (file := self.include(name, by)) is not None:
            yield from self._of_file(file, depth + 1)


def _content(raw: str) -> str:
    """What a line says to us, without white space at its ends."""
    if "#" in raw:
        raw = _uncommented(raw)
    line = raw.strip()
    if line.startswith("lang") and (found := _LANGUAGE.match(line)):
        return found[2] if LANGUAGE.startswith(found[1].lower()) else ""
    return line


def _uncommented(raw: str) -> str:
    at = raw.find("#")
    while at > 0 and raw[at - 1] == "\\":
        at = raw.find("#", at + 1)
    return (raw[:at] if at >= 0 else raw).replace("\\#", "#")


@dataclass(slots=True)
class _Branches:
    """The conditions of one file that are open: for each its line, and whether lines were left out outside of it."""

    conditions: Conditions
    reader: Reader
    skipping: bool = False
    _open: list[tuple[int, bool]] = field(default_factory=list)

    def turned(self, key: str, value: str) -> bool:
        """Whether the line is about conditions, which is then done."""
        match key:
            case "if":
                self._enter(value)
            case "ifplugin":
                self._enter(f"plugin ({value})" if value.startswith(PLUGIN) or value else "")
            case "else" if not self._open:
                self.reader.error("this else has no if", "delete it")
            case "else":
                self.skipping = True if any(outside for _, outside in self._open) else not self.skipping
            case "endif" if not self._open:
                self.reader.error("this endif has no if", "delete it")
            case "endif":
                self.skipping = self._open.pop()[1]
            case _:
                return False
        return True

    def require(self, version: str) -> None:
        """`require_version`: the rest of the file is for that one alone."""
        if version not in (VERSION, "@@VERSION@@"):
            self.reader.warn(
                f"the file is for SpamAssassin {version}, and its rest is left out", "get the one for 4.0.1"
            )
            self.skipping = True

    def close(self) -> None:
        """At the end of the file."""
        for line, _ in self._open:
            self.reader.line = line
            self.reader.error("this if has no endif", "write endif behind its last line")

    def _enter(self, condition: str) -> None:
        self._open.append((self.reader.line, self.skipping))
        try:
            holds = self.conditions.hold(condition)
        except ArithmeticSyntaxError as error:
            self.reader.error(f"the condition is not understood: {error}", "see Mail::SpamAssassin::Conf")
            holds = False
        self.skipping = self.skipping or not holds
