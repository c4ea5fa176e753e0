import json
from dataclasses import replace
from math import inf
from typing import get_args

import numpy as np
import pytest
from hypothesis import given

from gatekeeper.classifier.features import Features
from gatekeeper.stores import encoding
from gatekeeper.values import (
    Absent,
    Action,
    Anomaly,
    Answer,
    Band,
    Campaign,
    Clue,
    Contents,
    Dns,
    Exceeded,
    Finding,
    Found,
    Hit,
    Item,
    Judged,
    Matched,
    Opened,
    Question,
    Recipient,
    Sketch,
    TimedOut,
    Verdict,
    Virus,
    Words,
    Yara,
)

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
    assert encoding.row(Exceeded("memory")) == ["exceeded", "memory"]


def test_an_archive_is_kept_without_its_bytes() -> None:
    asked = Contents("5e1f", ("a.zip",), b"PK secret")
    inner = Item(
        "zip:b.exe",
        ("b.exe",),
        "exe",
        6,
        "c0de",
        (Anomaly("archive.path", "../b.exe"),),
        (),
        (),
        ("text/plain",),
        b"secret",
    )
    opened = Opened(Item("", ("a.zip",), "zip", 9, "5e1f", (), ("http://x.example/",), (inner,), (), b"PK secret"))
    kept = json.dumps([encoding.row(asked), encoding.row(opened)])
    assert "secret" not in kept
    assert json.loads(kept) == [
        ["contents", "5e1f", ["a.zip"]],
        [
            "opened",
            ["", ["a.zip"], "zip", 9, "5e1f", [], ["http://x.example/"],
             [["zip:b.exe", ["b.exe"], "exe", 6, "c0de", [["archive.path", "../b.exe"]], [], [], ["text/plain"]]], []],
        ],
    ]  # fmt: skip
    back = encoding.answer(json.loads(kept)[1])
    assert back == opened
    assert isinstance(back, Opened)
    assert [item.data for item in back.item.walk()] == [b"", b""]
    question = encoding.question(json.loads(kept)[0])
    assert isinstance(question, Contents)
    assert question.data == b""


def test_what_waits_to_be_kept_holds_no_bytes() -> None:
    inner = Item("zip:b", ("b",), "exe", 6, "c0de", data=b"secret")
    tape = (
        (Contents("5e1f", ("a.zip",), b"PK"), Opened(Item("", (), "zip", 2, "5e1f", items=(inner,), data=b"PK"))),
        (Dns("a.example"), Absent()),
    )
    bare = encoding.without_data(tape)
    assert bare == tape
    ((asked, opened), _) = bare
    assert isinstance(asked, Contents)
    assert isinstance(opened, Opened)
    assert [asked.data, *(item.data for item in opened.item.walk())] == [b"", b"", b""]


def test_what_was_scanned_is_kept_by_its_digest() -> None:
    asked = Virus("5e1f", b"secret")
    assert encoding.row(asked) == ["virus", "5e1f"]
    ((bare, _),) = encoding.without_data(((asked, Found(("A.Worm",))),))
    assert isinstance(bare, Virus)
    assert (bare, bare.data) == (asked, b"")


def test_what_rules_matched_is_kept() -> None:
    matched = Matched((Hit("Worm", 2, None, "reject"), Hit("Odd", 0, 2.5)))
    rows = [["matched", [["Worm", 2, None, "reject"], ["Odd", 0, 2.5, ""]]], ["yara", "5e1f"]]
    assert [encoding.row(matched), encoding.row(Yara("5e1f", (b"secret",)))] == rows
    ((bare, _),) = encoding.without_data(((Yara("5e1f", (b"secret",)), matched),))
    assert isinstance(bare, Yara)
    assert bare.data == ()


def test_what_was_asked_of_a_campaign_is_kept_without_its_sketch() -> None:
    asked = Campaign("text", "5e1f", Sketch("text", b"secret", (7,)))
    assert encoding.row(asked) == ["campaign", "text", "5e1f"]
    ((bare, _),) = encoding.without_data(((asked, Found(("0.91", "1", "2026-11-28"))),))
    assert isinstance(bare, Campaign)
    assert (bare, bare.sketch) == (asked, None)


CLUE = Clue("subj:viagra", 812, 1, 0.99812345)
JUDGED = Judged(0.998, Band.SPAM, 0.99999, 7.25, (900, 800), "model-12", (CLUE,), True)


def test_what_the_words_said_is_kept_without_the_features() -> None:
    asked = Words("5e1f", Features((b"secret",), np.array([7], np.uint32)))
    kept = json.dumps([encoding.row(asked), encoding.row(JUDGED)])
    assert json.loads(kept) == [
        ["words", "5e1f"],
        ["judged", 0.998, "spam", 0.99999, 7.25, [900, 800], "model-12", [["subj:viagra", 812, 1, 0.9981]], True],
    ]
    back = encoding.answer(json.loads(kept)[1])
    assert back == replace(JUDGED, clues=(replace(CLUE, probability=0.9981),))
    ((bare, _),) = encoding.without_data(((asked, JUDGED),))
    assert isinstance(bare, Words)
    assert (bare, bare.features) == (asked, None)


def test_fifteen_clues_take_few_bytes() -> None:
    assert len(encoding.encode(encoding.row(replace(JUDGED, clues=(CLUE,) * 15)))) < 700


@pytest.mark.parametrize("row", [["judged"], ["judged", 1, "spam", 1, 1, [0, 0], "", [["x"]], False], ["judged", 0]])
def test_a_judgement_of_nothing_we_know_is_a_value_error(row: list[object]) -> None:
    with pytest.raises(ValueError):
        encoding.answer(row)


@pytest.mark.parametrize("tree", [[], ["", [], "zip"], ["", [], "zip", 0, "", [["x"]], [], [], []], [0] * 9, "x", None])
def test_a_tree_of_nothing_we_know_is_a_value_error(tree: object) -> None:
    with pytest.raises(ValueError):
        encoding.answer(["opened", tree])


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
