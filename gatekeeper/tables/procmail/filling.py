"""filling: words with what their variables hold for one message. What a program in backquotes prints is asked for.

`LongLineError` where a line becomes longer than LINEBUF, which procmail takes for one that failed.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TypeVar

from gatekeeper.tables.procmail.recipe import Place
from gatekeeper.tables.procmail.words import Break, Command, Piece, Pieces, Variable
from gatekeeper.values import Answers, Question

T = TypeVar("T")
Steps = Generator[frozenset[Question], Answers, T]

_LINEBUF, _LEAST = 2048, 128
_SPECIAL = "(|)*?+.^$[\\"


class LongLineError(Exception):
    """A line is longer than LINEBUF once it is filled in."""


@dataclass(slots=True)
class Filling:
    """`score`, `code` and `place` are what `$=`, `$?` and `$_` are about; `printed` is what a call prints."""

    variables: dict[str, str]
    printed: Callable[[str], Steps[str]]
    score: float = 0.0
    code: int = 0
    place: Place = field(default_factory=lambda: Place("", 0))

    def get(self, name: str) -> str:
        """The value of a variable; empty if there is none."""
        return self.variables.get(name, "")

    def text(self, pieces: Pieces) -> Steps[str]:
        """All of it as one."""
        text = ""
        for piece in pieces:
            text += yield from self._text(piece)
        return self._bounded(text)

    def words(self, pieces: Pieces) -> Steps[list[str]]:
        """The words, one at least; a variable that stands in no quotes may be several, or none."""
        words: list[str] = []
        is_open = False
        for piece in pieces:
            text = yield from self._text(piece)
            if piece is Break.BLANK:
                is_open = False
            elif isinstance(piece, Variable | Command) and not piece.whole:
                is_open = _split(words, text, is_open)
            else:
                _put(words, text, is_open)
                is_open = True
        self._bounded(" ".join(words))
        return words or [""]

    def _bounded(self, text: str) -> str:
        if len(text) > max(number(self.get("LINEBUF")) or _LINEBUF, _LEAST):
            raise LongLineError
        return text

    def _text(self, piece: Piece) -> Steps[str]:
        match piece:
            case Variable():
                return (yield from self._value(piece))
            case Command(line):
                return (yield from self.printed(line)).rstrip("\n")
            case Break():
                return " "
            case _:
                return piece

    def _value(self, variable: Variable) -> Steps[str]:
        value = self._known(variable.name)
        there = value is not None and (value != "" or not variable.operator.startswith(":"))
        if variable.operator.endswith("+"):
            text = (yield from self.text(variable.other)) if there else ""
        elif variable.operator.endswith("-") and not there:
            text = yield from self.text(variable.other)
        else:
            text = value or ""
        return "".join(f"\\{c}" if c in _SPECIAL else c for c in text) if variable.literal else text

    def _known(self, name: str) -> str | None:
        match name:
            case "?":
                return str(self.code)
            case "=":
                return str(int(self.score) or int(self.score > 0))
            case "#" | "$":
                return "0"
            case "_":
                return self.place.source
            case "-":
                return self.get("LASTFOLDER")
            case _:
                return self.variables.get(name)


def _put(words: list[str], text: str, is_open: bool) -> None:
    if is_open:
        words[-1] += text
    else:
        words.append(text)


def _split(words: list[str], text: str, is_open: bool) -> bool:
    """Adds what `text` consists of; whether the last word goes on."""
    for n, part in enumerate(text.replace("\t", " ").replace("\n", " ").split(" ")):
        is_open = is_open and n == 0
        if part:
            _put(words, part, is_open)
            is_open = True
    return is_open


def number(text: str) -> int:
    """As strtol(3) reads it: what digits there are in front."""
    text = text.lstrip(" \t\n\v\f\r")
    sign = text[:1] if text[:1] in ("+", "-") else ""
    digits = text[len(sign) :]
    digits = digits[: len(digits) - len(digits.lstrip("0123456789"))][:18]
    return int(f"{sign}{digits}") if digits else 0
