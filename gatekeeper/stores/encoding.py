"""encoding: values as JSON, and back.

Questions and answers become rows, `["dns", "example.org", "A"]` and `["found", ["127.0.0.2"]]`; the bytes of an
attachment, of what is inside it, and the features of a message are left out. Everything else is what msgspec makes of a
dataclass. Text from the wire may hold bytes that were no UTF-8 (lone surrogates), and a threshold may be infinite;
strict JSON has neither, so such a value takes the way of the standard library, which has both. Decoding fails with
`ValueError` (msgspec's errors are such).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from math import isfinite
from typing import Any, TypeVar, cast

import msgspec

from gatekeeper.values import (
    Absent,
    Acquainted,
    Anomaly,
    Answer,
    Campaign,
    Clue,
    Contents,
    Counted,
    Dns,
    Exceeded,
    Exited,
    Failed,
    Found,
    Hit,
    Item,
    Judged,
    Known,
    Matched,
    Opened,
    Program,
    Pyzor,
    Question,
    Rate,
    Recipient,
    Refused,
    Reputation,
    Reputed,
    Seen,
    Sighted,
    Suspended,
    TimedOut,
    Verdict,
    Virus,
    Words,
    Yara,
)

T = TypeVar("T")
Row = list[Any]
Tape = tuple[tuple[Question, Answer], ...]

QUESTIONS: Mapping[str, type[Question]] = {
    "program": Program,
    "dns": Dns,
    "recipient": Recipient,
    "contents": Contents,
    "words": Words,
    "virus": Virus,
    "yara": Yara,
    "pyzor": Pyzor,
    "known": Known,
    "reputation": Reputation,
    "seen": Seen,
    "rate": Rate,
    "campaign": Campaign,
}
ANSWERS: Mapping[str, type[Answer]] = {
    "exited": Exited,
    "found": Found,
    "absent": Absent,
    "timed-out": TimedOut,
    "refused": Refused,
    "suspended": Suspended,
    "failed": Failed,
    "exceeded": Exceeded,
    "opened": Opened,
    "judged": Judged,
    "matched": Matched,
    "acquainted": Acquainted,
    "reputed": Reputed,
    "sighted": Sighted,
    "counted": Counted,
}

_WORDS: Mapping[type, str] = {kind: word for kinds in (QUESTIONS, ANSWERS) for word, kind in kinds.items()}
_FIELDS = {kind: tuple(field.name for field in fields(kind) if field.compare) for kind in _WORDS}
_CLUE = tuple(field.name for field in fields(Clue))
_HIT = tuple(field.name for field in fields(Hit))
_DECIMALS = 4  # of a clue's probability: it is only shown
_fast = msgspec.json.Encoder()


class _Tree(msgspec.Struct, array_like=True):
    """An `Item` as it is kept: the same fields in the same order, without the bytes."""

    path: str
    names: tuple[str, ...]
    kind: str
    size: int
    sha256: str
    anomalies: tuple[tuple[str, str], ...]
    links: tuple[str, ...]
    items: tuple["_Tree", ...]
    types: tuple[str, ...]


def row(value: Question | Answer) -> Row:
    """A question or an answer as a list: its word, then its fields in order."""
    if isinstance(value, Opened):
        return ["opened", _row(value.item)]
    if isinstance(value, Judged):
        return ["judged", *(getattr(value, name) for name in _FIELDS[Judged][:-2]), _clues(value.clues), value.behind]
    if isinstance(value, Matched):
        return ["matched", [[getattr(hit, name) for name in _HIT] for hit in value.hits]]
    kind = type(value)
    fields = [getattr(value, name) for name in _FIELDS[kind]]
    if isinstance(value, Found) and not value.age:
        fields.pop()
    return [_WORDS[kind], *fields]


def question(row: Row) -> Question:
    """The question that `row` was made of."""
    return cast(Question, _value(QUESTIONS, row))


def answer(row: Row) -> Answer:
    """The answer that `row` was made of."""
    if row[:1] == ["opened"]:
        (_, tree) = row
        return Opened(_item(msgspec.convert(tree, _Tree)))
    if row[:1] == ["judged"]:
        return _judged(row)
    if row[:1] == ["matched"]:
        (_, hits) = row
        return Matched(tuple(msgspec.convert(dict(zip(_HIT, hit, strict=True)), Hit) for hit in hits))
    return cast(Answer, _value(ANSWERS, row))


def tape_rows(tape: Iterable[tuple[Question, Answer]]) -> list[tuple[Row, Row]]:
    """A tape as pairs of rows."""
    return [(row(asked), row(answered)) for asked, answered in tape]


def tape(rows: Iterable[tuple[Row, Row]]) -> Tape:
    """The tape that `rows` were made of."""
    return tuple((question(asked), answer(answered)) for asked, answered in rows)


def without_data(tape: Tape) -> Tape:
    """The tape as it will be kept: it holds no attachment in memory."""
    return tuple(
        (
            _bare(asked),
            Opened(answered.item.without_data()) if isinstance(answered, Opened) else answered,
        )
        for asked, answered in tape
    )


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


def _bare(asked: Question) -> Question:
    match asked:
        case Contents():
            return Contents(asked.sha256, asked.names)
        case Words():
            return Words(asked.digest)
        case Campaign():
            return Campaign(asked.kind, asked.digest)
        case Virus():
            return Virus(asked.sha256)
        case Yara():
            return Yara(asked.sha256)
        case Program():
            return Program(asked.path, asked.arguments, asked.sha256)
        case _:
            return asked


def _value(kinds: Mapping[str, type], row: Row) -> object:
    if not row or row[0] not in kinds:
        raise ValueError(f"a row of no known kind: {row[:1]}")
    kind = kinds[row[0]]
    if len(row) > len(_FIELDS[kind]) + 1:
        raise ValueError(f"more than a {row[0]} has: {row}")
    return msgspec.convert(dict(zip(_FIELDS[kind], row[1:], strict=False)), kind)  # what is not there has its default


def _row(item: Item) -> Row:
    anomalies = [[anomaly.name, anomaly.detail] for anomaly in item.anomalies]
    below = [_row(inner) for inner in item.items]
    return [item.path, item.names, item.kind, item.size, item.sha256, anomalies, item.links, below, item.types]


def _clues(clues: Iterable[Clue]) -> list[Row]:
    return [[clue.word, clue.spam, clue.ham, round(clue.probability, _DECIMALS)] for clue in clues]


def _judged(row: Row) -> Judged:
    *_, clues, behind = row
    named = [dict(zip(_CLUE, clue, strict=True)) for clue in clues]
    fields = dict(zip(_FIELDS[Judged], (*row[1:-2], named, behind), strict=True))
    return msgspec.convert(fields, Judged)


def _item(tree: _Tree) -> Item:
    anomalies = tuple(Anomaly(name, detail) for name, detail in tree.anomalies)
    below = tuple(_item(inner) for inner in tree.items)
    return Item(tree.path, tree.names, tree.kind, tree.size, tree.sha256, anomalies, tree.links, below, tree.types)


def _finite(verdict: Verdict) -> bool:
    return isfinite(verdict.score + verdict.required + sum(finding.score for finding in verdict.findings))
