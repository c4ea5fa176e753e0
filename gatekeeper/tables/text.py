"""text: the line-by-line reader under all operators' text tables.

Lines as makemap(8) reads them: `#` begins a comment line, the key ends at the first white space, the rest is the
value. It never fails: what cannot be read becomes a `Problem`, and reading goes on with the next line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gatekeeper.values import Problem

_BOM = "\ufeff"


class Row(NamedTuple):
    """One line of a key/value table; `line` counts from 1, `key` is in lower case."""

    line: int
    key: str
    value: str


@dataclass(slots=True)
class Reader:
    """Goes through one text. `problems` grows on the way; `error` and `warn` speak of the line being read."""

    source: str
    line: int = 0
    problems: list[Problem] = field(default_factory=list)
    _first: dict[str, int] = field(default_factory=dict)

    def error(self, message: str, remedy: str = "") -> None:
        self.problems.append(Problem(self.source, self.line, "error", message, remedy))

    def warn(self, message: str, remedy: str = "") -> None:
        self.problems.append(Problem(self.source, self.line, "warning", message, remedy))

    def lines(self, text: str) -> Iterator[str]:
        """Lines that say something, without their ends. `text` is UTF-8 read with `surrogateescape`."""
        for self.line, raw in enumerate(text.removeprefix(_BOM).split("\n"), 1):
            line = raw.rstrip(" \t\r")
            content = line.lstrip(" \t")
            if content and not content.startswith("#") and self._readable(line):
                yield line

    def rows(self, text: str) -> Iterator[Row]:
        """Key and value of each line; a second line with the same key is reported and left out, as makemap does."""
        for line in self.lines(text):
            key, _, value = line.replace("\t", " ").partition(" ")
            value = line[len(key) :].strip(" \t")
            if not value:
                self.error(f"no value for {key!r}", "write the key, white space, and the value on one line")
            elif self.new(key.lower()):
                if " #" in value.replace("\t", " "):
                    self.warn("the text from # on belongs to the value", "give a comment a line of its own")
                yield Row(self.line, key.lower(), value)

    def new(self, key: str) -> bool:
        """Whether `key` was not met before in this text; if it was, that is an error of this line."""
        first = self._first.setdefault(key, self.line)
        if first == self.line:
            return True
        self.error(f"{key!r} stands in line {first} already", "keep one of the two; the first is used")
        return False

    def _readable(self, line: str) -> bool:
        if line[0] not in " \t" and line.replace("\t", " ").isprintable():
            return True
        if line[0] in " \t":
            self.error("the line begins with white space", "begin it with the key; a table line does not continue")
        elif any("\udc80" <= character <= "\udcff" for character in line):
            self.error("the line is not valid UTF-8", "save the file as UTF-8")
        else:
            hidden = next(character for character in line if character != "\t" and not character.isprintable())
            self.error(f"the line holds the invisible character U+{ord(hidden):04X}", "delete it")
        return False
