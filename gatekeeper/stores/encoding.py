"""encoding: values as JSON, and back.

Questions and answers become rows, `["dns", "example.org", "A"]` and `["found", ["127.0.0.2"]]`; everything else is
what msgspec makes of a dataclass. Text from the wire may hold bytes that were no UTF-8 (lone surrogates), and a
threshold may be infinite; strict JSON has neither, so such a value takes the way of the standard library, which has
both. Decoding fails with `ValueError` (msgspec's errors are such).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from math import isfinite
from typing import Any, TypeVar, cast

import msgspec

from gatekeeper.values import (
    Absent,
    Answer,
    Dns,
    Failed,
    Found,
    Question,
    Recipient,
    Refused,
    TimedOut,
    Verdict,
)

T = TypeVar("T")
Row = list[Any]
Tape = tuple[tuple[Question, Answer], ...]

QUESTIONS: Mapping[str, type[Question]] = {"dns": Dns, "recipient": Recipient}
ANSWERS: Mapping[str, type[Answer]] = {
    "found": Found,
    "absent": Absent,
    "timed-out": TimedOut,
    "refused": Refused,
    "failed": Failed,
}

_WORDS: Mapping[type, str] = {kind: word for kinds in (QUESTIONS, ANSWERS) for word, kind in kinds.items()}
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in _WORDS}
_fast = msgspec.json.Encoder()


def row(value: Question | Answer) -> Row:
    """A question or an answer as a list: its word, then its fields in order."""
    kind = type(value)
    return [_WORDS[kind], *[getattr(value, name) for name in _FIELDS[kind]]]


def question(row: Row) -> Question:
    """The question that `row` was made of."""
    return cast(Question, _value(QUESTIONS, row))


def answer(row: Row) -> Answer:
    """The answer that `row` was made of."""
    return cast(Answer, _value(ANSWERS, row))


def tape_rows(tape: Iterable[tuple[Question, Answer]]) -> list[tuple[Row, Row]]:
    """A tape as pairs of rows."""
    return [(row(asked), row(answered)) for asked, answered in tape]


def tape(rows: Iterable[tuple[Row, Row]]) -> Tape:
    """The tape that `rows` were made of."""
    return tuple((question(asked), answer(answered)) for asked, answered in rows)


def encode(value: object, verdicts: Iterable[Verdict] = ()) -> bytes:
    """JSON of what msgspec knows; `verdicts` are those in it, whose scores need not be finite."""
    if all(map(_finite, verdicts)):
        try:
            return _fast.encode(value)
        except UnicodeEncodeError:
            pass
    return json.dumps(msgspec.to_builtins(value)).encode()


def decode(stored: bytes | str, kind: type[T]) -> T:
    """The value of type `kind` that `encode` was given."""
    try:
        return msgspec.json.decode(stored, type=kind)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(stored), kind)


def distinct(verdicts: Mapping[str, Verdict]) -> tuple[list[Verdict], dict[str, int]]:
    """Each different verdict once, and for each recipient which it is: many recipients, mostly one verdict."""
    numbers: dict[Verdict, int] = {}
    places = {address: numbers.setdefault(verdict, len(numbers)) for address, verdict in verdicts.items()}
    return list(numbers), places


def _value(kinds: Mapping[str, type], row: Row) -> object:
    if not row or row[0] not in kinds:
        raise ValueError(f"a row of no known kind: {row[:1]}")
    kind = kinds[row[0]]
    return msgspec.convert(dict(zip(_FIELDS[kind], row[1:], strict=True)), kind)


def _finite(verdict: Verdict) -> bool:
    return isfinite(verdict.score + verdict.required + sum(finding.score for finding in verdict.findings))
