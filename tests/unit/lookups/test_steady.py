from gatekeeper.lookups.steady import Steady


def regular(steady: Steady, name: str, times: int = 3, ttl: float = 10.0) -> float:
    """It is clear so often, each time after the answer before has run out; when the last one does."""
    for n in range(times):
        steady.clear(name, n * ttl, ttl)
    return times * ttl


def test_a_name_is_steady_after_it_was_clear_three_times() -> None:
    steady = Steady()
    assert steady.some(5, regular(steady, "a", 2)) == []
    assert steady.some(5, regular(steady, "a", 3)) == ["a"]


def test_what_a_resolver_remembers_does_not_count_again() -> None:
    steady = Steady()
    for now in range(9):
        steady.clear("a", now, 10)
    assert steady.some(5, 1000) == []


def test_one_that_is_remembered_is_not_asked_about() -> None:
    steady = Steady()
    end = regular(steady, "a")
    assert steady.some(5, end - 0.1) == []
    assert steady.some(5, end) == ["a"]


def test_one_that_came_to_be_listed_is_none_any_more() -> None:
    steady = Steady()
    end = regular(steady, "a")
    steady.listed("a")
    steady.listed("never seen")
    assert steady.some(5, end) == []


def test_so_many_are_chosen_and_not_always_the_same() -> None:
    steady = Steady()
    for n in range(50):
        end = regular(steady, str(n))
    chosen = [frozenset(steady.some(6, end)) for _ in range(20)]
    assert {len(names) for names in chosen} == {6}
    assert len(set(chosen)) > 10


def test_the_number_of_names_is_bounded_and_who_comes_often_stays() -> None:
    steady = Steady()
    for n in range(3):
        steady.clear("often", n, 1)
    for n in range(1000):
        steady.clear(str(n), n, 1)
        if n % 100 == 0:
            steady.clear("often", n + 5, 1)
    assert len(steady._names) == 256
    assert steady.some(5, 10_000) == ["often"]
