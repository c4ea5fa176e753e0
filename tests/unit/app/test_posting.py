"""Mail that the gateway writes itself: where it goes, and what is said of what became of it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.app import build, state
from gatekeeper.app.posting import Posting
from gatekeeper.quarantine.release import OURS, Refusal
from gatekeeper.values import Fate, Outcome
from tests.servers.exchange import Exchange

KIM = "kim@example.org"
RAW = b"From: q@example.org\r\nTo: kim@example.org\r\nMessage-ID: <1@x>\r\n\r\ntext\r\n"
_CONFIG = """\
[gateway]
state = "{home}/state"
[relay]
tls = "none"
mailertable = "{home}/table"
"""


@pytest.fixture
def sink() -> Iterator[Exchange]:
    with Exchange() as exchange:
        yield exchange


def post(home: Path, hop: str, address: str = KIM, settings: str = "") -> Outcome:
    path = home / "gatekeeper.toml"
    path.write_text(
        f'[gateway]\nstate = "{home}/state"\n[relay]\ntls = "none"\nmailertable = "{home}/table"\n{settings}'
    )
    (home / "table").write_text(f"example.org\t{hop}\n")

    async def once() -> Outcome:
        posting = Posting(build.read(path))
        try:
            return await posting.post(address, RAW)
        finally:
            await posting.close()

    return asyncio.run(once())


def test_it_goes_to_the_next_hop_from_nobody(tmp_path: Path, sink: Exchange) -> None:
    hop = f"esmtp:[127.0.0.1]:{sink.port}"
    outcome = post(tmp_path, hop)
    assert (outcome.fate, outcome.hop) == (Fate.DELIVERED, hop)
    (message,) = sink.messages
    assert (message.sender, message.recipients, message.content) == ("", (KIM,), RAW)


@pytest.mark.parametrize(
    ("hop", "address", "fate"),
    [
        ("error:5.1.1:550 closed", KIM, Fate.REFUSED),
        ("discard:", KIM, Fate.DISCARDED),
        ("esmtp:[127.0.0.1]:1", KIM, Fate.REFUSED),
        ("discard:", "kim@elsewhere.test", Fate.REFUSED),
    ],
)
def test_where_it_cannot_go_that_is_told(tmp_path: Path, hop: str, address: str, fate: Fate) -> None:
    outcome = post(tmp_path, hop, address)
    assert outcome.fate is fate
    assert outcome.reply


def test_whether_it_was_taken_may_not_be_known(tmp_path: Path, sink: Exchange) -> None:
    sink.behaviour.vanish = {"dot"}
    assert post(tmp_path, f"esmtp:[127.0.0.1]:{sink.port}").fate is Fate.UNCERTAIN


def test_an_mta_that_released_mail_does_not_go_to_gets_none_of_ours_either(tmp_path: Path, sink: Exchange) -> None:
    settings = '[quarantine]\nmta = "127.0.0.1:1"\n'
    assert post(tmp_path, f"esmtp:[127.0.0.1]:{sink.port}", settings=settings).fate is Fate.DELIVERED
    assert sink.messages[0].content == RAW


def test_into_the_mta_it_has_a_token_that_is_good_for_it_alone_and_once(tmp_path: Path, sink: Exchange) -> None:
    settings = f'[quarantine]\nrelease_via = "mta"\nmta = "127.0.0.1:{sink.port}"\n'
    assert post(tmp_path, "error:5.1.1:550 not by the table", settings=settings).fate is Fate.DELIVERED
    (message,) = sink.messages
    line, _, rest = message.content.partition(b"\r\n")
    name, _, token = line.partition(b": ")
    assert (name, rest) == (b"X-Gatekeeper-Release", RAW)
    quarantine = state.quarantine(build.read(tmp_path / "gatekeeper.toml").config)
    assert quarantine.verify(token.decode(), RAW, ["lee@example.org"]) is Refusal.OTHER_RECIPIENTS
    assert quarantine.verify(token.decode(), RAW.replace(b"text", b"test"), [KIM]) is Refusal.OTHER_CONTENT
    assert quarantine.verify(token.decode(), RAW, [KIM]) == OURS
    assert quarantine.verify(token.decode(), RAW, [KIM]) is Refusal.USED
    quarantine.close()
