import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.stores.accounts import Accounts, Scope, Token


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    made = Accounts(tmp_path / "accounts.db")
    yield made
    made.close()


def test_whoever_has_the_secret_has_the_token(accounts: Accounts) -> None:
    assert accounts.tokens.add("secret", Token("bot", Scope.ACT, frozenset({"b@own.test", "a@own.test"})))
    found = accounts.tokens.get("secret")
    assert found is not None
    assert (found.name, found.scope, found.mailboxes) == ("bot", Scope.ACT, {"a@own.test", "b@own.test"})
    assert found.made_at == pytest.approx(time.time(), abs=60)
    for wrong in ("", "Secret", "secret ", "s\0", "\udcff"):
        assert accounts.tokens.get(wrong) is None


def test_one_that_has_ended_is_listed_and_worth_nothing(accounts: Accounts) -> None:
    accounts.tokens.add("old", Token("old", Scope.READ, ends_at=time.time() - 1))
    accounts.tokens.add("new", Token("new", Scope.READ, ends_at=time.time() + 60))
    assert accounts.tokens.get("old") is None
    assert accounts.tokens.get("new") is not None
    assert [token.name for token in accounts.tokens.all()] == ["new", "old"]


def test_a_name_is_there_once_in_either_case(accounts: Accounts) -> None:
    assert accounts.tokens.add("first", Token("bot", Scope.READ))
    assert not accounts.tokens.add("second", Token("BOT", Scope.ADMIN))
    assert accounts.tokens.get("second") is None
    assert accounts.tokens.remove("Bot")
    assert not accounts.tokens.remove("bot")
    assert accounts.tokens.get("first") is None


def test_the_secret_is_not_in_the_file(accounts: Accounts, tmp_path: Path) -> None:
    accounts.tokens.add("gk_very-secret", Token("bot", Scope.READ))
    accounts.close()
    assert all(b"very-secret" not in path.read_bytes() for path in tmp_path.iterdir())


def test_accounts_from_before_there_were_tokens_go_on(tmp_path: Path) -> None:
    from gatekeeper.stores.accounts.schema import MIGRATIONS

    with contextlib.closing(sqlite3.connect(tmp_path / "accounts.db")) as old:
        for statement in MIGRATIONS[0]:
            old.execute(statement)
        old.execute("INSERT INTO users (name, role, secret) VALUES ('kim', 'user', 'x')")
        old.execute("PRAGMA user_version = 1")
        old.commit()
    accounts = Accounts(tmp_path / "accounts.db")
    assert accounts.tokens.add("secret", Token("bot", Scope.READ))
    assert [user.name for user in accounts.users.all()] == ["kim"]
    accounts.close()


def test_a_scope_includes_those_before() -> None:
    assert Scope.ADMIN.reaches(Scope.READ)
    assert Scope.ACT.reaches(Scope.ACT)
    assert not Scope.READ.reaches(Scope.ACT)
    assert not Scope.ACT.reaches(Scope.ADMIN)
