"""What follows every link of every page, and sends no form, changes nothing: for each role, with GET, HEAD and others.

So do programs that look for dangerous links, browsers that fetch ahead, and archives.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from gatekeeper.quarantine.acts import Role
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import wait_until
from tests.system.hostile import KIM, LEE, api_token, csrf, held, holding, letter, signed_in, state, tell
from tests.system.test_pages_running import Browser

PAGE = b"Content-Type: text/html\r\nSubject: page\r\n\r\n<a href='/sign-out'>a</a><img src='/held'><p>Buy</p>\r\n"
METHODS = ("HEAD", "GET", "OPTIONS", "PROPFIND", "TRACE")
WHO = {"user": (KIM,), "helpdesk": (), "administrator": (), "stranger": ()}


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Gateway, Exchange]]:
    """Messages that wait, that were deleted, released and blocked, so that everything has something to undo."""
    with holding("[quarantine]\nadministrators = ['root@example.org']\n") as (gateway, sink):
        gateway.configure(f"[web]\nurl = '{gateway.pages}'\nlinks = true\n")
        gateway.reload()
        ids = [held(gateway, letter(f"Roses {n}"), KIM, LEE) for n in range(4)]
        held(gateway, PAGE, KIM)
        gateway.journal(5)
        browser = signed_in(gateway, "root", Role.ADMINISTRATOR)
        for hold_id, act in zip(ids, ("release", "delete", "spam", "forward"), strict=True):
            fields = {"csrf": csrf(browser), "teach": "1"}
            assert browser.post(f"/held/{hold_id}/{act}", data=fields).status_code == 303
        tell(gateway, KIM, 3)
        browser.submit("/sign-in/link", address=KIM)
        wait_until(lambda: any(b"/sign-in/link/" in mail.content for mail in sink.messages), "a link to sign in")
        yield gateway, sink


class _Links(HTMLParser):
    """Where links, pictures, frames and forms lead; forms that ask by GET with what they hold."""

    def __init__(self, page: str, markup: str) -> None:
        super().__init__()
        self.found, self._page, self._form = list[str](), page, ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.found += [urljoin(self._page, said[n]) for n in ("href", "src", "action", "formaction") if said.get(n)]
        if tag == "form":
            self._form = urljoin(self._page, said.get("action", ""))
        elif tag in ("input", "button", "option") and said.get("name") and self._form:
            self.found.append(f"{self._form}?{urlencode({said['name']: said.get('value', '')})}")


def crawl(browser: Browser, first: list[str], **more: str) -> set[str]:
    """Every address that leads from these to another of the site; those that were asked for."""
    seen, waiting = set[str](), list(first)
    while waiting:
        url = waiting.pop().partition("#")[0]
        if url in seen or urlsplit(url).netloc not in ("", browser.base_url.netloc.decode()) or len(seen) > 400:
            continue
        seen.add(url)
        for method in METHODS:
            answer = browser.request(method, url, headers=more)
            assert answer.status_code < 500, f"{method} {url}"
            if method == "GET" and answer.headers.get("content-type", "").startswith("text/html"):
                waiting += _Links(str(answer.url), answer.text).found
            if "location" in answer.headers:
                waiting.append(urljoin(url, answer.headers["location"]))
    return seen


@pytest.mark.parametrize("role", WHO)
def test_who_follows_all_links_changes_nothing(world: tuple[Gateway, Exchange], role: str) -> None:
    gateway, sink = world
    browser = Browser(base_url=gateway.pages)
    if role != "stranger":
        browser = signed_in(gateway, f"crawling-{role}", Role(role), *WHO[role])
    letters = [message_from_bytes(mail.content, policy=default) for mail in list(sink.messages)]
    bodies = [part.get_content() for mail in letters for part in mail.walk() if part.get_content_maintype() == "text"]
    mailed = sorted(set(re.findall(rf"{gateway.pages}/[^\s\"'<>]*", "\n".join(bodies))))
    before, arrived = state(gateway), len(sink.messages)
    seen = crawl(browser, ["/", *mailed])
    assert any("/digest/" in url for url in seen)
    assert any("/sign-in/link/" in url for url in seen)
    assert (sum("/held/" in url for url in seen) > 5) == (role != "stranger")
    assert state(gateway) == before
    assert len(sink.messages) == arrived
    token = next(url for url in mailed if ".release." in url)
    assert "Release this message?" in browser.get(token).text, "it is still good"
    if role != "stranger":
        assert f"crawling-{role}" in browser.account(), "still signed in"


def test_a_program_that_asks_for_all_there_is_changes_nothing(world: tuple[Gateway, Exchange]) -> None:
    gateway, sink = world
    token = api_token(gateway, "crawler", "--scope", "admin")
    browser = Browser(base_url=gateway.pages)
    ids = [entry["id"] for entry in gateway.quarantine("all")]
    paths = browser.get("/api/openapi.json").json()["paths"]
    handed_out = [path for path in paths if path.endswith("/raw")]  # which the trail is to know
    before, arrived = state(gateway), len(sink.messages)
    for path in paths.keys() - set(handed_out):
        for hold_id in ids:
            url = "/api" + path.removeprefix("/api").replace("{id}", hold_id).replace("{entry}", "2")
            for method in METHODS:
                assert browser.request(method, url, headers=token).status_code < 500, f"{method} {url}"
    assert state(gateway) == before
    assert len(sink.messages) == arrived
