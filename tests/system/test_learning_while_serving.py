"""What is learnt while mail flows counts within seconds, and no message fails or waits for it."""

import random
import subprocess
from collections.abc import Iterable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.stores import model_file
from gatekeeper.stores.passed import Passed
from tests.messages import typical
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import COMMAND, Gateway
from tests.servers.room import wait_until
from tests.servers.worlds import World
from tests.system.arrival import added
from tests.system.test_reload import Loading

IN_USE = 5.0  # seconds
"""From the end of `gatekeeper learn` until every worker judges by what it learnt."""

_PROSE = """
    pills cheap viagra casino winner lottery prize unclaimed transfer million dollars urgent confidential discount
    replica watches luxury meds pharmacy prescription bonus jackpot guaranteed refinance mortgage debt miracle
"""
_OFFERS = _PROSE.split()


def offer(number: int) -> bytes:
    """A message of spam as nobody writes any more."""
    chance = random.Random(number)
    text = " ".join(chance.choice(_OFFERS) for _ in range(60))
    head = f"From: win{number}@offers.test\r\nSubject: {chance.choice(_OFFERS)} {chance.choice(_OFFERS)}\r\n"
    return f"{head}Message-ID: <{number}@offers.test>\r\n\r\n{text}\r\n".encode()


def mbox(path: Path, messages: Iterable[bytes]) -> Path:
    """A mailbox with these, as mail programs keep them."""
    lines = (b"From - Mon Mar  2 09:00:00 2026\n%b\n" % raw.replace(b"\r\n", b"\n") for raw in messages)
    path.write_bytes(b"".join(lines))
    return path


def gatekeeper(gateway: Gateway, *words: str | Path) -> str:
    """Run a command beside the gateway; what it printed."""
    done = subprocess.run(
        [COMMAND, "--config", gateway.config, *words], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def learn(gateway: Gateway, place: Path, spam: range = range(120), ham: range = range(120)) -> None:
    """Teach it offers and typical mail."""
    boxes = mbox(place / "spam.mbox", map(offer, spam)), mbox(place / "ham.mbox", map(typical, ham))
    gatekeeper(gateway, "learn", "--spam", boxes[0], "--ham", boxes[1])


def delivered(world: World, inner: Exchange, raw: bytes, sender: str = "ann@out.test") -> dict[str, str]:
    """Send it through; the fields that it has got on its way."""
    assert send(world.port, raw, sender=sender).startswith("250")
    mark = next(line for line in raw.split(b"\r\n") if line.lower().startswith(b"message-id"))
    found: list[dict[str, str]] = []
    wait_until(
        lambda: found.extend(added(m.content) for m in list(inner.messages) if mark in m.content) or found, "it arrives"
    )
    return found[-1]


class Probe:
    """New offers, one after the other."""

    def __init__(self, world: World, inner: Exchange) -> None:
        self._world, self._inner, self._next = world, inner, 10_000

    def tests(self) -> str:
        """What the status line of the next one says was found."""
        self._next += 1
        status = delivered(self._world, self._inner, offer(self._next))["x-spam-status"]
        return status.partition("tests=")[2].partition(" autolearn=")[0]

    def all_say(self, name: str, count: int = 6) -> bool:
        """So many in a row, so that each worker has had some, very likely."""
        return all(name in self.tests() for _ in range(count))


@pytest.mark.parametrize("way", [worlds.proxy, worlds.postfix_milter], ids=lambda way: way.__name__)
def test_a_model_is_in_use_soon_after_it_was_learnt_under_load(
    sink: Exchange, way: worlds.MakeWorld, tmp_path: Path
) -> None:
    with way(sink.port) as world:
        probe = Probe(world, sink)
        assert probe.tests() == "none"
        with Loading(world.port) as loading:
            wait_until(lambda: sink.count > 20, "mail flows")
            learn(world.gateway, tmp_path)
            wait_until(lambda: probe.all_say("BAYES_SPAM"), "every worker knows it", IN_USE)
            after = sink.count
            wait_until(lambda: sink.count > after + 20, "mail flows on")
        assert set(loading.result.codes) == {250}
        fields = delivered(world, sink, offer(1), "offers@out.test")
        assert fields["x-spam-flag"] == "YES"
        _told(world.gateway)
        assert delivered(world, sink, typical(900), "usual@out.test")["x-spam-status"].startswith("No, score=-2.0 ")


def _told(gateway: Gateway) -> None:
    """The journal has the finding with its words, and what the model said; nobody keeps the features there."""
    record = gateway.record("offers@out.test")
    (finding,) = record["verdicts"]["kim@example.org"]["findings"]
    assert (finding["name"], finding["score"]) == ("bayes-spam", 6.0)
    assert "(120 spam, 0 ham)" in finding["evidence"]
    ((question, answer),) = [pair for pair in record["tape"] if pair[0][0] == "words"]
    assert len(question) == 2
    assert answer[:3:2] == ["judged", "spam"]
    assert answer[5] == [120, 120]
    assert answer[6]
    assert 0 < len(answer[7]) <= 15


def test_before_anything_was_learnt_nothing_changes(sink: Exchange) -> None:
    with worlds.proxy(sink.port) as world:
        for number, raw in enumerate((offer(1), typical(1))):
            fields = delivered(world, sink, raw, f"{number}@out.test")
            assert fields["x-spam-status"].startswith("No, score=0.0 required=5.0 tests=none autolearn=no")
            record = world.gateway.record(f"{number}@out.test")
            assert [answer for (kind, *_), answer in record["tape"] if kind == "words"] == [["absent"]]
        assert not (_classifier(world.gateway) / "training.db").exists()
        message = world.gateway.home / "message.eml"
        message.write_bytes(offer(2))
        assert world.gateway.run("scan", str(message))[0]["findings"] == []


def test_what_was_forgotten_is_made_good_by_the_keeper(sink: Exchange, tmp_path: Path) -> None:
    with worlds.proxy(sink.port) as world:
        learn(world.gateway, tmp_path)
        probe = Probe(world, sink)
        wait_until(lambda: probe.all_say("BAYES_SPAM"), "it is in use")
        assert _card(world.gateway)["behind"] is False
        gatekeeper(world.gateway, "forget", "--later", mbox(tmp_path / "gone.mbox", map(offer, range(20))))
        wait_until(lambda: '"rebuilt"' in world.gateway.log(), "the keeper has made it anew")
        assert _card(world.gateway)["behind"] is False
        assert _card(world.gateway)["messages"] == {"spam": 100, "ham": 120}
        wait_until(lambda: probe.all_say("BAYES_SPAM"), "and it is served")


def test_who_got_a_message_teaches_what_it_was(sink: Exchange, tmp_path: Path) -> None:
    """What comes back has our id and other bytes, and is attached to a letter."""
    with worlds.proxy(sink.port) as world:
        message_id = delivered(world, sink, offer(1))["x-gatekeeper-id"].split()[0]
        letter = EmailMessage()
        letter["From"] = "kim@example.org"
        letter.set_content("please look")
        letter.add_attachment(message_from_bytes(sink.messages[-1].content.replace(b"pills", b"p1lls"), policy=SMTP))
        sent = tmp_path / "letter.eml"
        sent.write_bytes(letter.as_bytes())

        def teach(teacher: str) -> tuple[int, str]:
            words = ["teach", "--spam", "--teacher", teacher, sent]
            done = subprocess.run(
                [COMMAND, "--config", world.gateway.config, *words], capture_output=True, text=True, check=False
            )
            return done.returncode, done.stdout

        passed = Passed(_classifier(world.gateway) / "passed.db")
        wait_until(lambda: passed.get(message_id), "its features are kept")
        passed.close()
        assert teach("lee@example.org") == (1, f"{sent}: refused: it did not go to lee@example.org\n")
        assert teach("kim@example.org") == (0, f"{sent}: learnt as spam (by its id, {message_id})\n")
        assert _card(world.gateway)["messages"] == {"spam": 1, "ham": 0}


def test_scan_knows_what_was_learnt(sink: Exchange, tmp_path: Path) -> None:
    with worlds.proxy(sink.port) as world:
        learn(world.gateway, tmp_path)
        message = tmp_path / "message.eml"
        message.write_bytes(offer(10_000))
        (judged,) = world.gateway.run("scan", str(message))
        (finding,) = judged["findings"]
        assert (finding["name"], judged["action"]) == ("bayes-spam", "tag")


def test_a_damaged_model_leaves_the_old_one_in_use_until_it_is_made_anew(sink: Exchange, tmp_path: Path) -> None:
    with worlds.proxy(sink.port) as world:
        learn(world.gateway, tmp_path)
        probe = Probe(world, sink)
        wait_until(lambda: probe.all_say("BAYES_SPAM"), "it is in use")
        card = _classifier(world.gateway) / model_file.CARD
        card.write_bytes(b"{}")
        wait_until(lambda: "this is not the card of a model" in world.gateway.log(), "somebody says so")
        assert probe.all_say("BAYES_SPAM")
        wait_until(lambda: card.read_bytes() != b"{}", "the keeper has made it anew")
        assert _card(world.gateway)["messages"] == {"spam": 120, "ham": 120}


def test_what_all_agree_on_is_learnt_without_a_teacher(sink: Exchange, tmp_path: Path) -> None:
    with worlds.proxy(sink.port, "[classifier]\nautolearn = true\n") as world:
        learn(world.gateway, tmp_path, range(250), range(250))
        wait_until(
            lambda: "autolearn=ham" in delivered(world, sink, typical(random.randrange(1000, 9999)))["x-spam-status"],
            "it is sure of one",
        )
        wait_until(lambda: _card(world.gateway)["messages"]["ham"] > 250, "the keeper has learnt it")
        gatekeeper(world.gateway, "forget", "--source", "auto")
        wait_until(
            lambda: (
                (_card(world.gateway)["messages"], _card(world.gateway)["behind"]) == ({"spam": 250, "ham": 250}, False)
            ),
            "it is taken back",
        )


def _classifier(gateway: Gateway) -> Path:
    return gateway.home / "state" / "classifier"


def _card(gateway: Gateway) -> dict[str, Any]:
    card = model_file.read_card(_classifier(gateway))
    assert card is not None
    return card
