r"""words: text as procmail takes it apart, which is nearly as sh(1) does: quotes, `\`, `$NAME`, `${NAME:-other}` and
`` `program` ``. Read once, filled in for each message. What the text lacks (a quote, a brace) is a `WordsError`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from gatekeeper.tables.procmail.source import Source


class WordsError(ValueError):
    """The text cannot be read; `remedy` says what helps."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class Mode(Enum):
    """What a text is: words apart (`SPLIT`), one value up to the first blank (`VALUE`), or all of it as one, every run
    of blanks outside of quotes being a single one (`WHOLE`).
    """

    SPLIT = 0
    VALUE = 1
    WHOLE = 2


@dataclass(frozen=True, slots=True)
class Variable:
    """`$NAME`. `operator` is that of `${NAME:-other}`. One that is `whole` is not split at blanks; of one that is
    `literal` every letter that says something in an expression stands behind a backslash.
    """

    name: str
    operator: str = ""
    other: "tuple[Piece, ...]" = ()
    whole: bool = False
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """What a program prints, `line` being its call; `whole` as for a `Variable`."""

    line: str
    whole: bool = False


class Break(Enum):
    """Blanks outside of quotes."""

    BLANK = " "


Piece = str | Variable | Command | Break
Pieces = tuple[Piece, ...]


class _State(Enum):
    NOTHING, BLANK, PLAIN, DOUBLE, SINGLE = range(5)


_UNQUOTED = (_State.NOTHING, _State.BLANK, _State.PLAIN)
_SPECIAL = "$?#=_-"


def read_words(source: Source, mode: Mode, *, quoted: bool = False) -> Pieces:
    """What is next, up to the end of its line, or of its word in a `VALUE`. `quoted`: as if behind a `"`."""
    try:
        return _Reading(source, mode, _State.DOUBLE if quoted else _State.NOTHING).read()
    except RecursionError:
        raise WordsError("hundreds of ${ stand in each other", "write several assignments") from None


@dataclass(slots=True)
class _Reading:
    source: Source
    mode: Mode
    state: _State
    brace: _State | None = None
    pieces: list[Piece] = field(default_factory=list)

    def read(self) -> Pieces:
        while (letter := self.source.get()) or self._at_end():
            if self._handled(letter):
                continue
            if not self._ends(letter):
                self._put(letter)
                continue
            if self.brace is not None and letter != "}":
                raise WordsError("a ${ is not closed", "write } behind it, and quotes around blanks")
            break
        return tuple(_joined(self.pieces))

    def _at_end(self) -> bool:
        if self.brace is not None:
            raise WordsError("a ${ is not closed", "write } behind it")
        if self.mode is not Mode.WHOLE and self.state not in _UNQUOTED:
            raise WordsError("a quote is not closed", "close it")
        return False

    def _handled(self, letter: str) -> bool:
        """Whether `letter` was one that says something, and is done with."""
        if self.state is _State.SINGLE:
            if letter == "'":
                self.state = _State.PLAIN
            return letter == "'"
        if letter == "\\":
            self._escape()
        elif letter == "`":
            self._command()
        elif letter == "$":
            self._variable()
        elif letter == '"' and not (self.state is _State.DOUBLE and self.brace is _State.DOUBLE):
            self._quote(_State.DOUBLE)
        elif letter == "'" and self.state is not _State.DOUBLE:
            self._quote(_State.SINGLE)
        elif letter in " \t" and self.state in _UNQUOTED and not self._is_word_end():
            self._blank()
        else:
            return False
        return True

    def _ends(self, letter: str) -> bool:
        if letter == "}":
            return self.brace is _State.DOUBLE or (self.brace is not None and self.state in _UNQUOTED)
        if letter == "#" and self.state in (_State.NOTHING, _State.BLANK):
            self.source.rest()
            return True
        if letter == "\n":
            return self.state in _UNQUOTED
        return letter in (" ", "\t") and self.state in _UNQUOTED

    def _is_word_end(self) -> bool:
        return self.mode is Mode.VALUE and self.state is _State.PLAIN

    def _put(self, text: str) -> None:
        self.pieces.append(text)
        if self.state in _UNQUOTED:
            self.state = _State.PLAIN

    def _blank(self) -> None:
        if self.state is _State.PLAIN:
            self.pieces.append(Break.BLANK)
            self.state = _State.BLANK

    def _quote(self, kind: _State) -> None:
        self.pieces.append("")
        self.state = _State.PLAIN if self.state is kind else kind

    def _escape(self, letter: str = "") -> None:
        letter = letter or self.source.get()
        if not letter and self.mode is not Mode.WHOLE:
            raise WordsError("the text ends with a backslash", "write \\\\")
        if letter != "\n":
            self._put(letter if self._is_bare(letter) else f"\\{letter}")

    def _is_bare(self, letter: str) -> bool:
        """Whether the backslash before it goes."""
        if letter and letter in '"\\$`':
            return True
        if letter == "}" and self.brace is not None:
            return True
        if letter == "#" and self.state is _State.PLAIN:
            return False
        return self.state is not _State.DOUBLE

    def _command(self) -> None:
        whole, letters = self.state is _State.DOUBLE or self.mode is not Mode.SPLIT, []
        while (letter := self.source.get()) != "`":
            if not letter:
                raise WordsError("a ` is not closed", "close it")
            if letter == "\\":
                letter = self.source.get()
                if letter == "\n":
                    continue
                if letter not in ("\\", "$", "`") and not (letter == '"' and self.state is _State.DOUBLE):
                    letter = f"\\{letter}"
            letters.append(letter)
        self._add(Command("".join(letters), whole))

    def _add(self, piece: Variable | Command) -> None:
        self.pieces.append(piece)
        if self.state in _UNQUOTED and self.mode is not Mode.SPLIT:
            self.state = _State.PLAIN

    def _variable(self) -> None:
        whole = self.state is _State.DOUBLE or self.mode is not Mode.SPLIT
        letter = self.source.peek()
        if letter == "{":
            self.source.get()
            self._braced(whole)
        elif letter and letter in _SPECIAL:
            self._add(Variable(self.source.get(), whole=whole or letter in "$?#="))
        elif letter == "@" and self.state is _State.DOUBLE:
            raise WordsError('"$@" stands for arguments, which a gateway does not get', "leave it out")
        elif letter.isdigit():
            self._add(Variable(self.source.get(), whole=whole))
        elif letter == "\\":
            self.source.get()
            name = self.source.name()
            if name:
                self._put("()")
                self.pieces.append(Variable(name, whole=True, literal=True))
            else:
                self._put("$")
                self._escape()
        elif name := self.source.name():
            self._add(Variable(name, whole=whole))
        else:
            self._put("$")

    def _braced(self, whole: bool) -> None:
        name = self.source.name()
        operator = next((sign for sign in (":-", ":+", "-", "+", "}") if self.source.take(sign)), "")
        if not operator or not name or (name[0].isdigit() and len(name) > 1):
            raise WordsError(f"${{{name} is no variable", "write ${NAME}, ${NAME:-text} or ${NAME:+text}")
        if operator == "}":
            self._add(Variable(name, whole=whole))
            return
        outer = _State.DOUBLE if self.state is _State.DOUBLE else _State.PLAIN
        other = _Reading(self.source, self.mode, outer, outer).read()
        self._add(Variable(name, operator, other, whole))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The same, texts that follow each other being one."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return found
