"""What breaks is written down, and told to nobody."""

import logging
import re
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gatekeeper.quarantine.acts import Role
from gatekeeper.stores.opening import StoreError
from gatekeeper.web import access, guard
from tests.unit.web.browsing import Site, text


def mount(site: Site, page: access.Page, path: str = "/odd/{token}") -> None:
    site.application.router.routes.insert(0, Route(path, guard.guarded(page), methods=["GET", "POST"]))


@pytest.mark.parametrize(
    ("error", "status"), [(KeyError("secret"), 500), (StoreError(Path("/secret"), "damaged", "mend it"), 503)]
)
def test_a_page_that_breaks(site: Site, caplog: pytest.LogCaptureFixture, error: Exception, status: int) -> None:
    async def odd(_: Request) -> Response:
        raise error

    mount(site, odd)
    site.sign_in("ann")
    with caplog.at_level(logging.ERROR):
        answer = site.get("/odd/confidential")
    assert answer.status_code == status
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    number = re.findall(r"<code>([0-9a-f]{12})</code>", answer.text)[0]
    (record,) = caplog.records
    assert record.fields["error"] == number
    assert record.exc_info
    assert record.exc_info[1] is error
    assert "confidential" not in str(record.fields)
    assert site.get("/account").status_code == 200


def test_a_page_for_some_roles(site: Site) -> None:
    @access.only(Role.ADMINISTRATOR)
    async def inner(_: Request) -> Response:
        return PlainTextResponse("the inner")

    mount(site, inner)
    assert site.get("/odd/x").headers["location"] == "/sign-in?next=%2Fodd%2Fx"
    site.sign_in("ann", Role.HELPDESK)
    answer = site.get("/odd/x")
    assert (answer.status_code, "This page is not for your role." in text(answer)) == (403, True)
    site.accounts.users.set_role("ann", "administrator")
    assert site.get("/odd/x").text == "the inner"


def test_a_page_that_finds_out_itself_who_asks_neither_reads_nor_sets_cookies(site: Site) -> None:
    seen = []

    @access.bearer
    async def own(request: Request) -> Response:
        seen.append(request.state.who)
        return PlainTextResponse("done")

    mount(site, own)
    site.sign_in("ann")
    answer = site.browser.post("/odd/x", headers={"Origin": "https://evil.example"})
    assert (answer.text, seen) == ("done", [None])
    assert "set-cookie" not in answer.headers


def test_a_page_that_breaks_while_it_finds_out_is_told_alike(site: Site) -> None:
    @access.bearer
    async def own(_: Request) -> Response:
        raise KeyError("secret")

    mount(site, own)
    answer = site.get("/odd/x")
    assert answer.status_code == 500
    assert "secret" not in answer.text
