"""What a directory said serves as long as it is good; after that only what is there, never what is not."""

import asyncio
from pathlib import Path

import pytest

from gatekeeper.config.directory import Directory
from gatekeeper.lookups.mailboxes import Mailboxes, Said
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.owners import Owner
from gatekeeper.values import Absent, Answer, Exceeded, Failed, Found, Refused, TimedOut

KIM = Found(("kim@example.org",))
SETTINGS = Directory(ttl=100, negative_ttl=10, stale=1000, cache=1000)


class Disk:
    """What is kept, without a file."""

    def __init__(self) -> None:
        self.kept: dict[str, Owner] = {}
        self.written = 0

    def get(self, address: str) -> Owner | None:
        return self.kept.get(address)

    def keep(self, address: str, owner: str, said_at: float) -> None:
        self.written += 1
        self.kept[address] = Owner(owner, said_at)

    def forget(self, address: str, said_at: float) -> None:
        self.written += 1
        self.kept.pop(address, None)


class World:
    """A directory that says `answer`, a clock, and workers that share a disk."""

    def __init__(self, answer: Answer = KIM) -> None:
        self.answer, self.now, self.asked, self.disk = answer, 1_000_000.0, [], Disk()

    def worker(self, settings: Directory = SETTINGS) -> Mailboxes:
        return Mailboxes(settings, self._find, self.disk, lambda: self.now)

    async def _find(self, address: str) -> Said:
        self.asked.append(address)
        return Said(self.answer, "ldap://x")


def ask(mailboxes: Mailboxes, address: str = "kim@example.org") -> Answer:
    """As the directory of all domains does."""
    return mailboxes.known(address) or asyncio.run(mailboxes.answer(address))


def test_a_good_answer_serves_until_its_time_is_over() -> None:
    world = World()
    mailboxes = world.worker()
    assert ask(mailboxes) == ask(mailboxes, "KIM@example.org") == KIM
    world.now += 99
    assert ask(mailboxes) == KIM
    assert world.asked == ["kim@example.org"]
    world.now += 2
    assert ask(mailboxes) == KIM
    assert len(world.asked) == 2


def test_that_there_is_none_serves_a_shorter_time_and_in_memory_alone() -> None:
    world = World(Absent())
    mailboxes = world.worker()
    assert ask(mailboxes) == ask(mailboxes) == Absent()
    assert len(world.asked) == 1
    world.now += 11
    assert ask(mailboxes) == Absent()
    assert len(world.asked) == 2
    assert world.disk.written == 0


FAILURES = [Failed("down"), TimedOut("late"), Refused("no"), Exceeded("much")]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_without_a_directory_the_last_good_answer_serves_and_says_its_age(failure: Answer) -> None:
    world = World()
    mailboxes = world.worker()
    ask(mailboxes)
    world.answer, world.now = failure, world.now + 500
    assert ask(mailboxes) == Found(("kim@example.org",), age=500)
    assert ask(mailboxes, "lee@example.org") == failure
    world.now += 501
    assert ask(mailboxes) == failure


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_that_there_was_none_is_never_said_from_what_is_stale(failure: Answer) -> None:
    world = World(Absent())
    mailboxes = world.worker()
    ask(mailboxes)
    world.answer, world.now = failure, world.now + 11
    assert ask(mailboxes) == failure


def test_stale_answers_can_be_switched_off() -> None:
    world = World()
    mailboxes = world.worker(Directory(ttl=100, stale=0))
    ask(mailboxes)
    world.answer, world.now = Failed("down"), world.now + 101
    assert ask(mailboxes) == Failed("down")


def test_what_one_worker_was_told_the_others_and_the_next_process_know() -> None:
    world = World()
    ask(world.worker())
    assert ask(world.worker()) == KIM
    assert len(world.asked) == 1
    world.answer, world.now = Failed("down"), world.now + 200
    assert ask(world.worker()) == Found(("kim@example.org",), age=200)


def test_a_mailbox_that_is_gone_is_forgotten_everywhere() -> None:
    world = World()
    mailboxes = world.worker()
    ask(mailboxes)
    world.answer, world.now = Absent(), world.now + 101
    assert ask(mailboxes) == Absent()
    assert world.disk.kept == {}
    world.answer, world.now = Failed("down"), world.now + 11
    assert ask(mailboxes) == ask(world.worker()) == Failed("down")


def test_a_mailbox_that_one_worker_was_told_is_gone_no_other_believes_in() -> None:
    world = World()
    first, second = world.worker(), world.worker()
    ask(first)
    ask(second)
    world.answer, world.now = Absent(), world.now + 101
    ask(first)
    world.answer = Failed("down")
    assert ask(second) == Failed("down")


def test_a_mailbox_that_is_gone_before_it_is_written_down_is_taken_off_the_disk() -> None:
    class Slow(Disk):
        def keep(self, address: str, owner: str, said_at: float) -> None:
            self.written += 1

    world = World()
    world.disk = Slow()
    mailboxes = world.worker()
    ask(mailboxes)
    world.answer, world.now = Absent(), world.now + 101
    ask(mailboxes)
    assert world.disk.written == 2


def test_without_a_disk_a_worker_knows_what_it_was_told() -> None:
    world = World()
    mailboxes = Mailboxes(SETTINGS, world._find, None, lambda: world.now)
    ask(mailboxes)
    world.answer, world.now = Failed("down"), world.now + 200
    assert ask(mailboxes) == Found(("kim@example.org",), age=200)


def test_a_mailbox_that_is_new_is_taken_at_once_where_it_is_asked_for_anew() -> None:
    world = World(Absent())
    mailboxes = world.worker()
    ask(mailboxes)
    world.answer, world.now = KIM, world.now + 11
    assert ask(mailboxes) == ask(mailboxes) == KIM


def test_that_it_exists_is_remembered_also_where_its_owner_is_not_known() -> None:
    world = World(Found())
    mailboxes = world.worker()
    assert ask(mailboxes) == ask(mailboxes) == ask(world.worker()) == Found()
    assert len(world.asked) == 1


def test_ten_thousand_tries_take_bounded_room_and_push_no_mailbox_out() -> None:
    world = World()
    mailboxes = world.worker(Directory(cache=100))
    ask(mailboxes)
    world.answer = Absent()
    for number in range(10_000):
        ask(mailboxes, f"guess{number}@example.org")
    assert len(mailboxes._not_there) == 100
    assert world.disk.written == 1
    asked = len(world.asked)
    assert ask(mailboxes) == KIM
    assert len(world.asked) == asked


def test_ten_thousand_mailboxes_take_bounded_room() -> None:
    world = World()
    mailboxes = world.worker(Directory(cache=100))
    for number in range(10_000):
        ask(mailboxes, f"user{number}@example.org")
    assert len(mailboxes._there) == 100


def test_a_clock_that_was_set_back_makes_nothing_good_for_ever() -> None:
    world = World()
    mailboxes = world.worker()
    ask(mailboxes)
    world.now -= 5000
    ask(mailboxes)
    assert len(world.asked) == 2


def test_a_disk_that_fails_costs_the_past_and_not_the_present(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Disk):
        def get(self, address: str) -> Owner | None:
            raise StoreError(Path("/x"), "damaged", "move it away")

    world = World()
    world.disk = Broken()
    assert ask(world.worker()) == KIM
    assert "/x: damaged; move it away" in caplog.text
    mailboxes = world.worker()
    ask(mailboxes)
    world.answer, world.now = Failed("down"), world.now + 200
    assert ask(mailboxes) == Found(("kim@example.org",), age=200)
