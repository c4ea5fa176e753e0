"""What rules match becomes one finding; what they see is the message, its parts and what is inside them."""

import pytest

from gatekeeper.checks.yara import MATCHED, UNSCANNED, Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.pipeline.run import run_stage
from gatekeeper.tables import Tables
from gatekeeper.values import (
    Action,
    Client,
    Contents,
    Dependency,
    Envelope,
    Exceeded,
    Failed,
    Finding,
    Hit,
    Item,
    Matched,
    Opened,
    Outage,
    Resort,
    Stage,
    Yara,
)
from tests.messages import attached, ham, malformed

ENVELOPE = Envelope("id", "test", Client(), None)
TABLE = {Dependency.ANTIVIRUS: dict.fromkeys(Outage, Resort.TAG)}
ZIP = b"PK\3\4 not much of one"
MEMBER = Item("zip:a.exe", ("a.exe",), "exe", 6, "c0de", data=b"member")
OPENED = Opened(Item("", ("a.zip",), "zip", len(ZIP), "0", items=(MEMBER,), data=ZIP))


def judged(raw, answer, opened=OPENED, **settings) -> tuple[Yara, list[Finding]]:
    """What is asked of the rules, and the findings after their answer."""
    check = build(Settings(**settings), Tables())[Stage.ATTACHMENT]
    steps = run_stage({"yara": check}, Mail(ENVELOPE, message=parse(raw)), {}, TABLE)
    questions = next(steps)
    if any(isinstance(question, Contents) for question in questions):
        questions = steps.send(dict.fromkeys(questions, opened))
    (question,) = questions
    with pytest.raises(StopIteration) as end:
        steps.send({question: answer})
    return question, end.value.value


def found(*hits: Hit, **settings) -> list[Finding]:
    return judged(attached("a.bin", b"data"), Matched(hits), **settings)[1]


def test_the_rules_see_every_reading_and_what_is_inside():
    raw = attached("a.zip", ZIP)
    question, _ = judged(raw, Matched())
    assert question.data == (b"See the attachment.", ZIP, raw, b"member")
    other, _ = judged(attached("a.zip", ZIP, 1), Matched())
    assert question != other


def test_a_record_which_keeps_no_bytes_leads_to_the_same_question_and_finding():
    raw, matched = attached("a.zip", ZIP), Matched((Hit("Worm", 3),))
    asked, findings = judged(raw, matched)
    again, kept = judged(raw, matched, opened=Opened(OPENED.item.without_data()))
    assert asked == again
    assert findings == kept == [Finding(MATCHED, 3.0, "Worm in 1.2/zip:a.exe")]


def test_of_many_members_some_are_seen_and_the_others_counted():
    members = tuple(Item(f"zip:{n}", (), "text", 1, f"{n}", data=b"%d" % n) for n in range(20))
    opened = Opened(Item("", (), "zip", 9, "0", items=(*members, *members)))
    question, (finding,) = judged(attached("a.zip", ZIP), Matched(), opened=opened, parts=5)
    assert len(question.data) == 3 + 5
    assert (finding.name, finding.evidence.startswith("15 readings")) == (UNSCANNED, True)


def test_what_could_not_be_opened_is_seen_closed():
    raw = attached("a.zip", ZIP)
    question, _ = judged(raw, Matched(), opened=Failed("crashed"))
    assert question.data == (b"See the attachment.", ZIP, raw)


@pytest.mark.parametrize("raw", malformed().values(), ids=malformed())
def test_messages_that_break_the_rules_are_seen_whole(raw):
    question, findings = judged(raw, Matched())
    assert raw in question.data
    assert findings == []


def test_without_a_message_nothing_is_asked():
    assert list(build(Settings(), Tables())[Stage.ATTACHMENT](Mail(ENVELOPE))) == []


def test_a_rule_without_metadata_has_the_score_of_the_settings():
    assert found(Hit("Odd", 1)) == [Finding(MATCHED, 3.0, "Odd in 1.2")]
    assert found(Hit("Odd", 1), score=1.0) == [Finding(MATCHED, 1.0, "Odd in 1.2")]


def test_scores_add_up_and_a_rule_counts_once():
    hits = (Hit("A", 0, 1.5), Hit("A", 2, 1.5), Hit("B", 2, -1.0), Hit("C", 1))
    (finding,) = found(*hits)
    assert (finding.score, finding.certain) == (3.5, None)
    assert {*finding.evidence.split(", ")} == {"A in 1.1", "B in the message", "C in 1.2"}


@pytest.mark.parametrize("action", ["reject", "quarantine", "discard"])
def test_a_rule_says_what_is_to_be_done(action):
    (finding,) = found(Hit("Worm", 1, None, action))
    assert (finding.certain, finding.danger, finding.score) == (Action(action), True, 0.0)


@pytest.mark.parametrize(
    ("actions", "taken"),
    [("reject quarantine", "reject"), ("quarantine discard", "discard"), ("quarantine", "quarantine")],
)
def test_of_several_the_sternest_is_done(actions, taken):
    (finding,) = found(*(Hit(action, 0, 1.0, action) for action in actions.split()), Hit("Odd", 0))
    assert finding.certain == Action(taken)
    assert finding.score == 3.0 + len(actions.split())


def test_two_rules_of_one_name_are_two():
    """Files do not know each other: what one of them wants is done, whatever the other has under that name."""
    (finding,) = found(Hit("Same", 0, 1.0), Hit("Same", 0, None, "reject"), Hit("Same", 1, 1.0))
    assert (finding.certain, finding.score, finding.danger) == (Action.REJECT, 1.0, True)


def test_of_many_rules_some_are_told():
    (finding,) = found(*(Hit(f"Rule_{n}", 0, 0.1) for n in range(50)))
    assert finding.evidence.count("Rule_") == 5
    assert finding.score == pytest.approx(5.0)


def test_no_answer_is_for_the_table_of_dependencies():
    _, (finding,) = judged(ham(), Exceeded("time"))
    assert (finding.name, finding.certain) == ("antivirus-limit", Action.TAG)


def test_more_readings_than_are_scanned_are_told():
    parts = b"".join(b"--b\r\n\r\npart %d\r\n" % number for number in range(30))
    raw = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + parts + b"--b--\r\n"
    question, (finding,) = judged(raw, Matched(), parts=10)
    assert len(question.data) == 11
    assert (finding.name, finding.score) == (UNSCANNED, 3.0)
    assert finding.evidence.startswith("20 readings")
