import json
from pathlib import Path

import pytest

from gatekeeper.cli.quarantine import quarantine
from gatekeeper.values import Fate, Outcome
from tests.servers.exchange import Exchange

from .stored import RAW, Stored, run


def _routed(stored: Stored, exchange: Exchange) -> None:
    """Mail for own.test goes to the stand-in."""
    table = stored.config.with_name("mailertable")
    table.write_text(f"own.test esmtp:[127.0.0.1]:{exchange.port}\n")
    settings = f'[relay]\nmailertable = "{table}"\ntls = "none"\n[quarantine]\nmta = "{exchange.address}"\n'
    stored.config.write_text(stored.config.read_text() + settings)


def _listed(stored: Stored, *arguments: str) -> list[str]:
    result = stored.run("quarantine", "list", "--json", *arguments)
    assert result.exit_code == 0
    return [json.loads(line)["id"] for line in result.stdout.splitlines()]


# list


def test_a_table_has_a_line_for_each_recipient(stored: Stored) -> None:
    held = stored.add("bob@own.test", "carol@own.test")
    heading, *lines = stored.run("quarantine", "list").stdout.splitlines()
    assert heading.split() == ["id", "held", "sender", "recipient", "state", "kind", "reason", "subject"]
    assert [line.split()[0] for line in lines] == [held, held]
    assert [line.split()[4:8] for line in lines] == [
        ["bob@own.test", "unconfirmed", "attachment", "banned-attachment"],
        ["carol@own.test", "unconfirmed", "attachment", "banned-attachment"],
    ]


def test_nothing_of_a_message_reaches_the_terminal_as_a_command(stored: Stored) -> None:
    held = stored.add(sender="a\x1b[2J@b.test\r\n")
    for arguments in (["list"], ["show", held], ["list", "--json"], ["show", "--json", held]):
        output = stored.run("quarantine", *arguments).stdout
        assert all(line.isprintable() for line in output.split("\n"))
        assert "now" in output
    assert "pay [31mnow" in stored.run("quarantine", "list").stdout


def test_json_is_one_object_a_line(stored: Stored) -> None:
    held = stored.add("bob@own.test", "caf\udce9@own.test")
    (line,) = stored.run("quarantine", "list", "--json").stdout.splitlines()
    told = json.loads(line)
    assert (told["id"], told["sender"], told["size"]) == (held, "a@b.test", len(RAW))
    assert told["subject"] == "pay [31mnow"
    assert told["recipients"][1] == {
        "address": "caf\udce9@own.test",
        "kind": "attachment",
        "reason": "banned-attachment",
        "score": 9.0,
        "fate": "unconfirmed",
    }


def test_why_a_hold_is_unconfirmed_is_shown(stored: Stored) -> None:
    hold_id = stored.add("bob@own.test")
    stored.quarantine.doubt(hold_id, "the client left before it read our reply")
    shown = " ".join(stored.run("quarantine", "show", hold_id).stdout.split())
    assert "unconfirmed" in shown
    assert "the client left before it read our reply" in shown


def test_filters(stored: Stored) -> None:
    first = stored.add("bob@own.test", raw=b"1")
    second = stored.add("carol@own.test", sender="eve@c.test", raw=b"2")
    third = stored.add("carol@own.test", raw=b"3")
    stored.quarantine.confirm(second)
    stored.quarantine.settle(third, "carol@own.test", Outcome(Fate.RELEASED))
    assert _listed(stored) == [second, first]
    assert _listed(stored, "--state", "all") == [third, second, first]
    assert _listed(stored, "--state", "released") == [third]
    assert _listed(stored, "--state", "held") == [second]
    assert _listed(stored, "--recipient", "CAROL@*") == [second]
    assert _listed(stored, "--sender", "eve@c.test") == [second]
    assert _listed(stored, "--reason", "spam-score") == []
    assert _listed(stored, "--since", "1h", "--limit", "1") == [second]
    assert _listed(stored, "--since", "2999-01-01") == []
    assert _listed(stored, "--since", "2020-01-01T10:00") == [second, first]


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--since", "bogus"],
        ["list", "--since", "9" * 400 + "d"],
        ["list", "--state", "lost"],
        ["list", "--kind", "meat"],
        ["list", "--limit", "0"],
        ["stats", "--by", "weight"],
        ["stats", "--recipient", "*@own.test"],
        ["delete"],
        ["delete", "t411vhxrypjg9", "--kind", "spam"],
        ["delete", "--kind", "spam", "--to", "bob@own.test"],
        ["release", "--state", "all"],
        ["undo", "0"],
        ["undo", "x"],
        ["export", "t411vhxrypjg9"],
        ["export", "t411vhxrypjg9", "--mbox", "a", "--directory", "b"],
        ["show"],
        ["release"],
        ["release", "x", "--via", "pigeon"],
        ["bogus"],
    ],
)
def test_wrong_use_exits_with_2(stored: Stored, arguments: list[str]) -> None:
    result = stored.run("quarantine", *arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


NOWHERE = [
    ["list"],
    ["stats"],
    *([deed, "t411vhxrypjg9"] for deed in ("show", "why", "release", "delete")),
    ["show", "--raw", "t411vhxrypjg9"],
    ["delete", "--kind", "spam"],
    ["undo", "1"],
]


@pytest.mark.parametrize("arguments", NOWHERE)
def test_where_nothing_ever_was_it_says_so_and_makes_nothing(empty: Path, arguments: list[str]) -> None:
    result = run(empty, ["quarantine", *arguments])
    assert result.exit_code == 1
    assert ".db: no such file; start gatekeeper once" in result.stderr
    assert not (empty.parent / "state").exists()


def test_a_mistake_in_the_configuration_is_named(stored: Stored) -> None:
    stored.config.write_text("[gateway]\nstaate = 1\n")
    result = stored.run("quarantine", "list")
    assert result.exit_code == 1
    assert "staate" in result.stderr


@pytest.mark.parametrize("command", list(quarantine.commands))
def test_help_has_an_example(stored: Stored, command: str) -> None:
    result = stored.run("quarantine", command, "--help")
    assert result.exit_code == 0
    assert f"  gatekeeper quarantine {command}" in result.stdout


# show


def test_show_tells_all_that_a_reviewer_needs(stored: Stored) -> None:
    held = stored.add("bob@own.test", "carol@own.test")
    output = stored.run("quarantine", "show", held).stdout
    for expected in (
        held,
        "mx.b.test [192.0.2.1]",
        "<a@b.test>",
        "<bob@own.test> <carol@own.test>",
        "quarantine (banned-attachment), score 9.0 of 5.0, for bob@own.test carol@own.test",
        r"a.exe\x1b[2J",
        "carol@own.test  unconfirmed",
        "André <a@b.test>",
        r"pay \x1b[31mnow\u202e",
        r"one\x1b]0;owned\x07two",
    ):
        assert expected in output


def test_show_json_has_envelope_verdicts_fates_and_header(stored: Stored) -> None:
    held = stored.add()
    told = json.loads(stored.run("quarantine", "show", "--json", held).stdout)
    assert told["id"] == held
    assert told["envelope"]["peer"]["address"] == "192.0.2.1"
    assert told["verdicts"]["bob@own.test"]["findings"][0]["evidence"] == "a.exe\x1b[2J"
    assert told["outcomes"]["bob@own.test"]["fate"] == "unconfirmed"
    assert told["header"][0] == ["From", "André <a@b.test>"]


def test_raw_is_the_message_byte_for_byte(stored: Stored) -> None:
    raw = bytes(range(256)) * 10
    held = stored.add(raw=raw)
    assert stored.run("quarantine", "show", "--raw", held).stdout_bytes == raw


@pytest.mark.parametrize("unknown", ["t411vhxrypjg9", "../../etc/passwd", "\x1b[2J", "x" * 500])
def test_what_is_not_held_cannot_be_shown(stored: Stored, unknown: str) -> None:
    stored.add()
    for arguments in (["show", unknown], ["show", "--raw", unknown], ["release", unknown]):
        result = stored.run("quarantine", *arguments)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert "nothing of this id is held" in result.stderr
        assert "\x1b" not in result.stderr
        assert len(result.stderr) < 200


def test_the_entry_of_a_message_that_is_gone_is_still_shown(stored: Stored) -> None:
    held = stored.add()
    (stored.quarantine.directory / "messages" / f"{held}.eml").unlink()
    assert held in stored.run("quarantine", "list").stdout
    assert "banned-attachment" in stored.run("quarantine", "show", held).stdout
    result = stored.run("quarantine", "show", "--raw", held)
    assert result.exit_code == 1
    assert "the message itself is not kept any more" in result.stderr


# release


def test_release_sends_it_on(stored: Stored) -> None:
    held = stored.add()
    with Exchange() as exchange:
        _routed(stored, exchange)
        result = stored.run("quarantine", "release", held)
        assert [message.content for message in exchange.messages] == [RAW]
    hop = f"esmtp:[127.0.0.1]:{exchange.port}"
    assert result.stdout == f"{held} bob@own.test released via {hop}: 250 2.6.0 Queued mail for delivery\n"
    assert result.exit_code == 0
    assert _listed(stored) == []
    assert _listed(stored, "--state", "released") == [held]


def test_release_via_the_mta_has_a_token(stored: Stored) -> None:
    held = stored.add()
    with Exchange() as exchange:
        _routed(stored, exchange)
        assert stored.run("quarantine", "release", "--via", "mta", held).exit_code == 0
        assert exchange.messages[0].content.startswith(b"X-Gatekeeper-Release: " + held.encode())


def test_release_of_several_goes_on_after_a_failure(stored: Stored) -> None:
    first, last = stored.add(raw=b"1\r\n"), stored.add("x@nowhere.test", "bob@own.test", raw=b"2\r\n")
    with Exchange() as exchange:
        _routed(stored, exchange)
        result = stored.run("quarantine", "release", "--json", first, "t411vhxrypjg9", last)
        assert [message.content for message in exchange.messages] == [b"1\r\n", b"2\r\n"]
    assert result.exit_code == 1
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["id"], [(one["address"], one["fate"]) for one in line.get("recipients", ())]) for line in told] == [
        (first, [("bob@own.test", "released")]),
        ("t411vhxrypjg9", []),
        (last, [("x@nowhere.test", "held"), ("bob@own.test", "released")]),
    ]
    assert "nothing of this id is held" in told[1]["error"]
    assert "nothing of this id is held" in result.stderr


def test_release_to_one_of_them(stored: Stored) -> None:
    held = stored.add("bob@own.test", "carol@own.test")
    with Exchange() as exchange:
        _routed(stored, exchange)
        assert stored.run("quarantine", "release", held, "--to", "eve@own.test").exit_code == 1
        assert stored.run("quarantine", "release", held, "--to", "carol@own.test").exit_code == 0
        assert [message.recipients for message in exchange.messages] == [("carol@own.test",)]


def test_a_release_that_fails_says_why(stored: Stored) -> None:
    held = stored.add()
    with Exchange(replies={"dot": "552 5.2.3 Too \x1b[2J big"}) as exchange:
        _routed(stored, exchange)
        result = stored.run("quarantine", "release", held)
    assert result.exit_code == 1
    assert (
        f"{held} bob@own.test still held, not taken by esmtp:[127.0.0.1]:{exchange.port}: 552 5.2.3 Too"
        in result.stdout
    )
    assert "\x1b" not in result.stdout
    assert "552 5.2.3 Too" in stored.run("quarantine", "show", held).stdout
