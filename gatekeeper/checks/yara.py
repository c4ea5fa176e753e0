"""yara: do the operator's YARA rules match the message, or anything in it?

The rules see the message as a whole, every decoding of every part, and the first megabyte of each thing inside archives
and documents. Metadata of a rule say what a match means: `score` is a number, `action` one of `reject`, `quarantine`
and `discard`. It runs where there are rules (`antivirus.yara`). What was not scanned, `[dependencies.antivirus]`
decides.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Annotated

import msgspec
from msgspec import Meta

from gatekeeper.message import Mail
from gatekeeper.message.forms import printable
from gatekeeper.message.readings import Reading, readings_of
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Answers, Contents, Finding, Hit, Matched, Opened, Question, Stage, Yara

MATCHED, UNSCANNED = "yara-match", "yara-unscanned"

_GENTLER = (Action.DISCARD, Action.REJECT, Action.QUARANTINE)
_MOST_TOLD = 5


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.yara]"""

    enabled: bool = True
    score: float = 3.0  # for a match with a rule that has neither `score` nor `action` in its metadata
    parts: Annotated[int, Meta(ge=1)] = 200  # readings of parts and members of archives that are scanned
    unscanned_score: float = 3.0  # for a message with more of them


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the attachment stage, which is the first that opens anything."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None:
            return []
        containers = {question: part.path for part in mail.message.walk() for question in part.insides()}
        answers: Answers = (yield frozenset(containers)) if containers else {}
        readings, left = readings_of(mail.message, settings.parts)
        digest = sha256("".join(reading.sha256 for reading in readings).encode()).hexdigest()
        inside = _inside(containers, answers)
        readings += inside[: settings.parts]
        left += len(inside[settings.parts :])
        question = Yara(digest, tuple(reading.data for reading in readings))
        answer = (yield frozenset({question}))[question]
        matched = _matched(answer.hits, readings, settings) if isinstance(answer, Matched) and answer.hits else []
        return [*matched, *_unscanned(left, settings)]

    return {Stage.ATTACHMENT: check}


def _inside(containers: Mapping[Contents, str], answers: Answers) -> list[Reading]:
    """What is in containers, each once. It follows from the message, so that its digests are no part of the question's;
    and whether its bytes are at hand makes no difference, since no record keeps them.
    """
    found: dict[str, Reading] = {}
    for question, path in containers.items():
        if isinstance(answer := answers[question], Opened):
            for item in answer.item.walk():
                if item.path:
                    found.setdefault(item.sha256, Reading(f"{path}/{item.path}", item.sha256, item.data))
    return list(found.values())


def _matched(hits: Sequence[Hit], readings: Sequence[Reading], settings: Settings) -> list[Finding]:
    """One finding: each rule counts once, and the sternest action of all is taken. Of one name there may be several."""
    rules = {(hit.rule, hit.score, hit.action): hit for hit in reversed(hits)}
    actions = {Action(hit.action) for hit in rules.values() if hit.action}
    action = next((action for action in _GENTLER if action in actions), None)
    score = sum(_score(hit, settings) for hit in rules.values())
    told = (f"{hit.rule} in {printable(readings[hit.reading].place)}" for hit in islice(rules.values(), _MOST_TOLD))
    return [Finding(MATCHED, score, ", ".join(told), action, danger=action is not None)]


def _score(hit: Hit, settings: Settings) -> float:
    if hit.score is not None:
        return hit.score
    return 0.0 if hit.action else settings.score


def _unscanned(left: int, settings: Settings) -> list[Finding]:
    if not left:
        return []
    return [Finding(UNSCANNED, settings.unscanned_score, f"{left} readings of parts were not scanned by themselves")]
