"""reading: an rcfile of procmail (procmailrc(5)) → its statements, read letter by letter as procmail reads it.

What procmail skips with a word in its log is skipped here too, and is an error of `check` with its line: nobody wrote a
recipe to have it passed over. It never fails. Files that are included are read at once, so their names must not depend
on the message.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from gatekeeper.tables.check_action import is_address
from gatekeeper.tables.matcher import PatternError
from gatekeeper.tables.procmail.condition import Condition, Exit, read_condition
from gatekeeper.tables.procmail.known import Known
from gatekeeper.tables.procmail.recipe import (
    Action,
    Assignment,
    Block,
    Folder,
    Forward,
    Included,
    Pipe,
    Place,
    Recipe,
    Statement,
)
from gatekeeper.tables.procmail.source import Source, is_named
from gatekeeper.tables.procmail.words import Command, Mode, Pieces, Variable, WordsError, read_words
from gatekeeper.tables.text import Reader

FLAGS = "HBDAaEehbfcwWir"
_DEEPEST = 16
_CHAINED = frozenset("AaEe")

Judge = Callable[[str, Callable[[Pieces], str | None], str, Reader], None]
"""Says what is wrong with a program's call: the call, what is known of variables, its use, whom to tell."""

Include = Callable[[str], str]
"""The text of the file of this name, empty, and told, if it cannot be read."""


def read_statements(text: str, reader: Reader, include: Include, judge: Judge) -> tuple[Statement, ...]:
    """`text` is Latin-1. `judge` says what is wrong with a program's call."""
    return _Reading(Source(text), reader, include, judge).statements()


@dataclass(slots=True)
class _Reading:
    """One pass over a file."""

    source: Source
    reader: Reader
    include: Include
    judge: Judge
    known: Known = field(default_factory=Known)
    depth: int = 0
    files: int = 0

    def statements(self, block: int = 0) -> tuple[Statement, ...]:
        """All there are up to the end of the file, or of the block that begins in line `block`."""
        found: list[Statement] = []
        while True:
            self._skip()
            if not self.source.peek():
                if block:
                    self._error("the block is not closed", "write } at its end", block)
                return tuple(found)
            if self.source.take("}"):
                if block:
                    return tuple(found)
                self._error("the } closes nothing", "delete it")
            elif (statement := self._statement()) is not None:
                found.append(statement)

    def _statement(self) -> Statement | None:
        line = self.source.line
        try:
            return self._recipe(line) if self.source.take(":") else self._assignment(line)
        except (WordsError, PatternError) as error:
            self._error(str(error), error.remedy, line)
            if not self.source.text.startswith("\n", self.source.at - 1):
                self.source.rest()
            return None

    def _skip(self) -> None:
        """Blanks, empty lines and comments."""
        while self.source.blanks() or self.source.take("\n") or self._comment():
            pass

    def _comment(self) -> bool:
        found = self.source.take("#")
        if found:
            self.source.rest()
        return found

    def _error(self, message: str, remedy: str, line: int = 0) -> None:
        self.reader.line = line or self.source.line
        self.reader.error(message, remedy)

    def _place(self, line: int) -> Place:
        return Place(self.reader.source, line)

    # assignments

    def _assignment(self, line: int) -> Statement | None:
        begun = self.source.at
        name = self.source.name()
        if not name or name[0].isdigit() or self.source.peek() not in (" ", "\t", "\n", "=", ""):
            self._error(f"{self._leftover(begun)!r} is neither a recipe nor an assignment", "begin it with :0", line)
            return None
        self.source.blanks()
        value = read_words(self.source, Mode.VALUE) if self.source.take("=") else None
        if name in ("INCLUDERC", "SWITCHRC"):
            return self._included(name, value, line)
        self._judge_commands(value or (), line)
        self.known.set(name, value, sure=not self.depth)
        return Assignment(self._place(line), name, value)

    def _leftover(self, begun: int) -> str:
        self.source.at = begun
        return self.source.rest()[:60]

    def _included(self, name: str, value: Pieces | None, line: int) -> Statement | None:
        path = "" if value is None else self.known.constant(value)
        switch = name == "SWITCHRC"
        if path is None:
            self._error(f"which file {name} names is not known before mail comes", "write the path out", line)
            return None
        if path in ("", "/dev/null"):
            return Included(self._place(line), (), True) if switch else None
        if self.files >= _DEEPEST:
            self._error(f"more than {_DEEPEST} files include each other", f"take {path} out", line)
            return None
        self.reader.line = line
        if not path.startswith("/"):
            path = f"{self.known.values.get('MAILDIR') or '.'}/{path}"
        text = self.include(path)
        other = Reader(path, problems=self.reader.problems)
        inner = _Reading(Source(text), other, self.include, self.judge, self.known, self.depth, self.files + 1)
        return Included(self._place(line), inner.statements(), switch)

    def _judge_commands(self, pieces: Pieces, line: int) -> None:
        for piece in pieces:
            if isinstance(piece, Command):
                self._judge(piece.line, line, "capture")
            elif isinstance(piece, Variable):
                self._judge_commands(piece.other, line)

    def _judge(self, command: str, line: int, use: str) -> None:
        self.reader.line = line
        self.judge(command, self.known.constant, use, self.reader)

    # recipes

    def _recipe(self, line: int) -> Statement | None:
        flags, old = self._head(line)
        conditions = self._conditions(flags, old)
        if conditions is None:
            self._error("the recipe has no action", "write a folder, ! address, | program or { in its last line", line)
            return None
        return self._acted(line, flags, conditions)

    def _head(self, line: int) -> tuple[frozenset[str], int]:
        """The flags, and how many lines are conditions without a `*`, as it was written once."""
        pieces = read_words(self.source, Mode.WHOLE)
        text = "".join(piece if isinstance(piece, str) else " " for piece in pieces)
        digits = text[: len(text) - len(text.lstrip("0123456789"))]
        flags, colon, lock = text[len(digits) :].partition(":")
        unknown = next((flag for flag in flags if flag not in FLAGS and flag not in " \t"), "")
        if unknown:
            self._error(f"{unknown!r} is no flag of a recipe", f"there are {' '.join(FLAGS)}", line)
            flags = flags[: flags.index(unknown)]
        if colon and len(lock.split()) > 1:
            self._error(f"{lock.strip()!r} is more than one lock file", "name one, or none", line)
        found = (frozenset(flags) | frozenset(colon)) - {" ", "\t"}
        for strong, weak in (("e", "E"), ("e", "a")):
            if strong in found and weak in found:
                self._error(f"the flags {strong} and {weak} exclude each other", f"leave {weak} out", line)
                found -= {weak}
        return found, int(digits[:3]) if digits else 0 if found & _CHAINED else 1

    def _conditions(self, flags: frozenset[str], old: int) -> tuple[Condition, ...] | None:
        """None if a recipe begins where an action should."""
        found: list[Condition] = []
        empty = False
        while True:
            self.source.blanks()
            old -= 1
            line = self.source.line
            if not self.source.take("*") and old < 0:
                if self._comment():
                    continue
                if self.source.take("\n"):
                    empty = True
                    continue
                if empty and self.source.peek() == ":":
                    return None
                return tuple(found)
            self.source.blanks()
            text = self.source.long_line()
            if (condition := self._condition(text, "D" in flags, line)) is not None:
                found.append(condition)

    def _condition(self, text: str, case: bool, line: int) -> Condition | None:
        try:
            condition = read_condition(text, case)
        except (WordsError, PatternError) as error:
            self._error(f"{error}, in {text[:60]!r}", error.remedy, line)
            return None
        if isinstance(condition, Exit):
            self._judge(condition.line, line, "condition")
        return condition

    # actions

    def _acted(self, line: int, flags: frozenset[str], conditions: tuple[Condition, ...]) -> Statement | None:
        self.source.blanks()
        at = self.source.line
        action = self._action(at, flags)
        return None if action is None else Recipe(self._place(line), flags, conditions, action)

    def _action(self, line: int, flags: frozenset[str]) -> Action | None:
        source = self.source
        variable = self._variable()
        if source.take("!"):
            return self._forward(line)
        if source.take("|"):
            return self._pipe(line, flags, variable)
        if not source.peek():
            self._error("the recipe has no action", "write a folder, ! address, | program or { in its last line", line)
            return None
        if source.take("{"):
            if source.peek() in (" ", "\t", "\n"):
                return self._block(line)
            source.at -= 1
        if source.peek() == ":":
            self._error("the recipe has no action, only what looks like the next one", "write its action", line)
        return self._folder(line, flags)

    def _variable(self) -> str:
        """The name in front of a `=|`, read with the `=`; nothing is read if there is none."""
        begun = self.source.at
        name = self.source.name()
        if name and not name[0].isdigit():
            self.source.blanks()
            if self.source.take("="):
                self.source.blanks()
                if self.source.peek() in ("|", "!"):
                    return name
        self.source.at = begun
        return ""

    def _forward(self, line: int) -> Action:
        words = read_words(self.source, Mode.SPLIT)
        known = self.known.constant(words)
        if known is None:
            self._error("where it would go depends on the message", "write the addresses out", line)
            return Forward(words)
        addresses = known.replace(",", " ").split()
        wrong = next((address for address in addresses or [""] if not is_address(address)), None)
        if wrong is not None:
            self._error(f"{wrong[:60]!r} is no address with its domain", "write ! user@example.org", line)
        return Forward(words, tuple(addresses))

    def _pipe(self, line: int, flags: frozenset[str], variable: str) -> Action:
        text = self.source.long_line()
        use = "capture" if variable else "filter" if "f" in flags else "copy" if "c" in flags else "delivery"
        self._judge(text, line, use)
        return Pipe(text, variable)

    def _block(self, line: int) -> Action:
        self.depth += 1
        found = Block(self.statements(line))
        self.depth -= 1
        return found

    def _folder(self, line: int, flags: frozenset[str]) -> Action:
        names = read_words(self.source, Mode.SPLIT)
        text = "".join(piece if isinstance(piece, str) else "$" for piece in names)
        name, equals, _ = text.partition("=")
        if equals and name and all(map(is_named, name)):
            self._error(f"{text[:60]!r} would be a folder", "write an assignment in a block: { NAME=value }", line)
        if "f" in flags:
            self._error("the flag f says nothing for a folder", "leave it out", line)
        return Folder(names)
