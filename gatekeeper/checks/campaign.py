"""campaign: is a message like one that was reported here (`gatekeeper report`)? The second wave meets the first.

Text and attachments are asked about each by a sketch; of all that is known again the one that is most alike counts, and
scores by how much. Where nothing was reported ever, no sketch is made. Short texts have none. What somebody called
wanted is not reported any more. A failure to answer is no evidence.
"""

import hashlib
from collections.abc import Callable, Generator, Mapping
from typing import Annotated

import msgspec

from gatekeeper.digests.sketches import LEAST, sketches_of, what
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Absent, Answer, Answers, Campaign, Finding, Found, Question, Sketch, Stage

REPORTED = "campaign-reported"
ANY = Campaign("any", "")

Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.campaign]"""

    enabled: bool = True
    score: float = 6.0  # for the same again; for what is less alike that share of it
    text: Share = LEAST["text"]  # how much alike two texts are at least: the share of groups of three words
    file: Share = LEAST["file"]  # how much alike two attachments are at least: 0.8 is a TLSH distance of 20


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the content stage."""
    least = {"text": settings.text, "file": settings.file}

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None or isinstance((yield frozenset({ANY}))[ANY], Absent):
            return []
        questions = frozenset(map(_question, sketches_of(mail.message)))
        if not questions:
            return []
        answers = yield questions
        found = [_finding(asked, answer, least, settings.score) for asked, answer in answers.items()]
        return sorted(filter(None, found), key=_weight)[-1:]

    return {Stage.CONTENT: check}


def _question(sketch: Sketch) -> Campaign:
    digest = hashlib.blake2b(sketch.kind.encode() + sketch.data, digest_size=16)
    return Campaign(what(sketch.kind), digest.hexdigest(), sketch)


def _finding(asked: Question, answer: Answer, least: Mapping[str, float], score: float) -> Finding | None:
    match asked, answer:
        case Campaign(kind=kind), Found((likeness, reports, since)) if float(likeness) >= least[kind]:
            often = "once" if reports == "1" else f"{reports} times"
            evidence = f"{kind} {float(likeness):.0%} alike, reported {often} since {since}"
            return Finding(REPORTED, round(score * float(likeness), 2), evidence, secret=True)
        case _:
            return None


def _weight(finding: Finding) -> tuple[float, str]:
    return finding.score, finding.evidence
