import json
import time
from pathlib import Path

import pytest
from click.testing import Result

from gatekeeper.stores.accounts import Accounts, Scope

from .stored import run


def tokens(config: Path, *arguments: str) -> Result:
    return run(config, ["tokens", *arguments])


def stored(config: Path) -> Accounts:
    return Accounts(config.parent / "state" / "accounts.db")


def test_a_token_is_printed_once_and_kept_as_a_digest(empty: Path) -> None:
    made = tokens(empty, "add", "bot", "--scope", "act", "--mailbox", "Bob@own.test", "--days", "7")
    assert made.exit_code == 0
    secret = made.stdout.rstrip("\n")
    assert secret.startswith("gk_")
    assert len(secret) > 40
    found = stored(empty).tokens.get(secret)
    assert found is not None
    assert (found.name, found.scope, found.mailboxes) == ("bot", Scope.ACT, {"bob@own.test"})
    assert found.ends_at == pytest.approx(time.time() + 7 * 86_400, abs=60)
    assert secret not in tokens(empty, "list").stdout + tokens(empty, "list", "--json").stdout


def test_the_list_says_how_far_they_reach(empty: Path) -> None:
    tokens(empty, "add", "b", "--scope", "admin")
    tokens(empty, "add", "a", "--scope", "read", "--mailbox", "x@own.test")
    heading, first, second = tokens(empty, "list").stdout.splitlines()
    assert heading.split() == ["name", "scope", "mailboxes", "made", "ends"]
    assert first.split()[:3] == ["a", "read", "x@own.test"]
    assert second.split()[0::4][-1] == "never"
    told = [json.loads(line) for line in tokens(empty, "list", "--json").stdout.splitlines()]
    assert [(one["name"], one["scope"], one["ends_at"]) for one in told] == [("a", "read", None), ("b", "admin", None)]


def test_one_that_is_removed_is_worth_nothing(empty: Path) -> None:
    secret = tokens(empty, "add", "bot", "--scope", "read").stdout.rstrip("\n")
    assert tokens(empty, "remove", "bot").exit_code == 0
    assert stored(empty).tokens.get(secret) is None
    again = tokens(empty, "remove", "bot")
    assert again.exit_code == 1
    assert "no such token" in again.stderr


def test_a_name_is_taken_once(empty: Path) -> None:
    tokens(empty, "add", "bot", "--scope", "read")
    again = tokens(empty, "add", "BOT", "--scope", "admin")
    assert again.exit_code == 1
    assert "there is such a token" in again.stderr
    assert again.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["add", "bot"],
        ["add", "bot", "--scope", "all"],
        ["add", "", "--scope", "read"],
        ["add", "two words", "--scope", "read"],
        ["add", "a\x1b[2J", "--scope", "read"],
        ["add", "x" * 65, "--scope", "read"],
        ["add", "bot", "--scope", "read", "--mailbox", "nobody"],
        ["add", "bot", "--scope", "read", "--mailbox", "@own.test"],
        ["add", "bot", "--scope", "admin", "--mailbox", "x@own.test"],
        ["add", "bot", "--scope", "read", "--days", "0"],
    ],
)
def test_wrong_use_exits_with_2_and_makes_nothing(empty: Path, arguments: list[str]) -> None:
    result = tokens(empty, *arguments)
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr
    assert tokens(empty, "list", "--json").stdout == ""
