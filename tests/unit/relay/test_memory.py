"""memory: bounded in time and number."""

from gatekeeper.relay.memory import Memory


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_value_lasts_its_time() -> None:
    clock = Clock()
    memory: Memory[str, str] = Memory(clock=clock)
    memory.put("a", "x", 10)
    clock.now += 9.9
    assert memory.get("a") == "x"
    clock.now += 0.1
    assert memory.get("a") is None


def test_a_new_value_takes_the_place_of_the_old() -> None:
    clock = Clock()
    memory: Memory[str, str] = Memory(clock=clock)
    memory.put("a", "x", 10)
    memory.put("a", "y", 20)
    clock.now += 15
    assert memory.get("a") == "y"


def test_the_oldest_goes_first() -> None:
    memory: Memory[int, int] = Memory(3)
    for number in range(3):
        memory.put(number, number, 10)
    memory.put(0, 7, 10)
    memory.put(3, 3, 10)
    assert [memory.get(number) for number in range(4)] == [7, None, 2, 3]


def test_it_never_grows_past_its_bound() -> None:
    memory: Memory[int, int] = Memory(100)
    for number in range(1000):
        memory.put(number, number, 10)
    assert sum(memory.get(number) is not None for number in range(1000)) == 100
