"""The trail is for administrators; to undo is for whoever did it, by a form."""

import time

import pytest

from gatekeeper.quarantine.acts import Act, AuditEntry, NotDone, Role
from tests.unit.web.browsing import Site, text


@pytest.fixture
def admin(site: Site) -> Site:
    site.sign_in("root", Role.ADMINISTRATOR)
    site.desk.lines = [_line(n) for n in range(150, 0, -1)]
    return site


def _line(n: int) -> AuditEntry:
    said, undone = ("ann@own.example",), n == 1
    return AuditEntry(n, time.time(), f"<b>kim{n}", Role.USER, Act.DELETE, "0" * 13, said, "Deleted.", undone)


def test_what_was_done_is_listed(admin: Site) -> None:
    answer = admin.get("/audit")
    page = text(answer)
    assert "delete <b>kim150 user 0000000000000 for ann@own.example Deleted." in page
    assert "<b>kim" not in answer.text
    assert "kim51 " in page
    assert "kim50 " not in page
    assert 'href="/audit?&amp;before=51"' in answer.text
    older = text(admin.get("/audit?before=51"))
    assert "kim50 " in older
    assert "delete undone <b>kim1 " in older


def test_of_a_release_what_was_learnt_is_undone_and_no_more(admin: Site) -> None:
    admin.desk.lines = [AuditEntry(1, time.time(), "kim", Role.USER, Act.RELEASE, "0" * 13, (), "Released.", True)]
    assert "release learning undone kim" in text(admin.get("/audit"))


@pytest.mark.parametrize("role", [Role.USER, Role.HELPDESK])
def test_it_is_not_for_others(site: Site, role: Role) -> None:
    site.sign_in("kim", role)
    assert site.get("/audit").status_code == 403
    assert "/audit" not in site.get("/held").text


@pytest.mark.parametrize("query", ["before=x", "act=evil", "who=%27--", "message=%00"])
def test_what_makes_no_sense_is_left_out(admin: Site, query: str) -> None:
    assert admin.get(f"/audit?{query}").status_code == 200


def test_what_was_done_is_undone_the_last_first(admin: Site) -> None:
    done = admin.post("/audit/undo", {"entry": ["7", "6"], "back": "/held?text=a"}, form="/held")
    assert (done.status_code, done.headers["location"]) == (303, "/held?text=a")
    assert admin.desk.done == [(Act.UNDO, "root", 7), (Act.UNDO, "root", 6)]
    assert "2 undone." in text(admin.get("/held"))


def test_one_thing_undone_says_what_became_of_it(admin: Site) -> None:
    admin.post("/audit/undo", {"entry": "7", "back": "/held"}, form="/held")
    assert "Undone: it is held as before." in text(admin.get("/held"))


def test_too_late_is_said(admin: Site) -> None:
    admin.desk.refusal = NotDone("it is too late: an act can be undone for 60 seconds")
    admin.post("/audit/undo", {"entry": "7", "back": "https://evil.example/"}, form="/held")
    assert "Nothing was undone: it is too late" in text(admin.get("/"))


@pytest.mark.parametrize("entries", [[], ["x"], ["-1"], ["9" * 30]])
def test_nothing_named_is_nothing_undone(admin: Site, entries: list[str]) -> None:
    admin.post("/audit/undo", {"entry": entries, "back": "/held"}, form="/held")
    assert admin.desk.done == []
    assert "Nothing was undone: nothing was named." in text(admin.get("/held"))


def test_to_look_at_the_address_undoes_nothing(admin: Site) -> None:
    assert admin.get("/audit/undo?entry=7").status_code == 405
    assert admin.desk.done == []
