from collections.abc import Generator

from gatekeeper.message import Mail
from gatekeeper.pipeline.run import CHECK_FAILED, run_stage
from gatekeeper.values import Absent, Answer, Client, Dns, Envelope, Failed, Finding, Found, Question

MAIL = Mail(Envelope("id", "test", Client("192.0.2.1"), Client("192.0.2.1")))
A, B, C = Dns("a.example"), Dns("b.example"), Dns("c.example")


def drive(checks, world, tape=None):
    """Findings, and the list of rounds of questions that were asked."""
    tape = {} if tape is None else tape
    steps, rounds, answers = run_stage(checks, MAIL, tape), [], None
    while True:
        try:
            questions = steps.send(answers)
        except StopIteration as end:
            return end.value, rounds
        rounds.append(set(questions))
        answers = {q: world[q] for q in questions if q in world}


def asking(*rounds: frozenset[Question]):
    def check(mail: Mail) -> Generator[frozenset[Question], dict[Question, Answer], list[Finding]]:
        seen = {}
        for questions in rounds:
            seen |= yield questions
        return [
            Finding("saw", evidence=" ".join(f"{q.name}={type(a).__name__}" for q, a in sorted(seen.items(), key=str)))
        ]

    return check


def test_a_plain_check_asks_nothing() -> None:
    findings, rounds = drive({"plain": lambda mail: [Finding("plain", 1.0, mail.envelope.id)]}, {})
    assert findings == [Finding("plain", 1.0, "id")]
    assert rounds == []


def test_questions_of_all_checks_merge_into_one_round() -> None:
    world = {A: Found(("127.0.0.2",)), B: Absent()}
    findings, rounds = drive({"one": asking(frozenset({A})), "two": asking(frozenset({A, B}))}, world)
    assert rounds == [{A, B}]
    assert [f.evidence for f in findings] == ["a.example=Found", "a.example=Found b.example=Absent"]


def test_an_answered_question_is_never_asked_again() -> None:
    world = {A: Absent(), B: Absent(), C: Absent()}
    tape: dict[Question, Answer] = {}
    checks = {"one": asking(frozenset({A}), frozenset({A, B})), "two": asking(frozenset({B}), frozenset({C}))}
    _, rounds = drive(checks, world, tape)
    assert rounds == [{A, B}, {C}]
    assert set(tape) == {A, B, C}
    _, rounds = drive(checks, world, tape)
    assert rounds == []


def test_a_round_served_by_the_tape_alone_goes_on_without_asking() -> None:
    findings, rounds = drive({"one": asking(frozenset({A}), frozenset({B}))}, {}, {A: Absent(), B: Absent()})
    assert rounds == []
    assert findings[0].name == "saw"


def test_an_unanswered_question_is_a_typed_failure() -> None:
    findings, _ = drive({"one": asking(frozenset({A}))}, {})
    assert findings[0].evidence == f"a.example={Failed.__name__}"


def test_a_broken_check_is_a_finding_and_the_others_go_on(caplog) -> None:
    def broken(mail: Mail):
        raise ValueError("boom")

    def broken_later(mail: Mail):
        yield frozenset({A})
        raise KeyError("boom")

    checks = {"broken": broken, "later": broken_later, "fine": asking(frozenset({A}))}
    findings, _ = drive(checks, {A: Absent()})
    assert [(f.name, f.evidence) for f in findings if f.name == CHECK_FAILED] == [
        (CHECK_FAILED, "broken: ValueError"),
        (CHECK_FAILED, "later: KeyError"),
    ]
    assert findings[-1].name == "saw"
    assert "boom" in caplog.text


def test_a_check_may_return_none() -> None:
    assert drive({"none": lambda mail: None}, {}) == ([], [])
