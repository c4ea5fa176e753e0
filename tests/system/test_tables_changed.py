"""An operator's file is edited while the gateway runs: the next mail follows it; one with a mistake changes nothing."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.messages import ham
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import COMMAND, Gateway
from tests.servers.room import wait_until

MAPS = {
    "transport": "example.org smtp:[127.0.0.1]:{main}\nvip@example.org smtp:[127.0.0.1]:{other}\n",
    "senders": "<> OK\n",
    "header_checks": "/^x-none:/ REJECT\n",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("maps")


@pytest.fixture(scope="module")
def sinks() -> Iterator[tuple[Exchange, Exchange]]:
    with Exchange(connections=1000) as main, Exchange(connections=1000) as other:
        yield main, other


@pytest.fixture(scope="module")
def gateway(files: Path, sinks: tuple[Exchange, Exchange]) -> Iterator[Gateway]:
    for name, text in MAPS.items():
        (files / name).write_text(text.format(main=sinks[0].port, other=sinks[1].port))
    settings = f"""
[relay]
mailertable = ""
transport = "hash:{files}/transport"
[tables]
sender_access = "hash:{files}/senders"
header_checks = "pcre:{files}/header_checks"
"""
    with Gateway({}, settings) as gateway:
        yield gateway


def said(gateway: Gateway, sender: str = "ann@out.test", to: str = "kim@example.org") -> str:
    return send(gateway.port, ham(), [to], sender)


def becomes(gateway: Gateway, expected: str, sender: str = "ann@out.test", to: str = "kim@example.org") -> None:
    """Old workers may take a connection or two while they leave."""
    wait_until(lambda: expected in said(gateway, sender, to), expected)


def test_mail_goes_by_the_transport_map_as_it_is_now(
    gateway: Gateway, files: Path, sinks: tuple[Exchange, Exchange]
) -> None:
    main, other = sinks
    for sink in sinks:
        sink.messages.clear()
    assert said(gateway).startswith("250")
    assert said(gateway, to="VIP@example.org").startswith("250")
    assert [len(sink.messages) for sink in sinks] == [1, 1]
    text = MAPS["transport"].format(main=other.port, other=main.port)
    (files / "transport").write_text(f"{text}dead@example.org error:5.1.6 gone for good\n")
    becomes(gateway, "550 5.1.6 <dead@example.org>: Recipient address rejected: gone for good", to="dead@example.org")
    wait_until(lambda: said(gateway) and len(other.messages) > 1, "mail goes the other way")


def test_who_is_refused_is_as_the_map_says_now(gateway: Gateway, files: Path) -> None:
    assert said(gateway, "bad@sub.spam.test").startswith("250")
    (files / "senders").write_text("spam.test REJECT no spam\n")
    becomes(gateway, "554 5.7.1 <bad@sub.spam.test>: Sender address rejected: no spam", "bad@sub.spam.test")


NOT_RELOADED = "not reloaded: the gateway goes on serving as before"


def broken(path: Path) -> None:
    path.write_text("/^subject:/ REJECT\n/(/ REJECT\n")


def vanished(path: Path) -> None:
    path.unlink()


def unreadable(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "told"),
    [(broken, "header_checks:2: error"), (vanished, "header_checks: error"), (unreadable, "header_checks: error")],
)
def test_a_map_that_cannot_be_used_leaves_the_last_good_one(
    gateway: Gateway, files: Path, harm: Callable[[Path], None], told: str
) -> None:
    path, before = files / "header_checks", gateway.log().count(NOT_RELOADED)
    path.write_text(f"/^from: .*/ REJECT before it was {harm.__name__}\n")
    becomes(gateway, f"before it was {harm.__name__}")
    harm(path)
    wait_until(lambda: gateway.log().count(NOT_RELOADED) > before, "the mistake is told")
    assert told in gateway.log()
    assert f"before it was {harm.__name__}" in said(gateway)
    assert_named(gateway, told)
    if path.is_dir():
        path.rmdir()
    path.write_text("/^x-none:/ REJECT\n")
    becomes(gateway, "250 ")


def assert_named(gateway: Gateway, told: str) -> None:
    """`gatekeeper check` says the same and fails."""
    done = subprocess.run([COMMAND, "check", "--config", gateway.config], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert told in done.stdout
