"""A page elsewhere, which somebody opens who is signed in here, in a real Chromium: whatever it sends, nothing is done.

It is served by this machine on another port, which to a browser is the same site: cookies come along, and only what the
pages check themselves stands in the way.
"""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page

from gatekeeper.quarantine.acts import Role
from tests.servers.gateway import Gateway
from tests.servers.room import LOOPBACK
from tests.system.browser import Visitors
from tests.system.hostile import KIM, api_token, csrf, held, holding, letter, signed_in, state

PATHS = ("/held", "/held/{0}/release", "/held/{0}/delete", "/held/{0}/block", "/held/{0}/spam", "/audit/undo", "/theme",
         "/held/{0}/eml", "/account/digest", "/account/password", "/sign-out", "/sign-in",
         "/api/v1/held/{0}/release")  # fmt: skip
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
FORM = """<iframe name="f{number}"></iframe>
<form method="post" action="{site}{path}" enctype="{kind}" target="f{number}">
<input name="act" value="delete"><input name="id" value="{hold_id}"><input name="theme" value="dark">
<input name="csrf" value="{token}"><input name='{{"recipients":[],"a":"' value='"}}'></form>"""
RUN = """<script>
for (const form of document.forms) form.submit();
for (const path of {paths})
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json"])
    for (const mode of ["no-cors", "cors"])
      fetch("{site}" + path, {{method: "POST", mode, credentials: "include", headers: {{"Content-Type": type}},
        body: "act=delete&id={hold_id}&all=1&sure=1&csrf={token}"}}).then(r => r.text().then(read), () => 0);
function read(text) {{ if (text) document.title = "read" }}
navigator.sendBeacon("{site}/held", "act=delete&all=1&sure=1");
</script>"""


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with holding() as (made, _):
        yield made


@pytest.fixture
def reviewed(gateway: Gateway) -> Gateway:
    return gateway


@contextmanager
def elsewhere(page: str) -> Iterator[str]:
    """A site that has this page."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
            """To nobody."""

    with http.server.ThreadingHTTPServer((LOOPBACK, 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://{LOOPBACK}:{server.server_port}/"
        server.shutdown()
        thread.join()


def kept(page: Page) -> dict[str, str]:
    """The cookies of its browser."""
    return {str(one.get("name")): str(one.get("value")) for one in page.context.cookies()}


@pytest.mark.parametrize("leaked", [False, True], ids=["", "with the token of a form"])
def test_nothing_is_done_for_a_page_elsewhere(visitors: Visitors, leaked: bool) -> None:
    gateway = visitors.gateway
    hold_id = held(gateway, letter("Roses"), KIM)
    page = visitors.page(Role.ADMINISTRATOR, name=f"root{leaked:d}")
    page.goto("/account")
    token = page.locator("[name=csrf]").first.get_attribute("value") if leaked else ""
    paths = [path.format(hold_id) for path in PATHS]
    said = {"site": gateway.pages, "hold_id": hold_id, "token": token}
    forms = [FORM.format(number=f"{n}{m}", path=path, kind=kind, **said)
             for n, path in enumerate(paths) for m, kind in enumerate(KINDS)]  # fmt: skip
    before, cookies = state(gateway), kept(page)
    answers: dict[str, set[int]] = {}
    page.on(
        "response",
        lambda answer: (
            answers.setdefault(answer.url.removeprefix(gateway.pages), set()).add(answer.status)
            if answer.request.method == "POST"
            else None
        ),
    )
    with elsewhere("".join(forms) + RUN.format(paths=paths, **said)) as url:
        page.goto(url, wait_until="networkidle")
        assert page.title() != "read"
    assert answers.keys() >= set(paths)
    assert set().union(*answers.values()) <= {400, 401, 403, 415}
    assert state(gateway) == before
    page.goto("/account")
    assert page.locator("a.who").inner_text() == f"root{leaked:d}", "still signed in, as the same"
    assert kept(page) == cookies
    visitors.complaints.clear()  # of what was kept from it


def test_nobody_shows_our_pages_within_theirs(visitors: Visitors) -> None:
    hold_id = held(visitors.gateway, letter("Violets"), KIM)
    page = visitors.page(Role.ADMINISTRATOR, name="framed")
    paths = ("/", "/held", f"/held/{hold_id}", f"/held/{hold_id}/page", "/sign-in")
    framed = "".join(f"<iframe src='{visitors.gateway.pages}{path}'></iframe>" for path in paths)
    with elsewhere(framed) as url:
        page.goto(url, wait_until="networkidle")
        shown = [frame.url for frame in page.frames[1:] if not frame.url.startswith("chrome-error:")]
        assert (len(page.frames), shown) == (1 + len(paths), [])
    visitors.complaints.clear()


@pytest.mark.parametrize("kind", [*KINDS, "application/json", ""])
def test_a_cookie_opens_no_call_and_a_token_no_page(gateway: Gateway, kind: str) -> None:
    hold_id = held(gateway, letter("Lilies"), KIM)
    name = f"kim{len(kind)}"
    browser, token = signed_in(gateway, name, Role.USER, KIM), api_token(gateway, name, "--scope", "admin")
    before = state(gateway)
    headers = {"Content-Type": kind} if kind else {}
    path = f"/api/v1/held/{hold_id}/delete"
    assert browser.post(path, content=b"{}", headers=headers).status_code == 401
    assert browser.get("/api/v1/held").status_code == 401
    if kind != "application/json":
        assert browser.post(path, content=b"{}", headers=headers | token).status_code == 415
    browser.cookies.clear()
    assert browser.get("/held", headers=token).status_code == 303
    assert browser.post("/held", headers=token, data={"act": "delete", "id": hold_id}).status_code == 403
    assert csrf(browser, "/sign-in")
    assert state(gateway) == before
