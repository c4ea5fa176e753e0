"""A mail of our own to one of our own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.app.build import read
from gatekeeper.app.posting import Posting
from gatekeeper.values import Fate, Outcome
from tests.servers.exchange import Exchange
from tests.servers.room import free_port

RAW = b"From: postmaster@gate.test\r\nSubject: a link\r\n\r\nhttps://q.own.test/\r\n"


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with Exchange() as server:
        yield server


def post(room: Path, address: str, port: int, settings: str = "") -> Outcome:
    table, path = room / "mailertable", room / "gatekeeper.toml"
    table.write_text(f"own.test\tesmtp:[127.0.0.1]:{port}\nshut.test\terror:5.7.1:550 closed\nlost.test\tdiscard:x\n")
    relay = f'[relay]\nmailertable = "{table}"\ntls = "none"\nconnect_timeout = 1.0\n'
    path.write_text(f'[gateway]\nhostname = "gate.test"\nstate = "{room / "state"}"\n{relay}{settings}')

    async def work() -> Outcome:
        posting = Posting(read(path))
        try:
            return await posting.post(address, RAW)
        finally:
            await posting.close()

    return asyncio.run(work())


def test_it_goes_by_the_next_hop_from_nobody(tmp_path: Path, exchange: Exchange) -> None:
    outcome = post(tmp_path, "kim@own.test", exchange.port)
    assert (outcome.fate, outcome.reply[:3]) == (Fate.DELIVERED, "250")
    (message,) = exchange.messages
    assert (message.sender, message.recipients, message.content) == ("", ("kim@own.test",), RAW)


def test_beside_an_mta_it_goes_by_that(tmp_path: Path, exchange: Exchange) -> None:
    mta = f'[quarantine]\nmta = "{exchange.address}"\nrelease_via = "mta"\n'
    assert post(tmp_path, "kim@anywhere.test", 1, mta).fate is Fate.DELIVERED
    (message,) = exchange.messages
    assert message.recipients == ("kim@anywhere.test",)


@pytest.mark.parametrize(("address", "fate"), [("kim@shut.test", Fate.REFUSED), ("kim@lost.test", Fate.DISCARDED)])
def test_where_nothing_goes_it_is_said(tmp_path: Path, exchange: Exchange, address: str, fate: Fate) -> None:
    assert post(tmp_path, address, exchange.port).fate is fate
    assert not exchange.messages


def test_a_hop_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert post(tmp_path, "kim@own.test", free_port()).fate is Fate.REFUSED
