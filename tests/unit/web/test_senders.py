"""The list of senders: for users what holds for them, for administrators all of it; nobody else's is touched."""

import pytest

from gatekeeper.quarantine.acts import Act, Role
from gatekeeper.stores.own_senders import OwnSenders
from gatekeeper.tables import SenderList
from tests.unit.web.browsing import Site, text
from tests.unit.web.reviewed import ANN, BEN

MINE, THEIRS, ALL = f"allow kim@a.example dmarc for={ANN}", f"deny lee@b.example for={BEN}", "deny pest.example"


def senders(site: Site) -> OwnSenders:
    return OwnSenders(site.room / "senders")


@pytest.fixture
def ann(site: Site) -> Site:
    senders(site).put([MINE, THEIRS, ALL])
    site.sign_in("ann", Role.USER, ANN)
    return site


@pytest.fixture
def admin(site: Site) -> Site:
    senders(site).put([MINE, THEIRS, ALL])
    site.sign_in("root", Role.ADMINISTRATOR)
    return site


def test_users_see_what_holds_for_them(ann: Site) -> None:
    page = text(ann.get("/senders"))
    assert f"kim@a.example let in dmarc {ANN}" in page
    assert "lee@b.example" not in page
    assert "pest.example" not in page


def test_administrators_see_all(admin: Site) -> None:
    page = text(admin.get("/senders"))
    assert f"lee@b.example keep out their name alone {BEN}" in page
    assert "pest.example keep out their name alone everybody" in page


@pytest.mark.parametrize(
    ("deed", "sender", "line"),
    [
        ("allow", "Zoe@Partner.example", f"allow zoe@partner.example dmarc dkim spf for={ANN}"),
        ("deny", "@pest.example", f"deny pest.example for={ANN}"),
    ],
)
def test_users_add_for_themselves(ann: Site, deed: str, sender: str, line: str) -> None:
    done = ann.post("/senders", {"deed": deed, "sender": sender}, form="/senders")
    assert (done.status_code, done.headers["location"]) == (303, "/senders")
    assert senders(ann).lines() == [MINE, THEIRS, ALL, line]
    assert ann.desk.done == [(Act.ALLOW, "ann", line)]
    assert not SenderList.parse(senders(ann).text(), "").problems


def test_administrators_add_for_everybody(admin: Site) -> None:
    admin.post("/senders", {"deed": "allow", "sender": "partner.example"}, form="/senders")
    assert senders(admin).lines()[-1] == "allow partner.example dmarc dkim spf"


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "no sender",
        "a b@c.example",
        "x@",
        "*",
        "kim@a.example for=ben@own.example",
        "a\r\nallow evil.example",
        "#",
        "<b>",
    ],
)
def test_what_is_no_sender_is_not_taken(ann: Site, sender: str) -> None:
    answer = ann.post("/senders", {"deed": "allow", "sender": sender}, form="/senders")
    assert answer.status_code == 400
    assert "<b>" not in answer.text
    assert senders(ann).lines() == [MINE, THEIRS, ALL]


@pytest.mark.parametrize("deed", ["", "hold", "allow evil.example"])
def test_what_is_no_deed_is_not_taken(ann: Site, deed: str) -> None:
    assert ann.post("/senders", {"deed": deed, "sender": "a.example"}, form="/senders").status_code == 400
    assert senders(ann).lines() == [MINE, THEIRS, ALL]


def test_somebody_without_a_mailbox_adds_nothing(site: Site) -> None:
    site.sign_in("nobody")
    assert "You have no mailbox here" in text(site.get("/senders"))
    assert site.post("/senders", {"deed": "deny", "sender": "a.example"}, form="/senders").status_code == 400
    assert senders(site).lines() == []


def test_ones_own_is_removed(ann: Site) -> None:
    removed = ann.post("/senders/remove", {"line": MINE}, form="/senders")
    assert removed.headers["location"] == "/senders"
    assert ann.desk.done == [(Act.ALLOW, "ann", MINE)]
    assert 'action="/audit/undo"' in ann.get("/senders").text
    assert senders(ann).lines() == [THEIRS, ALL]


@pytest.mark.parametrize("line", [THEIRS, ALL, "", "allow kim@a.example"])
def test_what_is_not_theirs_stays(ann: Site, line: str) -> None:
    assert ann.post("/senders/remove", {"line": line}, form="/senders").status_code == 404
    assert senders(ann).lines() == [MINE, THEIRS, ALL]


def test_it_is_not_for_the_help_desk(site: Site) -> None:
    site.sign_in("help", Role.HELPDESK)
    assert site.get("/senders").status_code == 403
    assert site.post("/senders", {"deed": "deny", "sender": "a.example"}, form="/held").status_code == 403
