"""The `meta` rules."""

import pytest

from gatekeeper.spamassassin.metas import metas


def worth(texts: dict[str, str], hits: dict[str, float], weightless: frozenset[str] = frozenset()) -> dict[str, float]:
    found = dict(hits)
    metas(texts, weightless, {*texts, *hits}).add(found)
    return {name: value for name, value in found.items() if name not in hits}


def test_each_comes_behind_those_it_depends_on() -> None:
    texts = {"A": "B && X", "B": "C || Y", "C": "X + X"}
    assert worth(texts, {"X": 1}) == {"C": 2, "B": 2, "A": 1}


def test_what_is_not_there_is_nothing() -> None:
    assert worth({"A": "!NOBODY", "B": "NOBODY"}, {}) == {"A": 1}


def test_a_hit_is_worth_at_least_one() -> None:
    assert worth({"A": "X - 5", "B": "X - 5 + A"}, {"X": 1}) == {"A": 1, "B": 1}


def test_one_that_waits_for_what_is_not_run_is_not_run() -> None:
    found = metas({"ZERO": "X", "A": "ZERO || X", "B": "A || X", "C": "X"}, frozenset({"ZERO"}), ())
    assert [meta.name for meta in found.order] == ["C"]
    assert found.refused["A"] == "it waits for ZERO, which is not run either"
    assert set(found.refused) == {"A", "B"}


def test_those_that_depend_on_themselves_are_refused() -> None:
    found = metas({"A": "B", "B": "C", "C": "A", "D": "A || X", "E": "X"}, frozenset(), ())
    assert [meta.name for meta in found.order] == ["E"]
    assert set(found.refused) == {"A", "B", "C", "D"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("rules_matching(__P_*) >= 2", 1),
        ("rules_matching(__P_?)", 2),
        ("rules_matching(__NO_*)", 0),
        ("X && rules_matching( __P_LONG )", 1),
    ],
)
def test_rules_by_their_names(text: str, value: int) -> None:
    hits: dict[str, float] = {"__P_A": 1, "__P_B": 1, "__P_LONG": 1, "X": 1}
    assert worth({"A": text}, hits).get("A", 0) == value


def test_one_does_not_match_itself() -> None:
    assert worth({"__P_A": "rules_matching(__P_*)"}, {"__P_B": 1}) == {"__P_A": 1}


def test_local_tests_are_all_there_is() -> None:
    assert worth({"A": "local_tests_only && X"}, {"X": 1}) == {"A": 1}


def test_an_empty_one_is_only_a_name() -> None:
    assert worth({"A": "()", "B": "A"}, {}) == {}


def test_what_is_not_understood_is_refused() -> None:
    found = metas({"A": "X &", "B": "A"}, frozenset(), ())
    assert found.refused["A"].startswith("the expression is not understood")
    assert found.refused["B"] == "it waits for A, which is not run either"


def test_a_long_chain_is_no_burden() -> None:
    texts = {f"M{number}": f"M{number + 1}" for number in range(5000)}
    assert len(metas(texts, frozenset(), ()).order) == 5000
