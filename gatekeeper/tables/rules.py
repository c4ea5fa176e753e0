"""rules: our own kind of rule file, TOML: what is looked for in a message, where, and by which messages it was tried.

A rule is a pattern over one kind of text (`PLACES`), a trait that the program finds, or an expression over other rules
and findings. Reading never fails: what is wrong is a `Problem` with its line, and the rule concerned is left out.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from gatekeeper.config.convert import Complaint, convert, nearest
from gatekeeper.config.locate import Path, lines_of
from gatekeeper.config.sources import not_toml
from gatekeeper.tables.matcher import Budget, Expression, Matcher, PatternError
from gatekeeper.tables.pcre import pcre
from gatekeeper.values import Problem

PLACES: Mapping[str, str] = {
    "text": "what a reader sees of all texts, in lower case, without accents and look-alike letters, on one line",
    "visible": "the same as it stands there",
    "subject": "the subject, as `text`",
    "from-name": "the names in From, as `text`",
    "from": "the addresses in From, in lower case",
    "headers": "all header fields as they came in, unfolded",
    "html": "the source of pages",
    "urls": "where links lead, as a browser reads it",
    "domains": "the registrable domains of those",
    "names": "the names of attachments",
    "types": "the type of each part, the message's own first",
}
"""Where a pattern may look; of several there is one on a line. `header:NAME` is a field's value, decoded."""

_FIELD = "header:"
_NAME = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
_LONGEST = 80
_NAMED = f"small letters and digits with single hyphens between them, at most {_LONGEST}"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[[rule]]`, as it is written."""

    name: Annotated[str, Meta(pattern=_NAME, max_length=_LONGEST, description=_NAMED)] = ""
    description: str = ""
    where: str = ""  # with a pattern
    pattern: str = ""  # RE2, in whatever case; `^` and `$` are those of a line
    trait: str = ""  # or what the program finds by itself
    all: list[str] = []  # or names of rules and findings: all of these,
    any: list[str] = []  # and one of these, or as many as `least`,
    none: list[str] = []  # and none of these
    least: Annotated[int, Meta(ge=1)] = 1
    ham: bool = False  # a sign of wanted mail: fitted to weigh nothing or less
    scored: bool = True  # false: only there for expressions
    score: float | None = None  # what it weighs, if no file of scores says so
    hits: list[str] = []  # messages that it must hit,
    misses: list[str] = []  # and those that it must not

    @property
    def parts(self) -> tuple[str, ...]:
        """The names that an expression is made of."""
        return (*self.all, *self.any, *self.none)

    def holds(self, found: set[str]) -> bool:
        """Whether the expression does, where all that was `found` has these names."""
        if not found.issuperset(self.all) or not found.isdisjoint(self.none):
            return False
        if self.least == 1:
            return not self.any or not found.isdisjoint(self.any)
        return len(found.intersection(self.any)) >= self.least


class Scores(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of scores."""

    scores: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The sound rules of one file with their lines, and what is wrong with it."""

    source: str
    rules: tuple[Rule, ...] = ()
    lines: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, text: str, source: str, traits: Collection[str], weight: float = 1.0) -> "RuleFile":
        """`text` is UTF-8 read with `surrogateescape`; `traits` are those there are. `weight` is the score of a rule
        that has none.
        """
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        try:
            values = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            return cls(source, problems=(_unread(text, source, error),))
        places = lines_of(text)
        found, lines, problems = [], [], []
        for path, table in _tables(values):
            rule, complaints = _rule(table, path, traits) if table is not None else (None, [_stranger(path)])
            line = places.get(path, 0)
            problems += [_placed(complaint, source, places) for complaint in complaints]
            if rule and not any(complaint.severity == "error" for complaint in complaints):
                found.append(rule if rule.score is not None else msgspec.structs.replace(rule, score=weight))
                lines.append(line)
        return cls(source, tuple(found), tuple(lines), tuple(problems))


def read_scores(text: str, source: str) -> tuple[Mapping[str, float], list[Problem]]:
    """What `gatekeeper fit` wrote: the score of each rule under `[scores]`."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return {}, [_unread(text, source, error)]
    places = lines_of(text)
    scores, complaints = convert(values, Scores)
    return scores.scores, [_placed(complaint, source, places) for complaint in complaints]


def expression_of(rule: Rule) -> Expression:
    """The pattern for the matcher, over UTF-8; `PatternError` for what our own rules do not have."""
    return _expression(rule.pattern)


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> Expression:
    """Asked once when a rule is read and once when it is put to use."""
    expression = pcre("".join(_octets(pattern)), "im")
    if expression.exact:
        raise PatternError("look-around and back references are not run here", "write an expression over two rules")
    return expression


def _octets(pattern: str) -> Iterator[str]:
    """Letters beyond ASCII are the octets of UTF-8, kept together."""
    inside = escaped = False
    for letter in pattern:
        if letter.isascii():
            yield letter
            inside = (not escaped and (letter == "[" or (inside and letter != "]"))) or (escaped and inside)
            escaped = letter == "\\" and not escaped
        elif inside:
            raise PatternError(f"{letter!r} stands in a class", "write (?:a|b): what is matched are octets of UTF-8")
        else:
            yield f"(?:{letter.encode('utf-8', 'surrogateescape').decode('latin-1')})"


def _tables(values: Mapping[str, object]) -> Iterator[tuple[Path, Mapping[str, object] | None]]:
    """Each rule with its path; None for what is none."""
    for key, value in values.items():
        if key != "rule" or not isinstance(value, list):
            yield (key,), None
            continue
        for number, table in enumerate(value):
            yield ("rule", number), table if isinstance(table, dict) else None


def _rule(table: Mapping[str, object], path: Path, traits: Collection[str]) -> tuple[Rule, list[Complaint]]:
    rule, complaints = convert(table, Rule, path)
    complaints = [*complaints, *(_mistakes(rule, path, traits) if not complaints else ())]
    return rule, [complaint._replace(message=_spoken(complaint, rule)) for complaint in complaints]


def _spoken(complaint: Complaint, rule: Rule) -> str:
    return f"{rule.name}: {complaint.message}" if rule.name else complaint.message


def _mistakes(rule: Rule, path: Path, traits: Collection[str]) -> Iterator[Complaint]:
    """What is wrong with a rule whose values are of the right types."""
    if not rule.name:
        yield Complaint(path, "the rule has no name", 'write name = "…", words in lower case joined by hyphens')
    if not rule.description:
        yield Complaint(path, "the rule has no description", "say in a few words what it finds; reports show it")
    kinds = [bool(rule.pattern), bool(rule.trait), bool(rule.parts)]
    if sum(kinds) != 1:
        yield Complaint(path, "it is not clear what it looks for", "give it a pattern, or a trait, or all, any, none")
    elif rule.pattern:
        yield from _of_pattern(rule, path)
    elif rule.trait and rule.trait not in traits:
        yield Complaint((*path, "trait"), f"there is no trait {rule.trait!r}", nearest(rule.trait, list(traits)))
    elif rule.parts and not (rule.all or rule.any):
        yield Complaint((*path, "none"), "it would hit nearly all mail", "name what must be found, in all or any")
    elif rule.least > max(1, len(rule.any)):
        yield Complaint((*path, "least"), f"least is {rule.least}, any has {len(rule.any)} names", "ask for fewer")
    if rule.where and not rule.pattern:
        yield Complaint((*path, "where"), "where goes with a pattern", "take it out")
    if rule.ham and (rule.score or 0) > 0:
        yield Complaint((*path, "score"), "a sign of wanted mail weighs against it", "write a score of 0 or less")


def _of_pattern(rule: Rule, path: Path) -> Iterator[Complaint]:
    field = rule.where.removeprefix(_FIELD)
    if rule.where not in PLACES and (field == rule.where or not _is_field(field)):
        remedy = nearest(rule.where, [*PLACES, "header:NAME"]) if rule.where else f"write where, one of {_all_places()}"
        yield Complaint((*path, "where" if rule.where else "pattern"), f"{rule.where!r} is no place to look", remedy)
    try:
        matcher = Matcher(expression_of(rule))
    except PatternError as error:
        yield Complaint((*path, "pattern"), str(error), error.remedy)
    else:
        if matcher.search(b"", Budget()) is not None:
            yield Complaint((*path, "pattern"), "the pattern matches nothing at all", "leave no way to match no letter")


def _all_places() -> str:
    return ", ".join([*PLACES, "header:NAME"])


def _is_field(name: str) -> bool:
    return bool(name) and all("!" <= letter <= "~" and letter != ":" for letter in name)


def _stranger(path: Path) -> Complaint:
    return Complaint(path, f"{path[0]!r} is no rule", "begin each rule with [[rule]]")


def _placed(complaint: Complaint, source: str, places: Mapping[Path, int]) -> Problem:
    line = places.get(complaint.path, 0) or places.get(complaint.path[:2], 0)
    return Problem(source, line, complaint.severity, complaint.message, complaint.remedy)


def _unread(text: str, source: str, error: Exception) -> Problem:
    if isinstance(error, RecursionError):
        return Problem(source, 0, "error", "lists stand in lists without end", "write rules as deploy/rules.md shows")
    for number, line in enumerate(text.split("\n"), 1):
        if any("\udc80" <= letter <= "\udcff" for letter in line):
            return Problem(source, number, "error", "the line is not valid UTF-8", "save the file as UTF-8")
    return not_toml(source, text, str(error))
