"""Attachments are opened by processes beside the gateway's workers, which come and go with these."""

import base64
import io
import os
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.checks.signatures import EICAR
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import wait_until

STATUS = "State:\t"


@pytest.fixture
def gateway(sink: Exchange) -> Iterator[Gateway]:
    with Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, accidents=True) as gateway:
        yield gateway


def message(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return (
        b"From: <ann@out.test>\r\nSubject: an archive\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(packed.getvalue()).replace(b"\n", b"\r\n")
    )


def openers(gateway: Gateway) -> list[int]:
    return [
        int(child)
        for worker in gateway.workers()
        for child in Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    ]


def runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    return not status.partition(STATUS)[2].startswith("Z")


def test_what_is_inside_an_archive_decides(gateway: Gateway, sink: Exchange) -> None:
    assert "eicar" in (reply := send(gateway.port, message("a.txt", EICAR)))
    assert reply.startswith("550")
    assert send(gateway.port, message("a.txt", b"hello")).startswith("250")
    assert len(sink.messages) == 1


def test_an_opener_that_dies_is_replaced(gateway: Gateway) -> None:
    """Each worker has its own."""
    before = openers(gateway)
    assert len(before) == 2
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(map(runs, before)), "they have ended")
    assert send(gateway.port, message("a.txt", EICAR)).startswith("550")
    assert set(openers(gateway)) - set(before)


def test_openers_end_with_their_workers(gateway: Gateway) -> None:
    before = openers(gateway)
    for pid in gateway.workers():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(map(runs, before)), "they have ended")


def test_openers_end_after_a_reload_and_with_the_gateway(gateway: Gateway) -> None:
    before = openers(gateway)
    gateway.reload()
    wait_until(lambda: not any(map(runs, before)), "the old ones have ended")
    wait_until(lambda: len(openers(gateway)) == 2, "each new worker has its own, and nobody else has")
    after = openers(gateway)
    gateway.stop()
    wait_until(lambda: not any(map(runs, after)), "all have ended")


def test_what_takes_too_much_memory_is_held_and_the_reason_is_kept(sink: Exchange) -> None:
    settings = "[opener]\nmemory = 1\n"
    with Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, settings) as gateway:
        assert send(gateway.port, message("a.txt", b"\0" * 1_000_000)).startswith("250")
        (held,) = gateway.quarantine()
        assert "opener-" in str(held)
    assert sink.messages == []
