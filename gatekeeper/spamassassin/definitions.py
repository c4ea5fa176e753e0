"""definitions: what SpamAssassin's files say, read as SpamAssassin 4 reads them, the later line over the earlier.

Rules with their scores, flags and descriptions, the tags of ReplaceTags, and all other settings as `Options`. What
SpamAssassin itself would call a mistake is a `Problem`; what it does and we do not (headers it
adds, plugins of its own) is kept in `Options` and has no effect.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import re2

from gatekeeper.spamassassin.conditions import STOCK, Conditions
from gatekeeper.spamassassin.lines import Include, Line, Lines, SourceFile
from gatekeeper.spamassassin.options import Options
from gatekeeper.spamassassin.rules import NAME, NO_FLAGS, Flags, Kind, Rule
from gatekeeper.spamassassin.settings import KNOWN, Settings
from gatekeeper.values import Problem

Scores = tuple[float, float, float, float]
"""Without Bayes and network, with network, with Bayes, with both."""

_HEADER = re2.compile(r"^([\w.-]+(?::|(?::[a-z]+){1,2})?)\s*([=!]~)\s*(.+)$")
_MIMEHEADER = re2.compile(r"^([^:\s]+(?::(?:raw)?)?)\s*([=!]~)\s*(.+)$")
_UNSET = re2.compile(r"^(.*?)\s+\[if-unset:\s+(.+)\]$")
_CALL = re2.compile(r"^\w+\(.*\)$")
_MODIFIERS = frozenset(("raw", "addr", "name", "host", "domain", "ip", "revip", "first", "last"))
_NUMBER = re2.compile(r"^-?\d+(\.\d+)?$")
_RELATIVE = re2.compile(r"^\((-?\d+(?:\.\d+)?)\)$")
_ASKING = ("check_rbl", "check_dns")
_PATTERNS = (Kind.BODY, Kind.RAWBODY, Kind.FULL, Kind.URI)


@dataclass(slots=True)
class Definitions:
    """All that is said. `scores` are those that lines give; `score` has the others as well."""

    rules: dict[str, Rule] = field(default_factory=dict)
    scores: dict[str, Scores] = field(default_factory=dict)
    flags: dict[str, Flags] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, None] = field(default_factory=dict)
    replacing: dict[str, dict[str, str]] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    plugins: frozenset[str] = STOCK
    problems: tuple[Problem, ...] = ()

    def score(self, name: str, column: int) -> float:
        """What a rule weighs: 1 if nothing is said, 0.01 on trial, less than nothing if it is `nice`."""
        if name in self.scores:
            return self.scores[name][column]
        weight = 0.01 if name.startswith("T_") else 1.0
        return -weight if "nice" in self.flags.get(name, NO_FLAGS) else weight


def read(files: Iterable[SourceFile], include: Include = lambda name, by: None) -> Definitions:  # noqa: ARG005
    """What `files` say, in their order; `*.pre` files among them say which plugins are loaded."""
    files = list(files)
    told = any(file.name.endswith(".pre") for file in files)
    conditions = Conditions(set() if told else set(STOCK))
    lines = Lines(conditions, include)
    reading = _Reading(conditions)
    for line in lines.read(files):
        reading.take(line)
    found = reading.found
    found.options = reading.settings.options()
    found.plugins = frozenset(conditions.plugins)
    found.problems = (*lines.problems, *reading.problems, *reading.settings.problems)
    return found


class _WrongError(ValueError):
    """What is wrong with a line, and what to write instead."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class _Reading:
    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self.found = Definitions()
        self.settings = Settings()
        self.problems: list[Problem] = []

    def take(self, line: Line) -> None:
        """One line more."""
        handler = _HANDLERS.get(line.key)
        try:
            if handler:
                handler(self, line)
            elif not self.settings.take(line):
                self._unknown(line)
        except _WrongError as error:
            self.problems.append(Problem(line.source, line.number, "error", str(error), error.remedy))

    def _unknown(self, line: Line) -> None:
        if line.key not in KNOWN:
            message = f"{line.key!r} is no setting of SpamAssassin 4 that is known here, and has no effect"
            self.problems.append(Problem(line.source, line.number, "warning", message, "look how it is spelt"))

    def pattern(self, line: Line) -> None:
        """`body`, `rawbody`, `full`, `uri`."""
        name, text = _named(line)
        is_eval = text.startswith("eval:") and line.key != "uri"
        self._add(Rule(name, Kind(line.key), _call(text) if is_eval else text, line.source, line.number, is_eval))

    def header(self, line: Line) -> None:
        """`header NAME eval:…`, `header NAME exists:FIELD`, `header NAME FIELD =~ /…/ [if-unset: …]`."""
        name, text = _named(line)
        place = (line.source, line.number)
        if text.startswith(("eval:", "rbleval:")):
            call = _call(text)
            self._add(Rule(name, Kind.HEADER, call, *place, is_eval=True, asks=call.startswith(_ASKING)))
        elif text.startswith("exists:"):
            where = text.removeprefix("exists:").strip().removesuffix(":")
            self._add(Rule(name, Kind.HEADER, "", *place, where=where, exists=True))
        else:
            self._add(_about_field(Kind.HEADER, name, text, _HEADER, place))

    def mimeheader(self, line: Line) -> None:
        """`mimeheader NAME FIELD =~ /…/`."""
        name, text = _named(line)
        self._add(_about_field(Kind.MIMEHEADER, name, text, _MIMEHEADER, (line.source, line.number)))

    def meta(self, line: Line) -> None:
        """`meta NAME expression`."""
        name, text = _named(line)
        self._add(Rule(name, Kind.META, text, line.source, line.number))

    def empty(self, line: Line) -> None:
        """`reuse NAME`, which only makes a name known."""
        name = line.value.split()[0] if line.value else ""
        if name not in self.found.rules:
            self._add(Rule(name, Kind.EMPTY, "", line.source, line.number))

    def asking(self, line: Line) -> None:
        """`askdns NAME …`: a rule that asks DNS."""
        name, text = _named(line)
        self._add(Rule(name, Kind.EMPTY, text, line.source, line.number, asks=True))

    def _add(self, rule: Rule) -> None:
        if not NAME.fullmatch(rule.name):
            raise _WrongError(f"{rule.name[:40]!r} is no name of a rule", "write letters, digits and _")
        self.found.rules[rule.name] = rule

    def score(self, line: Line) -> None:
        """`score NAME 1.5`, four of them, or `(0.5)` to add to what it has."""
        name, *numbers = line.value.split() or [""]
        relative = any(_RELATIVE.match(number) for number in numbers)
        texts = [found[1] if (found := _RELATIVE.match(number)) else number for number in numbers]
        if len(texts) not in (1, 4) or not all(_NUMBER.match(text) for text in texts):
            raise _WrongError("a score is a name with one number or four", f"score {name or 'NAME'} 1.5")
        told = [float(text) for text in texts] * (4 if len(texts) == 1 else 1)
        if relative and name not in self.found.scores:
            raise _WrongError(f"{name} has no score that could be added to", "write the number without parentheses")
        before = self.found.scores[name] if relative else (0.0, 0.0, 0.0, 0.0)
        a, b, c, d = (old + new for old, new in zip(before, told, strict=True))
        self.found.scores[name] = (a, b, c, d)

    def describe(self, line: Line) -> None:
        """`describe NAME text`."""
        name, text = _named(line)
        self.found.described[name] = text.encode("latin-1").decode("utf-8", "replace")

    def tflags(self, line: Line) -> None:
        """`tflags NAME flags`: the last line counts."""
        name, text = _named(line)
        self.found.flags[name] = Flags(frozenset(text.split()))

    def replace_rules(self, line: Line) -> None:
        """`replace_rules NAME NAME`."""
        self.found.replaced.update(dict.fromkeys(line.value.split()))

    def replace(self, line: Line) -> None:
        """`replace_tag NAME pattern` and kin."""
        name, text = _named(line)
        self.found.replacing.setdefault(line.key.removeprefix("replace_"), {})[name] = text

    def replace_mark(self, line: Line) -> None:
        """`replace_start <`: what tags begin and end with."""
        self.found.replacing[line.key.removeprefix("replace_")] = {"": line.value}

    def plugin(self, line: Line) -> None:
        """`loadplugin Mail::SpamAssassin::Plugin::NAME`."""
        name = line.value.split()[0] if line.value else ""
        self.conditions.load(name)

    def compatible(self, line: Line) -> None:
        """`enable_compat NAME`."""
        self.conditions.compatible.add(line.value)


_HANDLERS: Mapping[str, Callable[[_Reading, Line], None]] = MappingProxyType(
    {
        **dict.fromkeys(_PATTERNS, _Reading.pattern),
        "header": _Reading.header,
        "mimeheader": _Reading.mimeheader,
        "meta": _Reading.meta,
        "reuse": _Reading.empty,
        "askdns": _Reading.asking,
        "score": _Reading.score,
        "describe": _Reading.describe,
        "tflags": _Reading.tflags,
        "replace_rules": _Reading.replace_rules,
        **dict.fromkeys(("replace_tag", "replace_pre", "replace_post", "replace_inter"), _Reading.replace),
        **dict.fromkeys(("replace_start", "replace_end"), _Reading.replace_mark),
        **dict.fromkeys(("loadplugin", "tryplugin"), _Reading.plugin),
        "enable_compat": _Reading.compatible,
    }
)


def _named(line: Line) -> tuple[str, str]:
    """The name of the rule, and the rest."""
    name, _, text = line.value.replace("\t", " ").partition(" ")
    text = line.value[len(name) :].strip()
    if not text:
        raise _WrongError(f"{line.key} has nothing behind the name", f"write {line.key} NAME and what it is")
    return name, text


def _call(text: str) -> str:
    call = text.partition(":")[2].strip()
    if not _CALL.match(call):
        raise _WrongError(f"{call[:40]!r} is no call of a function", "write eval:function('argument')")
    return call


def _about_field(kind: Kind, name: str, text: str, form: "re2._Regexp", place: tuple[str, int]) -> Rule:
    found = form.match(text)
    if found is None:
        raise _WrongError(f"{text[:40]!r} tests no field", f"write {kind} {name} Subject =~ /…/")
    where, sign, pattern = found[1].removesuffix(":"), found[2], found[3]
    wrong = next((word for word in where.split(":")[1:] if word.lower() not in _MODIFIERS), "")
    if wrong:
        raise _WrongError(f":{wrong} is no part of a field", f"there are {' '.join(sorted(_MODIFIERS))}")
    unset = ""
    if given := _UNSET.match(pattern):
        pattern, unset = given[1], given[2]
    return Rule(name, kind, pattern, *place, where=where, negated=sign == "!~", unset=unset)
