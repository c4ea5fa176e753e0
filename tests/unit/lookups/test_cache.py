import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.lookups.cache import Cache
from gatekeeper.values import Absent, Dns, Found

A, B, C = Dns("a.example"), Dns("b.example"), Dns("c.example")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_good_for_its_time_and_no_longer() -> None:
    clock = Clock()
    cache = Cache(10, clock=clock)
    cache.put(A, Absent(), 60)
    clock.now += 60
    assert cache.get(A) == Absent()
    clock.now += 0.1
    assert cache.get(A) is None
    assert (len(cache), cache.used) == (0, 0)


def test_what_is_good_for_no_time_is_not_kept() -> None:
    cache = Cache(10)
    cache.put(A, Absent(), 0)
    assert cache.get(A) is None


def test_the_oldest_go_when_there_are_too_many() -> None:
    cache = Cache(2)
    for question in (A, B, C):
        cache.put(question, Absent(), 60)
    assert [cache.get(q) for q in (A, B, C)] == [None, Absent(), Absent()]


def test_the_oldest_go_when_they_are_too_large_together() -> None:
    cache = Cache(1000, size=100_000)
    for n in range(100):
        cache.put(Dns(f"{n}.example"), Found(("x" * 5000,)), 60)
        assert cache.used <= 100_000
    assert 15 < len(cache) < 20
    assert cache.get(Dns("99.example"))
    assert cache.get(Dns("0.example")) is None


def test_what_would_push_out_much_is_not_kept() -> None:
    cache = Cache(1000, size=100_000)
    cache.put(A, Absent(), 60)
    cache.put(B, Found(("x" * 10_000,)), 60)
    assert cache.get(A) == Absent()
    assert cache.get(B) is None


def test_a_domain_can_be_forgotten_and_nothing_else_is() -> None:
    cache = Cache(10)
    names = ("1.list.example", "2.1.list.example", "1.blacklist.example", "list.example")
    for name in names:
        cache.put(Dns(name), Absent(), 60)
    cache.forget("list.example")
    assert [cache.get(Dns(name)) is None for name in names] == [True, True, False, False]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 3000), st.integers(0, 3)), max_size=60))
def test_what_is_used_is_always_what_is_kept(deeds) -> None:
    clock = Clock()
    cache = Cache(4, size=30_000, clock=clock)
    for name, size, seconds in deeds:
        clock.now += 1
        cache.put(Dns(name), Found(("x" * size,)), seconds)
        cache.get(Dns(name.upper().lower()))
    assert cache.used == sum(weight for _, _, weight in cache._kept.values())
    assert len(cache) <= 4


def test_threads_may_look_while_others_write() -> None:
    """Two that find the same answer expired must not trip over each other."""
    clock, failed = Clock(), []
    cache = Cache(50, clock=clock)

    def use() -> None:
        try:
            for n in range(3000):
                clock.now += 0.5
                cache.put(Dns(str(n % 70)), Absent(), 1)
                cache.get(Dns(str((n + 35) % 70)))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert cache.used == sum(weight for _, _, weight in cache._kept.values())


@pytest.mark.parametrize("again", [1, 5])
def test_one_that_is_put_again_counts_once(again: int) -> None:
    cache = Cache(3)
    for _ in range(again):
        cache.put(A, Absent(), 60)
    once = Cache(3)
    once.put(A, Absent(), 60)
    assert cache.used == once.used
