"""Many held messages at once: which are meant, whether that is really so, and what came of it."""

import json
import os
import pwd
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatekeeper.cli import main
from gatekeeper.cli.reviewing import filters, tasks
from gatekeeper.quarantine.audit import Trail
from gatekeeper.quarantine.listing import Query
from gatekeeper.values import Action, Fate, Finding, Outcome, Verdict
from tests.servers.exchange import Exchange

from .stored import RAW, Stored

SPAM = Verdict(Action.QUARANTINE, "bayes-spam", 9.0, 5.0, (Finding("bayes-spam", 9.0),))
WORM = Verdict(
    Action.QUARANTINE, "virus-found", 0.0, 5.0, (Finding("virus-found", certain=Action.REJECT, danger=True),)
)
NOBODY = "t411vhxrypjg9"


def fates(stored: Stored, held: str) -> dict[str, str]:
    found = stored.quarantine.get(held)
    assert found is not None
    return {address: outcome.fate.value for address, outcome in found.outcomes.items()}


def listed(stored: Stored, *arguments: str) -> list[tuple[str, list[str]]]:
    result = stored.run("quarantine", "list", "--json", *arguments)
    assert result.exit_code == 0
    told = map(json.loads, result.stdout.splitlines())
    return [(entry["id"], [one["address"] for one in entry["recipients"]]) for entry in told]


def routed(stored: Stored, exchange: Exchange) -> None:
    """Mail for own.test goes to the stand-in."""
    table = stored.config.with_name("mailertable")
    table.write_text(f"own.test esmtp:[127.0.0.1]:{exchange.port}\n")
    with stored.config.open("a") as config:
        config.write(f'[relay]\nmailertable = "{table}"\ntls = "none"\n')


# which are meant


def test_each_option_leaves_some_out(stored: Stored) -> None:
    first = stored.add("bob@own.test", verdict=SPAM, raw=b"Subject: cheap pills\r\n\r\n1")
    second = stored.add("carol@own.test", sender="eve@c.test", verdict=WORM, raw=b"Subject: the invoice\r\n\r\n2")
    assert [held for held, _ in listed(stored)] == [second, first]
    for options, meant in (
        (("--kind", "virus"), second),
        (("--text", "pill"), first),
        (("--recipient", "BOB@*"), first),
        (("--recipient", "carol@own.test"), second),
        (("--sender", "EVE@*"), second),
        (("--reason", "Bayes-Spam"), first),
        (("--until", "2000-01-01"), None),
        (("--since", "1h", "--kind", "spam"), first),
    ):
        assert [held for held, _ in listed(stored, *options)] == ([meant] if meant else []), options


def test_only_the_recipients_who_match_are_concerned(stored: Stored) -> None:
    held = stored.add("bob@own.test", "carol@own.test", verdict=SPAM)
    other = stored.add("carol@own.test", "dora@own.test", verdict=WORM, raw=b"2")
    stored.quarantine.settle(other, "dora@own.test", Outcome(Fate.RELEASED))
    assert listed(stored, "--recipient", "carol@*") == [(other, ["carol@own.test"]), (held, ["carol@own.test"])]
    assert listed(stored, "--reason", "virus-found") == [(other, ["carol@own.test"])]
    assert stored.run("quarantine", "delete", "--recipient", "carol@*", "--kind", "spam").exit_code == 0
    assert fates(stored, held) == {"bob@own.test": "unconfirmed", "carol@own.test": "deleted"}
    assert fates(stored, other) == {"carol@own.test": "unconfirmed", "dora@own.test": "released"}


def test_a_star_stands_for_anything_and_nothing_else_does(stored: Stored) -> None:
    odd = stored.add("b.b+[x]?@own.test", verdict=SPAM)
    stored.add("bxb@own.test", verdict=SPAM, raw=b"2")
    assert listed(stored, "--recipient", "b.b+[x]?@*") == [(odd, ["b.b+[x]?@own.test"])]
    assert listed(stored, "--recipient", "b?b@*") == []


@pytest.mark.parametrize(
    ("pattern", "like"),
    [
        ("bob@own.test", True),
        ("bob@own", False),
        ("*", True),
        ("**", True),
        ("bob@*", True),
        ("*@own.test", True),
        ("*@own", False),
        ("own*", False),
        ("b*o*.test", True),
        ("b*@*n*t", True),
        ("*n*n*", False),
        ("bob@own.t*test", False),
        ("bob@own.test*bob@own.test", False),
        ("*zz*", False),
    ],
)
def test_what_a_pattern_is_like(pattern: str, like: bool) -> None:
    assert filters._is_like("bob@own.test", pattern) is like


def test_pages_follow_each_other(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatekeeper.cli.reviewing.filters._PAGE", 2)
    every = [stored.add(verdict=SPAM, raw=b"%d" % number) for number in range(5)][::-1]
    assert [held for held, _ in listed(stored)] == every
    assert [held for held, _ in listed(stored, "--recipient", "*", "--limit", "3")] == every[:3]
    result = stored.run("quarantine", "delete", "--recipient", "*", "--limit", "4")
    assert "4 done, 0 not" in result.stderr
    assert [held for held, _ in listed(stored)] == every[4:]


def test_where_what_follows_has_gone_meanwhile_it_does_not_begin_again(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatekeeper.cli.reviewing.filters._PAGE", 2)
    every = [stored.add(verdict=SPAM, raw=b"%d" % number) for number in range(4)][::-1]
    found = filters.matching(stored.quarantine, filters.Wanted(Query()))
    assert [next(found).id, next(found).id] == every[:2]
    for gone in every[2:]:
        stored.quarantine.settle(gone, "bob@own.test", Outcome(Fate.DELETED))
    assert list(found) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["delete"], "name IDs, or say which messages are meant"),
        (["delete", "--state", "all"], "--recipient '*': all"),
        (["delete", "t411vhxrypjg9", "--kind", "spam"], "not both"),
    ],
)
def test_what_acts_says_what_it_needs_to_be_told(stored: Stored, arguments: list[str], said: str) -> None:
    assert said in stored.run("quarantine", *arguments).stderr


def test_ids_may_come_by_standard_input(stored: Stored) -> None:
    first, second = stored.add(verdict=SPAM, raw=b"1"), stored.add(verdict=SPAM, raw=b"2")
    arguments = ["--config", str(stored.config), "quarantine", "delete", "-"]
    result = CliRunner().invoke(main, arguments, input=f"{first}\n{second} {first}\n")
    assert result.exit_code == 0
    assert "2 done, 0 not" in result.stderr


# is it meant


def test_a_dry_run_lists_and_does_nothing(stored: Stored) -> None:
    held = stored.add("bob@own.test", "carol@own.test", verdict=SPAM)
    result = stored.run("quarantine", "delete", "--kind", "spam", "--dry-run")
    assert result.exit_code == 0
    assert "would delete 1 message for 2 recipients" in result.stderr
    assert held in result.stdout
    named = stored.run("quarantine", "release", held, "--to", "carol@own.test", "--dry-run", "--json")
    (told,) = map(json.loads, named.stdout.splitlines())
    assert [one["address"] for one in told["recipients"]] == ["carol@own.test"]
    assert "would release 1 message for 1 recipient\n" in named.stderr
    assert set(fates(stored, held).values()) == {"unconfirmed"}


@pytest.mark.parametrize(
    "arguments", [["--kind", "virus"], ["--kind", "virus", "--dry-run"], ["-"], ["x", "--dry-run"]]
)
def test_where_nothing_matches_the_exit_code_is_3(stored: Stored, arguments: list[str]) -> None:
    stored.add(verdict=SPAM)
    result = stored.run("quarantine", "delete", *arguments)
    assert result.exit_code == tasks.NOTHING_MATCHES == 3
    assert "nothing that is held matches" in result.stderr


def test_on_a_terminal_it_asks(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    held = stored.add(verdict=SPAM)
    monkeypatch.setattr("gatekeeper.cli.reviewing.tasks._terminal", lambda: True)

    def delete(answer: str, *more: str) -> tuple[int, str]:
        arguments = ["--config", str(stored.config), "quarantine", "delete", "--kind", "spam", *more]
        result = CliRunner().invoke(main, arguments, input=answer)
        return result.exit_code, result.stderr

    assert delete("n\n") == (1, "Delete 1 message for 1 recipient? [y/N]: n\nAborted!\n")
    assert fates(stored, held) == {"bob@own.test": "unconfirmed"}
    assert delete("y\n")[0] == 0
    assert fates(stored, held) == {"bob@own.test": "deleted"}
    stored.add(verdict=SPAM, raw=b"2")
    assert "?" not in delete("", "--yes")[1]


# what came of it


def test_what_was_deleted_can_be_had_back(stored: Stored) -> None:
    held = stored.add("bob@own.test", "carol@own.test", verdict=SPAM)
    result = stored.run("quarantine", "delete", held, "--to", "bob@own.test")
    assert result.exit_code == 0
    assert fates(stored, held) == {"bob@own.test": "deleted", "carol@own.test": "unconfirmed"}
    entry = result.stdout.rstrip("\n").rpartition(" ")[2]
    assert result.stdout == f"{held} Deleted. For 60 seconds: gatekeeper quarantine undo {entry}\n"
    undone = stored.run("quarantine", "undo", entry, "--json")
    assert undone.exit_code == 0
    told = json.loads(undone.stdout)
    assert (told["id"], told["act"]) == (held, "undo")
    assert set(fates(stored, held).values()) == {"unconfirmed"}
    assert stored.run("quarantine", "undo", entry).exit_code == 1


def test_what_is_done_stands_in_the_trail_under_the_name_of_the_account(stored: Stored) -> None:
    held = stored.add(verdict=SPAM)
    stored.run("quarantine", "delete", held)
    (entry,) = Trail(stored.quarantine.directory).entries(hold_id=held)
    assert entry.who == f"{pwd.getpwuid(os.geteuid()).pw_name} (shell)"
    assert (entry.role, entry.act) == ("administrator", "delete")


def test_an_account_without_a_name_is_its_number(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(number: int) -> object:
        raise KeyError(number)

    monkeypatch.setattr("pwd.getpwuid", nobody)
    held = stored.add(verdict=SPAM)
    assert stored.run("quarantine", "delete", held).exit_code == 0
    (entry,) = Trail(stored.quarantine.directory).entries(hold_id=held)
    assert entry.who == f"user {os.geteuid()} (shell)"


def test_one_that_fails_does_not_keep_the_others(stored: Stored) -> None:
    first, last = stored.add(verdict=SPAM, raw=b"1"), stored.add(verdict=SPAM, raw=b"2")
    result = stored.run("quarantine", "delete", "--json", first, NOBODY, "\x1b[2J" * 99, last)
    assert result.exit_code == 1
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["id"] for line in told if "error" not in line] == [first, last]
    assert next(line["id"] for line in told if "error" in line) == NOBODY
    assert "2 done, 2 not" in result.stderr
    assert "\x1b" not in result.output


def test_what_a_release_by_query_sends_goes_to_those_who_match(stored: Stored) -> None:
    stored.add("bob@own.test", "carol@own.test", verdict=SPAM)
    with Exchange() as exchange:
        routed(stored, exchange)
        assert stored.run("quarantine", "release", "--recipient", "carol@*").exit_code == 0
        assert [(message.recipients, message.content) for message in exchange.messages] == [(("carol@own.test",), RAW)]


# statistics


def test_statistics_of_little(stored: Stored) -> None:
    stored.add("bob@own.test", verdict=SPAM)
    assert stored.run("quarantine", "stats").stdout.splitlines()[0] == "1 message"
    assert stored.run("quarantine", "stats", "--kind", "virus").stdout == "0 messages\n"


def test_statistics_count_messages_and_recipients(stored: Stored) -> None:
    stored.add("bob@own.test", "carol@own.test", verdict=SPAM)
    stored.add("bob@own.test", sender="x\x1b[2J@c.test", verdict=WORM, raw=b"2")
    told = json.loads(stored.run("quarantine", "stats", "--json").stdout)
    assert told["messages"] == 2
    assert told["kind"] == [{"value": "spam", "recipients": 2}, {"value": "virus", "recipients": 1}]
    assert told["recipient"][0] == {"value": "bob@own.test", "recipients": 2}
    output = stored.run("quarantine", "stats", "--by", "sender").stdout
    assert output.splitlines()[0] == "2 messages"
    assert r"x\x1b[2J@c.test" in output
    assert "reason" not in output
    only = json.loads(stored.run("quarantine", "stats", "--json", "--recipient", "carol@own.test").stdout)
    assert (only["messages"], only["reason"]) == (1, [{"value": "bayes-spam", "recipients": 1}])


def test_learning_says_what_it_is_and_leaves_it_held(stored: Stored) -> None:
    first, second = (
        stored.add(verdict=SPAM, raw=b"Subject: a\r\n\r\n1"),
        stored.add(verdict=SPAM, raw=b"Subject: b\r\n\r\n2"),
    )
    result = stored.run("quarantine", "learn", "ham", "--kind", "spam", "--json")
    assert result.exit_code == 0, result.output
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["id"], line["act"]) for line in told] == [(second, "teach-ham"), (first, "teach-ham")]
    assert fates(stored, first) == {"bob@own.test": "unconfirmed"}
    assert stored.run("quarantine", "learn", "neither", first).exit_code == 2
    undone = stored.run("quarantine", "undo", str(told[0]["entry"]))
    assert undone.exit_code == 0, undone.output


def test_a_release_may_teach(stored: Stored) -> None:
    held = stored.add(verdict=SPAM)
    with Exchange() as exchange:
        routed(stored, exchange)
        result = stored.run("quarantine", "release", held, "--teach", "--json")
        assert result.exit_code == 0, result.output
    (told,) = map(json.loads, result.stdout.splitlines())
    assert (told["recipients"][0]["fate"], told["offered"]) == ("released", [])
    assert "learnt" in told["said"]


def test_what_a_release_taught_is_undone_and_it_stays_sent(stored: Stored) -> None:
    held = stored.add(verdict=SPAM)
    with Exchange() as exchange:
        routed(stored, exchange)
        told = stored.run("quarantine", "release", held, "--teach").stdout
        assert "For 60 seconds, to undo what was learnt (it stays sent): gatekeeper quarantine undo " in told
        undone = stored.run("quarantine", "undo", told.split()[-1])
        assert undone.stdout == f"{held} Undone: what was learnt from it is forgotten. What was sent stays sent.\n"
        assert fates(stored, held) == {"bob@own.test": "released"}
        assert len(exchange.messages) == 1


def test_what_a_release_brought_about_beside_is_told_to_people_too(stored: Stored) -> None:
    held = stored.add(verdict=SPAM)
    with Exchange() as exchange:
        routed(stored, exchange)
        sent, beside = stored.run("quarantine", "release", held, "--teach").stdout.splitlines()
    assert sent.startswith(f"{held} bob@own.test released via")
    assert beside.startswith(f"{held} Released to bob@own.test.")
    assert "learnt" in beside


def test_an_export_stands_in_the_trail(stored: Stored, tmp_path: Path) -> None:
    held = stored.add(verdict=SPAM)
    assert stored.run("quarantine", "export", held, "--directory", str(tmp_path)).exit_code == 0
    assert stored.run("quarantine", "show", "--raw", held).exit_code == 0
    entries = Trail(stored.quarantine.directory).entries(hold_id=held)
    assert [entry.act for entry in entries] == ["download", "download"]
