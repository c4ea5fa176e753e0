"""browser: real Chromium before the pages of a running gateway. Fixtures, imported by conftest:

    def test_something(visitors):
        page = visitors.page(Role.USER, "kim@example.org", width=390, dark=True)    # signed in
        send(visitors.gateway.port, gtube())
        page.goto("/quarantine")

`page` is an administrator's. A test fails where a page says anything on the console, such as that the policy of a page
kept something from loading, unless the test clears `visitors.complaints`. Until the module ends, no event loop can be
run in the test's own thread: playwright has its own there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from gatekeeper.quarantine.acts import Role
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import LOOPBACK

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "correct horse battery"
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
_PATIENCE = 15_000.0  # milliseconds


class Visitors:
    """Those who look at the pages of one gateway."""

    def __init__(self, gateway: Gateway, browser: Browser) -> None:
        self.gateway, self.complaints = gateway, list[str]()
        self._browser = browser
        self._names: set[str] = set()

    def page(
        self, role: Role = Role.ADMINISTRATOR, *mailboxes: str, name: str = "", width: int = 1280, **more: Any
    ) -> Page:
        """A page of one who is signed in, as `name`, or as the role is called; made where there is none."""
        name = name or role.value
        if name not in self._names:
            self._names.add(name)
            self.gateway.add_user(name, PASSWORD, role.value, *mailboxes)
        page = self.stranger(width=width, **more)
        page.goto("/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def stranger(self, *, width: int = 1280, dark: bool = False, script: bool = True, **more: Any) -> Page:
        """A page of a browser that nobody has used."""
        context = self._browser.new_context(
            base_url=self.gateway.pages,
            viewport={"width": width, "height": 844 if width < 600 else 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="en-GB",
            **more,
        )
        context.set_default_timeout(_PATIENCE)
        page = context.new_page()
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    def close(self) -> None:
        for context in self._browser.contexts:
            context.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Skipped where there is none, but not in CI."""
    program = shutil.which("chromium")
    if program is None:
        reason = "no chromium: apt-get install chromium"
        pytest.fail(reason) if os.environ.get("GATEKEEPER_REQUIRE_SERVERS") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=_QUIET)
        yield launched
        launched.close()


@pytest.fixture
def reviewed(sink: Exchange) -> Iterator[Gateway]:
    """A gateway with pages; mail for example.org goes on to `sink`."""
    with Gateway({"example.org": f"esmtp:[{LOOPBACK}]:{sink.port}"}, pages=True) as gateway:
        yield gateway


@pytest.fixture
def visitors(reviewed: Gateway, browser: Browser) -> Iterator[Visitors]:
    """Those of `reviewed`."""
    made = Visitors(reviewed, browser)
    yield made
    made.close()
    assert not made.complaints


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """An administrator's."""
    return visitors.page(Role.ADMINISTRATOR)
