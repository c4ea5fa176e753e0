"""A message of 50 MB with a million tags is opened in bounded time and memory, and others are answered meanwhile."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from gatekeeper.quarantine.acts import Role
from tests.servers.gateway import Gateway
from tests.system.hostile import KIM, held, holding, letter, signed_in

TAG = b"<b><i>x</i></b>\r\n"
HEAD = b"From: a@out.test\r\nSubject: Many\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
SIZE = 50_000_000
AT_ONCE = 6
ROOM = 450_000_000  # bytes: of one process, while as many look at it as once
LONGEST = 60.0  # seconds, on a machine that is shared; 6 s each on one that is not


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with holding("[smtp]\nscan_timeout = 60.0\n[smtp.limits]\nsize = 60_000_000\n") as (made, _):
        yield made


def peak(gateway: Gateway) -> int:
    """The most that a worker has had in memory; that of the pages is among them."""
    return max(int(line.split()[1]) * 1024 for pid in gateway.workers() for line in _status(pid) if "VmHWM" in line)


def _status(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/status").read_text().splitlines()


@pytest.mark.timeout(300)
def test_a_million_tags_are_opened_while_others_are_answered(gateway: Gateway) -> None:
    small = held(gateway, letter("Roses"), KIM)
    large = held(gateway, HEAD + TAG * (SIZE // len(TAG)), KIM)
    browser = signed_in(gateway, "kim", Role.USER, KIM)
    answers: list[httpx2.Response] = []

    def look(way: str) -> None:
        answers.append(browser.get(f"/held/{large}{way}", timeout=2 * LONGEST))

    lookers = [threading.Thread(target=look, args=(way,)) for way in ("", "/page") * (AT_ONCE // 2)]
    begun = time.monotonic()
    for looker in lookers:
        looker.start()
    others = 0
    while any(looker.is_alive() for looker in lookers):
        for path in ("/held", f"/held/{small}", f"/held/{small}/page", "/history", "/account"):
            assert browser.get(path, timeout=10).status_code == 200
            others += 1
        time.sleep(0.1)
    assert time.monotonic() - begun < LONGEST * AT_ONCE
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    assert others > AT_ONCE, "they were answered while it was opened"
    assert max(len(answer.content) for answer in answers) < 4_000_000
    assert peak(gateway) < ROOM
