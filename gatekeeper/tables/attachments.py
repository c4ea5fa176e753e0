r"""attachments: rules about attachments, one a line: what is done, with what, and why.

    ACTION [part|member] SUBJECT VALUE… -- REASON

    reject      ext exe scr pif              -- a Windows program
    quarantine  kind iso vhd                 -- what is inside escapes the mark of the Web
    strip       type audio/x-wav audio/midi  -- nobody here listens to mail
    rename      member name *.pdf.zip        -- a zip in a zip
    allow       match ^report-\d+\.js$       -- made by our own printer

ACTION is allow, reject, quarantine, strip (a note takes its place), rename or discard. Without `part` or `member` a
rule is for attachments and for what is inside them. SUBJECT is `ext` (what stands behind the last dot), `name` (a
glob), `match` (one pattern as RE2 reads it, found anywhere in the name), `type` (as declared; a glob), `kind` or
`class` (what the bytes are). Case never counts.

Each name, type and kind of a thing is judged by itself: the first rule that fits it decides about it, and `allow` rules
of a file come before its others. Of several decisions the sternest holds. Parsing never fails; a line that cannot be
used is a `Problem`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal, Self, cast, get_args

from gatekeeper.message.kinds import KINDS
from gatekeeper.tables.pattern import Pattern, PatternError, glob
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

Deed = Literal["allow", "rename", "strip", "quarantine", "reject", "discard"]
"""What may be done, from the gentlest to the sternest."""

Subject = Literal["ext", "name", "match", "type", "kind", "class"]
Scope = Literal["", "part", "member"]

DEEDS: tuple[Deed, ...] = get_args(Deed)
NAME = "{name}"
"""The old name, in what a renamed attachment is called."""

ENCRYPTED_ARCHIVE, ENCRYPTED_DOCUMENT = "encrypted-archive", "encrypted-document"
CLASSES = frozenset({kind.family for kind in KINDS.values()} | {ENCRYPTED_ARCHIVE, ENCRYPTED_DOCUMENT})

_SUBJECTS: tuple[Subject, ...] = get_args(Subject)


@dataclass(frozen=True, slots=True)
class AttachmentRule:
    """One line. `values` are the extensions, kinds or classes, `patterns` what the other subjects hold.

    `note` is what the recipient is told. A rule that renames may say how: `new_name` has `{name}` for the old one, or
    else takes the place of what the pattern found.
    """

    deed: Deed
    subject: Subject
    scope: Scope
    reason: str
    values: frozenset[str] = frozenset()
    patterns: tuple[Pattern, ...] = ()
    note: str = ""
    new_name: str = ""
    source: str = ""
    line: int = 0

    def renamed(self, name: str, usual: str) -> str:
        """The new name of an attachment; `usual` has `{name}` too, and serves where the rule does not say."""
        if self.new_name and NAME not in self.new_name:
            found = next((p.replaced(name, self.new_name) for p in self.patterns if p.search(name)), name)
            if found != name:
                return found
        return (self.new_name if NAME in self.new_name else usual).replace(NAME, name)


@dataclass(frozen=True, slots=True)
class _Order:
    """The rules for one scope, by what they ask about: where a value first stands, and all patterns in order."""

    rules: tuple[AttachmentRule, ...]
    by_value: Mapping[tuple[Subject, str], int]
    of_names: tuple[int, ...]
    of_types: tuple[int, ...]

    @classmethod
    def of(cls, rules: tuple[AttachmentRule, ...], scope: Scope) -> Self:
        here = [number for number, rule in enumerate(rules) if rule.scope in ("", scope)]
        by_value: dict[tuple[Subject, str], int] = {}
        for number in here:
            for value in rules[number].values:
                by_value.setdefault((rules[number].subject, value), number)
        of_names = tuple(number for number in here if rules[number].subject in ("name", "match"))
        return cls(rules, by_value, of_names, tuple(number for number in here if rules[number].subject == "type"))

    def first(
        self, keys: tuple[tuple[Subject, str], ...], patterns: tuple[int, ...], text: str
    ) -> AttachmentRule | None:
        """The first rule that has one of `keys` or, among `patterns`, matches `text`."""
        last = len(self.rules)
        best = min((self.by_value.get(key, last) for key in keys), default=last)
        for number in patterns:
            if number >= best:
                break
            if any(pattern.search(text) for pattern in self.rules[number].patterns):
                best = number
        return self.rules[best] if best < last else None


@dataclass(frozen=True, slots=True)
class AttachmentRules:
    """A set of rules in the order in which they are asked. `member` asks about what is inside an attachment."""

    rules: tuple[AttachmentRule, ...] = ()
    problems: tuple[Problem, ...] = ()
    _parts: _Order = field(init=False, repr=False, compare=False)
    _members: _Order = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parts", _Order.of(self.rules, "part"))
        object.__setattr__(self, "_members", _Order.of(self.rules, "member"))

    @classmethod
    def parse(cls, text: str, source: str) -> Self:
        """Rules in our own form; the `allow` lines are put first."""
        reader = Reader(source)
        found = [rule for line in reader.lines(text) if (rule := _rule(line, reader)) is not None]
        found.sort(key=lambda rule: rule.deed != "allow")
        return cls(tuple(found), (*reader.problems, *_idle(found)))

    def followed_by(self, others: "AttachmentRules") -> "AttachmentRules":
        """These rules, then the others."""
        return AttachmentRules((*self.rules, *others.rules), (*self.problems, *others.problems))

    def of_name(self, form: str, extension: str, member: bool) -> AttachmentRule | None:
        """The rule that decides about one form of a name (`message.forms`)."""
        order = self._order(member)
        return order.first((("ext", extension),) if extension else (), order.of_names, form)

    def of_type(self, declared: str, member: bool = False) -> AttachmentRule | None:
        """The rule that decides about a declared type."""
        order = self._order(member)
        return order.first((), order.of_types, declared)

    def of_kind(self, kind: str, member: bool) -> AttachmentRule | None:
        """The rule that decides about bytes of this kind, by the kind or by its family."""
        family = KINDS[kind].family if kind in KINDS else "data"
        return self._order(member).first((("kind", kind), ("class", family)), (), "")

    def of_class(self, name: str, member: bool) -> AttachmentRule | None:
        """The rule that decides about a class that is not a family."""
        return self._order(member).first((("class", name),), (), "")

    @property
    def banned(self) -> frozenset[str]:
        """The extensions that an attachment may not have, whatever becomes of it."""
        named = {value for subject, value in self._parts.by_value if subject == "ext"}
        return frozenset(
            value for value in named if (rule := self.of_name(f"a.{value}", value, False)) and rule.deed != "allow"
        )

    def _order(self, member: bool) -> _Order:
        return self._members if member else self._parts


def _idle(rules: list[AttachmentRule]) -> Iterator[Problem]:
    """A warning for each value about which an earlier rule has decided already."""
    first: dict[tuple[str, str, str], AttachmentRule] = {}
    for rule in rules:
        for value in sorted(rule.values):
            earlier = first.setdefault((rule.subject, rule.scope, value), rule)
            if earlier is not rule:
                message = f"line {earlier.line} decides about {rule.subject} {value} already"
                yield Problem(rule.source, rule.line, "warning", message, "keep one of the two")


def _rule(line: str, reader: Reader) -> AttachmentRule | None:
    """What one line says, or None (reported) if it cannot be used."""
    said, dashes, reason = line.replace("\t", " ").partition(" -- ")
    words = said.split()
    deed = words.pop(0).lower()
    if deed not in DEEDS:
        reader.error(f"{deed!r} is no action", f"write {', '.join(DEEDS)}")
        return None
    scope = cast(Scope, words.pop(0).lower()) if words and words[0].lower() in ("part", "member") else ""
    subject = cast(Subject, words.pop(0).lower() if words else "")
    if subject not in _SUBJECTS:
        reader.error(f"{subject!r} is nothing that a rule can ask about", f"write {', '.join(_SUBJECTS)}")
        return None
    if not words or not dashes or not reason.strip():
        reader.error("the rule is not complete", f"write {deed} {subject} VALUE -- and the reason")
        return None
    if subject == "match":
        words = [said.split(None, 3 if scope else 2)[-1].strip()]
    values, patterns = _values(subject, words, reader)
    if not values and not patterns:
        return None
    return AttachmentRule(
        deed, subject, scope, reason.strip(), values, patterns, source=reader.source, line=reader.line
    )


def _values(subject: Subject, words: list[str], reader: Reader) -> tuple[frozenset[str], tuple[Pattern, ...]]:
    """What a rule asks about, as values or as patterns; a word that cannot be used is reported and left out."""
    if subject == "match":
        return frozenset(), _patterns(words, Pattern, reader)
    if subject in ("name", "type"):
        return frozenset(), _patterns(words, glob, reader)
    known = {"kind": frozenset(KINDS), "class": CLASSES}.get(subject)
    values = frozenset(value for word in words if (value := _value(word.lower(), known, reader)))
    return values, ()


def _value(word: str, known: frozenset[str] | None, reader: Reader) -> str:
    if known is not None:
        if word not in known:
            near = get_close_matches(word, known, 3, 0) if len(word) < 40 else []
            reader.error(f"{word!r} is none that we know", f"perhaps {' or '.join(near) or 'another'}")
            return ""
        return word
    extension = word.lstrip("*").removeprefix(".")
    if "." in extension or "*" in extension or not extension:
        reader.error(f"{word!r} is no extension: it is what stands behind the last dot", f"write name *.{extension}")
        return ""
    return extension


def _patterns(words: list[str], compiled: Callable[[str], Pattern], reader: Reader) -> tuple[Pattern, ...]:
    found = []
    for word in words:
        try:
            found.append(compiled(word))
        except PatternError as error:
            reader.error(str(error), error.remedy)
    return tuple(found)
