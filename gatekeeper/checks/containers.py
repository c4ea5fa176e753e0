"""containers: archives that are bombs, cannot be opened, are encrypted, or are not what they are called.

Each part that holds an archive or a document is asked about, and what was met inside is summed up: one finding of a
kind a message, with the place of the first. What nobody could look into is a finding too; `[dependencies.opener]` says
what becomes of it.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

import msgspec

from gatekeeper.message import Mail, Message, Part
from gatekeeper.message.forms import printable
from gatekeeper.message.kinds import mismatch
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Answer, Answers, Finding, Opened, Question, Refused, Stage, TimedOut

BOMB, ENCRYPTED, UNREADABLE = "archive-bomb", "encrypted-archive", "unreadable-container"
LIMIT, ODD, MISMATCH = "limit-exceeded", "odd-archive", "type-mismatch"
NOT_OPENED, NOT_YET = "not-opened", "not-opened-yet"

_SLUGS = (
    ("open.", NOT_OPENED),
    ("archive.bomb", BOMB),
    ("archive.encrypted", ENCRYPTED),
    ("archive.unsupported", UNREADABLE),
    ("kind.unreadable", UNREADABLE),
    ("limit.", LIMIT),
    ("kind.mismatch", MISMATCH),
    ("archive.", ODD),
    ("zip.", ODD),
)
"""The finding that an anomaly leads to, by what its name begins with; the first that fits."""

_BUSY = (TimedOut, Refused)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.containers]"""

    enabled: bool = True
    bomb: Literal["reject", "quarantine", "discard"] = "reject"  # for what unpacks to far more than it seems
    encrypted: Literal["score", "quarantine", "reject"] = "score"  # for an archive that nobody can look into
    encrypted_score: float = 3.0
    unreadable_score: float = 3.0  # for an archive that is broken, or of a format that is not read here
    limit_score: float = 8.0  # for one too large or too deep to be read to its end
    mismatch_score: float = 4.0  # for a program called a picture, an archive called a document
    odd_score: float = 2.0  # for an archive that readers see differently, or whose names lead out of their folder
    failure_score: float = 5.0  # for one that was not opened, beside what [dependencies.opener] says


class Note(NamedTuple):
    """Something met: the finding that it leads to, where, and what for people."""

    slug: str
    place: str
    what: str


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the attachment stage."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None:
            return []
        questions = frozenset(question for part in mail.message.walk() for question in part.insides())
        answers: Answers = {}
        if questions:
            answers = yield questions
        return _findings(_notes(mail.message, answers), settings)

    return {Stage.ATTACHMENT: check}


def _notes(message: Message, answers: Answers) -> Iterator[Note]:
    for part in message.walk():
        if "open.too-many" in part.anomalies:
            yield Note(LIMIT, part.path, "open.too-many")
        yield from _outside(part)
        for question in part.insides():
            yield from _inside(part.path, answers[question])


def _outside(part: Part) -> Iterator[Note]:
    """What a part's own name and type say about its bytes; a file inside a text has only a name."""
    for decoding, kind in zip(part.decodings(), part.kinds(), strict=True):
        names, types = ((decoding.name,), ()) if decoding.name else (part.names(), part.types())
        if why := mismatch(kind, names, types):
            yield Note(MISMATCH, part.path, why)


def _inside(path: str, answer: Answer) -> Iterator[Note]:
    if not isinstance(answer, Opened):
        yield Note(NOT_YET if isinstance(answer, _BUSY) else NOT_OPENED, path, getattr(answer, "why", ""))
        return
    for item in answer.item.walk():
        for anomaly in item.anomalies:
            slug = next((slug for prefix, slug in _SLUGS if anomaly.name.startswith(prefix)), "")
            if slug and (item.path or slug != MISMATCH):  # the part itself was compared with its type too
                place = f"{path}/{item.path}".rstrip("/")
                yield Note(slug, place, f"{anomaly.name} {anomaly.detail}".rstrip())


def _findings(notes: Iterable[Note], settings: Settings) -> list[Finding]:
    """One for each slug, with the first note, and how many there are."""
    first: dict[str, Note] = {}
    count: dict[str, int] = {}
    for note in notes:
        first.setdefault(note.slug, note)
        count[note.slug] = count.get(note.slug, 0) + 1
    return [_finding(note, count[slug], settings) for slug, note in first.items()]


def _finding(note: Note, count: int, settings: Settings) -> Finding:
    score, settled = _weights(settings)[note.slug]
    more = f" (and {count - 1} more)" if count > 1 else ""
    certain = None if settled == "score" else Action(settled)
    evidence = f"{printable(note.place)}: {printable(note.what)}{more}"
    return Finding(note.slug, score, evidence, certain, danger=certain is not None and note.slug == BOMB)


def _weights(settings: Settings) -> Mapping[str, tuple[float, str]]:
    """For each finding its score, and what settles the verdict besides."""
    return {
        BOMB: (0.0, settings.bomb),
        ENCRYPTED: (settings.encrypted_score, settings.encrypted),
        UNREADABLE: (settings.unreadable_score, "score"),
        LIMIT: (settings.limit_score, "score"),
        MISMATCH: (settings.mismatch_score, "score"),
        ODD: (settings.odd_score, "score"),
        NOT_OPENED: (settings.failure_score, "score"),
        NOT_YET: (settings.failure_score, "score"),
    }
