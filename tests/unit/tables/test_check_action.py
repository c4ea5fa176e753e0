import pytest

from gatekeeper.tables.check_action import CheckAction, Deed, check_action, filter_hop, judge_action
from gatekeeper.tables.hop import Hop
from gatekeeper.tables.text import Reader
from gatekeeper.values import Reply


@pytest.mark.parametrize(
    ("value", "action"),
    [
        ("REJECT", CheckAction(Deed.REJECT)),
        ("reject  go away ", CheckAction(Deed.REJECT, "go away ")),
        ("PREPEND\tX: a\tb", CheckAction(Deed.PREPEND, "X: a\tb")),
        ("Hold\tfor review", CheckAction(Deed.HOLD, "for review")),
        ("DISCARD", CheckAction(Deed.DISCARD)),
        ("ok", CheckAction(Deed.DUNNO)),
        ("DUNNO", CheckAction(Deed.DUNNO)),
        ("WARN x", CheckAction(Deed.WARN, "x")),
        ("INFO", CheckAction(Deed.INFO)),
        ("PASS", CheckAction(Deed.PASS)),
        ("ignore", CheckAction(Deed.IGNORE)),
        ("STRIP why", CheckAction(Deed.STRIP, "why")),
        ("PREPEND X-A: $1", CheckAction(Deed.PREPEND, "X-A: $1")),
        ("REPLACE Subject: x", CheckAction(Deed.REPLACE, "Subject: x")),
        ("BCC a@b.example", CheckAction(Deed.BCC, "a@b.example")),
        ("redirect a@b.example", CheckAction(Deed.REDIRECT, "a@b.example")),
        ("FILTER smtp:[host]:10025", CheckAction(Deed.FILTER, "smtp:[host]:10025")),
        ("", None),
        ("550 no", None),
    ],
)
def test_an_action(value: str, action: CheckAction | None) -> None:
    assert check_action(value) == action
    assert judge_action(value, Reader("table")) is (action is not None)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("", Reply(550, "5.7.1", ("message content rejected",))),
        ("no worms", Reply(550, "5.7.1", ("no worms",))),
        ("5.6.0 no worms", Reply(550, "5.6.0", ("no worms",))),
        ("4.7.1 later", Reply(451, "4.7.1", ("later",))),
        ("4.3.0", Reply(451, "4.3.0", ("service unavailable",))),
        ("2.0.0 fine", Reply(451, "4.0.0", ("fine",))),
        ("4.7 x", Reply(550, "5.7.1", ("4.7 x",))),
        ("a\r\n250 b\xe9", Reply(550, "5.7.1", ("a??250 b?",))),
    ],
)
def test_the_reply_of_a_refusal(text: str, reply: Reply) -> None:
    assert CheckAction(Deed.REJECT, text).reply == reply


def test_a_reply_fits_into_a_line() -> None:
    assert len(str(CheckAction(Deed.REJECT, "x" * 5000).reply)) < 500


@pytest.mark.parametrize(
    "value",
    [
        *("PREPEND", "PREPEND text", "REPLACE", "REPLACE no field: x", "REPLACE : x"),
        *(
            "BCC",
            "BCC a",
            "BCC $1@b.example",
            "redirect",
            "REDIRECT <a@b.example>",
            "REDIRECT a@b.example, c@d.example",
        ),
        *("FILTER", "FILTER host", "FILTER smtp:", "FILTER lmtp:unix:/x", "FILTER smtp:[a b]", "FILTER smtp:[$1]"),
        *("REJCT", "550 no", "$1 x"),
    ],
)
def test_what_cannot_be_done_is_an_error_with_a_remedy(value: str) -> None:
    reader = Reader("table", 7)
    judge_action(value, reader)
    (problem,) = reader.problems
    assert (problem.line, problem.severity) == (7, "error")
    assert problem.remedy


@pytest.mark.parametrize("value", ["REJECT 550 no", "REJECT 4.7.1 later", "REJECT 2.0.0 fine"])
def test_what_was_hardly_meant_is_a_warning(value: str) -> None:
    reader = Reader("table", 7)
    assert judge_action(value, reader)
    assert [problem.severity for problem in reader.problems] == ["warning"]


def test_in_a_body_any_text_is_a_line() -> None:
    for value in ("PREPEND text", "REPLACE no field: x"):
        assert judge_action(value, Reader("table"), header=False)
    assert not judge_action("REPLACE", Reader("table"), header=False)


def test_the_next_hop_of_a_filter() -> None:
    assert filter_hop("smtp:[127.0.0.1]:10025", Reader("")) == Hop("esmtp", "127.0.0.1", 10025)
    assert filter_hop("relay:mx.example", Reader("")) == Hop("esmtp", "mx.example", mx=True)
