"""Who was written to is known, a borrowed name is found, what is in doubt comes again: through the real gateway."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.messages import gtube
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.deployed import snippet
from tests.servers.dns import DnsServer
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.postfix import Postfix
from tests.servers.room import wait_until
from tests.servers.swaks import swaks

INSIDE, FIRM, STRANGER = "127.0.0.10", "127.0.0.66", "127.0.0.99"
KIM, LEE, ANN = "kim@example.org", "lee@example.org", "ann@firm.test"
ZONE = {
    "firm.test": {"TXT": [f'"v=spf1 ip4:{FIRM} -all"']},
    "evil.test": {"TXT": [f'"v=spf1 ip4:{STRANGER} -all"']},
}
SETTINGS = """
[gateway]
own_networks = ["127.0.0.10/32"]
[dns]
servers = ["{dns}"]
[tables]
access = "{access}"
[checks.spf]
enabled = true
private = true
[checks.uribl]
enabled = false
"""


def letter(author: str, subject: str = "Hello", *lines: str) -> bytes:
    head = (f"From: {author}", f"Subject: {subject}", "Date: Mon, 2 Mar 2026 10:00:00 +0000", *lines)
    return "\r\n".join((*head, "", "Shall we meet on Monday?", "")).encode()


@pytest.fixture
def gateway(sink: Exchange, tmp_path: Path) -> Iterator[Gateway]:
    """In front of example.org, and the way out for our own servers."""
    access = tmp_path / "access"
    access.write_text(f"Connect:{INSIDE}\tRELAY\n")
    hop = f"esmtp:[127.0.0.1]:{sink.port}"
    with DnsServer(ZONE) as dns:
        settings = SETTINGS.format(dns=dns.address, access=access)
        with Gateway({"example.org": hop, ".": hop}, settings) as gateway:
            yield gateway


def findings(gateway: Gateway, content: bytes, sender: str, source: str, to: str = KIM) -> dict[str, dict[str, Any]]:
    """Send it, and what was found about senders, by name."""
    before = len(gateway.look("journal", "list", "--limit", "1000", "--sender", sender))
    assert send(gateway.port, content, sender=sender, source=source, to=[to]).startswith("250")
    verdict = gateway.journal(before + 1, sender=sender)[-1]["verdicts"][to]
    return {finding["name"]: finding for finding in verdict["findings"]}


def write(gateway: Gateway, *theirs: str, message_id: str = "1@example.org") -> None:
    """Kim writes to them, and that is remembered."""
    content = letter(f"Kim Possible <{KIM}>", "Hello", f"Message-ID: <{message_id}>")
    assert send(gateway.port, content, sender=KIM, source=INSIDE, to=theirs).startswith("250")
    wait_until(lambda: all(known(gateway, address) for address in theirs), "it is remembered")


def known(gateway: Gateway, address: str) -> list[dict[str, Any]]:
    (told,) = gateway.look("history", "show", address)
    contacts: list[dict[str, Any]] = told["contacts"]
    return contacts


def test_who_is_written_to_is_known_and_nobody_else(gateway: Gateway) -> None:
    stranger = findings(gateway, letter(f"Ann <{ANN}>"), ANN, FIRM)
    assert stranger.keys() & {"known-correspondent", "known-to-colleagues", "borrowed-name"} == set()
    write(gateway, ANN)
    answer = findings(gateway, letter(f"Ann <{ANN}>"), ANN, FIRM)["known-correspondent"]
    assert answer["score"] == -2.5
    assert answer["evidence"].startswith(f"{ANN}: 1 letter to them, the last 20")
    assert "known-to-colleagues" in findings(gateway, letter(f"Ann <{ANN}>"), ANN, FIRM, LEE)
    forged = findings(gateway, letter(f"Ann <{ANN}>"), ANN, STRANGER)
    assert "spf-fail" in forged
    assert "known-correspondent" not in forged


def test_whom_a_user_of_postfix_who_has_logged_in_writes_to_is_known(sink: Exchange, tmp_path: Path) -> None:
    """From wherever they are; what comes back from there is known in the milter."""
    access = tmp_path / "access"
    access.touch()
    with DnsServer(ZONE) as dns, postfix(sink, SETTINGS.format(dns=dns.address, access=access)) as (port, gateway):
        going = letter(f"Kim Possible <{KIM}>", "Hello", "Message-ID: <1@example.org>")
        login = ("--xclient-addr", "198.51.100.9", "--xclient-login", "kim")
        assert swaks(port, going, *login, to=ANN, sender=KIM).final.startswith("250 ")
        wait_until(lambda: known(gateway, ANN), "it is remembered")
        assert send(port, letter(f"Ann <{ANN}>"), sender=ANN, source=FIRM).startswith("250")
        assert "known-correspondent" in str(gateway.record(ANN)["verdicts"])
        forged = swaks(port, going, "--xclient-addr", "198.51.100.9", to="x@firm.test", sender=KIM)
        assert forged.final.startswith("250 ")
        assert swaks(port, going, *login, to="bob@firm.test", sender=KIM).final.startswith("250 ")
        wait_until(lambda: known(gateway, "bob@firm.test"), "it is remembered")
        assert known(gateway, "x@firm.test") == []


@contextmanager
def postfix(sink: Exchange, settings: str) -> Iterator[tuple[int, Gateway]]:
    """With gatekeeper as its milter; it relays for us, and for who we write to."""
    with Postfix(sink.port, ["example.org", "firm.test"], main=snippet("postfix-milter.cf", {})) as mta:
        place = mta.queue / "gatekeeper"
        place.mkdir()
        shutil.chown(place, "root", "postfix")
        place.chmod(0o750)
        milter = f'[smtp]\nlisten = []\n[milter]\nsocket = "unix:{place}/milter.sock"\nowner = "root:postfix"\n'
        with Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, milter + settings) as gateway:
            yield mta.port, gateway


def test_an_answer_to_a_letter_is_known_from_another_mailbox_of_that_domain(gateway: Gateway) -> None:
    write(gateway, "info@firm.test", message_id="7@example.org")
    answer = letter("Bob <bob@firm.test>", "Re: Hello", "In-Reply-To: <7@example.org>")
    found = findings(gateway, answer, "bob@firm.test", FIRM)
    assert found["known-correspondent"]["evidence"] == "bob@firm.test: it answers one of ours"
    elsewhere = findings(gateway, answer.replace(b"bob@firm", b"bob@evil"), "bob@evil.test", STRANGER)
    assert "known-correspondent" not in elsewhere


def test_the_name_of_a_colleague_from_outside_is_told_of(gateway: Gateway) -> None:
    write(gateway, ANN)
    found = findings(gateway, letter('"POSSIBLE, Kim" <boss@evil.test>', "Urgent"), "boss@evil.test", STRANGER, LEE)
    assert found["borrowed-name"]["evidence"] == f"POSSIBLE, Kim is known as {KIM}, not boss@evil.test"
    record = gateway.record("boss@evil.test")
    assert record["verdicts"][LEE]["action"] == "accept", "a score, and a modest one"


def test_a_vacation_note_makes_nobody_known(gateway: Gateway) -> None:
    note = letter(f"Kim Possible <{KIM}>", "Away", "Auto-Submitted: auto-replied", "Message-ID: <2@example.org>")
    assert send(gateway.port, note, sender=KIM, source=INSIDE, to=["spammer@evil.test"]).startswith("250")
    write(gateway, ANN)
    assert known(gateway, "spammer@evil.test") == []


def test_what_became_of_mail_is_a_reputation_and_shows_its_numbers(gateway: Gateway) -> None:
    for _ in range(6):
        assert send(gateway.port, gtube(), sender="x@evil.test", source=STRANGER).startswith("550")
    wait_until(lambda: "bad" in str(gateway.look("history", "show", "evil.test")), "it is remembered")
    wait_until(lambda: reputation(gateway)["bad"] > 5.9, "all of it is")
    found = findings(gateway, letter("Eve <eve@evil.test>"), "eve@evil.test", STRANGER)["reputation-bad"]
    assert 2.0 < found["score"] < 3.0
    assert found["evidence"] == "domain evil.test: 0.0 good, 6.0 bad; reviewers: 0.0 good, 0.0 bad"


def reputation(gateway: Gateway) -> dict[str, float]:
    (told,) = gateway.look("history", "show", "evil.test")
    counts: dict[str, float] = told["senders"][0]["counts"]
    return counts


TELLING = """
[smtp]
xclient_networks = ["127.0.0.0/8"]
"""
GREY = """
[checks.greylist]
enabled = true
from_score = -100.0
to_score = 100.0
delay = 1.0
window = 60.0
"""


@pytest.mark.parametrize("world", [worlds.proxy, worlds.postfix_milter], ids=["proxy", "postfix"])
def test_what_is_in_doubt_comes_again_and_passes(sink: Exchange, world: worlds.MakeWorld) -> None:
    settings = GREY if world is worlds.postfix_milter else TELLING + GREY
    with world(sink.port, settings) as here:

        def said(address: str = "192.0.2.7") -> str:
            return swaks(here.port, letter(f"Ann <{ANN}>"), "--xclient-addr", address).final

        first = said()
        assert first.startswith("451 4.7.1 Greylisted, try again later [greylisted] (")
        assert not sink.messages
        wait_until(lambda: said().startswith("250 "), "it passes when it has waited")
        assert said("192.0.2.200").startswith("250 "), "the same network"
        assert said("198.51.100.7").startswith("451 4.7.1 ")
        (passed, *_) = [r for r in here.gateway.journal(3) if "greylist-passed" in str(r["verdicts"])]
        assert passed["outcomes"][KIM]["fate"] in ("delivered", "handed-over")


@pytest.mark.parametrize(("cell", "said"), [("pass", "250 "), ("defer", "451 4.3.0 ")])
def test_a_store_that_is_damaged_does_what_the_table_says(sink: Exchange, cell: str, said: str) -> None:
    """The log says so once, and what could not be remembered is counted; every message is told of."""
    with Gateway(
        {"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, f'[dependencies.history]\ndown = "{cell}"\n'
    ) as gateway:
        damage(gateway)
        assert send(gateway.port, letter(f"Ann <{ANN}>"), sender=ANN).startswith(said)
        verdict = gateway.record(ANN)["verdicts"][KIM]
        assert "history-down" in [finding["name"] for finding in verdict["findings"]]
        assert "history.db: file is not a database; put a backup in its place" in gateway.log()
        assert len(sink.messages) == (cell == "pass")


def damage(gateway: Gateway) -> None:
    """As a disk may."""
    (gateway.home / "state" / "history.db").write_bytes(b"not what it was " * 1000)
