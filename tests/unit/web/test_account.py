"""Who one is, and another password."""

import pytest

from tests.unit.web.browsing import PASSWORD, Site, text

NEW = "another long password"


def change(site: Site, **fields: str):
    sent = {"old": PASSWORD, "new": NEW, "again": NEW} | fields
    return site.post("/account/password", sent, form="/account")


def test_a_new_password_ends_all_other_sessions(site: Site) -> None:
    site.sign_in("ann")
    here, site.browser = site.browser, site.other()
    site.sign_in("ann")
    there, site.browser = site.browser, here
    assert there.get("/account").status_code == 200
    before = here.cookies["__Host-gatekeeper"]
    assert change(site).headers["location"] == "/account"
    assert "Your password is changed." in text(site.get("/account"))
    assert there.get("/account").status_code == 303
    assert here.cookies["__Host-gatekeeper"] != before
    site.browser = site.other()
    assert site.sign_in("ann").status_code == 401
    assert site.sign_in("ann", password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old": "wrong"}, "This is not your password."),
        ({"old": ""}, "The password so far is missing."),
        ({"new": "short"}, "A password has 10 characters or more."),
        ({"new": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}, "Anybody would guess this password."),
        ({"again": "another"}, "This is not what stands above."),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_changes_nothing(site: Site, fields: dict[str, str], said: str) -> None:
    site.sign_in("ann")
    answer = change(site, **fields)
    assert answer.status_code == 400
    assert said in text(answer)
    assert PASSWORD not in answer.text
    site.browser = site.other()
    assert site.sign_in("ann").status_code == 303


def test_the_old_password_cannot_be_guessed_from_a_session_that_was_left_open(site: Site) -> None:
    site.sign_in("ann")
    assert [change(site, old=f"wrong {n}").status_code for n in range(11)] == [400] * 10 + [429]


def test_who_has_no_password_here_changes_none(site: Site) -> None:
    site.accounts.links.add("t" * 43, "kim@own.example", 900)
    site.post("/sign-in/link/" + "t" * 43)
    assert "Another password" not in text(site.get("/account"))
    change(site)
    assert "You have no password here" in text(site.get("/account"))


def test_it_is_for_who_is_signed_in(site: Site) -> None:
    assert site.get("/account").headers["location"] == "/sign-in?next=%2Faccount"
    assert site.post("/account/password", {"old": PASSWORD}).headers["location"] == "/sign-in"
