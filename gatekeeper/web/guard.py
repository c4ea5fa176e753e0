"""guard: what stands before every page: who asks, whether they may, and whether they asked themselves.

It gives the page `request.state.visit` and `request.state.who`, and the response its cookie. Whatever escapes from a
page is logged with an id, and the id is all that is told.
"""

import functools
import logging
import secrets
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from gatekeeper.stores.opening import StoreError
from gatekeeper.web import access, forgery, visits
from gatekeeper.web.access import Access, Page
from gatekeeper.web.pages import errors

SIGN_IN = "/sign-in"
_HARMLESS = ("GET", "HEAD")
_log = logging.getLogger(__name__)


def guarded(page: Page) -> Page:
    """The page, with the guard before it."""
    rules = access.of(page)

    @functools.wraps(page)
    async def behind(request: Request) -> Response:
        request.state.visit, request.state.who = visits.Visit("", stale=False), None
        try:
            response = await _admitted(request, page, rules)
        except HTTPException as error:
            response = errors.page(request, error)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except StoreError as error:
            response = errors.broken(request, _noted(page, request, error), 503)
        except Exception as error:
            response = errors.broken(request, _noted(page, request, error), 500)
        visits.remember(request, response)
        return response

    return behind


async def unmet(request: Request, error: Exception) -> Response:
    """No page was met: there is none of this name, or not for this method."""

    @access.public
    async def refused(_: Request) -> Response:
        raise error if isinstance(error, HTTPException) else HTTPException(404)

    if request.method not in _HARMLESS:  # the server is to know of a HEAD that it was one
        request.scope["method"] = "GET"  # nothing is done, so nothing need be shown
    return await guarded(refused)(request)


async def _admitted(request: Request, page: Page, rules: Access) -> Response:
    if not rules.cookies:
        return await page(request)
    request.state.visit = await visits.recognise(request)
    who = request.state.who = request.state.visit.who
    if request.method not in _HARMLESS:
        await forgery.check(request)
    if rules.signed_in and who is None:
        return _to_sign_in(request)
    if who is not None and who.role not in rules.roles:
        raise HTTPException(403, "This page is not for your role.")
    return await page(request)


def _to_sign_in(request: Request) -> Response:
    """Sign in first, then come back; a form that was sent is not sent again."""
    if request.method not in _HARMLESS:
        return RedirectResponse(SIGN_IN, 303)
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = request.url.path + query
    return RedirectResponse(SIGN_IN if wanted == "/" else f"{SIGN_IN}?next={quote(wanted, safe='')}", 303)


def _noted(page: Page, request: Request, error: Exception) -> str:
    """The id under which it stands in the log. Not the path: it may hold a token."""
    number = secrets.token_hex(6)
    name = getattr(page, "__name__", "")
    fields = {"error": number, "method": request.method, "page": f"{page.__module__}.{name}"}
    _log.error("a page failed", exc_info=error, extra={"fields": fields})
    return number
