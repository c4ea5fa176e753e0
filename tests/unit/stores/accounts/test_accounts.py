"""Users, sessions, links and attempts, as they are kept."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.stores.accounts import Accounts, Session, User
from gatekeeper.stores.accounts import attempts as attempts_module
from gatekeeper.stores.accounts.attempts import Allowance
from gatekeeper.stores.accounts.schema import digest

KIM = User("Kim", "user", "secret", frozenset({"kim@own.example", "sales@own.example"}))
ANY = Allowance("any", 3, 10.0)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    made = Accounts(tmp_path / "accounts.db")
    yield made
    made.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Its one element is what time it is."""
    now = [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


# users


def test_a_user_is_found_in_either_case_and_whole(accounts: Accounts) -> None:
    assert accounts.users.add(KIM)
    assert accounts.users.get("KIM") == KIM == accounts.users.get("kim")
    assert not accounts.users.add(User("kIM", "administrator", "other"))
    assert accounts.users.all() == [KIM]
    assert accounts.users.get("ki") is None
    assert accounts.users.get("ki%") is None
    assert accounts.users.get("kim\0") is None


def test_users_are_listed_in_the_order_of_the_alphabet(accounts: Accounts) -> None:
    for name in ("bob", "Zoe", "ann"):
        accounts.users.add(User(name, "user", ""))
    assert [user.name for user in accounts.users.all()] == ["ann", "bob", "Zoe"]


def test_what_is_changed_of_a_user_is_changed_of_them_alone(accounts: Accounts) -> None:
    accounts.users.add(KIM)
    accounts.users.add(User("ann", "user", "own", frozenset({"ann@own.example"})))
    assert accounts.users.set_role("kim", "helpdesk")
    assert accounts.users.set_mailboxes("kim", ["New@Own.example", "new@own.example"])
    assert accounts.users.set_secret("kim", "new")
    assert accounts.users.get("kim") == User("Kim", "helpdesk", "new", frozenset({"new@own.example"}))
    assert accounts.users.get("ann") == User("ann", "user", "own", frozenset({"ann@own.example"}))
    assert accounts.users.remove("kim")
    assert [user.name for user in accounts.users.all()] == ["ann"]
    accounts.users.add(User("kim", "user", ""))
    assert accounts.users.get("kim") == User("kim", "user", "")  # with nothing of who had the name before


def test_nobody_is_changed_who_is_not_there(accounts: Accounts) -> None:
    assert not accounts.users.remove("kim")
    assert not accounts.users.set_role("kim", "user")
    assert not accounts.users.set_secret("kim", "new")
    assert not accounts.users.set_mailboxes("kim", ["kim@own.example"])
    accounts.users.add(User("kim", "user", ""))
    assert accounts.users.get("kim") == User("kim", "user", "")


def test_a_password_that_was_changed_meanwhile_is_not_set_back(accounts: Accounts) -> None:
    accounts.users.add(KIM)
    accounts.users.renew_secret("kim", "an older one", "anew")
    assert accounts.users.get("kim") == KIM
    accounts.users.renew_secret("kim", "secret", "anew")
    renewed = accounts.users.get("kim")
    assert renewed
    assert renewed.secret == "anew"


# sessions


def test_a_local_users_session_says_what_they_are_now(accounts: Accounts) -> None:
    accounts.users.add(KIM)
    accounts.sessions.begin("s", Session("password", "kim", "user"), 60)
    assert accounts.sessions.get("s") == Session("password", "Kim", "user", KIM.mailboxes)
    accounts.users.set_role("kim", "administrator")
    accounts.users.set_mailboxes("kim", [])
    assert accounts.sessions.get("s") == Session("password", "Kim", "administrator")
    assert accounts.sessions.get("other") is None


@pytest.mark.parametrize("way", ["link", "directory"])
def test_others_sessions_keep_what_was_said_when_they_began(accounts: Accounts, way: str) -> None:
    accounts.users.add(User("kim@own.example", "administrator", "secret", frozenset({"root@own.example"})))
    session = Session(way, "kim@own.example", "user", frozenset({"kim@own.example"}))
    accounts.sessions.begin("s", session, 60)
    assert accounts.sessions.get("s") == session
    accounts.users.remove("kim@own.example")
    assert accounts.sessions.get("s") == session


@pytest.mark.parametrize("end", ["remove", "password", "end"])
def test_a_session_ends_with_its_reason(accounts: Accounts, end: str) -> None:
    accounts.users.add(KIM)
    accounts.users.add(User("ann", "user", ""))
    for secret, name in (("one", "kim"), ("two", "kim"), ("hers", "ann")):
        accounts.sessions.begin(secret, Session("password", name, "user"), 60)
    if end == "remove":
        accounts.users.remove("KIM")
        accounts.users.add(KIM)
    elif end == "password":
        accounts.users.set_secret("KIM", "new")
    else:
        accounts.sessions.end("one")
    assert accounts.sessions.get("one") is None
    assert (accounts.sessions.get("two") is None) is (end != "end")
    assert accounts.sessions.get("hers")


def test_a_session_ends_in_time_and_is_forgotten(accounts: Accounts, clock: list[float], tmp_path: Path) -> None:
    session = Session("link", "kim@own.example", "user")
    accounts.sessions.begin("old", session, 60)
    clock[0] += 59
    assert accounts.sessions.get("old")
    clock[0] += 1
    assert accounts.sessions.get("old") is None
    accounts.sessions.begin("new", session, 60)
    assert ids(tmp_path) == {digest("new")}


def test_one_user_has_so_many_sessions_and_no_more(accounts: Accounts, clock: list[float], tmp_path: Path) -> None:
    for number in range(60):
        clock[0] += 1
        accounts.sessions.begin(f"s{number}", Session("link", "kim@own.example", "user"), 1000)
    accounts.sessions.begin("other", Session("directory", "kim@own.example", "user"), 1000)
    assert ids(tmp_path) == {digest(f"s{number}") for number in range(10, 60)} | {digest("other")}


def test_what_signs_in_is_not_in_the_file(accounts: Accounts, tmp_path: Path) -> None:
    accounts.sessions.begin("secret-of-a-session", Session("link", "kim", "user"), 60)
    accounts.links.add("secret-of-a-link", "kim@own.example", 60)
    accounts.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"kim@own.example" in stored
    assert b"secret-of" not in stored
    assert (tmp_path / "accounts.db").stat().st_mode & 0o777 == 0o600


def ids(place: Path) -> set[bytes]:
    with sqlite3.connect(place / "accounts.db") as store:
        return {row[0] for row in store.execute("SELECT id FROM sessions")}


# links


def test_of_many_who_press_the_button_at_once_one_is_let_in(accounts: Accounts) -> None:
    accounts.links.add("t", "kim@own.example", 60)
    found: list[str | None] = []
    presses = [threading.Thread(target=lambda: found.append(accounts.links.spend("t"))) for _ in range(8)]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    assert sorted(found, key=str) == [None] * 7 + ["kim@own.example"]


def test_a_link_is_of_one_address_and_goes_with_the_others_of_that(accounts: Accounts, clock: list[float]) -> None:
    for token, address in (("a", "kim@own.example"), ("b", "kim@own.example"), ("c", "ann@own.example")):
        accounts.links.add(token, address, 60)
    assert accounts.links.address("a") == accounts.links.address("a") == "kim@own.example"
    assert accounts.links.spend("a") == "kim@own.example"
    assert [accounts.links.address(token) for token in "abc"] == [None, None, "ann@own.example"]
    clock[0] += 60
    assert accounts.links.address("c") is None
    assert accounts.links.spend("c") is None


def test_of_many_links_for_one_address_the_newest_are_good(accounts: Accounts, clock: list[float]) -> None:
    for number in range(8):
        clock[0] += 1
        accounts.links.add(f"t{number}", "kim@own.example", 60)
    assert [bool(accounts.links.address(f"t{number}")) for number in range(8)] == [False] * 3 + [True] * 5


# attempts


def test_so_many_at_once_then_one_each_so_often(accounts: Accounts, clock: list[float]) -> None:
    take = accounts.attempts.take
    assert [take([ANY]) for _ in range(4)] == [0.0, 0.0, 0.0, 10.0]
    clock[0] += 9
    assert take([ANY]) == pytest.approx(1.0)
    clock[0] += 1
    assert [take([ANY]) for _ in range(2)] == [0.0, pytest.approx(10.0)]
    clock[0] += 1000
    assert [take([ANY]) for _ in range(4)] == [0.0, 0.0, 0.0, 10.0]


def test_where_one_is_used_up_none_is_taken(accounts: Accounts) -> None:
    other = Allowance("other", 3, 10.0)
    for _ in range(3):
        accounts.attempts.take([ANY])
    for _ in range(5):
        assert accounts.attempts.take([other, ANY]) > 0
    assert [accounts.attempts.take([other]) for _ in range(3)] == [0.0] * 3


def test_one_that_went_well_is_given_back(accounts: Accounts) -> None:
    for _ in range(10):
        assert accounts.attempts.take([ANY]) == 0
        accounts.attempts.forgive([ANY])
    accounts.attempts.forgive([ANY])  # no more than there was
    assert [accounts.attempts.take([ANY]) > 0 for _ in range(4)] == [False] * 3 + [True]


def test_a_clock_that_was_set_back_lets_nobody_in(accounts: Accounts, clock: list[float]) -> None:
    for _ in range(3):
        accounts.attempts.take([ANY])
    clock[0] -= 5000
    assert accounts.attempts.take([ANY]) == pytest.approx(10.0)


def test_the_table_stays_small_whoever_tries(
    accounts: Accounts, clock: list[float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts_module, "MOST", 20)
    for number in range(100):
        clock[0] += 0.1
        accounts.attempts.take([Allowance(f"somebody {number}" * 1000, 3, 10.0)])

    def rows() -> int:
        with sqlite3.connect(tmp_path / "accounts.db") as store:
            count: int = store.execute("SELECT count(*) FROM attempts").fetchone()[0]
            return count

    assert rows() <= 21
    clock[0] += 100_000
    accounts.attempts.take([ANY])
    assert rows() == 1
