"""digest_wishes: when somebody wants to be told by mail what is held for them: one wish for all their mailboxes."""

from collections.abc import Collection

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.quarantine.digest_hours import hours_of, wished, written
from gatekeeper.web import forms
from gatekeeper.web.pages.rendering import redirect, render
from gatekeeper.web.services import Services, services

_PATH = "/account/digest"


async def hours(request: Request) -> Response:
    """What they have wished for."""
    site, mailboxes = services(request), request.state.who.mailboxes
    return _page(request, await run_in_threadpool(_wish, site, mailboxes))


async def change(request: Request) -> Response:
    """From now on at these hours; nothing at all: as everybody."""
    site, mailboxes = services(request), request.state.who.mailboxes
    form = await forms.read(request)
    text = form.text("hours", "Hours", needed=False)
    try:
        wish = wished(text) if text else None
    except ValueError as error:
        form.mistakes["hours"] = f"{error}."
    if form.mistakes:
        return _page(request, text, form.mistakes["hours"], 400)
    await run_in_threadpool(_keep, site, mailboxes, wish)
    return redirect(request, _PATH, "That is kept, and holds from the next digest on.")


def _wish(site: Services, mailboxes: Collection[str]) -> str:
    """As it was written; "" for none."""
    wishes = site.digests.wishes()
    found = [wishes[address.lower()] for address in sorted(mailboxes) if address.lower() in wishes]
    return written(found[0]) if found else ""


def _keep(site: Services, mailboxes: Collection[str], wish: tuple[int, ...] | None) -> None:
    for address in mailboxes:
        site.digests.wish(address, wish)


def _page(request: Request, wish: str, mistake: str = "", status: int = 200) -> Response:
    settings = services(request).config.digest
    usual = written(hours_of(settings.hours))
    return render(
        request, "digest_wishes.html", status, wish=wish, mistake=mistake, usual=usual, enabled=settings.enabled
    )


ROUTES = [Route(_PATH, hours, methods=["GET"]), Route(_PATH, change, methods=["POST"])]
