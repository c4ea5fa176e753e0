import asyncio
import threading

from gatekeeper.lookups.gather import Gather
from gatekeeper.values import Absent, Dns, Failed, Found, Recipient, TimedOut

A, B = Dns("a.example"), Dns("b.example")


class World:
    """Answers from a dict; `gate` holds every lookup back until it is opened."""

    def __init__(self, world, known=None) -> None:
        self.world, self.remembered, self.asked = world, known or {}, []
        self.gate: asyncio.Event | None = None

    def known(self, question):
        return self.remembered.get(question)

    async def answer(self, question):
        self.asked.append(question)
        if self.gate is not None:
            await self.gate.wait()
        answer = self.world[question]
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_all_are_answered_together_and_each_once() -> None:
    world = World({A: Found(("1",)), B: Absent()})
    assert asyncio.run(Gather({Dns: world}).answer([A, B])) == {A: Found(("1",)), B: Absent()}
    assert world.asked == [A, B]


def test_what_is_known_is_not_looked_up() -> None:
    world = World({}, known={A: Absent()})
    assert asyncio.run(Gather({Dns: world}).answer([A])) == {A: Absent()}
    assert world.asked == []


def test_a_question_in_flight_is_shared() -> None:
    async def both():
        world = World({A: Absent()})
        world.gate = asyncio.Event()
        gather = Gather({Dns: world})
        tasks = [asyncio.ensure_future(gather.answer([A])) for _ in range(5)]
        await asyncio.sleep(0)
        world.gate.set()
        return await asyncio.gather(*tasks), world.asked

    answers, asked = asyncio.run(both())
    assert answers == [{A: Absent()}] * 5
    assert asked == [A]


def test_failures_are_typed_and_nothing_is_raised(caplog) -> None:
    world = World({A: RuntimeError("boom"), B: Absent()})
    answers = asyncio.run(Gather({Dns: world}).answer([A, B, Recipient("u@x.example")]))
    assert answers[A] == Failed("RuntimeError")
    assert answers[B] == Absent()
    assert isinstance(answers[Recipient("u@x.example")], Failed)


def test_a_silent_world_times_out() -> None:
    async def silent():
        world = World({A: Absent()})
        world.gate = asyncio.Event()
        return await Gather({Dns: world}, timeout=0.05).answer([A])

    assert isinstance(asyncio.run(silent())[A], TimedOut)


def test_one_kind_of_question_may_take_longer_than_the_others() -> None:
    async def both():
        slow, silent = World({Recipient("u@x.example"): Absent()}), World({})
        slow.gate, silent.gate = asyncio.Event(), asyncio.Event()
        asyncio.get_running_loop().call_later(0.7, slow.gate.set)
        gather = Gather({Dns: silent, Recipient: slow}, timeout=0.05, longer={Recipient: 5.0})
        return await gather.answer([A, Recipient("u@x.example")])

    assert asyncio.run(both()) == {A: TimedOut("0.05 s"), Recipient("u@x.example"): Absent()}


def test_the_message_deadline_is_shorter_than_the_lookup_and_leaves_it_running_for_others() -> None:
    async def hurried():
        world = World({A: Absent()})
        world.gate = asyncio.Event()
        gather = Gather({Dns: world}, timeout=5)
        first = await gather.answer([A], 0.01)
        second = asyncio.ensure_future(gather.answer([A]))
        await asyncio.sleep(0)
        world.gate.set()
        return first[A], (await second)[A], world.asked

    first, second, asked = asyncio.run(hurried())
    assert isinstance(first, TimedOut)
    assert second == Absent()
    assert asked == [A]


def asks_twice():
    first = yield frozenset({A})
    second = yield frozenset({B})
    return first[A], second[B]


def test_drive_runs_steps_to_their_end() -> None:
    gather = Gather({Dns: World({A: Absent(), B: Found(("x",))})})
    assert asyncio.run(gather.drive(asks_twice())) == (Absent(), Found(("x",)))


def test_drive_gives_timeouts_after_the_deadline() -> None:
    async def late():
        world = World({A: Absent(), B: Absent()})
        world.gate = asyncio.Event()
        loop = asyncio.get_running_loop()
        return await Gather({Dns: world}, timeout=5).drive(asks_twice(), loop.time() + 0.02)

    assert all(isinstance(answer, TimedOut) for answer in asyncio.run(late()))


def test_threads_drive_through_a_loop_in_the_background() -> None:
    gather = Gather({Dns: World({A: Absent(), B: Found(("x",))})})
    got = []
    threads = [threading.Thread(target=lambda: got.append(gather.drive_blocking(asks_twice(), 5))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [(Absent(), Found(("x",)))] * 8


def test_steps_that_ask_nothing_need_no_loop() -> None:
    def silent():
        return 7
        yield

    gather = Gather({})
    assert gather.drive_blocking(silent(), 1) == 7
    assert gather._background is None
