"""What would keep the pages from being served, or everybody from signing in."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from gatekeeper.app import site_mistakes, state
from gatekeeper.config.schema import Config
from gatekeeper.stores.accounts import User

pytest.importorskip("uvicorn", reason="gatekeeper[web] is not installed")


def config(room: Path, **web: Any) -> Config:
    return msgspec.convert({"gateway": {"state": str(room / "state")}, "web": web}, Config)


def said(settings: Config) -> list[str]:
    return [f"{one.severity}: {one.message}; {one.remedy}" for one in site_mistakes.mistakes(settings)]


def add(settings: Config, role: str, name: str = "kim", *mailboxes: str) -> None:
    accounts = state.accounts(settings)
    accounts.users.add(User(name, role, "", frozenset(mailboxes)))
    accounts.close()


def test_nobody_serves_pages(tmp_path: Path) -> None:
    assert said(config(tmp_path)) == []


def test_nobody_can_sign_in(tmp_path: Path) -> None:
    settings = config(tmp_path, listen=["127.0.0.1:0"])
    nobody = ["warning: no administrator can sign in to the pages; gatekeeper users add NAME --role administrator"]
    assert said(settings) == nobody
    assert not (tmp_path / "state").exists()  # to look makes nothing
    add(settings, "user", "kim", "kim@own.example")
    assert said(settings) == nobody
    add(settings, "administrator", "root")
    assert said(settings) == []


def test_users_of_no_mailbox_are_named_and_not_all_of_many(tmp_path: Path) -> None:
    settings = config(tmp_path, listen=["127.0.0.1:0"], directory=True)
    add(settings, "helpdesk", "lee")
    add(settings, "user")
    remedy = "gatekeeper users mailboxes NAME ADDRESS"
    assert said(settings) == [f"warning: users of no mailbox, who see nothing: kim; {remedy}"]
    for number in range(5):
        add(settings, "user", f"u{number}")
    assert said(settings) == [f"warning: users of no mailbox, who see nothing: kim, u0, u1, u2, u3 …; {remedy}"]


def test_whom_the_directory_knows_can_sign_in(tmp_path: Path) -> None:
    assert said(config(tmp_path, listen=["127.0.0.1:0"], directory=True)) == []


def test_accounts_that_cannot_be_read_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "accounts.db").write_bytes(b"no database" * 100)
    assert said(config(tmp_path, listen=["127.0.0.1:0"])) == []


def test_what_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_mistakes, "find_spec", lambda name: None if name in ("nh3", "uvicorn") else name)
    assert said(config(tmp_path, listen=["127.0.0.1:0"], directory=True)) == [
        "error: there are to be pages, but nh3, uvicorn cannot be found; pip install 'gatekeeper[web]'"
    ]
