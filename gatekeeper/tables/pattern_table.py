"""pattern_table: Postfix's `pcre:` and `regexp:` tables (pcre_table(5), regexp_table(5)), read as Postfix 3.7 does.

Rules are asked in their order and the first that matches gives its text, with `$1` for what its groups matched. With a
database one pass over the text says first which of them are worth asking. What
Postfix skips with a warning is skipped here too, and is an error: nobody wrote a rule to have it passed over. It never
fails; a pattern that runs out of its budget counts as not asked, and the budget says so.
"""

import string
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import re2

from gatekeeper.tables.matcher import Budget, ExhaustedError, Expression, Matcher, PatternError
from gatekeeper.tables.pattern_set import PatternSet
from gatekeeper.tables.pcre import pcre
from gatekeeper.tables.posix import posix
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

_FLAGS = {"pcre": ("imsxAEUX", "is"), "regexp": ("imx", "ix")}  # those there are, those that are on
_LONGEST = 10_000
_GROUP = re2.compile(r"\$(?:\$|\{(\w{0,99})\}|\((\w{0,99})\)|(\w{1,99})|)")
_LETTERS = string.ascii_letters + string.digits
_BLANKS = " \t\r\v\f"


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: `rows` if it is an `if`, else `pieces`, the text with the numbers of its groups in between."""

    line: int
    matcher: Matcher
    negated: bool
    pieces: tuple[str | int, ...] = ()
    rows: "list[Row] | None" = None


@dataclass(frozen=True, slots=True)
class Hit:
    """What a table says to a text, by which line of which file."""

    source: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class PatternTable:
    """The rules of one file, and what is wrong with it. Text is Latin-1: a letter is an octet."""

    source: str
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    patterns: PatternSet = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weak = dict.fromkeys(row.matcher.expression.re2 for row in self._every_row)
        object.__setattr__(self, "patterns", PatternSet([Expression(pattern) for pattern in weak]))

    @classmethod
    def parse(cls, text: str, source: str, flavour: str) -> "PatternTable":
        """`flavour` is `pcre` or `regexp`; `text` is UTF-8 read with `surrogateescape`."""
        parsing = _Parsing(Reader(source), flavour)
        octets = text.removeprefix("\ufeff").encode("utf-8", "surrogateescape").decode("latin-1")
        parsing.read(octets)
        return cls(source, tuple(parsing.rows[0]), tuple(parsing.reader.problems))

    def look_up(self, text: bytes, budget: Budget) -> Hit | None:
        """The first rule that matches. `budget.left` is 0 afterwards if a pattern could not be run to its end."""
        possible = None
        if self.patterns.loaded:
            found = self.patterns.matching(text, budget)
            possible = {self.patterns.expressions[place].re2 for place in found}
        return _first(self.rows, text, budget, self.source, possible)

    @property
    def texts(self) -> Iterator[tuple[int, str]]:
        """The line and the text of each rule, `$1` in it as it stands."""
        for row in self._every_row:
            if row.rows is None:
                yield row.line, "".join(piece if isinstance(piece, str) else f"${piece}" for piece in row.pieces)

    @property
    def _every_row(self) -> Iterator[Row]:
        stack = list(self.rows)
        while stack:
            row = stack.pop(0)
            stack[:0] = row.rows or ()
            yield row


def _first(
    rows: Iterable[Row], text: bytes, budget: Budget, source: str, possible: Collection[str] | None
) -> Hit | None:
    """`possible` are the patterns, as RE2 takes them, that match; None if that is not known."""
    for row in rows:
        try:
            asked = possible is None or row.matcher.expression.re2 in possible
            groups = row.matcher.search(text, budget) if asked else None
        except ExhaustedError:
            continue
        if (groups is None) is not row.negated:
            continue
        if row.rows is None:
            return Hit(source, row.line, _filled(row.pieces, groups or ()))
        if found := _first(row.rows, text, budget, source, possible):
            return found
    return None


def _filled(pieces: tuple[str | int, ...], groups: tuple[bytes, ...]) -> str:
    return "".join(piece if isinstance(piece, str) else groups[piece - 1].decode("latin-1") for piece in pieces)


@dataclass(slots=True)
class _Parsing:
    """One pass over a file. `rows` are those of the file and of each `if` that is open, the innermost last."""

    reader: Reader
    flavour: str
    rows: list[list[Row]] = field(default_factory=lambda: [[]])
    _seen: list[dict[tuple[Expression, bool], int]] = field(default_factory=lambda: [{}])
    _opened: list[int] = field(default_factory=list)

    def read(self, text: str) -> None:
        for number, line in _logical(text, self.reader):
            self.reader.line = number
            word = line[: len(line) - len(line.lstrip(_LETTERS))].lower()
            if not word:
                self._rule(line)
            elif word == "if":
                self._if(line[2:].lstrip(_BLANKS))
            elif word == "endif":
                self._endif(line[5:].strip(_BLANKS))
            else:
                self.reader.error(f"{line[:30]!r} is no rule", "begin it with /, !/, if or endif")
        for number in self._opened:
            self.reader.line = number
            self.reader.error("this if has no endif", "write endif behind its last rule")

    def _rule(self, line: str) -> None:
        parsed = self._pattern(line)
        if parsed is None:
            return
        expression, negated, value = parsed
        pieces = _pieces(value, self.reader)
        if not value:
            self.reader.error("the rule has no text", "write an action behind the pattern")
        highest = max((piece for piece in pieces or () if isinstance(piece, int)), default=0)
        if highest and negated:
            self.reader.error(f"${highest} stands in a rule with !", "what does not match has no groups")
        elif pieces is not None and (matcher := self._compiled(expression, highest)):
            self._cover(expression, negated)
            self.rows[-1].append(Row(self.reader.line, matcher, negated, pieces))

    def _cover(self, expression: Expression, negated: bool) -> None:
        key = (expression, negated)
        first = next((seen[key] for seen in self._seen if key in seen), 0)
        if first:
            self.reader.warn(f"this never matches: line {first} has the same pattern", "delete one of the two")
        self._seen[-1].setdefault(key, self.reader.line)

    def _if(self, line: str) -> None:
        parsed = self._pattern(line)
        if parsed is None or (matcher := self._compiled(parsed[0], 0)) is None:
            return
        if parsed[2]:
            self.reader.warn("the text behind the if is ignored", "begin the rules in it without white space")
        inner: list[Row] = []
        self.rows[-1].append(Row(self.reader.line, matcher, parsed[1], rows=inner))
        self.rows.append(inner)
        self._seen.append({})
        self._opened.append(self.reader.line)

    def _endif(self, extra: str) -> None:
        if not self._opened:
            self.reader.error("this endif has no if", "delete it")
            return
        if extra:
            self.reader.warn("the text behind the endif is ignored", "give it a line of its own")
        self.rows.pop(), self._seen.pop(), self._opened.pop()

    def _compiled(self, expression: Expression, highest: int) -> Matcher | None:
        try:
            matcher = Matcher(expression, captures=bool(highest))
        except PatternError as error:
            self.reader.error(str(error), error.remedy)
            return None
        if highest > matcher.groups:
            self.reader.error(f"${highest} is more than the {matcher.groups} groups there are", "number them from 1")
            return None
        return matcher

    def _pattern(self, line: str) -> tuple[Expression, bool, str] | None:
        """The pattern at the start, whether it stands behind `!`, and the text behind it."""
        bare = line.lstrip("!" + _BLANKS)
        negated = line[: len(line) - len(bare)].count("!") % 2 == 1
        end = _closing(bare)
        if end is None:
            self.reader.error("the pattern has no end", "write / behind it")
            return None
        flags, value = _word(bare[end + 1 :])
        on = self._flags(flags)
        if on is None:
            return None
        if end > _LONGEST:
            self.reader.error(f"the pattern has more than {_LONGEST} letters", "write several rules")
            return None
        try:
            expression = (pcre if self.flavour == "pcre" else posix)(bare[1:end], on)
        except PatternError as error:
            self.reader.error(str(error), error.remedy)
            return None
        return expression, negated, value

    def _flags(self, flags: str) -> str | None:
        known, on = _FLAGS[self.flavour]
        unknown = next((flag for flag in flags if flag not in known), "")
        if unknown:
            self.reader.error(f"{unknown!r} is no flag of a {self.flavour} table", f"there are {' '.join(known)}")
            return None
        if "X" in flags:
            self.reader.warn("the flag X says nothing any more", "leave it out")
        return "".join(flag for flag in known if (flag in on) ^ (flags.count(flag) % 2 == 1))


def _logical(text: str, reader: Reader) -> Iterator[tuple[int, str]]:
    """Each logical line with the number of its first; white space at the start continues the one before."""
    first, held = 0, ""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        content = line.strip(_BLANKS)
        if not content or content.startswith("#"):
            continue
        if line[0] in _BLANKS:
            held += line if first else ""
            if not first:
                reader.line = number
                reader.error("the first rule begins with white space", "begin it at the start of the line")
            continue
        if first:
            yield first, held.rstrip(_BLANKS)
        first, held = number, line
    if first:
        yield first, held.rstrip(_BLANKS)


def _word(text: str) -> tuple[str, str]:
    """What stands before the first white space, and what stands behind it."""
    end = next((at for at, letter in enumerate(text) if letter in _BLANKS), len(text))
    return text[:end], text[end:].strip(_BLANKS)


def _closing(text: str) -> int | None:
    """Where the delimiter that `text` begins with stands again, not behind a backslash."""
    at = 1
    while at < len(text) and text[at] != text[0]:
        at += 2 if text[at] == "\\" else 1
    return at if 0 < at < len(text) else None


def _pieces(value: str, reader: Reader) -> tuple[str | int, ...] | None:
    """`value` apart at its `$1`; `$$` is a `$`. None, and told, if a `$` is something else."""
    pieces: list[str | int] = []
    end = 0
    for found in _GROUP.finditer(value):
        pieces.append(value[end : found.start()])
        end = found.end()
        name = found[1] or found[2] or found[3] or ""
        if found[0] == "$$":
            pieces.append("$")
        elif name.isdigit() and int(name):
            pieces.append(int(name))
        else:
            reader.error(f"{found[0]!r} is no group", "write ${1} where text follows, $$ for a dollar")
            return None
    return (*pieces, value[end:])
