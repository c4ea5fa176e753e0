"""virus: does an antivirus engine know the message, or anything in it?

The whole message is scanned, and every decoding of every part, since an engine may read broken MIME as no mail program
does; the same bytes once. What is inside archives the engine unpacks itself; but of a member that is too large for it
clamd sees the beginning alone, and says no word of that: such are found here, by their size. What its makers call a
guess (`heuristics`) is a score, any other signature is certain. It runs where an engine is named (`[antivirus]`); what
an engine does not answer, or finds too large, `[dependencies.antivirus]` decides.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from itertools import islice
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatekeeper.message import Mail
from gatekeeper.message.forms import printable
from gatekeeper.message.readings import readings_of
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Answers, Finding, Found, Opened, Question, Stage, Virus

FOUND, SUSPECTED, UNSCANNED = "virus-found", "virus-suspected", "virus-unscanned"

_MOST_TOLD = 5


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.virus]"""

    enabled: bool = True
    found: Literal["reject", "quarantine", "discard"] = "reject"  # for what a signature knows
    heuristics: list[str] = msgspec.field(
        default_factory=lambda: ["Heuristics.", "PUA."]
    )  # how the names of guesses begin, which are no certainty
    heuristic_score: float = 6.0  # for those
    parts: Annotated[int, Meta(ge=1)] = 200  # readings of parts that are scanned by themselves, beside the message
    member: Annotated[int, Meta(ge=1)] = 25_000_000  # largest member of an archive that the engine reads: MaxFileSize
    unscanned_score: float = 3.0  # for a message with more readings, or a larger member


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the content stage, and that of members for the attachment stage, where archives are opened."""

    def check_members(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None:
            return []
        asked = {question: part.path for part in mail.message.walk() for question in part.insides()}
        answers: Answers = (yield frozenset(asked)) if asked else {}
        large = (
            f"{path}/{item.path}"
            for question, path in asked.items()
            if isinstance(opened := answers[question], Opened)
            for item in opened.item.walk()
            if item.path and item.size > settings.member
        )
        told = (f"{printable(place)} is too large for the engine" for place in islice(large, 1))
        return [Finding(UNSCANNED, settings.unscanned_score, what) for what in told]

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None:
            return []
        readings, left = readings_of(mail.message, settings.parts)
        places = {Virus(reading.sha256, reading.data): reading.place for reading in readings}
        answers = yield frozenset(places)
        names = {
            name: place
            for question, place in reversed(places.items())
            if isinstance(answer := answers[question], Found)
            for name in answer.values
        }
        return [*_findings(names, settings), *_unscanned(left, settings)]

    return {Stage.ATTACHMENT: check_members, Stage.CONTENT: check}


def _findings(names: Mapping[str, str], settings: Settings) -> list[Finding]:
    guesses = {name for name in names if name.startswith(tuple(settings.heuristics))}
    known = [name for name in names if name not in guesses]
    findings = []
    if known:
        findings.append(Finding(FOUND, 0.0, _told(known, names), Action(settings.found), danger=True))
    if guesses:
        findings.append(Finding(SUSPECTED, settings.heuristic_score, _told(sorted(guesses), names)))
    return findings


def _told(found: Iterable[str], places: Mapping[str, str]) -> str:
    return ", ".join(f"{name} in {places[name]}" for name in islice(found, _MOST_TOLD))


def _unscanned(left: int, settings: Settings) -> list[Finding]:
    if not left:
        return []
    return [Finding(UNSCANNED, settings.unscanned_score, f"{left} readings of parts were not scanned by themselves")]
