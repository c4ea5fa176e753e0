from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.lookups.breaker import Breaker


def broken(at: float = 0.0) -> Breaker:
    """Open since `at`, for 10 seconds."""
    breaker = Breaker(failures=3, pause=10, longest=60, successes=2, trial=5)
    for _ in range(3):
        assert breaker.allows(at)
        breaker.failed(at)
    return breaker


def test_it_opens_after_failures_in_a_row_and_not_before() -> None:
    breaker = Breaker(failures=3)
    for deed in (breaker.failed, breaker.failed, breaker.succeeded, breaker.failed, breaker.failed):
        deed(0)
        assert breaker.closed
    breaker.failed(0)
    assert not breaker.closed


def test_while_it_is_open_nobody_asks() -> None:
    breaker = broken()
    assert not any(breaker.allows(now) for now in (0, 5, 9.9))


def test_after_the_pause_one_asks_and_the_others_wait_for_how_that_ends() -> None:
    breaker = broken()
    assert [breaker.allows(10), breaker.allows(10), breaker.allows(14.9)] == [True, False, False]
    breaker.succeeded(14.9)
    assert not breaker.closed
    assert breaker.allows(14.9)


def test_who_asks_and_never_tells_does_not_keep_it_open() -> None:
    breaker = broken()
    assert breaker.allows(10)
    assert breaker.allows(15)


def test_one_good_answer_is_not_enough_to_close_it() -> None:
    breaker = broken()
    breaker.allows(10)
    breaker.succeeded(10)
    assert not breaker.closed
    breaker.allows(10)
    breaker.succeeded(10)
    assert breaker.closed


def test_a_failed_trial_doubles_the_pause_up_to_a_limit() -> None:
    breaker, now, pauses = broken(), 0.0, []
    for _ in range(5):
        began = now
        while not breaker.allows(now):
            now += 1
        pauses.append(now - began)
        breaker.failed(now)
    assert pauses == [10, 20, 40, 60, 60]


def test_good_answers_before_a_bad_one_count_for_nothing() -> None:
    breaker = broken()
    breaker.allows(10)
    breaker.succeeded(10)
    breaker.allows(11)
    breaker.failed(11)
    breaker.allows(31)
    breaker.succeeded(31)
    assert not breaker.closed


def test_who_breaks_again_soon_is_left_in_peace_for_longer() -> None:
    def reopened(at: float) -> Breaker:
        breaker = broken()
        for _ in range(2):
            assert breaker.allows(10)
            breaker.succeeded(10)
        for _ in range(3):
            breaker.failed(at)
        return breaker

    assert not reopened(15).allows(15 + 10)
    assert reopened(15).allows(15 + 20)
    assert reopened(25).allows(25 + 10)


def test_a_late_failure_of_one_who_asked_before_it_opened_changes_nothing() -> None:
    breaker = broken()
    breaker.failed(1)
    assert breaker.allows(10)


@given(st.lists(st.tuples(st.sampled_from(["ask", "good", "bad"]), st.floats(0, 400)), max_size=80))
def test_whatever_happens_somebody_may_ask_again_before_long(deeds) -> None:
    breaker, now = Breaker(), 0.0
    for deed, later in deeds:
        now += later
        if deed == "ask":
            breaker.allows(now)
        elif deed == "good":
            breaker.succeeded(now)
        else:
            breaker.failed(now)
    assert breaker.allows(now + 310)
