"""Only what is in doubt is put off, only until it has come again, and never whom we know or trust."""

import pytest

from gatekeeper.checks.greylist import Settings, build
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Absent, Action, Authenticated, Client, Envelope, Failed, Finding, Seen, Sighted, Stage

DOUBT = Finding("odd", 4.0)
PASSED = Finding("dkim-pass", result=Authenticated("dkim", "pass", "out.test"))


def mail(*findings: Finding, **envelope) -> Mail:
    fields = {"client": Client("192.0.2.7"), "sender": "Ann@Out.test", "recipients": ("kim@example.org",)} | envelope
    return Mail(Envelope("id", "test", Client(), **fields), findings=findings)


def questions(mail: Mail, **settings) -> set[Seen]:
    return set(next(build(Settings(**settings), Tables())[Stage.LAST](mail), ()))


def keys(mail: Mail) -> set[str]:
    return {question.key for question in questions(mail)}


def judged(*answers, mail: Mail = mail(DOUBT)) -> list[Finding]:  # noqa: B008
    steps = build(Settings(), Tables())[Stage.LAST](mail)
    asked = next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send(dict(zip(sorted(asked, key=lambda q: q.key), answers, strict=True)))
    return end.value.value


def test_it_is_off_unless_it_is_asked_for() -> None:
    assert not Settings().enabled


@pytest.mark.parametrize(("score", "doubtful"), [(2.9, False), (3.0, True), (7.9, True), (8.0, False), (-1.0, False)])
def test_only_what_is_in_doubt_is_looked_up(score: float, doubtful: bool) -> None:
    assert bool(questions(mail(Finding("odd", score)))) is doubtful


def test_a_sender_is_who_vouches_else_the_network() -> None:
    assert keys(mail(DOUBT)) == {"network:192.0.2.0/24 ann@out.test example.org"}
    assert keys(mail(DOUBT, PASSED)) == {"domain:out.test ann@out.test example.org"}
    assert keys(mail(DOUBT, client=None)) == set()


def test_numbers_in_a_senders_address_are_one() -> None:
    assert keys(mail(DOUBT, sender="bounce-1234-kim@out.test")) == keys(mail(DOUBT, sender="bounce-9999-kim@out.test"))


def test_a_bounce_has_a_sender_too() -> None:
    assert keys(mail(DOUBT, sender="")) == {"network:192.0.2.0/24 <> example.org"}


def test_a_key_is_short_and_of_three_words_whatever_the_sender_is() -> None:
    (key,) = keys(mail(DOUBT, sender='"a b \t c' + "x" * 10_000 + '"@out.test'))
    assert len(key) < 300
    assert len(key.split(" ")) == 3


@pytest.mark.parametrize("who", [{"trusted": True}, {"outbound": True}])
def test_whom_we_trust_is_never_put_off(who: dict[str, bool]) -> None:
    assert keys(mail(DOUBT, **who)) == set()


@pytest.mark.parametrize("name", ["known-correspondent", "known-to-colleagues"])
def test_whom_somebody_knows_is_never_put_off(name: str) -> None:
    assert keys(mail(DOUBT, Finding(name, -0.5))) == set()


def test_whoever_was_never_seen_comes_again() -> None:
    (finding,) = judged(Absent())
    assert (finding.name, finding.score, finding.certain) == ("greylisted", 0.0, Action.DEFER)
    assert (finding.reply.code, finding.reply.status) == (451, "4.7.1")
    assert finding.evidence == "never seen before"


def test_whoever_comes_too_soon_comes_again() -> None:
    (finding,) = judged(Sighted(12.0, False))
    assert (finding.name, finding.evidence) == ("greylisted", "tried 12 s ago, 300 s to wait")


def test_whoever_has_waited_passes() -> None:
    (finding,) = judged(Sighted(312.0, True))
    assert (finding.name, finding.score, finding.certain) == ("greylist-passed", 0.0, None)
    assert finding.evidence == "first seen 312 s ago"


def test_who_cannot_be_looked_up_passes() -> None:
    assert judged(Failed("disk full")) == []


def test_every_domain_among_the_recipients_must_have_passed() -> None:
    several = mail(DOUBT, recipients=("kim@a.org", "lee@A.org", "joe@b.org"))
    assert len(keys(several)) == 2
    assert judged(Sighted(400, True), Sighted(400, True), mail=several)[0].name == "greylist-passed"
    assert judged(Sighted(400, True), Absent(), mail=several)[0].name == "greylisted"
    assert judged(Sighted(400, True), Failed("x"), mail=several)[0].name == "greylist-passed"


def test_recipients_of_very_many_domains_are_ten() -> None:
    assert len(keys(mail(DOUBT, recipients=tuple(f"kim@{n}.org" for n in range(1000))))) == 10


@pytest.mark.parametrize("times", [{"delay": 0.0}, {"window": 200.0}, {"from_score": 8.0}])
def test_settings_that_make_no_sense_are_mistakes(times: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Settings(**times)
