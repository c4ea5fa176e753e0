"""`gatekeeper users`."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.cli import main
from gatekeeper.stores.accounts import Accounts, Session
from gatekeeper.web import passwords
from tests.unit.web.browsing import CHEAP

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", CHEAP)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "gatekeeper.toml"
    path.write_text(f'[gateway]\nstate = "{tmp_path}/state"\n')
    return path


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path / "state" / "accounts.db")


def users(config: Path, *words: str, typed: str = PASSWORD + "\n") -> Result:
    return CliRunner().invoke(main, ["--config", str(config), "users", *words], input=typed)


def listed(config: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in users(config, "list", "--json").output.splitlines()]


def test_who_is_added_has_the_password_that_was_typed(config: Path, accounts: Accounts) -> None:
    done = users(config, "add", "kim", "--mailbox", "Kim@Own.example", "--mailbox", "sales@own.example")
    assert (done.exit_code, done.output) == (0, "kim: user of kim@own.example, sales@own.example\n")
    kim = accounts.users.get("kim")
    assert kim
    assert passwords.is_right(PASSWORD, kim.secret)
    assert kim.secret.startswith("$argon2id$")
    assert not passwords.is_right(PASSWORD + "\n", kim.secret)
    assert listed(config) == [{"name": "kim", "role": "user", "mailboxes": ["kim@own.example", "sales@own.example"]}]
    assert "kim@own.example" in users(config, "list").output


def test_a_role_is_given_and_another_later(config: Path) -> None:
    assert users(config, "add", "root", "--role", "administrator").exit_code == 0
    assert listed(config)[0]["role"] == "administrator"
    assert users(config, "role", "ROOT", "helpdesk").exit_code == 0
    assert listed(config)[0]["role"] == "helpdesk"
    assert users(config, "role", "root", "emperor").exit_code == 2


def test_a_user_without_a_mailbox_is_warned_of(config: Path) -> None:
    assert "they see nothing: gatekeeper users mailboxes" in users(config, "add", "kim").output
    assert users(config, "mailboxes", "kim", "KIM@own.example").exit_code == 0
    assert listed(config)[0]["mailboxes"] == ["kim@own.example"]
    assert users(config, "mailboxes", "kim").exit_code == 0
    assert listed(config)[0]["mailboxes"] == []


def test_another_password_and_a_removal_sign_out(config: Path, accounts: Accounts) -> None:
    users(config, "add", "kim")
    for words in (["password", "kim"], ["remove", "kim"]):
        accounts.sessions.begin("s", Session("password", "kim", "user"), 60)
        assert accounts.sessions.get("s")
        assert users(config, *words, typed="another long one\n").exit_code == 0
        assert accounts.sessions.get("s") is None
    assert listed(config) == []


def test_another_password_takes_the_place_of_the_first(config: Path, accounts: Accounts) -> None:
    users(config, "add", "kim")
    users(config, "password", "kim", typed="another long one\r\n")
    kim = accounts.users.get("kim")
    assert kim
    assert passwords.is_right("another long one", kim.secret)
    assert not passwords.is_right(PASSWORD, kim.secret)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("short\n", "A password has 10 characters or more."),
        ("", "A password has 10 characters or more."),
        ("x" * 2000 + "\n", "A password has 1000 characters at most."),
        ("aaaaaaaaaaaaaaa\n", "Anybody would guess this password."),
        ("kim-the-userkim-the-user\n", "Anybody would guess this password."),
    ],
)
def test_a_weak_password_lets_nobody_in(config: Path, typed: str, said: str) -> None:
    done = users(config, "add", "kim-the-user", typed=typed)
    assert done.exit_code == 1
    assert said in done.output
    assert listed(config) == []


@pytest.mark.parametrize("name", ["", " ", "two words", "a\nb", "x" * 65, "\x1b[31m"])
def test_a_name_is_one_word(config: Path, name: str) -> None:
    assert users(config, "add", "--", name).exit_code == 2
    assert listed(config) == []


@pytest.mark.parametrize("address", ["kim", "@own.example", "kim@", "kim@own.example\n"])
def test_a_mailbox_is_an_address(config: Path, address: str) -> None:
    assert users(config, "add", "kim", "--mailbox", address).exit_code == 2
    assert listed(config) == []


def test_a_name_is_given_once(config: Path, accounts: Accounts) -> None:
    users(config, "add", "kim")
    done = users(config, "add", "KIM", typed="another long one\n")
    assert done.exit_code == 1
    assert "there is such a user" in done.output
    kim = accounts.users.get("kim")
    assert kim
    assert passwords.is_right(PASSWORD, kim.secret)


@pytest.mark.parametrize("words", [["remove"], ["password"], ["role", "user"], ["mailboxes", "a@b.example"]])
def test_nobody_of_that_name(config: Path, words: list[str]) -> None:
    done = users(config, words[0], "kim", *words[1:])
    assert done.exit_code == 1
    assert "kim: there is no such user" in done.output


def test_without_the_extra_it_is_named(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatekeeper.cli.users.find_spec", lambda _: None)
    done = users(config, "add", "kim")
    assert done.exit_code == 1
    assert "gatekeeper[web]" in done.output


def test_at_a_terminal_it_is_asked_for_twice_and_not_shown(config: Path, accounts: Accounts) -> None:
    command = [Path(sys.executable).with_name("gatekeeper"), "--config", config, "users", "add", "kim"]
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown = b""
    for asked in (b"Password:", b"Repeat for confirmation:"):
        while asked not in shown:
            shown += os.read(ours, 1024)
        os.write(ours, PASSWORD.encode() + b"\n")
    assert running.wait(60) == 0
    os.close(ours)
    assert PASSWORD.encode() not in shown
    assert accounts.users.get("kim")
