import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.cli import main
from gatekeeper.stores.list_states import ListState, ListStates
from tests.servers.dns import DnsServer, Manner, lists

ZONE = {
    **lists("bl.test", "allow.test"),
    "66.2.0.192.bl.test": {"A": ["127.0.0.4"], "TXT": ['"Seen \\027[2Jby a trap"']},
    "67.2.0.192.allow.test": {"A": ["127.0.0.2"]},
}


def run(config: Path, server: DnsServer, *arguments: str) -> Result:
    zones = 'zones = ["bl.test=127.0.0.[2..11]*2", "allow.test*-1"]'
    names = f'[dns]\nservers = ["{server.address}"]\ntimeout = 0.3\n[checks.dnsbl]\n{zones}\n'
    (config.parent / "local.d").mkdir(exist_ok=True)
    (config.parent / "local.d" / "lists.toml").write_text(names)
    return CliRunner().invoke(main, ["--config", str(config), "dnsbl", *arguments])


def rows(result: Result) -> list[dict]:
    return [json.loads(line) for line in result.output.splitlines()]


def test_an_address_that_is_listed(empty: Path) -> None:
    with DnsServer(ZONE) as server:
        done = run(empty, server, "test", "192.0.2.66", "--json")
        shown = run(empty, server, "test", "192.0.2.66")
    assert done.exit_code == shown.exit_code == 1
    block, allow = rows(done)
    assert (block["zone"], block["weight"], block["listed"], block["records"]) == (
        "bl.test",
        2,
        "listed",
        ["127.0.0.4"],
    )
    assert allow["listed"] == "not listed"
    assert "Seen" in shown.output
    assert "\x1b" not in shown.output


@pytest.mark.parametrize("address", ["192.0.2.67", "192.0.2.1", "2001:db8::1"])
def test_one_that_is_in_no_block_list(empty: Path, address: str) -> None:
    with DnsServer(ZONE) as server:
        done = run(empty, server, "test", address)
    assert done.exit_code == 0, done.output


def test_an_address_nobody_answers_for(empty: Path) -> None:
    with DnsServer(ZONE, Manner.SILENT) as server:
        done = run(empty, server, "test", "192.0.2.1", "--json")
    assert done.exit_code == 2
    assert all(row["listed"].startswith("unknown") for row in rows(done))


def test_an_answer_that_is_none(empty: Path) -> None:
    with DnsServer(ZONE, Manner.BLOCKED) as server:
        done = run(empty, server, "test", "192.0.2.1", "--json")
    assert done.exit_code == 2
    assert {row["listed"] for row in rows(done)} == {"no answer of a list"}


@pytest.mark.parametrize(
    ("manner", "status", "order"),
    [(None, 0, "yes"), (Manner.LISTED, 1, "no"), (Manner.BLOCKED, 1, "no"), (Manner.SILENT, 2, "unknown")],
)
def test_a_zone(empty: Path, manner: Manner | None, status: int, order: str) -> None:
    with DnsServer(ZONE, manner) as server:
        done = run(empty, server, "test", "bl.test", "--json")
        shown = run(empty, server, "test", "bl.test")
    assert (done.exit_code, shown.exit_code) == (status, status)
    assert next(row["in_order"] for row in rows(done) if row["about"] == "IPv4") == order
    assert f"IPv4   {order}" in shown.output


def test_a_zone_that_is_not_configured_and_one_that_is_none(empty: Path) -> None:
    with DnsServer({**ZONE, **lists("other.test")}) as server:
        assert run(empty, server, "test", "other.test").exit_code == 0
        assert run(empty, server, "test", "nothing.test").exit_code == 1
        wrong = run(empty, server, "test", "127.0.0.")
        assert wrong.exit_code != 0
        wrong = run(empty, server, "test", "a b")
    assert wrong.exit_code == 2
    assert "no zone" in wrong.output
    assert "Traceback" not in wrong.output


def test_without_lists_there_is_nothing_to_ask(empty: Path) -> None:
    done = CliRunner().invoke(main, ["--config", str(empty), "dnsbl", "test", "192.0.2.1"])
    assert done.exit_code == 1
    assert "set checks.dnsbl.zones" in done.output


def test_the_lists_that_are_asked_and_one_that_is_suspended(empty: Path) -> None:
    with DnsServer() as server:
        fresh = run(empty, server, "list", "--json")
        assert fresh.exit_code == 0
        assert [(row["zone"], row["state"]) for row in rows(fresh)] == [
            ("bl.test", "untested"),
            ("allow.test", "untested"),
        ]
        assert not (empty.parent / "state" / "lists.db").exists(), "who looks makes nothing"
        store = ListStates(empty.parent / "state" / "lists.db")
        bad = ListState("bl.test", "IPv4", "suspended", "it lists\x1b all", 1e9, 2e9, 200, 50, 100, 3)
        store.exchange([bad, ListState("gone.test", "IPv4", "suspended")])
        store.close()
        done, shown = run(empty, server, "list", "--json"), run(empty, server, "list")
    assert (done.exit_code, shown.exit_code) == (1, 1)
    assert [row["zone"] for row in rows(done)] == ["bl.test", "allow.test"]
    assert "25.0%" in shown.output
    assert "3.0%" in shown.output
    assert "\x1b" not in shown.output


def test_where_no_list_is_configured_it_says_what_to_set(empty: Path) -> None:
    listed = CliRunner().invoke(main, ["--config", str(empty), "dnsbl", "list"])
    assert (listed.exit_code, listed.output) == (
        0,
        "no list is configured: set checks.dnsbl.zones or checks.uribl.zones\n",
    )
    assert CliRunner().invoke(main, ["--config", str(empty), "dnsbl", "list", "--json"]).output == ""
