import pytest

from gatekeeper.tables.access_action import AccessAction, Subject, access_action, judge_access_action
from gatekeeper.tables.text import Reader


@pytest.mark.parametrize(
    ("value", "word", "reply"),
    [
        ("reject", "REJECT", "554 5.7.1 <x>: Client host rejected: Access denied"),
        ("REJECT 4.7.9 later", "REJECT", "554 5.7.9 <x>: Client host rejected: later"),
        ("DEFER", "REJECT", "450 4.7.1 <x>: Client host rejected: Access denied"),
        ("defer_if_permit maybe", "REJECT", "450 4.7.1 <x>: Client host rejected: maybe"),
        ("421\tbye", "REJECT", "421 4.7.1 <x>: Client host rejected: bye"),
        ("550 5.1.1 gone", "REJECT", "550 5.0.0 <x>: Client host rejected: gone"),
    ],
)
def test_a_refusal_is_in_postfixs_words(value: str, word: str, reply: str) -> None:
    action = access_action(value)
    assert action is not None
    assert (action.word, str(action.reply(Subject.CLIENT, "x"))) == (word, reply)


@pytest.mark.parametrize("value", ["OK", "ok but", "123456", "554", "permit", "PERMIT x"])
def test_what_lets_pass(value: str) -> None:
    action = access_action(value)
    assert action is not None
    assert action.word == "OK"


def test_the_others_have_their_text() -> None:
    assert access_action("WARN look\tat it") == AccessAction("WARN", "look\tat it")
    assert access_action("hold") == AccessAction("HOLD")
    assert access_action("DUNNO") == AccessAction("DUNNO")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("permit_mynetworks", "'permit_mynetworks' is nothing that can be done here"),
        ("RELAY", "'RELAY' is nothing that can be done here"),
        ("DEFER_IF_REJECT x", "DEFER_IF_REJECT depends on restrictions that Postfix would ask later"),
        ("200 fine", "200 does not refuse"),
        ("5500 x", "5500 does not refuse"),
        ("$1 x", "the action is not written out"),
    ],
)
def test_what_cannot_be_done_is_an_error(value: str, message: str) -> None:
    reader = Reader("t", 7)
    judge_access_action(value, reader)
    assert access_action(value) is None
    assert [(p.line, p.severity, p.message) for p in reader.problems] == [(7, "error", message)]


def test_a_code_alone_does_not_refuse_and_is_warned_of() -> None:
    reader = Reader("t", 1)
    for value in ("550", "45", "REJECT", "123"):
        judge_access_action(value, reader)
    assert [(p.severity, p.message) for p in reader.problems] == [
        ("warning", "550 alone is read as OK"), ("warning", "45 alone is read as OK")
    ]  # fmt: skip


def test_a_reply_is_one_printable_line_of_bearable_length() -> None:
    action = access_action("REJECT caf\u00e9\x07 " + "x" * 900)
    assert action is not None
    text = str(action.reply(Subject.SENDER, "\u00e9@x"))
    assert text.isascii()
    assert text.isprintable()
    assert len(text) < 430
