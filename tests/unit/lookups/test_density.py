import random

import pytest

from gatekeeper.lookups.density import WINDOW, Density, by_chance


def filled(listed: float, newest: list[bool]) -> Density:
    density = Density(1000, 1000 * listed)
    for each in newest:
        density.add(each)
    return density


def test_how_likely_something_is_by_chance() -> None:
    assert by_chance(10, 0, 0.3) == pytest.approx(1)
    assert by_chance(10, 10, 0.5) == pytest.approx(2**-10)
    assert by_chance(2, 1, 0.1) == pytest.approx(0.19)


def test_a_list_as_it_ever_was_is_no_worse_than_before() -> None:
    chance = random.Random(5)
    for share in (0.0, 0.02, 0.3, 0.6, 0.95):
        density = Density()
        for _ in range(3000):
            density.add(chance.random() < share)
            assert not density.far_more(), share


@pytest.mark.parametrize(("share", "answers"), [(0.0, 8), (0.02, 8), (0.1, 14), (0.3, 20), (0.5, 24)])
def test_one_that_lists_everything_is_found_out_within_so_many_answers(share: float, answers: int) -> None:
    density = filled(share, [n < share * WINDOW for n in range(WINDOW)])
    added = 0
    while not density.far_more():
        density.add(True)
        added += 1
        assert added <= answers


def test_without_a_history_nothing_is_far_more() -> None:
    density = Density()
    for _ in range(WINDOW):
        density.add(True)
    assert not density.far_more()
    assert density.share == density.newest == 1.0


def test_what_was_seen_in_a_bad_time_does_not_become_history() -> None:
    density = filled(0.01, [True] * WINDOW)
    density.forget()
    assert not density.far_more()
    assert density.share == 0.01
    assert density.take() == (0, 0)


def test_the_history_is_told_once_and_old_answers_weigh_less() -> None:
    density = Density()
    for n in range(WINDOW + 10):
        density.add(n < 4)
    assert density.take() == (10, 4)
    assert density.take() == (0, 0)
    for _ in range(50_000):
        density.add(False)
    assert density.asked < 10_000
    assert density.share < 0.001
