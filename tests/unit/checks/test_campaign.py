"""What is like a reported one scores by how much; what is less alike, short or unanswered does not."""

import msgspec
import pytest

from gatekeeper.checks import campaign
from gatekeeper.checks.campaign import ANY, Settings, build
from gatekeeper.digests.sketches import sketches_of
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import Absent, Answer, Campaign, Client, Envelope, Failed, Finding, Found, Stage, TimedOut
from tests.unit.digests.campaign_mails import mail, program, wave, with_file

pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
pytest.importorskip("tlsh", reason="gatekeeper[near] is not installed")

ENVELOPE = Envelope("id", "test", Client(), None)
BOTH = with_file(program(1), body=wave(1, 0))


def known(likeness: float, reports: int = 3) -> Found:
    return Found((f"{likeness:.2f}", str(reports), "2026-11-28"))


def findings(answers: dict[str, Answer], raw: bytes = BOTH, **settings: float) -> list[Finding]:
    steps = build(Settings(**settings), Tables())[Stage.CONTENT](Mail(ENVELOPE, message=parse(raw)))  # type: ignore[arg-type]
    try:
        next(steps)  # type: ignore[call-overload]
        questions = steps.send({ANY: answers.get("any", Found(()))})  # type: ignore[attr-defined]
        steps.send({q: answers.get(q.kind, Absent()) for q in questions})  # type: ignore[attr-defined]
    except StopIteration as end:
        return list(end.value)
    raise AssertionError("it asked twice")


def asked() -> frozenset[Campaign]:
    steps = build(Settings(), Tables())[Stage.CONTENT](Mail(ENVELOPE, message=parse(BOTH)))  # type: ignore[arg-type]
    assert next(steps) == {ANY}  # type: ignore[call-overload]
    return steps.send({ANY: Found(())})  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("silence", [Failed("locked"), TimedOut("3 s")])
def test_whoever_cannot_say_whether_anything_was_reported_is_asked_all_the_same(silence: Answer) -> None:
    assert findings({"any": silence, "text": known(1.0)})[0].score == 6.0


def test_where_nothing_was_reported_no_sketch_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "sketches_of", lambda _message: pytest.fail("it was made"))
    assert findings({"any": Absent(), "text": known(1.0)}) == []


def test_text_and_files_are_asked_about() -> None:
    questions = asked()
    assert {(q.kind, q.sketch) for q in questions} == {
        (kind, sketch) for kind, sketch in zip(("text", "file"), sketches_of(parse(BOTH)), strict=True)
    }
    assert questions == asked()
    assert len({q.digest for q in questions}) == 2
    assert all(isinstance(q, Campaign) for q in questions)


def test_the_same_again_scores_in_full_and_says_how_often() -> None:
    (finding,) = findings({"text": known(1.0)})
    evidence = "text 100% alike, reported 3 times since 2026-11-28"
    assert finding == Finding("campaign-reported", 6.0, evidence, secret=True)


def test_one_report_is_enough() -> None:
    assert findings({"text": known(1.0, reports=1)})[0].evidence.endswith(", reported once since 2026-11-28")


def test_what_is_less_alike_scores_less() -> None:
    assert findings({"text": known(0.5)})[0].score == 3.0
    assert findings({"text": known(0.75)}, score=4.0)[0].score == 3.0


def test_what_is_hardly_alike_does_not_score() -> None:
    assert findings({"text": known(0.49)}) == []
    assert findings({"file": known(0.79)}) == []
    assert findings({"text": known(0.49)}, text=0.4)
    assert findings({"file": known(0.79)}, file=0.7)


def test_of_text_and_file_the_one_that_is_more_alike_counts() -> None:
    (finding,) = findings({"text": known(0.6), "file": known(0.9)})
    assert (finding.score, finding.evidence[:4]) == (5.4, "file")


@pytest.mark.parametrize("answer", [Absent(), Failed("damaged"), TimedOut()])
def test_no_answer_is_no_evidence(answer: Answer) -> None:
    assert findings({"text": answer, "file": answer}) == []


def test_a_short_text_is_not_asked_about() -> None:
    assert findings({"text": known(1.0)}, mail("Hi, see you on Sunday?\r\n")) == []


@pytest.mark.parametrize("settings", [{"text": 0}, {"text": 1.1}, {"file": -1}])
def test_a_share_is_a_share(settings: dict[str, float]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, Settings)
