"""Name and password."""

import time

import httpx2
import pytest

from gatekeeper.quarantine.acts import Role
from tests.unit.web.browsing import PASSWORD, Site, cookies, text


def test_the_right_password_lets_in_and_the_way_out_leads_out(site: Site) -> None:
    assert site.sign_in("ann").headers["location"] == "/"
    assert site.get("/account").status_code == 200
    assert site.get("/sign-in").headers["location"] == "/"
    out = site.post("/sign-out", form="/account")
    assert out.headers["location"] == "/sign-in"
    assert "You are signed out." in text(site.get("/sign-in"))
    assert "You are signed out." not in text(site.get("/sign-in"))
    assert site.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [("ann", PASSWORD + "x"), ("ann", PASSWORD.upper()), ("bob", PASSWORD), ("an%", PASSWORD), ("ann' --", PASSWORD)],
)
def test_a_wrong_one_does_not_and_is_told_no_reason(site: Site, name: str, password: str) -> None:
    site.add("ann")
    answer = site.post("/sign-in", {"name": name, "password": password})
    assert answer.status_code == 401
    assert "Name and password do not go together." in text(answer)
    assert site.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "ann"}, "Password is missing."),
        ({"password": PASSWORD}, "Name is missing."),
        ({"name": "a" * 201, "password": "x"}, "Name is longer than 200 characters."),
        ({"name": "a\0nn", "password": "x"}, "Name holds what cannot be shown."),
        ({"name": "ann", "password": "x" * 20_000}, "Password is missing."),
    ],
)
def test_a_form_that_is_not_filled_in(site: Site, fields: dict[str, str], said: str) -> None:
    answer = site.post("/sign-in", fields)
    assert answer.status_code == 400
    assert said in text(answer)
    assert 'role="alert"' in answer.text


def visit(answer: httpx2.Response) -> str:
    """The cookie by which it is known who is signed in."""
    (cookie,) = (one for one in cookies(answer) if "gatekeeper=" in one)
    return cookie


def test_a_cookie_is_for_this_site_over_tls_and_for_no_script(site: Site) -> None:
    cookie = visit(site.sign_in("ann"))
    name, *attributes = (part.strip().lower() for part in cookie.split(";"))
    assert name.startswith("__host-gatekeeper=")
    assert sorted(attributes) == ["httponly", "path=/", "samesite=lax", "secure"]


def test_so_is_one_that_says_what_was_done(site: Site) -> None:
    site.sign_in("ann")
    (cookie,) = (cookie for cookie in cookies(site.post("/sign-out")) if "flash" in cookie)
    attributes = [part.strip().lower() for part in cookie.split(";")[1:]]
    assert sorted(attributes) == ["httponly", "max-age=60", "path=/", "samesite=lax", "secure"]


def test_on_this_machine_a_cookie_goes_without_tls(tmp_path) -> None:
    site = Site(tmp_path, "http://localhost:8080", client="127.0.0.1", url="", listen=["127.0.0.1:8080"])
    cookie = visit(site.sign_in("ann"))
    assert cookie.startswith("gatekeeper=")
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie
    assert site.get("/account").status_code == 200
    site.close()


def test_a_session_that_was_planted_before_signing_in_is_worth_nothing_after_it(site: Site) -> None:
    site.get("/sign-in")
    planted = site.browser.cookies["__Host-gatekeeper"]
    site.sign_in("ann")
    assert site.browser.cookies["__Host-gatekeeper"] != planted
    thief = site.other()
    thief.cookies.set("__Host-gatekeeper", planted)
    assert thief.get("/account").status_code == 303


def test_a_session_that_was_left_is_worth_nothing(site: Site) -> None:
    site.sign_in("ann")
    kept = site.browser.cookies["__Host-gatekeeper"]
    site.post("/sign-out", form="/account")
    thief = site.other()
    thief.cookies.set("__Host-gatekeeper", kept)
    assert thief.get("/account").status_code == 303


@pytest.mark.parametrize(
    "spoil", [lambda c: c[:-1], lambda c: "x" + c, lambda c: c.rpartition(".")[0], lambda _: "..."]
)
def test_a_cookie_that_is_not_ours_is_nobodys(site: Site, spoil) -> None:
    site.sign_in("ann")
    thief = site.other()
    thief.cookies.set("__Host-gatekeeper", spoil(site.browser.cookies["__Host-gatekeeper"]))
    assert thief.get("/account").status_code == 303


def test_who_does_nothing_is_signed_out_and_who_works_is_not(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    site.sign_in("ann")
    first = site.browser.cookies["__Host-gatekeeper"]
    for minute in range(0, 180, 30):
        monkeypatch.setattr(time, "time", lambda minute=minute: now + 60 * minute)
        assert site.get("/account").status_code == 200
    renewed = site.browser.cookies["__Host-gatekeeper"]
    assert renewed != first
    thief = site.other()
    thief.cookies.set("__Host-gatekeeper", first)  # the same session, but an old cookie
    assert thief.get("/account").status_code == 303
    monkeypatch.setattr(time, "time", lambda: now + 60 * (150 + 61))
    assert site.get("/account").status_code == 303


def test_no_session_lasts_longer_than_a_day_of_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    site.sign_in("ann")
    for minute in range(0, 720, 50):
        monkeypatch.setattr(time, "time", lambda minute=minute: now + 60 * minute)
        assert site.get("/account").status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + 43_201)
    assert site.get("/account").status_code == 303


def test_what_one_browser_was_told_is_not_shown_in_another(site: Site) -> None:
    site.sign_in("ann")
    site.post("/sign-out", form="/account")
    told = site.browser.cookies["gatekeeper-flash"]
    other = site.other()
    other.get("/sign-in")
    other.cookies.set("gatekeeper-flash", told)
    assert "You are signed out." not in text(other.get("/sign-in"))
    assert "You are signed out." in text(site.get("/sign-in"))


def test_who_is_removed_or_gets_another_password_is_out(site: Site) -> None:
    for ended in (
        lambda: site.accounts.users.set_secret("ann", "$argon2id$other"),
        lambda: site.accounts.users.remove("Ann"),
    ):
        site.accounts.users.remove("ann")
        site.browser = site.other()
        site.sign_in("ann")
        assert site.get("/account").status_code == 200
        ended()
        assert site.get("/account").status_code == 303


def test_a_role_and_mailboxes_count_from_the_next_request_on(site: Site) -> None:
    site.sign_in("ann", Role.USER, "ann@own.example")
    assert site.accounts.users.set_mailboxes("ann", ["Sales@own.example"])
    assert "sales@own.example" in text(site.get("/account"))
    assert "ann@own.example" not in text(site.get("/account"))
    assert site.accounts.users.set_role("ann", "administrator")
    assert "Administrator" in text(site.get("/account"))


def test_a_password_digested_by_an_older_version_is_digested_anew(site: Site) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    site.add("ann")
    site.accounts.users.set_secret("ann", old)
    assert site.sign_in("ann").status_code == 303
    user = site.accounts.users.get("ann")
    assert user
    assert user.secret != old
    assert site.get("/account").status_code == 200  # nobody is signed out by it
