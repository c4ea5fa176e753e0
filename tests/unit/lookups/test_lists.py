"""Questions go to their list's guard, and processes tell each other."""

import asyncio
import logging
from pathlib import Path

import pytest

from gatekeeper.lookups import lists as module
from gatekeeper.lookups.dns import Resolver
from gatekeeper.lookups.list_health import Patience
from gatekeeper.lookups.lists import Lists
from gatekeeper.stores.list_states import ListState, ListStates
from gatekeeper.stores.opening import StoreError
from gatekeeper.tables.dns_zones import parse_zone
from gatekeeper.tables.list_zones import list_zones
from gatekeeper.values import Absent, Dns, Found, Suspended
from tests.servers.dns import DnsServer, Manner, lists

ZONE = {**lists("bl.test"), "66.0.0.127.bl.test": {"A": ["127.0.0.2"]}, "www.test": {"A": ["127.0.0.1"]}}
ASKED = Dns("66.0.0.127.bl.test")
QUICK = Patience(pause=60)


def guarded(server: DnsServer, exchange=None, on_change=lambda *_: None, patience=QUICK) -> Lists:
    server.ttl = 0
    zones = list_zones(map(parse_zone, ["bl.test", "other.bl.test*-1"]))
    return Lists(Resolver([("127.0.0.1", server.port)], 0.5), zones, patience, exchange, on_change)


async def ask(asked: Lists, question: Dns):
    return asked.known(question) or await asked.answer(question)


def test_questions_to_others_are_not_guarded() -> None:
    async def work(server: DnsServer):
        asked = guarded(server)
        for question in (Dns("www.test"), Dns("bl.test"), Dns("1.xbl.test"), Dns("2.0.0.127.bl.test", "TXT")):
            await ask(asked, question)
        assert len(server.queries) == 4
        assert not asked._guards

    with DnsServer(ZONE) as server:
        asyncio.run(work(server))


def test_the_longest_zone_that_fits_is_asked_and_each_kind_is_by_itself() -> None:
    async def work(server: DnsServer):
        asked = guarded(server)
        assert await ask(asked, ASKED) == Found(("127.0.0.2",))
        assert isinstance(await ask(asked, Dns("www.example.bl.test")), Suspended), "it has no test point for names"
        await ask(asked, Dns("1.0.0.10.other.bl.test"))
        assert {(zone, kind.value) for zone, kind in asked._guards} == {
            ("bl.test", "IPv4"),
            ("bl.test", "names"),
            ("other.bl.test", "IPv4"),
        }

    with DnsServer(ZONE) as server:
        asyncio.run(work(server))


def test_the_administrator_is_told_once_when_a_list_goes_and_once_when_it_is_back(caplog) -> None:
    caplog.set_level(logging.INFO)
    changes = []

    async def work(server: DnsServer):
        asked = guarded(
            server, on_change=lambda *change: changes.append(change), patience=Patience(3600, 0.1, 1, 0.01, 2)
        )
        await ask(asked, ASKED)
        server.manner = Manner.BLOCKED
        for n in range(5):
            await ask(asked, Dns(f"{n}.0.0.10.bl.test"))
        server.manner = None
        while isinstance(await ask(asked, ASKED), Suspended):  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    with DnsServer(ZONE) as server:
        asyncio.run(work(server))
    assert changes == [("bl.test", True), ("bl.test", False)]
    told = [record for record in caplog.records if record.name == "gatekeeper.lookups.lists"]
    assert [(record.levelname, record.getMessage()) for record in told] == [
        ("WARNING", "list-suspended"),
        ("INFO", "list-back"),
    ]
    assert told[0].fields["why"] == "it answers 127.255.255.254, which is no listing but a refusal"


def test_what_one_finds_out_the_other_knows_before_it_asks(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "EVERY", 0.0)
    store = ListStates(tmp_path / "lists.db")

    async def work(server: DnsServer):
        one, other = guarded(server, store.exchange), guarded(server, store.exchange)
        await ask(one, ASKED)
        await ask(other, ASKED)
        server.manners["1.0.0.10.bl.test"] = Manner.BLOCKED
        assert isinstance(await ask(one, Dns("1.0.0.10.bl.test")), Suspended)
        await one._exchanging
        await ask(other, Dns("2.0.0.10.bl.test"))
        await other._exchanging
        before = len(server.queries)
        assert isinstance(await ask(other, Dns("3.0.0.10.bl.test")), Suspended)
        assert isinstance(await ask(guarded(server, store.exchange), ASKED), Suspended), "nor does a new one ask"
        assert len(server.queries) == before

    with DnsServer(ZONE) as server:
        asyncio.run(work(server))
    (state,) = store.all()
    assert (state.zone, state.kind, state.state) == ("bl.test", "IPv4", "suspended")
    assert state.listed == 2
    store.close()


def test_a_list_that_was_tested_is_not_called_untested_while_all_is_quiet(tmp_path: Path) -> None:
    store = ListStates(tmp_path / "lists.db")

    async def work(server: DnsServer):
        asked = guarded(server, store.exchange)
        await ask(asked, ASKED)
        await asked._exchanging

    with DnsServer(ZONE) as server:
        asyncio.run(work(server))
    (state,) = store.all()
    assert state.state == "trusted"
    store.close()


def test_a_new_process_knows_how_much_a_list_used_to_list(tmp_path: Path) -> None:
    store = ListStates(tmp_path / "lists.db")
    store.exchange([ListState("bl.test", "IPv4", "trusted", since=1.0, random_asked=500, random_listed=50)])

    async def work(server: DnsServer):
        asked = guarded(server, store.exchange)
        await ask(asked, ASKED)
        (guard,) = asked._guards.values()
        return guard.health.density.share

    with DnsServer(ZONE) as server:
        assert asyncio.run(work(server)) == pytest.approx(0.1)
    store.close()


def test_a_place_that_cannot_be_written_is_told_of_once_and_lists_are_asked_all_the_same(caplog, monkeypatch) -> None:
    monkeypatch.setattr(module, "EVERY", 0.0)

    def broken(states):
        raise StoreError(Path("lists.db"), "no room", "make room")

    async def work(server: DnsServer):
        asked = guarded(server, broken)
        for n in range(4):
            assert isinstance(await ask(asked, Dns(f"{n}.0.0.10.bl.test")), Absent)

    with DnsServer(ZONE) as server:
        asyncio.run(work(server))
    assert [record.getMessage() for record in caplog.records if "not shared" in record.getMessage()] == [
        "what is known of lists is not shared: lists.db: no room; make room"
    ]
