"""What another site can make a browser send changes nothing here."""

import pytest

from gatekeeper.quarantine.acts import Role
from tests.unit.web.browsing import NAME, PASSWORD, Site, token

HERE = {"Origin": NAME}


def is_signed_in(site: Site) -> bool:
    return site.get("/account").status_code == 200


@pytest.fixture
def ann(site: Site) -> Site:
    site.sign_in("ann")
    return site


@pytest.mark.parametrize("sent", [{}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "é"}, {"csrf": ["", ""]}])
def test_without_the_token_of_the_form(ann: Site, sent: dict[str, str]) -> None:
    answer = ann.browser.post("/sign-out", data=sent, headers=HERE)
    assert answer.status_code == 403
    assert "This form is of an earlier visit." in answer.text
    assert is_signed_in(ann)


def test_with_the_token_of_another_browser(ann: Site) -> None:
    theirs = token(ann.other())
    assert ann.browser.post("/sign-out", data={"csrf": theirs}, headers=HERE).status_code == 403
    assert is_signed_in(ann)


def test_with_a_token_of_before_signing_in(site: Site) -> None:
    before = token(site.browser)
    site.sign_in("ann")
    assert site.browser.post("/sign-out", data={"csrf": before}, headers=HERE).status_code == 403
    assert is_signed_in(site)


def test_with_a_token_of_a_session_that_has_ended(ann: Site) -> None:
    old = token(ann.browser, "/account")
    ann.post("/sign-out", form="/account")
    fields = {"csrf": old, "name": "ann", "password": PASSWORD}
    assert ann.browser.post("/sign-in", data=fields, headers=HERE).status_code == 403
    assert not is_signed_in(ann)


def test_with_the_token_and_without_the_cookie(ann: Site) -> None:
    known = token(ann.browser, "/account")
    assert ann.other().post("/sign-out", data={"csrf": known}, headers=HERE).status_code == 403
    assert is_signed_in(ann)


def test_a_token_in_the_address_is_none(ann: Site) -> None:
    known = token(ann.browser, "/account")
    assert ann.browser.post(f"/sign-out?csrf={known}", headers=HERE).status_code == 403


def test_a_script_of_ours_shows_it_in_a_header(ann: Site) -> None:
    known = token(ann.browser, "/account")
    assert ann.browser.post("/sign-out", headers={**HERE, "X-CSRF-Token": known}).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://quarantine.own.example"},
        {"Origin": "https://quarantine.own.example:8443"},
        {"Origin": "https://quarantine.own.example.evil.example"},
        {"Origin": "https://quarantine.own.example@evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", **HERE},
        {"Sec-Fetch-Site": ""},
    ],
)
def test_from_another_site_with_a_token_that_leaked(ann: Site, headers: dict[str, str]) -> None:
    answer = ann.browser.post("/sign-out", data={"csrf": token(ann.browser, "/account")}, headers=headers)
    assert answer.status_code == 403
    assert "This came from another site." in answer.text
    assert is_signed_in(ann)


@pytest.mark.parametrize("headers", [{}, HERE, {"Sec-Fetch-Site": "same-origin", **HERE}])
def test_from_a_page_of_ours(ann: Site, headers: dict[str, str]) -> None:
    known = token(ann.browser, "/account")
    assert ann.browser.post("/sign-out", data={"csrf": known}, headers=headers).status_code == 303


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_to_look_changes_nothing(site: Site, method: str) -> None:
    """Every page there is, as a crawler that is signed in would ask for it."""
    site.sign_in("ann", Role.ADMINISTRATOR, "ann@own.example")
    site.accounts.links.add("token", "kim@own.example", 900)
    site.get("/")  # which makes the stores
    before = dict(site.contents())
    for route in site.application.routes:
        path = getattr(route, "path", "").replace("{token}", "token").replace("{entry:int}", "1")
        site.browser.request(method, path)
    assert {table: rows for table, rows in site.contents() if rows or table in before} == before
    assert is_signed_in(site)
    assert not site.posted
