"""programs: what a recipe may call, and what is wrong with the others, which is told when the recipe is read.

What gatekeeper does itself it does itself: `spamassassin`, `spamc`, `bogofilter`, common calls of `formail`, and the
repair of a From_ line by `sed`. A program that the operator lists by its path runs, without a shell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from gatekeeper.tables.procmail.formail import FormailError, read_formail
from gatekeeper.tables.procmail.source import Source
from gatekeeper.tables.procmail.words import Break, Mode, Pieces, WordsError, read_words
from gatekeeper.tables.text import Reader

JUDGES = frozenset(("spamassassin", "spamc", "bogofilter"))
_REPAIRS = (("-e", "1s/^/F/"), ("1s/^/F/",))
_SHELL = frozenset("&|<>~;?*[")
_UNKNOWN = "x"
_USES = {
    "spamassassin": ("filter", "condition"),
    "spamc": ("filter", "condition"),
    "bogofilter": ("filter", "condition"),
    "formail": ("filter", "capture"),
    "sed": ("filter",),
}
_PROGRAMS = "list a program of your own in tables.procmail_programs, by its path"

Constant = Callable[[Pieces], str | None]
"""The text of some pieces, if it does not depend on the message."""


@dataclass(frozen=True, slots=True)
class Programs:
    """`listed` are the absolute paths of what the operator lets run."""

    listed: tuple[str, ...] = ()

    def path(self, name: str) -> str:
        """Where a program that may run is, by its path or its last part; empty if it may not."""
        return next((path for path in self.listed if name in (path, PurePosixPath(path).name)), "")

    def judge(self, command: str, constant: Constant, use: str, reader: Reader) -> None:
        """Tells of the line that `reader` is at what is wrong with a call that is put to `use`: `condition`, `filter`,
        `capture`, `copy` or `delivery`.
        """
        try:
            words = _sample(read_words(Source(command), Mode.SPLIT), constant)
        except WordsError as error:
            reader.error(f"{error}, in {command.strip()[:60]!r}", error.remedy)
            return
        letter = next((letter for letter in _bare(command) if letter in _SHELL), "")
        if letter:
            reader.error(f"{letter!r} needs a shell, in {command.strip()[:60]!r}", "put it into a program of its own")
        elif not words or words[0] is None:
            reader.error(f"which program {command.strip()[:60]!r} is depends on the message", "write its path out")
        else:
            self._judge_call(words[0], [word or _UNKNOWN for word in words[1:]], use, reader)

    def _judge_call(self, program: str, arguments: list[str], use: str, reader: Reader) -> None:
        name = PurePosixPath(program).name
        uses = _USES.get(name, ())
        if self.path(program):
            if use == "delivery":
                reader.error(f"{name} would be the end of the message", "let it filter (f) or get a copy (c)")
        elif use not in uses:
            allowed = f"{name} can be a {' or a '.join(uses)} here; " if uses else ""
            reader.error(f"{program[:60]!r} cannot be a {use} here", allowed + _PROGRAMS)
        elif why := _wrong(name, arguments, use):
            reader.error(*why)


def _wrong(name: str, arguments: list[str], use: str) -> tuple[str, str] | None:
    """What is wrong with a call of what we do ourselves, and what helps."""
    if name == "sed" and tuple(arguments) not in _REPAIRS:
        return "sed does nothing here but mend a From_ line: sed -e '1s/^/F/'", _PROGRAMS
    if name == "bogofilter" and use == "filter" and not any(word[:1] == "-" and "p" in word for word in arguments):
        return "bogofilter without -p gives no message back", "write | bogofilter -p -e"
    if name == "formail":
        try:
            call = read_formail(arguments)
        except FormailError as error:
            return str(error), error.remedy
        extracts = any(edit.option in "xX" for edit in call.edits)
        if extracts is (use == "filter"):
            what = "one field" if extracts else "the whole message"
            return f"formail would give {what} back, which is no {use}", "write NAME=| formail -x NAME:"
    return None


def _sample(pieces: Pieces, constant: Constant) -> list[str | None]:
    """The words of a call as far as they are known; None for one that is not."""
    words: list[list[str | None]] = [[]]
    for piece in pieces:
        if piece is Break.BLANK:
            words.append([])
        else:
            words[-1].append(constant((piece,)))
    return ["".join(map(str, word)) if None not in word else None for word in words if word]


def _bare(text: str) -> str:
    """`text` without what is in quotes or behind a backslash."""
    found: list[str] = []
    quote, at = "", 0
    while at < len(text):
        letter = text[at]
        if letter == "\\" and quote != "'":
            at += 1
        elif letter == quote:
            quote = ""
        elif not quote and letter in "'\"":
            quote = letter
        elif not quote:
            found.append(letter)
        at += 1
    return "".join(found)
