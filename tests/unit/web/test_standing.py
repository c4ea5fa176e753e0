"""Sessions of those who came by a directory, or by a link that it had sent: they last no longer than what it says."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gatekeeper.quarantine.acts import Role
from gatekeeper.stores.opening import StoreError
from gatekeeper.web.services import Directory, DirectoryError
from tests.unit.web.browsing import Site, text

KIM, SALES = "kim@own.example", "sales@own.example"


@dataclass
class People:
    """A directory with whose addresses these are, by the name by which they sign in. `asked` are its questions."""

    known: dict[str, set[str]] = field(default_factory=lambda: {"kim": {KIM}})
    down: bool = False
    asked: list[str] = field(default_factory=list)

    async def sign_in(self, name: str, password: str) -> frozenset[str] | None:
        return await self.mailboxes_of(name)

    async def mailboxes_of(self, name: str) -> frozenset[str] | None:
        self._ask(name)
        return frozenset(self.known[name]) if name in self.known else None

    async def mailboxes(self, address: str) -> frozenset[str]:
        self._ask(address)
        return next((frozenset(theirs) for theirs in self.known.values() if address in theirs), frozenset())

    def _ask(self, about: str) -> None:
        self.asked.append(about)
        if self.down:
            raise DirectoryError("down")


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def site(tmp_path: Path, people: People) -> Iterator[Site]:
    """Kim is signed in by the directory, and nobody has asked it since."""
    made = Site(tmp_path, directory=people, links=True)
    made.post("/sign-in", {"name": "kim", "password": "whatever"})
    people.asked.clear()
    yield made
    made.close()


def wait(site: Site, seconds: float) -> None:
    """So much later, for those who are signed in."""
    with closing(sqlite3.connect(site.room / "accounts.db")) as store, store:
        store.execute("UPDATE sessions SET asked_at = asked_at - ?", (seconds,))


def by_link(site: Site) -> None:
    site.browser = site.other()
    site.post("/sign-in/link", {"address": KIM}, form="/sign-in/link")
    path = "/sign-in/link/" + site.posted[-1][1].decode().split("/sign-in/link/")[1].split()[0]
    assert site.post(path, form=path).status_code == 303


def is_in(site: Site) -> bool:
    return site.get("/account").status_code == 200


def test_it_is_asked_again_after_ten_minutes_and_no_sooner(site: Site, people: People) -> None:
    for _ in range(3):
        assert is_in(site)
    wait(site, 590)
    assert is_in(site)
    assert people.asked == []
    wait(site, 20)
    for _ in range(3):
        assert is_in(site)
    assert people.asked == ["kim"]


def test_what_is_theirs_is_what_it_says_now(site: Site, people: People) -> None:
    people.known["kim"] = {SALES}
    assert KIM in text(site.get("/account"))
    wait(site, 700)
    for _ in range(2):
        said = text(site.get("/account"))
        assert SALES in said
        assert KIM not in said


@pytest.mark.parametrize("came_by_link", [False, True])
def test_whom_it_knows_no_more_is_signed_out(site: Site, people: People, came_by_link: bool) -> None:
    if came_by_link:
        by_link(site)
    assert is_in(site)
    people.known.clear()
    wait(site, 700)
    assert not is_in(site)
    people.known["kim"] = {KIM}
    assert not is_in(site), "that session is over"


def test_who_has_no_address_left_is_still_who_they_are(site: Site, people: People) -> None:
    people.known["kim"] = set()
    wait(site, 700)
    assert is_in(site)
    assert KIM not in text(site.get("/account"))


def test_while_it_is_down_all_stays_and_it_is_asked_again_a_minute_later(site: Site, people: People) -> None:
    people.down = True
    wait(site, 700)
    for _ in range(3):
        assert KIM in text(site.get("/account"))
    assert people.asked == ["kim"]
    wait(site, 70)
    assert is_in(site)
    people.down = False
    people.known.clear()
    wait(site, 70)
    assert not is_in(site)


def test_only_one_of_many_requests_asks(site: Site, people: People) -> None:
    wait(site, 700)
    sessions = site.accounts.sessions
    taken: list[bool] = []
    claim = type(sessions).claim

    def by_another_first(self: object, *asked: object) -> bool:
        taken.append(claim(sessions, *asked))  # type: ignore[arg-type]
        return claim(sessions, *asked)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(sessions), "claim", by_another_first)
        assert KIM in text(site.get("/account"))
    assert taken == [True]
    assert people.asked == []


def test_a_clock_that_was_put_back_is_no_reason_not_to_ask(site: Site, people: People) -> None:
    wait(site, -100_000)
    people.known.clear()
    assert not is_in(site)


@pytest.mark.parametrize("gone", [False, True])
def test_what_cannot_be_written_down_holds_all_the_same(
    site: Site, people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, gone: bool
) -> None:
    def full(*_: object) -> None:
        raise StoreError(Path("accounts.db"), "disk full", "make room")

    wait(site, 700)
    people.known = {} if gone else {"kim": {SALES}}
    for deed in ("claim", "confirm", "end"):
        monkeypatch.setattr(type(site.accounts.sessions), deed, full)
    answer = site.get("/account")
    assert (answer.status_code == 200 and SALES in text(answer)) is not gone
    assert answer.status_code < 500
    assert "cannot be written down: accounts.db: disk full" in caplog.text


def restarted(site: Site, directory: Directory | None = None) -> Site:
    """With the browser that it had; a cookie is for whoever has this key."""
    site.close()
    again = Site(site.room, directory=directory, links=True)
    again.browser.cookies = site.browser.cookies
    return again


def test_where_nobody_signs_in_by_a_directory_any_more_nobody_stays_in_by_it(site: Site) -> None:
    again = restarted(site)
    assert not is_in(again)
    again.close()


def test_who_came_by_a_link_stays_where_there_is_no_directory(site: Site) -> None:
    by_link(site)
    again = restarted(site)
    wait(again, 700)
    assert is_in(again)
    again.close()


def test_about_users_of_our_own_nobody_is_asked(site: Site, people: People) -> None:
    site.browser = site.other()
    site.sign_in("lee", Role.USER, "lee@own.example")
    wait(site, 700)
    assert is_in(site)
    assert people.asked == []
