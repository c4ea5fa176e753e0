import pytest

from gatekeeper.message import Mail
from gatekeeper.pipeline.examination import Examination, Inspection
from gatekeeper.pipeline.outages import OUTAGES, outages
from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.values import (
    Absent,
    Action,
    Client,
    Dependency,
    Dns,
    Envelope,
    Exceeded,
    Failed,
    Finding,
    Found,
    Outage,
    Recipient,
    Refused,
    Resort,
    Stage,
    Suspended,
    TimedOut,
)

ANSWERS = {
    Outage.DOWN: Failed("broken"),
    Outage.TIMEOUT: TimedOut("3 s"),
    Outage.REFUSED: Refused("no"),
    Outage.LIMIT: Exceeded("too large"),
}
ACTIONS = {
    Resort.DEFER: Action.DEFER,
    Resort.HOLD: Action.QUARANTINE,
    Resort.TAG: Action.TAG,
    Resort.PASS: Action.ACCEPT,
}
ENVELOPE = Envelope("id", "test", Client(), None, recipients=("joe@own.example",))
RAW = b"Subject: hello\n\nbody\n"


class Asked:
    """A question of any dependency."""

    def __init__(self, dependency: Dependency) -> None:
        self.dependency = dependency


def asking(question, then=()):
    def check(mail: Mail):
        yield frozenset({question})
        return list(then)

    return check


def driven(steps, answer):
    """What `steps` come to when every question has this answer."""
    answers = None
    while True:
        try:
            answers = dict.fromkeys(steps.send(answers), answer)
        except StopIteration as end:
            return end.value


def verdict(question, answer, table, stage=Stage.BODY, findings=(), recipient="joe@own.example"):
    inspection = Inspection({stage: {"it": asking(question, findings)}}, Policy(), outages=table)
    examination = Examination(inspection, Envelope("id", "test", Client(), None, recipients=(recipient,)))
    return driven(examination.message(RAW), answer)[recipient]


@pytest.mark.parametrize("resort", Resort)
@pytest.mark.parametrize("outage", Outage)
@pytest.mark.parametrize("dependency", Dependency)
def test_each_cell_does_what_it_says(dependency, outage, resort) -> None:
    others = {d: dict.fromkeys(Outage, Resort.DEFER if resort is Resort.PASS else Resort.PASS) for d in Dependency}
    table = others | {dependency: others[dependency] | {outage: resort}}
    found = verdict(Asked(dependency), ANSWERS[outage], table)
    assert found.action is ACTIONS[resort]
    assert f"{dependency}-{outage}" in {finding.name for finding in found.findings}
    assert found.reason == ("clean" if resort is Resort.PASS else f"{dependency}-{outage}")


@pytest.mark.parametrize("answer", [Found(("127.0.0.2",)), Absent(), Suspended("lists everything")])
def test_an_answer_is_no_outage(answer) -> None:
    table = {d: dict.fromkeys(Outage, Resort.DEFER) for d in Dependency}
    assert outages([(Dns("a.example"), answer)], table) == []


def test_many_questions_are_one_finding_with_the_first_as_evidence() -> None:
    failed = [(Dns(f"{n}.list.example"), TimedOut("no reply to A")) for n in (3, 1, 2)]
    (finding,) = outages(failed, {})
    assert (finding.name, finding.score, finding.certain) == ("dns-timeout", 0.0, None)
    assert finding.evidence == "1.list.example A: no reply to A (and 2 more)"


def test_the_sender_is_not_told_whom_we_ask() -> None:
    (finding,) = outages([(Dns("secret.example"), Failed("SERVFAIL"))], {})
    assert finding.secret


def test_what_is_deferred_says_so_with_a_temporary_reply() -> None:
    table = {Dependency.DIRECTORY: {Outage.DOWN: Resort.DEFER}}
    (finding,) = outages([(Recipient("a@b.example"), Failed("down"))], table)
    assert (finding.reply.code, finding.reply.status) == (451, "4.4.3")


@pytest.mark.parametrize(
    ("dependency", "action"), [(Dependency.ANTIVIRUS, Action.DEFER), (Dependency.DNS, Action.ACCEPT)]
)
def test_who_is_exempt_is_still_kept_from_unscanned_worms(dependency, action) -> None:
    table = {d: dict.fromkeys(Outage, Resort.DEFER) for d in Dependency}
    assert verdict(Asked(dependency), Failed("down"), table, recipient="postmaster@own.example").action is action


def test_a_tag_is_the_least_that_is_done() -> None:
    table = {Dependency.DNS: {Outage.DOWN: Resort.TAG}}
    for score, action in ((0.0, Action.TAG), (9.0, Action.QUARANTINE), (20.0, Action.REJECT)):
        found = verdict(Dns("a.example"), Failed("x"), table, findings=[Finding("spam", score)])
        assert found.action is action


def test_an_outage_counts_for_each_recipient_whose_check_met_it() -> None:
    """Also for the second, whose question was answered by the tape."""
    question = Recipient("both@own.example")
    inspection = Inspection(
        {Stage.RECIPIENT: {"it": asking(question)}},
        Policy(),
        outages={Dependency.DIRECTORY: {Outage.DOWN: Resort.DEFER}},
    )
    examination = Examination(inspection, Envelope("id", "test", Client(), None))
    verdicts = [driven(examination.recipient(f"{name}@own.example"), Failed("down")) for name in "ab"]
    assert [verdict.action for verdict in verdicts] == [Action.DEFER, Action.DEFER]


def test_the_same_outage_in_two_stages_is_told_once() -> None:
    first, second = Dns("a.example"), Dns("b.example")
    inspection = Inspection({Stage.HEADER: {"one": asking(first)}, Stage.BODY: {"two": asking(second)}}, Policy())
    (found,) = driven(Examination(inspection, ENVELOPE).message(RAW), Failed("x")).values()
    assert [finding.name for finding in found.findings] == ["dns-down"]


def test_later_stages_see_what_earlier_ones_found() -> None:
    seen = []

    def look(mail: Mail):
        seen.append((mail.score, [finding.name for finding in mail.findings]))

    checks = {Stage.HEADER: {"one": lambda mail: [Finding("early", 2.5)]}, Stage.LAST: {"two": look}}
    policy = Policy(Thresholds(1, 2, 3))
    with pytest.raises(StopIteration):
        next(Examination(Inspection(checks, policy), ENVELOPE).message(RAW))
    assert seen == [(2.5, ["early"])]


def test_the_names_are_stable() -> None:
    assert {"dns-timeout", "antivirus-down", "directory-refused", "opener-limit"} <= OUTAGES
    assert len(OUTAGES) == len(Dependency) * len(Outage)
