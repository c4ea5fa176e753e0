"""The directories that the gateway's user writes to, whoever made them."""

import os
import pwd
from pathlib import Path

import pytest

from gatekeeper.app import account

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
NOBODY = pwd.getpwnam("nobody")


def owner(path: Path) -> int:
    return path.lstat().st_uid


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """As root's commands leave it before the first start."""
    (tmp_path / "state" / "quarantine").mkdir(parents=True)
    (tmp_path / "state" / "accounts.db").touch()
    (tmp_path / "state" / "quarantine" / "index.db").touch()
    return tmp_path / "state"


def test_what_root_made_before_the_first_start_is_the_users(state: Path) -> None:
    account.make([state, state / "metrics"], "nobody")
    assert {owner(path) for path in (state, *state.rglob("*"))} == {NOBODY.pw_uid}
    assert (state / "metrics").is_dir()


def test_links_are_given_and_what_they_lead_to_is_not(state: Path, tmp_path: Path) -> None:
    (tmp_path / "roots").touch()
    (state / "link").symlink_to(tmp_path / "roots")
    account.make([state], "nobody")
    assert (owner(state / "link"), owner(tmp_path / "roots")) == (NOBODY.pw_uid, 0)


def test_where_it_is_the_users_already_nothing_in_it_is_touched(state: Path) -> None:
    os.chown(state, NOBODY.pw_uid, NOBODY.pw_gid)
    account.make([state], "nobody")
    assert owner(state / "accounts.db") == 0


def test_without_a_user_all_stays_as_it_is(state: Path) -> None:
    account.make([state], "")
    assert owner(state) == 0
