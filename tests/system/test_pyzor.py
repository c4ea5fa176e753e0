"""Pyzor's own server asked through the proxy: what is reported there scores, and a server in trouble refuses nobody."""

import asyncio
import socket
from pathlib import Path

from gatekeeper.digests.pyzor import digest_of
from gatekeeper.lookups.pyzor import Servers
from gatekeeper.message import parse
from gatekeeper.protocols.pyzor import Op
from gatekeeper.tables import PyzorAccounts
from gatekeeper.values import Answer, Dns, Found, Refused
from tests.messages import ham
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.pyzord import Pyzord
from tests.servers.room import LOOPBACK
from tests.unit.lookups.test_pyzor import said, server

KEY = "0123456789abcdef"
EVERYTHING = "check report whitelist ping : joe : allow\ncheck : anonymous : allow\n"


async def no_names(_question: Dns) -> Answer:
    raise AssertionError


def tell(server: Pyzord, op: Op, accounts: PyzorAccounts = PyzorAccounts()) -> Answer:  # noqa: B008
    digest = digest_of(parse(ham()))
    assert digest
    return asyncio.run(Servers(no_names, accounts).tell(LOOPBACK, server.port, op, digest, "20,3,60,3"))


def joe(server: Pyzord, key: str = KEY) -> PyzorAccounts:
    return PyzorAccounts.parse(f"{LOOPBACK} : {server.port} : joe : 00,{key}", "accounts")


def before(sink: Exchange, *servers: str, more: str = "") -> Gateway:
    settings = f"[checks.pyzor]\nservers = {list(servers)}\nreports = 2\ntimeout = 1.0\n{more}"
    return Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, settings)


def findings(gateway: Gateway) -> dict[str, str]:
    (verdict,) = gateway.journal()[-1]["verdicts"].values()
    return {finding["name"]: finding["evidence"] for finding in verdict["findings"]}


def test_what_was_reported_is_found_and_what_was_not_is_not(sink: Exchange) -> None:
    with Pyzord() as server, before(sink, server.address) as gateway:
        assert send(gateway.port, ham()).startswith("250")
        assert findings(gateway) == {}
        assert [tell(server, Op.REPORT) for _ in range(3)] == [Found()] * 3
        assert send(gateway.port, ham(), sender="bob@out.test").startswith("250")
        (verdict,) = gateway.record("bob@out.test")["verdicts"].values()
        assert [f["evidence"] for f in verdict["findings"]] == ["127.0.0.1: 3 reports, 0 call it wanted"]
        assert server.served() == ["check", "report", "report", "report", "check"]


def test_who_has_an_account_may_do_what_it_allows(sink: Exchange) -> None:
    with Pyzord(EVERYTHING, f"joe : {KEY}\n") as server:
        assert isinstance(tell(server, Op.REPORT), Refused)
        assert isinstance(tell(server, Op.REPORT, joe(server, "ffff")), Refused)
        for op in (Op.REPORT, Op.REPORT, Op.REPORT, Op.WHITELIST):
            assert tell(server, op, joe(server)) == Found()
        with before(sink, server.address) as gateway:
            assert send(gateway.port, ham()).startswith("250")
            assert findings(gateway) == {"pyzor-reported": "127.0.0.1: 3 reports, 1 call it wanted"}


def test_accounts_are_read_from_their_file(sink: Exchange, tmp_path: Path) -> None:
    """The anonymous may do nothing here."""
    with Pyzord("check report : joe : allow\n", f"joe : {KEY}\n") as server:
        for _ in range(2):
            tell(server, Op.REPORT, joe(server))
        file = tmp_path / "accounts"
        file.write_text(f"{LOOPBACK} : {server.port} : joe : 00,{KEY}\n")
        with before(sink, server.address, more=f'accounts = "{file}"\n') as gateway:
            assert send(gateway.port, ham()).startswith("250")
            assert "pyzor-reported" in findings(gateway)
        with before(sink, server.address) as gateway:
            assert send(gateway.port, ham()).startswith("250")
            assert "hashes-refused" in findings(gateway)


def test_a_server_that_is_down_and_one_that_is_silent_are_told_apart_and_refuse_nobody(sink: Exchange) -> None:
    with Pyzord() as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((LOOPBACK, 0))
        server.stop()
        quiet = f"{LOOPBACK}:{silent.getsockname()[1]}"
        with before(sink, server.address, quiet) as gateway:
            assert send(gateway.port, ham()).startswith("250")
            assert findings(gateway) == {
                "hashes-down": "127.0.0.1: Connection refused",
                "hashes-timeout": "127.0.0.1: 1 s",
            }


def test_a_server_that_lies_is_not_believed(sink: Exchange) -> None:
    """Its replies bear another number than the question."""

    def lying(heard: dict[str, str], _number: int) -> list[bytes]:
        return [said(int(heard["Thread"]) ^ 1, counts="Count: 1000000\nWL-Count: 0\n"), b"\xff" * 8000]

    with server(lying) as there, before(sink, f"{LOOPBACK}:{there.port}") as gateway:
        assert send(gateway.port, ham()).startswith("250")
        assert findings(gateway) == {"hashes-timeout": "127.0.0.1: 1 s"}


def test_the_table_of_dependencies_says_what_becomes_of_mail_then(sink: Exchange) -> None:
    with Pyzord() as server:
        server.stop()
        with before(sink, server.address, more='[dependencies.hashes]\ndown = "defer"\n') as gateway:
            assert send(gateway.port, ham()).startswith("451 4.3.0 ")
