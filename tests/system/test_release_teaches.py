"""A release teaches: thirty held copies of one newsletter, one released: the others are offered, a forged one is not,
and the next one is delivered.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gatekeeper.app.build import read
from gatekeeper.app.desk import Desk, desk
from gatekeeper.authentication.signing import signature
from gatekeeper.authentication.signing_key import SigningKey
from gatekeeper.message import parse
from gatekeeper.quarantine.acts import Reviewer, Role
from tests.servers.client import send
from tests.servers.dns import DnsServer
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import wait_until
from tests.system.test_learning_while_serving import gatekeeper, learn

COPIES = 30
CHIEF = Reviewer("chief", Role.ADMINISTRATOR)
NEWS, OWN, OTHER = "news@shop.test", "kim@example.org", "lee@example.org"
KIM = Reviewer("kim", Role.USER, frozenset((OWN,)))
RULES = """
[[rule]]
name = "too-eager"
where = "text"
pattern = "buy two"
score = 9.0
description = "it wants us to buy"
"""
SETTINGS = """
[dns]
servers = ["{dns}"]
[tables]
rules = ["{rules}"]
[checks.dkim]
enabled = true
[checks.spf]
enabled = true
private = true
[checks.dmarc]
enabled = true
"""


def private_key() -> bytes:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return rsa.generate_private_key(65537, 1024).private_bytes(serialization.Encoding.PEM, form, plain)


KEY = SigningKey.read("shop.test", "s1", private_key())
ZONE = {KEY.name: {"TXT": [f'"{KEY.record[:200]}" "{KEY.record[200:]}"']}, "shop.test": {"TXT": ['"v=spf1 -all"']}}


def newsletter(number: int, signed: bool = True) -> bytes:
    """One copy, for one reader."""
    body = (
        f"From: The Shop <{NEWS}>\r\nTo: {OWN}\r\nSubject: Our week in March\r\n"
        f"Date: Mon, 2 Mar 2026 10:00:00 +0000\r\n"
        f"Message-ID: <{number}@shop.test>\r\n\r\n"
        f"Dear reader {number},\r\nthis week: buy two of our lamps, and the third is yours.\r\n"
    ).encode()
    return b"%b: %b\r\n" % signature(parse(body), KEY, 1_700_000_000) + body if signed else body


@contextmanager
def opened(gateway: Gateway) -> Iterator[tuple[Desk, asyncio.Runner]]:
    with asyncio.Runner() as runner:
        made = desk(read(gateway.config))
        yield made, runner
        runner.run(made.close())


@pytest.fixture
def gateway(sink: Exchange, tmp_path: Path) -> Iterator[Gateway]:
    rules = tmp_path / "eager.toml"
    rules.write_text(RULES)
    with DnsServer(ZONE) as dns:
        settings = SETTINGS.format(dns=dns.address, rules=rules)
        with Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, settings) as gateway:
            yield gateway


def test_one_newsletter_is_released_and_the_others_follow(gateway: Gateway, sink: Exchange) -> None:
    for number in range(COPIES):
        assert send(gateway.port, newsletter(number), sender=f"bounce-{number}@shop.test").startswith("250")
    assert send(gateway.port, newsletter(99, signed=False), sender="bounce-99@shop.test").startswith("250")
    wait_until(lambda: len(gateway.journal(COPIES + 1)) == COPIES + 1, "all are in the journal")
    waiting = gateway.run("quarantine", "list")
    forged = next(one["id"] for one in waiting if one["sender"] == "bounce-99@shop.test")
    first = next(one["id"] for one in waiting if one["sender"] == "bounce-0@shop.test")
    assert len(waiting) == COPIES + 1
    with opened(gateway) as (at, runner):
        done = runner.run(at.release(CHIEF, first, teach=True, allow=True))
        assert set(done.offered) == {one["id"] for one in waiting} - {first, forged}
        assert at.offered(CHIEF, done.entry) == done.offered
        for hold_id in done.offered:
            runner.run(at.release(CHIEF, hold_id))
        assert at.offered(CHIEF, done.entry) == ()
    assert len(sink.messages) == COPIES
    assert [one["id"] for one in gateway.quarantine()] == [forged]
    wait_until(lambda: next_is_delivered(gateway, sink), "the next is delivered")
    assert send(gateway.port, newsletter(98, signed=False), sender="bounce-98@shop.test").startswith("250")
    assert len(gateway.quarantine()) > 1, "who only bears its name is not let in"


def test_what_is_learnt_lets_the_others_pass_and_each_is_offered_to_whom_it_is_for(
    gateway: Gateway, sink: Exchange, tmp_path: Path
) -> None:
    """Somebody had taught that it is spam. Nobody is let in by name, so what decides is what was learnt."""
    gateway.configure("[tables]\nrules = []\n[checks.bayes]\nspam_score = 9.0\n")
    gateway.reload()
    learn(gateway, tmp_path)
    wrong = tmp_path / "wrong.eml"
    wrong.write_bytes(newsletter(0))
    gatekeeper(gateway, "learn", "--spam", wrong)
    wait_until(lambda: is_held(gateway, newsletter(0), OWN), "a worker has the model")
    ids = {name: hold(gateway, newsletter(number), to) for name, number, to in (("own", 1, OWN), ("other", 2, OTHER))}
    ids["forged"] = hold(gateway, newsletter(3, signed=False), OWN)
    (first, *_) = [one["id"] for one in gateway.quarantine() if one["id"] not in ids.values()]
    with opened(gateway) as (at, runner):
        done = runner.run(at.release(KIM, first, teach=True))
        assert "It is learnt as wanted mail." in done.said
        assert ids["own"] in done.offered
        assert not {ids["other"], ids["forged"]} & set(done.offered)
        again = runner.run(at.release(CHIEF, ids["own"], teach=True))
        assert ids["other"] in again.offered
        assert ids["forged"] not in again.offered
    wait_until(lambda: not is_held(gateway, newsletter(0), OWN), "a worker has the new model")
    wait_until(lambda: "bayes-spam" not in str(gateway.look("journal", "list")[0]["verdicts"]), "nor does it say spam")


def hold(gateway: Gateway, raw: bytes, to: str) -> str:
    """Its id, once it came to a worker that has the model: each looks for it by itself."""
    before = {one["id"] for one in gateway.quarantine()}
    wait_until(lambda: is_held(gateway, raw, to), "it is held")
    (new,) = {one["id"] for one in gateway.quarantine()} - before
    wait_until(lambda: any(one["id"] == new for one in gateway.look("journal", "list")), "it is in the journal")
    return str(new)


def is_held(gateway: Gateway, raw: bytes, to: str) -> bool:
    before = len(gateway.quarantine())
    assert send(gateway.port, raw, to=[to], sender=NEWS).startswith("250")
    return len(gateway.quarantine()) > before


def next_is_delivered(gateway: Gateway, sink: Exchange) -> bool:
    """And its why says so."""
    before = len(sink.messages)
    number = 1000 + before + len(gateway.quarantine())
    sender = f"bounce-{number}@shop.test"
    assert send(gateway.port, newsletter(number), sender=sender).startswith("250")
    verdict = gateway.record(sender)["verdicts"][OWN]
    if len(sink.messages) == before:
        assert verdict["reason"] == "too-eager"
        return False
    (reason,) = [finding for finding in verdict["findings"] if finding["name"] == "sender-allowed"]
    assert verdict["reason"] == "allowed"
    assert reason["evidence"] == f"allow {NEWS} (line 2 of the reviewers' list)"
    return True
