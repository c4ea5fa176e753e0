import asyncio

from gatekeeper.lookups.directory import Directory
from gatekeeper.values import Absent, Failed, Found, Recipient

VERIFY = {"listed.example": "list", "asked.example": "callout", "open.example": "none", "lost.example": "list"}
LISTS = {"listed.example": {"user@listed.example"}}


def test_a_list_says_yes_and_no_at_once() -> None:
    directory = Directory(VERIFY, LISTS)
    assert directory.known(Recipient("user@listed.example")) == Found()
    assert directory.known(Recipient("nobody@listed.example")) == Absent()


def test_a_domain_without_verification_takes_all() -> None:
    directory = Directory(VERIFY, LISTS)
    assert directory.known(Recipient("any@open.example")) == Found()
    assert directory.known(Recipient("any@elsewhere.example")) == Found()


def test_a_missing_list_is_a_failure_not_a_no() -> None:
    assert isinstance(Directory(VERIFY, LISTS).known(Recipient("u@lost.example")), Failed)


def test_a_callout_is_made_only_when_asked_for() -> None:
    asked = []

    async def callout(address: str):
        asked.append(address)
        return Absent()

    directory = Directory(VERIFY, LISTS, callout)
    assert directory.known(Recipient("u@asked.example")) is None
    assert asyncio.run(directory.answer(Recipient("u@asked.example"))) == Absent()
    assert asked == ["u@asked.example"]


def test_without_next_hops_a_callout_is_a_failure() -> None:
    assert isinstance(asyncio.run(Directory(VERIFY, LISTS).answer(Recipient("u@asked.example"))), Failed)
