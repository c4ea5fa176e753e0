"""A worker is killed while it works: nobody gets a 250 for what was not delivered, and the service goes on."""

import os
import signal
from collections.abc import Iterator
from itertools import count
from threading import Event, Thread

import pytest

from benchmarks.load import Result, run, wires
from tests.messages import ham
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.raw import Raw
from tests.servers.room import wait_until


@pytest.fixture
def gateway(sink: Exchange) -> Iterator[Gateway]:
    with Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, accidents=True) as gateway:
        yield gateway


def slay(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_killed_in_the_middle_of_a_message(gateway: Gateway, sink: Exchange) -> None:
    with Raw(gateway.port) as client:
        assert client.begin()[-1].startswith("354")
        client.write(b"Subject: unfinished\r\n\r\nOnce upon")
        before = gateway.workers()
        slay(before)
        assert client.reply() == ""
    wait_until(lambda: not set(gateway.workers()) & set(before), "the dead are buried")
    wait_until(lambda: len(gateway.workers()) == len(before), "new workers have taken their places")
    assert send(gateway.port, ham()).startswith("250")
    assert [b"unfinished" in message.content for message in sink.messages] == [False]


def test_killed_while_the_hop_thinks(gateway: Gateway, sink: Exchange) -> None:
    sink.behaviour.delays["dot"] = 0.8
    with Raw(gateway.port) as client:
        assert client.begin()[-1].startswith("354")
        client.write(b"Subject: in between\r\n\r\nText\r\n.\r\n")
        wait_until(lambda: "DATA" in sink.verbs(), "the message is on its way")
        slay(gateway.workers())
        assert client.reply() == ""


def test_under_load_every_250_is_a_message_that_arrived(gateway: Gateway, sink: Exchange) -> None:
    done = Event()
    results: list[Result] = []

    def mail() -> Iterator[bytes]:
        for number in count():
            if done.is_set():
                return
            yield wires([ham(number)])[0]

    loading = Thread(target=lambda: results.append(run(gateway.port, mail(), connections=8, fresh=True)))
    loading.start()
    try:
        for _ in range(5):
            arrived = len(sink.messages)
            wait_until(lambda arrived=arrived: len(sink.messages) > arrived + 50, "mail flows")  # type: ignore[misc]
            slay(gateway.workers()[:1])
    finally:
        done.set()
        loading.join()
    (result,) = results
    assert set(result.codes) <= {0, 250, 451}
    assert result.codes[250] > 250
    assert result.codes[250] <= len(sink.messages) <= result.codes[250] + result.codes[0]
