"""A bucket fills with what is put in, runs out evenly, and is one number however much there was."""

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.stores.history import Take
from gatekeeper.stores.history.rates import level
from gatekeeper.values import Counted, Rate

from .conftest import Past

RATE = Rate("client:192.0.2.1", 10, 3600.0)


def fill(past: Past, count: int, rate: Rate = RATE) -> None:
    past.note(*(Take(rate.key, rate.seconds / rate.most, past.now) for _ in range(count)))


def test_each_is_one_more_and_after_its_time_one_less(past: Past) -> None:
    assert past.ask(RATE) == Counted(1.0)
    fill(past, 4)
    assert past.ask(RATE) == Counted(5.0)
    past.now += 720
    assert past.ask(RATE) == Counted(3.0)
    past.now += 36_000
    assert past.ask(RATE) == Counted(1.0)
    fill(past, 1)
    assert past.ask(RATE) == Counted(2.0)


def test_keys_do_not_mix_whatever_they_hold(past: Past) -> None:
    odd = Rate("sender:\udcff@example.org", 10, 3600.0)
    fill(past, 3, odd)
    assert past.ask(odd) == Counted(4.0)
    assert past.ask(RATE) == Counted(1.0)


def test_what_has_run_out_is_forgotten(past: Past) -> None:
    fill(past, 2)
    assert past.history.prune() == 0
    past.now += 721
    assert past.history.prune() == 1


@given(st.integers(1, 1000), st.floats(1, 1e6), st.lists(st.floats(0, 1e4), max_size=40))
def test_never_more_than_fits_and_never_less_than_one(most: int, seconds: float, waits: list[float]) -> None:
    """Taken only while it fits, the bucket never holds more than `most`; and it runs empty in `seconds`."""
    rate, empty, now = Rate("k", most, seconds), 0.0, 1.7e9
    for wait in waits:
        now += wait
        found = level(rate, empty, now).level
        assert found >= 1
        if found <= most:
            empty = max(empty, now) + seconds / most
        assert (empty - now) / seconds * most <= most * (1 + 1e-6) + 1e-3
    assert level(rate, empty, now + seconds * (1 + 1e-9) + 1e-3).level == 1
