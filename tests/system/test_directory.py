"""A real directory behind the real proxy: who is there is accepted, who is not is refused, and doubt comes back."""

import json
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import connect, send
from tests.servers.exchange import Exchange
from tests.servers.gateway import COMMAND, Gateway
from tests.servers.room import wait_until
from tests.servers.slapd import BASE, READER, Slapd, group, mailbox

PEOPLE = (
    mailbox("kim", ["k.lee@example.org", "Kim.Lee@example.org"]),
    mailbox("ghost", userAccountControl="514"),
    group("team", "kim"),
)


def settings(slapd: Slapd, **changed: Any) -> str:
    """The domain example.org is in this directory; `changed` are values of TOML."""
    table = {
        "servers": [slapd.url],
        "ca_file": str(slapd.ca),
        "bind_dn": READER,
        "password_file": str(slapd.password),
        "search_base": BASE,
        "timeout": 4.0,
        "ttl": 0.1,
        "negative_ttl": 0.1,
        **changed,
    }
    written = {False: "false", True: "true"}
    lines = [f"{key} = {written[value] if isinstance(value, bool) else repr(value)}" for key, value in table.items()]
    return "\n".join(["[directory]", *lines, '[domains."example.org"]', 'verify = "ldap"', ""])


@pytest.fixture
def slapd() -> Iterator[Slapd]:
    with Slapd() as slapd:
        slapd.add(*PEOPLE)
        yield slapd


@contextmanager
def before(sink: Exchange, slapd: Slapd, **changed: Any) -> Iterator[Gateway]:
    hop = f"esmtp:[127.0.0.1]:{sink.port}"
    with Gateway({"example.org": hop, "open.test": hop}, settings(slapd, **changed)) as gateway:
        yield gateway


def rcpt(gateway: Gateway, address: str) -> str:
    """The reply to RCPT."""
    with connect(gateway.port) as session:
        session.mail("ann@out.test")
        code, text = session.rcpt(address)
        return f"{code} {text.decode()}"


def asked(gateway: Gateway, address: str) -> tuple[dict[str, Any], int]:
    """What `gateway directory test` says, and its exit status."""
    command = [COMMAND, "--config", gateway.config, "directory", "test", "--json", address]
    done = subprocess.run(command, capture_output=True, check=False)
    return json.loads(done.stdout), done.returncode


def kept(gateway: Gateway, address: str) -> object:
    return asked(gateway, address)[0]["kept"]


def test_mailboxes_aliases_and_groups_are_accepted_and_nobody_else(sink: Exchange, slapd: Slapd) -> None:
    with before(sink, slapd, servers=[slapd.tls_url]) as gateway:
        for address in ("kim@example.org", "K.Lee@Example.ORG", "kim.lee@example.org", "team@example.org"):
            assert rcpt(gateway, address).startswith("250"), address
        unknown = rcpt(gateway, "nobody@example.org")
        assert unknown.startswith("550 5.1.1 ")
        assert "[recipient-unknown]" in unknown
        assert rcpt(gateway, "nobody@open.test").startswith("250")


def test_whose_an_alias_is_stands_in_the_journal_and_the_password_nowhere(sink: Exchange, slapd: Slapd) -> None:
    with before(sink, slapd) as gateway:
        assert send(gateway.port, ham(), to=["k.lee@example.org"]).startswith("250")
        record = gateway.record()
        assert ["recipient", "k.lee@example.org"] in [asked for asked, _ in record["tape"]]
        assert ["found", ["kim@example.org"]] in [answered for _, answered in record["tape"]]
        seen = [path.read_bytes() for path in gateway.home.rglob("*") if path.is_file()]
        assert not any(slapd.password.read_bytes().strip() in content for content in seen)
    assert sink.messages[0].recipients == ("k.lee@example.org",)


@pytest.mark.parametrize(
    "address",
    ["*@example.org", "k*@example.org", '"x)(objectClass=*"@example.org', r'"k\\2am"@example.org', '"()"@example.org'],
)
def test_an_address_finds_itself_and_nothing_else(sink: Exchange, slapd: Slapd, address: str) -> None:
    with before(sink, slapd) as gateway:
        assert rcpt(gateway, address).startswith("550 5.1.1 ")


def test_a_disabled_account_is_there_unless_the_filter_leaves_it_out(sink: Exchange, slapd: Slapd) -> None:
    with before(sink, slapd) as gateway:
        assert rcpt(gateway, "ghost@example.org").startswith("250")
    enabled = "(&(proxyAddresses=smtp:%s)(!(userAccountControl=514)))"
    with before(sink, slapd, filter=enabled) as gateway:
        assert rcpt(gateway, "ghost@example.org").startswith("550 5.1.1 ")
        assert rcpt(gateway, "kim@example.org").startswith("250")


def test_without_a_directory_the_client_comes_back_and_then_it_is_as_before(sink: Exchange, slapd: Slapd) -> None:
    with before(sink, slapd, stale=0.0) as gateway:
        assert rcpt(gateway, "kim@example.org").startswith("250")
        slapd.stop()
        time.sleep(0.15)  # what is known is not good any more
        for address in ("kim@example.org", "nobody@example.org"):
            assert rcpt(gateway, address).startswith("451 4.4.3 "), address
        assert rcpt(gateway, "any@open.test").startswith("250")
        slapd.start()
        wait_until(lambda: rcpt(gateway, "kim@example.org").startswith("250"), "it is asked again")
        wait_until(lambda: rcpt(gateway, "nobody@example.org").startswith("550 5.1.1"), "by both workers")


def test_what_it_said_before_serves_while_it_is_down_also_after_a_restart(sink: Exchange, slapd: Slapd) -> None:
    with before(sink, slapd) as gateway:
        assert rcpt(gateway, "k.lee@example.org").startswith("250")
        assert rcpt(gateway, "nobody@example.org").startswith("550")
        slapd.stop()
        gateway.reload()
        time.sleep(0.15)
        assert send(gateway.port, ham(), to=["k.lee@example.org"]).startswith("250")
        assert rcpt(gateway, "nobody@example.org").startswith("451 4.4.3 ")
        (record,) = gateway.journal(recipient="k.lee@example.org")
        (verdict,) = record["verdicts"].values()
    (finding,) = [finding for finding in verdict["findings"] if finding["name"] == "recipient-stale"]
    assert finding["score"] == 0
    assert "nobody who knows answers now" in finding["evidence"]


def test_one_that_hangs_delays_nobody_longer_than_it_may_and_others_not_at_all(sink: Exchange, slapd: Slapd) -> None:
    with before(sink, slapd, timeout=5.0) as gateway, slapd.hanging(), ThreadPoolExecutor() as others:
        waiting = others.submit(rcpt, gateway, "kim@example.org")
        for _ in range(4):  # some of them by the worker that waits
            assert rcpt(gateway, "any@open.test").startswith("250")
        assert not waiting.done()
        begun = time.monotonic()
        assert waiting.result().startswith("451 4.4.3 ")
        assert time.monotonic() - begun < 10


def test_a_mailbox_that_comes_and_goes(sink: Exchange, slapd: Slapd) -> None:
    with before(sink, slapd) as gateway:
        assert rcpt(gateway, "new@example.org").startswith("550")
        slapd.add(mailbox("new"))
        wait_until(lambda: rcpt(gateway, "new@example.org").startswith("250"), "it is known")
        wait_until(lambda: kept(gateway, "new@example.org"), "it is kept")
        slapd.delete("new")
        wait_until(lambda: rcpt(gateway, "new@example.org").startswith("550"), "it is gone")
        wait_until(lambda: kept(gateway, "new@example.org") is None, "it is forgotten")
        slapd.stop()
        time.sleep(0.15)
        assert rcpt(gateway, "new@example.org").startswith("451")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"bind_dn": f"cn=stranger,{BASE}"}, "bind: invalid credentials"),
        ({"search_base": "dc=elsewhere"}, "search: "),
        ({"ca_file": ""}, "its certificate: self-signed"),
        ({"bind_dn": "", "password_file": ""}, "search: no such object"),
    ],
    ids=["account", "base", "certificate", "anonymous"],
)
def test_a_directory_that_is_wrongly_set_up_refuses_nobody(
    sink: Exchange, slapd: Slapd, changed: dict[str, Any], why: str
) -> None:
    with before(sink, slapd, **changed) as gateway:
        for address in ("kim@example.org", "nobody@example.org"):
            assert rcpt(gateway, address).startswith("451 4.4.3 ")
        assert f"{slapd.url} does not answer: " in gateway.log()
        assert why in gateway.log()


def test_the_second_server_is_asked_when_the_first_is_down(sink: Exchange, slapd: Slapd) -> None:
    with Slapd() as second:
        second.add(*PEOPLE)
        both = slapd.ca.read_text() + second.ca.read_text()
        slapd.ca.write_text(both)
        with before(sink, slapd, servers=[slapd.url, second.tls_url]) as gateway:
            assert rcpt(gateway, "kim@example.org").startswith("250")
            assert second.searches() == 0
            slapd.stop()
            time.sleep(0.15)
            assert rcpt(gateway, "kim@example.org").startswith("250")
            assert rcpt(gateway, "nobody@example.org").startswith("550")


@pytest.mark.milter
def test_postfix_refuses_at_rcpt_what_the_directory_does_not_know(sink: Exchange, slapd: Slapd) -> None:
    with worlds.postfix_milter(sink.port, settings(slapd)) as world, connect(world.port) as session:
        session.mail("ann@out.test")
        for unknown in ("nobody@example.org", "nobody@example.org.", '"nobody"@example.org'):
            assert session.rcpt(unknown)[0] == 550, unknown
        assert session.rcpt('"team"@example.org.')[0] == 250
        assert session.rcpt("k.lee@example.org")[0] == 250
        assert session.data(ham())[0] == 250
        slapd.stop()
        session.mail("ann@out.test")
        code, text = session.rcpt("lee@example.org")
        assert code == 451
        assert b"4.4.3" in text
    wait_until(lambda: sink.messages, "it arrives")


def test_the_command_says_what_the_directory_says(sink: Exchange, slapd: Slapd) -> None:
    with before(sink, slapd) as gateway:
        said, status = asked(gateway, "k.lee@example.org")
        assert (said["answer"], said["mailbox"], said["server"]) == ("found", "kim@example.org", slapd.url)
        assert (said["kept"], said["verify"], status) == (None, "ldap", 0)
        assert rcpt(gateway, "k.lee@example.org").startswith("250")
        wait_until(lambda: kept(gateway, "k.lee@example.org"), "it is kept")
        said, status = asked(gateway, "nobody@example.org")
        assert (said["answer"], status) == ("absent", 1)
        slapd.stop()
        said, status = asked(gateway, "k.lee@example.org")
        assert (said["answer"], said["kept"]["mailbox"], status) == ("failed", "kim@example.org", 3)
        assert said["why"] == "Connection refused"


def teach(gateway: Gateway, teacher: str, raw: bytes) -> tuple[str, int]:
    """What became of it, and the exit status."""
    command = [COMMAND, "--config", gateway.config, "teach", "--spam", "--json", "--teacher", teacher, "-"]
    done = subprocess.run(command, input=raw, capture_output=True, check=False)
    return json.loads(done.stdout)["became"], done.returncode


def test_the_mailbox_that_got_it_by_an_alias_teaches_it_also_while_the_directory_is_down(
    sink: Exchange, slapd: Slapd
) -> None:
    slapd.add(mailbox("lee"))
    with before(sink, slapd) as gateway:
        assert send(gateway.port, ham(), to=["k.lee@example.org"]).startswith("250")
        raw = sink.messages[0].content
        wait_until(lambda: teach(gateway, "k.lee@example.org", raw) == ("learnt", 0), "its features are kept")
        assert teach(gateway, "kim@example.org", raw) == ("known", 0)
        assert teach(gateway, "Kim.Lee@example.org", raw) == ("known", 0)
        assert teach(gateway, "lee@example.org", raw) == ("not-theirs", 1)
        assert rcpt(gateway, "kim@example.org").startswith("250")
        wait_until(lambda: kept(gateway, "kim@example.org"), "that is kept too")
        slapd.stop()
        assert teach(gateway, "kim@example.org", raw) == ("known", 0)
        assert teach(gateway, "lee@example.org", raw) == ("not-theirs", 1)
