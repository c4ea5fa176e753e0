"""scrutiny: what a compiler would say of tables of patterns: rules that are never reached, and those that cost much.

Slower than reading the table, so it is for whoever checks it. What is said is certain; not everything that is so is
said (see `covering`). Nothing here fails.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.tables.attachments import AttachmentRule
from gatekeeper.tables.automaton import Automaton
from gatekeeper.tables.covering import covers, machine, witness
from gatekeeper.tables.matcher import Budget, ExhaustedError, Expression, Matcher
from gatekeeper.tables.pattern_table import PatternTable, Row
from gatekeeper.values import Problem

_LARGE = 1000  # instructions of RE2: about so many milliseconds for a megabyte of the worst text
_MOST = 2000  # rules of one table that are compared with each other


@dataclass(frozen=True, slots=True)
class _Reached:
    """A rule that may end the search before a later one is asked."""

    line: int
    matcher: Matcher
    machine: Automaton


def scrutinised(table: PatternTable) -> list[Problem]:
    """Warnings, in the order of the lines."""
    found = [*_unreached(table.source, table.rows, []), *_costly(table.source, table.rows)]
    return sorted(found, key=lambda problem: problem.line)


def unreached_names(rules: Iterable[AttachmentRule]) -> list[Problem]:
    """Rules about names of attachments whose every pattern is covered by one of an earlier rule."""
    found: list[Problem] = []
    known: list[tuple[AttachmentRule, list[Automaton]]] = []
    for rule in rules:
        machines = [_of_name(pattern.text) for pattern in rule.patterns] if rule.subject in ("name", "match") else []
        narrow = [machine for machine in machines if machine is not None]
        if narrow and len(narrow) == len(machines) and (first := _decided(known, rule, narrow)):
            message = f"this is never asked: {first.source}:{first.line} decides about all such names before"
            found.append(Problem(rule.source, rule.line, "warning", message, "put it before that, or delete it"))
        elif narrow:
            known.append((rule, narrow))
    return found


def _decided(
    known: list[tuple[AttachmentRule, list[Automaton]]], rule: AttachmentRule, narrow: list[Automaton]
) -> AttachmentRule | None:
    """The earlier rule that decides about all that `narrow` are."""
    for earlier, wide in known:
        if earlier.scope in ("", rule.scope) and all(any(covers(one, machine) for one in wide) for machine in narrow):
            return earlier
    return None


def _of_name(pattern: str) -> Automaton | None:
    """As `Pattern` reads it: in either case, a dot for everything. What is not ASCII is for nobody else to say."""
    return machine(Expression(f"(?is:{pattern})")) if pattern.isascii() and pattern else None


def _unreached(source: str, rows: Sequence[Row], before: list[_Reached]) -> Iterator[Problem]:
    """`before` are the rules that were asked already, those around an `if` among them."""
    known = list(before)
    for row in rows:
        if row.rows is not None:
            yield from _unreached(source, row.rows, known)
            continue
        narrow = None if row.negated or len(known) > _MOST else machine(row.matcher.expression)
        if narrow is None:
            continue
        first = next((rule for rule in _candidates(known, narrow) if covers(rule.machine, narrow)), None)
        if first and first.matcher.expression != row.matcher.expression:  # the same again is told where it is read
            message = f"this never matches: whatever it matches, line {first.line} has matched before"
            yield Problem(source, row.line, "warning", message, f"put it before line {first.line}, or delete it")
        if not first and row.matcher.linear:
            known.append(_Reached(row.line, row.matcher, narrow))


def _candidates(known: list[_Reached], narrow: Automaton) -> Iterator[_Reached]:
    """Those that match at least one text which `narrow` does."""
    text = witness(narrow)
    if text is None:
        return
    for rule in known:
        try:
            if rule.matcher.search(text, Budget()) is not None:
                yield rule
        except ExhaustedError:
            continue


def _costly(source: str, rows: Sequence[Row]) -> Iterator[Problem]:
    for row in rows:
        if not row.matcher.linear:
            message = (
                "it looks around or refers back, so it may try many ways, within the seconds of [checks.header_checks]"
            )
            yield Problem(
                source, row.line, "warning", message, "write it without (?=, (?!, (?<, (?> and \\1 if you can"
            )
        elif row.matcher.size > _LARGE:
            message = f"the worst megabyte keeps it busy for about {row.matcher.size / 1000:.1f} s"
            yield Problem(source, row.line, "warning", message, "repeat less often: .{0,20} rather than .{0,500}")
        if row.rows is not None:
            yield from _costly(source, row.rows)
