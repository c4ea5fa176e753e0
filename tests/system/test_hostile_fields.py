"""Script in everything that a sender says, on every page, in a real Chromium: none of it ever runs or fetches anything.

One browser heeds the pages' policy, and may have nothing to complain of. The other does not heed it, so that what is
written into a page must be harmless by itself.
"""

import zipfile
from base64 import b64encode
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from io import BytesIO

import pytest
from playwright.sync_api import Page

from gatekeeper.quarantine.acts import Role
from tests.servers.gateway import Gateway
from tests.system.browser import Visitors
from tests.system.hostile import KIM, LEE, held, holding, tell

RUN = "document.documentElement.dataset.ran=1"
IMAGE = f"<img src=//evil.test/x onerror={RUN}>"
BREAK = f"'\"></title></textarea></script></svg>{IMAGE}<script>{RUN}</script>"
QUOTED = f'x" autofocus onfocus={RUN} onmouseover={RUN} x="'
TEMPLATE = "{{7*7}}{% raw %}"
ODD = (BREAK, QUOTED, TEMPLATE)
MARKED = """() => document.documentElement.dataset.ran === undefined
    && ![...document.querySelectorAll("*")].some(e => [...e.attributes].some(a => a.name.startsWith("on")))
    && !document.querySelector("img[src*=evil], script:not([src^='/static/'])")"""
World = tuple[Gateway, list[str], str]
SETTINGS = """
[quarantine]
administrators = ["root@example.org"]
"""


def packed() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(f"{IMAGE.replace('/', '')}.txt", b"a")
    return made.getvalue()


def hostile(number: int, odd: str) -> bytes:
    """A message in which everything that can be said is `odd`."""
    word = f"=?utf-8?b?{b64encode(odd.encode()).decode()}?="
    name = odd.replace("\\", "").replace('"', '\\"')
    lines = [
        f"From: {word} <ann@out.test>",
        f"To: {word} <{KIM}>",
        f"Subject: {number} {word}",
        f"Message-ID: <{odd.split()[0]}@out.test>",
        f"X-Mailer: {odd}",
        f"{''.join(c for c in odd if 32 < ord(c) < 127 and c != ':')[:60]}: a",
        f"List-Unsubscribe: <javascript:{RUN}>, <http://evil.test/{odd.replace(' ', '')}>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        f'--b\r\nContent-Type: text/plain; charset="{name}"\r\n\r\n{odd} http://evil.test/{odd}',
        f"--b\r\nContent-Type: text/html\r\n\r\n{odd}<a href='javascript:{RUN}'>http://bank.test/</a>"
        f"<p style='display:none'>{odd.replace('<', '&lt;')}</p><iframe srcdoc=\"<script>{RUN}</script>\"></iframe>",
        f'--b\r\nContent-Type: application/x-{name.split()[0]}; name="{name}.txt"\r\nContent-ID: <{odd}>\r\n'
        f'Content-Disposition: attachment; filename="{name}.txt"\r\n\r\nx',
        "--b\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64encode(packed()).decode(),
        "--b--",
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """With the ids of what is held, and the page of the mail that tells Kim of it."""
    with holding(SETTINGS) as (gateway, sink):
        gateway.configure(f"[web]\nurl = '{gateway.pages}'\nlinks = true\n")
        gateway.reload()
        senders = (f'"{IMAGE}"@out.test', "ann@out.test", '"{{7*7}}"@out.test')
        ids = [
            held(gateway, hostile(n, odd), KIM, f'"{IMAGE}"@example.org', sender=sender)
            for n, (odd, sender) in enumerate(zip(ODD, senders, strict=True))
        ]
        tell(gateway, KIM, len(ids))
        (told,) = [mail.content for mail in sink.messages if mail.recipients == (KIM,)]
        page = message_from_bytes(told, policy=default).get_body(("html",))
        yield gateway, ids, page.get_content()  # type: ignore[union-attr]


@pytest.fixture
def reviewed(world: World) -> Gateway:
    return world[0]


class Watched:
    """A page, and what it asked for."""

    def __init__(self, page: Page, own: str) -> None:
        self.page, self._own, self._asked = page, own, list[str]()
        page.on("request", lambda request: self._asked.append(request.url))

    def look(self, path: str) -> None:
        """Nothing ran there, nothing could, and nothing was asked of anybody else."""
        self.page.goto(path, wait_until="load")
        self.calm()

    def calm(self) -> None:
        for frame in self.page.frames:
            frame.wait_for_load_state()
            assert frame.evaluate(MARKED), frame.url
        assert [url for url in self._asked if not url.startswith((self._own, "data:image/"))] == []


def paths(ids: list[str]) -> list[str]:
    """All pages, also those that say again what was asked."""
    asked = [
        f"/{page}?{name}={BREAK.replace('#', '')}"
        for page, name in (
            ("held", "text"),
            ("held", "kind"),
            ("held", "sender"),
            ("held", "from"),
            ("history", "text"),
            ("history", "reason"),
            ("history", "action"),
            ("audit", "who"),
            ("audit", "message"),
            ("sign-in", "next"),
        )
    ]
    each = [f"{place}/{hold_id}" for hold_id in ids for place in ("/held", "/history")]
    odd = [f"/held/{IMAGE.replace('/', '')}", f"/{IMAGE}", "/account", "/account/digest", "/?span=month"]
    return ["/", "/held", "/held?state=all", "/history", "/audit", *each, *asked, *odd]


@pytest.mark.parametrize(("dark", "heeded"), [(False, True), (True, False)], ids=["light", "dark, without the policy"])
def test_nothing_runs_on_any_page(visitors: Visitors, world: World, dark: bool, heeded: bool) -> None:
    ids = world[1]
    page = visitors.page(name="dark" if dark else "light", dark=dark, bypass_csp=not heeded)
    watched = Watched(page, visitors.gateway.pages)
    for act in ("Release it alone", "Learn as spam", "Block sender"):
        watched.look(f"/held/{ids[0]}")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.get_by_role("button", name=act).first.click()
        page.wait_for_load_state()
        watched.calm()
    for path in paths(ids):
        watched.look(path)
    for hold_id in ids:
        watched.look(f"/held/{hold_id}/page")
    visitors.complaints = [line for line in visitors.complaints if "404" not in line and "409" not in line]
    page.goto(f"/held/{ids[2]}")
    assert TEMPLATE in page.title()


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_runs_in_a_digest_nor_where_its_links_lead(visitors: Visitors, world: World, dark: bool) -> None:
    """A mail has no policy; so its page is looked at without any."""
    gateway, _, told = world
    page = visitors.stranger(dark=dark, bypass_csp=True)
    watched = Watched(page, gateway.pages)
    page.set_content(told)
    watched.calm()
    links = page.locator("a").evaluate_all("all => all.map(one => one.href)")
    assert len(links) > 5
    assert all(url.startswith(gateway.pages) for url in links)
    for url in links[:5]:
        watched.look(url)


def test_users_too_are_shown_nothing_that_runs(visitors: Visitors, world: World) -> None:
    ids = world[1]
    page = visitors.page(Role.USER, KIM, LEE, name="<b>kim</b>", bypass_csp=True)
    watched = Watched(page, visitors.gateway.pages)
    for path in ("/", "/held", "/history", "/account", "/account/digest", *(f"/held/{hold_id}" for hold_id in ids)):
        watched.look(path)
        assert "<b>kim</b>" in page.locator("a.who").inner_text()
