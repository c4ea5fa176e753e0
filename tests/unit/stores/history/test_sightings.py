"""What is tried again after its delay passes, and goes on passing; what comes too soon or too late does not."""

import pytest

from gatekeeper.stores.history import Attempt
from gatekeeper.values import Absent, Seen, Sighted

from .conftest import DAY, Past

SEEN = Seen("domain:out.test ann@out.test example.org", 300.0, 2 * DAY, 36 * DAY)


def attempt(past: Past) -> None:
    past.note(Attempt(SEEN, past.now))


def test_what_was_never_tried_is_absent(past: Past) -> None:
    assert past.ask(SEEN) == Absent()


def test_it_passes_when_it_has_waited(past: Past) -> None:
    attempt(past)
    past.now += 299
    assert past.ask(SEEN) == Sighted(299.0, False)
    attempt(past)
    past.now += 1
    assert past.ask(SEEN) == Sighted(300.0, True)


def test_whoever_comes_too_late_begins_anew(past: Past) -> None:
    attempt(past)
    past.now += 2 * DAY + 1
    assert past.ask(SEEN) == Absent()
    attempt(past)
    past.now += 10
    assert past.ask(SEEN) == Sighted(10.0, False)


def test_what_has_passed_passes_until_it_is_not_seen_for_its_lifetime(past: Past) -> None:
    attempt(past)
    past.now += 400
    attempt(past)
    for _ in range(3):
        past.now += 30 * DAY
        assert past.ask(SEEN) == Sighted(pytest.approx(past.now - 1.7e9), True)
        attempt(past)
    past.now += 36 * DAY + 1
    assert past.ask(SEEN) == Absent()


def test_what_passed_when_it_was_not_written_down_waits_again(past: Past) -> None:
    """It is the second attempt that is remembered as having passed."""
    attempt(past)
    past.now += 3 * DAY
    assert past.ask(SEEN) == Absent()


def test_a_clock_that_was_put_back_makes_nothing_pass(past: Past) -> None:
    attempt(past)
    past.now -= 10_000
    assert past.ask(SEEN) == Sighted(0.0, False)
