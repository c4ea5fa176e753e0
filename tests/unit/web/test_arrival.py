"""Whose word about the client is believed, and who is turned away."""

import pytest

from gatekeeper.stores.accounts.schema import digest
from tests.unit.web.browsing import NAME, PASSWORD, Site, text, token

PROXY, CLIENT = "10.0.0.4", "203.0.113.7"
PLAIN = "http://quarantine.own.example"
FORWARDED = {"X-Forwarded-For": CLIENT, "X-Forwarded-Proto": "https"}


@pytest.fixture
def behind(tmp_path):
    """A site behind a proxy."""
    made = Site(tmp_path, client=PROXY, behind=True, proxy_networks=["10.0.0.4", "10.9.0.0/16"])
    yield made
    made.close()


def throttled_clients(site: Site) -> set[str]:
    """Who is counted, by trying with each of some addresses afterwards."""
    rows = dict(site.contents())["accounts.db attempts"]
    known = {digest(f"client {address}"): address for address in (PROXY, CLIENT, "1.2.3.4", "10.9.1.1", "192.0.2.9")}
    return {known[who] for who, *_ in rows if who in known}


def fail(site: Site, client: str, headers: dict[str, str]) -> int:
    site.browser = site.other(client)
    site.browser.headers.update(headers)
    known = token(site.browser)
    sent = {"csrf": known, "name": "ann", "password": "wrong"}
    return site.browser.post("/sign-in", data=sent).status_code


@pytest.mark.parametrize(
    ("client", "forwarded", "counted"),
    [
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"1.2.3.4, {CLIENT}", CLIENT),  # what the client itself says comes first
        (PROXY, f"{CLIENT}, 10.9.1.1", CLIENT),  # through two proxies
        (PROXY, "", PROXY),
    ],
)
def test_a_proxy_says_who_asks(behind: Site, client: str, forwarded: str, counted: str) -> None:
    assert fail(behind, client, FORWARDED | {"X-Forwarded-For": forwarded}) == 401
    assert throttled_clients(behind) == {counted}


def test_over_its_tls_cookies_are_for_tls(behind: Site) -> None:
    answer = behind.browser.get("/sign-in", headers=FORWARDED)
    assert answer.headers["set-cookie"].startswith("__Host-gatekeeper=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize("client", ["10.0.0.5", CLIENT, "10.8.0.1", "::1:2", "nobody"])
def test_nobody_else_is_believed(behind: Site, client: str) -> None:
    answer = behind.other(client).get("/sign-in", headers=FORWARDED)
    assert (answer.status_code, answer.text) == (403, "Come by https.\n")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("protocol", ["http", "", "ftp"])
def test_whom_a_proxy_met_without_tls_is_turned_away(behind: Site, protocol: str) -> None:
    headers = FORWARDED | {"X-Forwarded-Proto": protocol}
    assert behind.browser.get("/sign-in", headers=headers).status_code == 403


def test_without_proxies_nothing_is_believed(tmp_path) -> None:
    site = Site(tmp_path, PLAIN, client="127.0.0.1", listen=["127.0.0.1:1"])
    answer = site.browser.get("/sign-in", headers=FORWARDED)
    assert answer.status_code == 200
    assert "Secure" not in answer.headers["set-cookie"]
    site.close()


def test_a_forwarded_host_is_nobodys_name(behind: Site) -> None:
    answer = behind.browser.get(
        "/sign-in", headers=FORWARDED | {"X-Forwarded-Host": "evil.example", "Host": "evil.example"}
    )
    assert answer.status_code == 421


def test_the_origin_is_compared_with_how_the_browser_came(behind: Site) -> None:
    behind.browser.headers.update(FORWARDED)
    behind.add("ann")
    sent = {"csrf": token(behind.browser), "name": "ann", "password": PASSWORD}
    assert behind.browser.post("/sign-in", data=sent, headers={"Origin": PLAIN}).status_code == 403
    assert behind.browser.post("/sign-in", data=sent, headers={"Origin": NAME}).status_code == 303
    assert "ann" in text(behind.browser.get("/account"))
