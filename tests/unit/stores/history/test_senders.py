"""A reputation is what became of mail, fades evenly, and is bounded by how much came lately."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.stores.history import Judgement, Review
from gatekeeper.stores.history.senders import fading
from gatekeeper.values import Label, Reputation, Reputed

from .conftest import DAY, Past

KEY = "domain:out.test"


def judged(past: Past, *good: bool) -> None:
    past.note(*(Judgement(KEY, each, past.now) for each in good))


def reviewed(past: Past, message_id: str, label: Label | None) -> None:
    past.note(Review(message_id, KEY, label, past.now))


def reputation(past: Past) -> Reputed:
    found = past.ask(Reputation(KEY))
    assert isinstance(found, Reputed)
    return found


def test_a_stranger_has_none(past: Past) -> None:
    assert reputation(past) == Reputed()


def test_what_became_of_mail_is_counted(past: Past) -> None:
    judged(past, True, True, False)
    assert reputation(past) == Reputed(good=2.0, bad=1.0)
    assert past.ask(Reputation("domain:other.test")) == Reputed()


def test_after_a_half_life_it_counts_half(past: Past) -> None:
    judged(past, True, True, False)
    past.now += 30 * DAY
    assert reputation(past) == Reputed(good=1.0, bad=0.5)
    judged(past, False)
    assert reputation(past) == Reputed(good=1.0, bad=1.5)
    past.now += 30 * DAY
    assert reputation(past) == Reputed(good=0.5, bad=0.75)


def test_reviewers_are_counted_apart_and_their_last_word_holds(past: Past) -> None:
    reviewed(past, "a", Label.SPAM)
    reviewed(past, "a", Label.SPAM)
    reviewed(past, "b", Label.HAM)
    assert reputation(past) == Reputed(ham=1.0, spam=1.0)
    past.now += 30 * DAY
    reviewed(past, "a", Label.HAM)
    found = reputation(past)
    assert (found.ham, found.spam) == (pytest.approx(1.5), pytest.approx(0.0))


def test_what_is_taken_back_counts_no_longer_and_may_be_said_again(past: Past) -> None:
    reviewed(past, "a", Label.SPAM)
    reviewed(past, "b", Label.SPAM)
    past.now += 30 * DAY
    for _ in range(2):
        reviewed(past, "a", None)
        assert reputation(past) == Reputed(spam=0.5)
    reviewed(past, "a", Label.SPAM)
    assert reputation(past) == Reputed(spam=1.5)


def test_who_says_it_again_does_not_make_it_new(past: Past) -> None:
    reviewed(past, "a", Label.SPAM)
    past.now += 30 * DAY
    reviewed(past, "a", Label.SPAM)
    assert reputation(past) == Reputed(spam=0.5)


def test_what_has_faded_is_forgotten(past: Past) -> None:
    judged(past, True)
    past.now += 299 * DAY
    assert past.history.prune() == 0
    past.now += 2 * DAY
    assert past.history.prune() == 1


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0.1, 1000))
def test_fading_is_even_and_bounded(one: float, other: float, half_life: float) -> None:
    """It does not matter how often it is looked at, and nothing ever grows by it."""
    assert 0 <= fading(one, half_life) <= 1
    assert fading(one, half_life) * fading(other, half_life) == pytest.approx(fading(one + other, half_life), abs=1e-12)
    assert fading(half_life * DAY, half_life) == pytest.approx(0.5)
    assert fading(-one, half_life) == 1.0
