"""What many report and nobody calls wanted scores; silence, doubt and a few reports do not."""

from dataclasses import replace

import msgspec
import pytest

from gatekeeper.checks.pyzor import Settings, build
from gatekeeper.digests.pyzor import digest_of
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import (
    Answer,
    Client,
    Envelope,
    Exceeded,
    Failed,
    Finding,
    Found,
    Pyzor,
    Refused,
    Stage,
    TimedOut,
)

ENVELOPE = Envelope("id", "test", Client(), None)
RAW = b"Subject: x\r\n\r\nBuy your cheap pills today\r\n"
SERVER, OTHER = "192.0.2.1:24441", "pyzor.test:1234"


def findings(answers: dict[str, Answer], raw: bytes = RAW, **settings: float) -> list[Finding]:
    check = build(Settings(servers=list(answers), **settings), Tables())[Stage.CONTENT]  # type: ignore[arg-type]
    steps = check(Mail(ENVELOPE, message=parse(raw)))
    try:
        questions = next(steps)  # type: ignore[call-overload]
        steps.send({q: answers[f"{q.host}:{q.port}"] for q in questions})  # type: ignore[attr-defined]
    except StopIteration as end:
        return list(end.value)
    raise AssertionError("it asked twice")


def counts(reports: int, whitelisted: int = 0) -> Found:
    return Found((str(reports), str(whitelisted)))


def test_every_server_is_asked_about_the_digest() -> None:
    steps = build(Settings(servers=[SERVER, OTHER]), Tables())[Stage.CONTENT](Mail(ENVELOPE, message=parse(RAW)))
    digest = digest_of(parse(RAW))
    assert next(steps) == {Pyzor(digest, "192.0.2.1", 24441), Pyzor(digest, "pyzor.test", 1234)}


def test_what_many_report_scores_in_full() -> None:
    (finding,) = findings({SERVER: counts(12)})
    assert finding == Finding("pyzor-reported", 3.0, "192.0.2.1: 12 reports, 0 call it wanted", secret=True)


def test_who_calls_it_wanted_takes_some_away() -> None:
    assert findings({SERVER: counts(100, 50)})[0].score == 1.5
    assert findings({SERVER: counts(100, 99)})[0].score == 0.03
    assert findings({SERVER: counts(100, 100)}) == []
    assert findings({SERVER: counts(100, 5000)}) == []


def test_a_few_reports_do_not_count() -> None:
    assert findings({SERVER: counts(4)}) == []
    assert findings({SERVER: counts(5)})
    assert findings({SERVER: counts(4)}, reports=4)


def test_of_several_servers_the_one_that_knows_most_counts() -> None:
    (finding,) = findings({SERVER: counts(10, 5), OTHER: counts(10)})
    assert (finding.score, finding.evidence[:10]) == (3.0, "pyzor.test")
    (finding,) = findings({SERVER: counts(10), OTHER: TimedOut()})
    assert finding.evidence[:9] == "192.0.2.1"


@pytest.mark.parametrize("failure", [TimedOut("3 s"), Refused("403"), Failed("500"), Exceeded()])
def test_a_failure_is_no_evidence(failure: Answer) -> None:
    assert findings({SERVER: failure}) == []


@pytest.mark.parametrize("raw", [b"Subject: x\r\n\r\n", b"Subject: x\r\n\r\nhi\r\n"])
def test_what_has_no_digest_is_not_asked_about(raw: bytes) -> None:
    assert findings({SERVER: counts(10_000)}, raw) == []


def test_mail_of_our_own_users_is_not_asked_about() -> None:
    envelope = replace(ENVELOPE, outbound=True)
    check = build(Settings(servers=[SERVER]), Tables())[Stage.CONTENT]
    with pytest.raises(StopIteration) as end:
        next(check(Mail(envelope, message=parse(RAW))))  # type: ignore[call-overload]
    assert end.value.value == []


def test_without_servers_there_is_no_check() -> None:
    assert build(Settings(), Tables()) == {}


@pytest.mark.parametrize("settings", [{"servers": ["pyzor.test"]}, {"reports": 0}, {"timeout": 0}])
def test_a_setting_that_means_nothing_is_a_mistake(settings: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, Settings)


def test_a_server_without_a_port_is_a_mistake_that_has_a_remedy():
    with pytest.raises(ValueError, match=r"'pyzor\.test' has no port; write for instance pyzor\.example"):
        Settings(servers=["pyzor.test"])
