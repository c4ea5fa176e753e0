"""Reload and stop under load: no reply is lost, nobody is put off, and what was begun is finished."""

import itertools
import os
import signal
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from benchmarks.load import Result, generated, run
from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import connect, send, submit
from tests.servers.exchange import Exchange
from tests.servers.raw import Raw
from tests.servers.room import wait_until
from tests.servers.worlds import MakeWorld

RELOADS = 50


class Loading:
    """Mail over eight connections, a new one for each message, until the block ends."""

    def __init__(self, port: int) -> None:
        self._port, self._done = port, Event()
        self.result = Result()

    def __enter__(self) -> "Loading":
        self._thread = Thread(target=self._load)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _load(self) -> None:
        self.result = run(self._port, self._mail(), connections=8, fresh=True)

    def _mail(self) -> Iterator[bytes]:
        return itertools.takewhile(lambda _: not self._done.is_set(), itertools.cycle(list(generated(100))))


@pytest.mark.parametrize("way", [worlds.proxy, worlds.postfix_milter], ids=lambda way: way.__name__)
def test_fifty_reloads_under_load_lose_no_reply_and_put_nobody_off(sink: Exchange, way: MakeWorld) -> None:
    with way(sink.port) as world:
        with Loading(world.port) as loading:
            for number in range(RELOADS):
                arrived = sink.count
                world.gateway.configure(f"[policy]\ntag = {5 + number / 100}\n")
                world.gateway.reload()
                wait_until(lambda arrived=arrived: sink.count > arrived, "mail flows")  # type: ignore[misc]
        assert set(loading.result.codes) == {250}
        wait_until(lambda: sink.count == loading.result.codes[250], "all of it arrives")


@pytest.mark.parametrize("way", [worlds.proxy, worlds.postfix_milter], ids=lambda way: way.__name__)
def test_a_session_that_lasts_over_a_reload_goes_on(sink: Exchange, way: MakeWorld) -> None:
    with way(sink.port) as world, connect(world.port) as session:
        assert submit(session, ham(1)).startswith("250")
        world.gateway.reload()
        assert submit(session, ham(2)).startswith("250")
        session.mail("ann@out.test")
        session.rcpt("kim@example.org")
        world.gateway.reload()
        assert session.data(ham(3))[0] == 250


@pytest.mark.parametrize("way", [worlds.proxy, worlds.postfix_milter], ids=lambda way: way.__name__)
def test_sigterm_finishes_what_was_begun(sink: Exchange, way: MakeWorld) -> None:
    with way(sink.port) as world:
        clients = [Raw(world.port) for _ in range(8)]
        for client in clients:
            assert client.begin()[-1].startswith("354")
            client.write(b"Subject: begun\r\n\r\nOnce upon a ti")
        os.kill(world.gateway.pid, signal.SIGTERM)
        wait_until(lambda: "stopping" in world.gateway.log(), "it has heard")
        for client in clients:
            client.write(b"me.\r\n.\r\n")
        assert [client.reply()[:3] for client in clients] == ["250"] * len(clients)
        for client in clients:
            client.close()
        world.gateway.stop()
        wait_until(lambda: sink.count == len(clients), "all of it arrives")


def test_a_configuration_that_does_not_check_changes_nothing_and_says_where(sink: Exchange) -> None:
    with worlds.proxy(sink.port) as world:
        before = set(world.gateway.workers())
        world.gateway.configure("[policy]\ntagg = 1\n")
        world.gateway.reload()
        assert set(world.gateway.workers()) == before
        assert "60-changed.toml" in world.gateway.log()
        assert "tagg" in world.gateway.log()
        assert send(world.port, ham()).startswith("250")
