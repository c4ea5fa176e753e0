"""Signing in by a link in a mail."""

import email
import re
from email.policy import default

import pytest

from gatekeeper.quarantine.acts import Role
from gatekeeper.web.services import DirectoryError
from tests.unit.web.browsing import NAME, Site, text

KIM = "kim@own.example"


def ask(site: Site, address: str = KIM):
    return site.post("/sign-in/link", {"address": address}, form="/sign-in/link")


def link(site: Site) -> str:
    """The path of the newest that was sent."""
    body = email.message_from_bytes(site.posted[-1][1], policy=default).get_content()
    return re.findall(rf"^{NAME}(/sign-in/link/\S+)\s*$", body, re.MULTILINE)[0]


def test_a_mail_brings_the_link_and_its_button_signs_in(site: Site) -> None:
    answer = ask(site, " KIM@Own.Example ")
    assert f"If there is a mailbox {KIM} here, a link is on its way" in text(answer)
    ((address, raw),) = site.posted
    mail = email.message_from_bytes(raw, policy=default)
    assert address == mail["To"] == KIM
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "good once, and for 15 minutes" in mail.get_content()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert f"You will be signed in as {KIM}" in text(site.get(link(site)))
    done = site.post(link(site), form=link(site))
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert "Name kim@own.example Role User" in text(site.get("/account"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_only_looks_uses_nothing_up_and_is_not_signed_in(site: Site, method: str) -> None:
    ask(site)
    for _ in range(3):
        assert site.browser.request(method, link(site)).status_code == 200
        assert site.get("/account").status_code == 303
    assert site.post(link(site), form=link(site)).status_code == 303
    assert site.get("/account").status_code == 200


def test_a_link_is_good_once_and_takes_older_ones_with_it(site: Site) -> None:
    ask(site)
    older = link(site)
    ask(site)
    newer = link(site)
    assert older != newer
    site.post(newer, form=newer)
    for used in (newer, older):
        site.browser = site.other()
        assert site.get(used).status_code == 410
        assert "This link is used up" in text(site.post(used))
        assert site.get("/account").status_code == 303


def test_a_link_is_not_good_for_long(tmp_path) -> None:
    site = Site(tmp_path, link_lifetime=0.001)
    ask(site)
    assert site.get(link(site)).status_code == 410
    assert site.post(link(site)).status_code == 410
    assert site.get("/account").status_code == 303
    site.close()


def test_a_link_signs_in_whose_it_is_whoever_is_signed_in(site: Site) -> None:
    site.sign_in("root", Role.ADMINISTRATOR)
    session = site.browser.cookies["__Host-gatekeeper"]
    site.accounts.links.add("t" * 43, KIM, 900)
    site.post("/sign-in/link/" + "t" * 43, form="/account")
    assert "Name kim@own.example Role User" in text(site.get("/account"))
    thief = site.other()
    thief.cookies.set("__Host-gatekeeper", session)
    assert thief.get("/account").status_code == 303


@pytest.mark.parametrize(
    "token", ["x", "%00", "%2e%2e", "' OR 1=1 --", "\ud800".encode("utf-8", "surrogatepass").hex()]
)
def test_what_is_no_link(site: Site, token: str) -> None:
    site.accounts.links.add("t" * 43, KIM, 900)
    assert site.get(f"/sign-in/link/{token}").status_code in (404, 410)
    assert site.post(f"/sign-in/link/{token}").status_code in (404, 405, 410)
    assert site.get("/account").status_code == 303


def test_who_asks_is_not_told_whether_there_is_such_a_mailbox(site: Site) -> None:
    here, elsewhere = ask(site), ask(site, "kim@else.example")
    assert here.text.replace(KIM, "X") == elsewhere.text.replace("kim@else.example", "X")
    assert here.status_code == elsewhere.status_code
    assert {name for name, _ in here.headers.items()} == {name for name, _ in elsewhere.headers.items()}
    assert [address for address, _ in site.posted] == [KIM]


NO_ADDRESSES = [
    "",
    "kim",
    "@own.example",
    "kim@",
    "a b@own.example",
    "kim@own.example\r\nBcc: x@y",
    "<kim@own.example>",
]
NO_ADDRESSES += ["kim,ann@own.example", '"k m"@own.example', "k" * 250 + "@own.example"]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_sent_nothing(site: Site, address: str) -> None:
    answer = ask(site, address)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert not site.posted


def test_one_mailbox_is_not_flooded_and_nobody_asks_for_many(site: Site) -> None:
    assert [ask(site).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert len(site.posted) == 3
    asked = [ask(site, f"user{number}@own.example").status_code for number in range(9)]
    assert asked == [200] * 7 + [429] * 2


def test_without_links_there_is_no_way_to_ask(tmp_path) -> None:
    for settings in ({"links": False}, {"url": "", "listen": ["127.0.0.1:1"]}):
        site = Site(tmp_path, "http://localhost", client="127.0.0.1", **{"listen": ["127.0.0.1:1"], **settings})
        assert "link" not in text(site.get("/sign-in"))
        assert site.get("/sign-in/link").status_code == 404
        assert site.post("/sign-in/link", {"address": KIM}).status_code == 404
        site.close()


class Known:
    """A directory in which kim has another address, too."""

    down = False

    async def sign_in(self, name: str, password: str) -> frozenset[str] | None:
        if self.down:
            raise DirectoryError("down")
        return frozenset({KIM}) if (name, password) == ("kim", "from the directory") else None

    async def mailboxes_of(self, name: str) -> frozenset[str] | None:
        return frozenset({KIM}) if name == "kim" else None

    async def mailboxes(self, address: str) -> frozenset[str]:
        if self.down:
            raise DirectoryError("down")
        return frozenset({KIM, "sales@own.example"}) if address == KIM else frozenset()


@pytest.fixture
def known(tmp_path):
    made = Site(tmp_path, directory=Known())
    yield made
    made.close()


def test_a_directory_says_who_there_is_and_which_addresses_are_theirs(known: Site) -> None:
    ask(known, "team@own.example")
    assert not known.posted
    ask(known)
    known.post(link(known), form=link(known))
    assert "sales@own.example" in text(known.get("/account"))


def test_a_directory_that_is_down_says_nothing_and_costs_no_link(known: Site, monkeypatch) -> None:
    ask(known)
    monkeypatch.setattr(Known, "down", True)
    assert ask(known).status_code == 200
    assert len(known.posted) == 1
    answer = known.post(link(known), form=link(known))
    assert answer.status_code == 503
    assert "The directory cannot be asked now." in text(answer)
    monkeypatch.setattr(Known, "down", False)
    assert known.post(link(known), form=link(known)).status_code == 303


def test_whom_the_directory_has_forgotten_meanwhile_is_not_signed_in(known: Site, monkeypatch) -> None:
    ask(known)

    async def nobody(*_: object) -> frozenset[str]:
        return frozenset()

    monkeypatch.setattr(Known, "mailboxes", nobody)
    assert known.post(link(known), form=link(known)).status_code == 410
    assert known.get("/account").status_code == 303


def test_the_directory_signs_in_whom_we_do_not_know(known: Site, monkeypatch) -> None:
    known.add("kim2")
    fields = {"name": "kim", "password": "from the directory"}
    assert known.post("/sign-in", fields | {"password": "wrong"}).status_code == 401
    assert known.post("/sign-in", fields | {"name": "kim2"}).status_code == 401  # ours is ours alone
    assert known.post("/sign-in", fields).status_code == 303
    assert "Name kim Role User" in text(known.get("/account"))
    assert "the directory" in text(known.get("/account"))
    known.browser = known.other()
    monkeypatch.setattr(Known, "down", True)
    assert known.post("/sign-in", fields).status_code == 503
