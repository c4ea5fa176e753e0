import json
from math import inf
from typing import get_args

import pytest
from hypothesis import given

from gatekeeper.stores import encoding
from gatekeeper.values import Absent, Action, Answer, Dns, Finding, Found, Question, Recipient, TimedOut, Verdict

from . import strategies


@given(strategies.questions)
def test_a_question_comes_back(question: Question) -> None:
    assert encoding.question(json.loads(json.dumps(encoding.row(question)))) == question


@given(strategies.answers)
def test_an_answer_comes_back(answer: Answer) -> None:
    assert encoding.answer(json.loads(json.dumps(encoding.row(answer)))) == answer


def test_rows_are_what_the_documents_say() -> None:
    assert encoding.row(Dns("example.org", "MX")) == ["dns", "example.org", "MX"]
    assert encoding.row(Recipient("bob@example.org")) == ["recipient", "bob@example.org"]
    assert json.dumps(encoding.row(Found(("127.0.0.2",)))) == '["found", ["127.0.0.2"]]'
    assert encoding.row(Absent()) == ["absent"]
    assert encoding.row(TimedOut("3 s")) == ["timed-out", "3 s"]


def test_every_kind_of_question_and_answer_has_a_row() -> None:
    """Fails when a type is added to `values` and forgotten here."""
    assert set(encoding.QUESTIONS.values()) == set(get_args(Question))
    assert set(encoding.ANSWERS.values()) == set(get_args(Answer))
    assert set(get_args(Answer)) >= {Found, Absent, TimedOut}


@pytest.mark.parametrize("row", [[], ["bogus"], ["found"], ["dns", "a", "b", "c"], ["dns", 1, 2], [["dns"], "a", "A"]])
def test_a_row_of_nothing_we_know_is_a_value_error(row: list[object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        encoding.question(row)


@given(strategies.verdicts)
def test_a_verdict_comes_back_whatever_its_text_and_scores(verdict: Verdict) -> None:
    assert encoding.decode(encoding.encode(verdict, [verdict]), Verdict) == verdict


def test_an_infinite_threshold_is_kept() -> None:
    verdict = Verdict(Action.TAG, "spam-score", -inf, inf, (Finding("x", inf),))
    assert encoding.decode(encoding.encode(verdict, [verdict]), Verdict) == verdict


def test_the_usual_value_is_strict_json() -> None:
    stored = encoding.encode(Verdict(Action.ACCEPT, "clean", 1.0, 5.0))
    assert json.loads(stored)["reason"] == "clean"


def test_what_is_no_json_of_that_kind_is_a_value_error() -> None:
    for stored in (b"", b"{", b"[]", b'{"action": "bogus", "reason": ""}', b'{"action": Infinity}'):
        with pytest.raises(ValueError):
            encoding.decode(stored, Verdict)


def test_equal_verdicts_are_kept_once() -> None:
    spam, clean = Verdict(Action.TAG, "spam-score"), Verdict(Action.ACCEPT, "clean")
    kept, numbers = encoding.distinct({"a": spam, "b": clean, "c": Verdict(Action.TAG, "spam-score")})
    assert kept == [spam, clean]
    assert numbers == {"a": 0, "b": 1, "c": 0}
