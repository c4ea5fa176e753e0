"""A browser in which somebody has signed in before is counted by itself."""

from http.cookies import SimpleCookie

import pytest
from itsdangerous import TimestampSigner

from gatekeeper.web import familiar
from tests.unit.web.browsing import PASSWORD, Site, cookies
from tests.unit.web.test_throttle import tries

COOKIE = "__Host-gatekeeper-familiar"


@pytest.fixture
def known(site: Site) -> Site:
    """One where Ann has signed in, and out again."""
    site.sign_in("ann")
    site.post("/sign-out")
    return site


def attacked(site: Site, name: str = "ann") -> None:
    """By others, until nobody may try any more."""
    own = site.browser
    for number in range(10):
        assert tries(site, 1, name, client=f"198.51.100.{number}") == [401]
    site.browser = own


def show(site: Site, value: str) -> None:
    """Instead of the cookie that it has."""
    site.browser.cookies.delete(COOKIE)
    site.browser.cookies.set(COOKIE, value, domain="quarantine.own.example", path="/")


def test_strangers_lock_nobody_out_of_their_own_browser(known: Site) -> None:
    attacked(known)
    assert tries(known, 1, "ANN", PASSWORD) == [303]
    known.browser = known.other()
    assert tries(known, 1, "ann", PASSWORD) == [429], "but out of others"


def test_it_is_slowed_down_itself(known: Site) -> None:
    assert tries(known, 11) == [401] * 10 + [429]
    known.browser = known.other()
    assert tries(known, 1, "ann", PASSWORD) == [303], "and keeps nobody else from anything"


def test_each_is_counted_for_itself(known: Site) -> None:
    first, known.browser = known.browser, known.other()
    assert tries(known, 1, "ann", PASSWORD) == [303]
    known.post("/sign-out")
    assert tries(known, 11) == [401] * 10 + [429]
    known.browser = first
    assert tries(known, 1, "ann", PASSWORD) == [303]


def test_to_sign_in_again_makes_it_no_other_browser(known: Site) -> None:
    assert tries(known, 9) == [401] * 9
    assert tries(known, 1, "ann", PASSWORD) == [303]
    known.post("/sign-out")
    assert tries(known, 2) == [401, 429]


def test_it_is_familiar_with_one_name_alone(known: Site) -> None:
    known.add("bob")
    attacked(known, "bob")
    assert tries(known, 1, "bob", PASSWORD) == [429]


@pytest.mark.parametrize("spoilt", ["", "x", "a.b.c", "..", "x" * 4000])
def test_what_is_no_such_cookie_is_a_strange_browser(known: Site, spoilt: str) -> None:
    attacked(known)
    show(known, spoilt)
    assert tries(known, 1, "ann", PASSWORD) == [429]


def test_it_cannot_be_made_without_the_key_nor_of_another_cookie(known: Site) -> None:
    attacked(known)
    value = known.browser.cookies[COOKIE].rsplit(".", 2)[0]
    show(known, TimestampSigner(b"k" * 32, salt="gatekeeper.familiar").sign(value).decode())
    assert tries(known, 1, "ann", PASSWORD) == [303]
    known.post("/sign-out")
    for forged in (TimestampSigner(b"x" * 32, salt="gatekeeper.familiar"), TimestampSigner(b"k" * 32, salt="other")):
        show(known, forged.sign(value).decode())
        assert tries(known, 1, "ann", PASSWORD) == [429]


def test_it_is_forgotten_after_half_a_year(known: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    attacked(known)
    monkeypatch.setattr(familiar, "_SECONDS", -1)
    assert tries(known, 1, "ann", PASSWORD) == [429]


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_does_not_say_the_name(site: Site) -> None:
    (said,) = (one for one in cookies(site.sign_in("ann")) if one.startswith(COOKIE))
    (cookie,) = SimpleCookie(said).values()
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (True, "lax", True, "/")
    assert cookie["max-age"] == str(180 * 86_400)
    assert "ann" not in said.lower()


def test_who_did_not_get_in_is_given_none(site: Site) -> None:
    site.add("ann")
    site.post("/sign-in", {"name": "ann", "password": "wrong"})
    assert COOKIE not in site.browser.cookies
