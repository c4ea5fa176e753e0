"""link: ask for a link by mail, and sign in by it. To look at it changes nothing: only its button uses it up."""

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.web import forms, links, visits
from gatekeeper.web.access import public
from gatekeeper.web.pages.rendering import redirect, render
from gatekeeper.web.pages.sign_in import too_often
from gatekeeper.web.services import DirectoryError, services
from gatekeeper.web.signing_in import TooOften, address_of, attempt


@public
async def ask(request: Request) -> Response:
    """The form with an address."""
    _are_given(request)
    return render(request, "link_ask.html", mistake="", address="")


@public
async def send(request: Request) -> Response:
    """Whoever asks is told the same, whether there is such a mailbox or not, and before anybody has looked."""
    _are_given(request)
    sent, site = await forms.read(request), services(request)
    written = sent.text("address", "Address")
    address = links.sound(written)
    if not address:
        mistake = sent.mistakes.get("address", "Write your mail address: name@company.example.")
        return render(request, "link_ask.html", 400, mistake=mistake, address=written)
    client = address_of(request)
    try:
        await attempt(site, links.allowances(address, client))
    except TooOften as error:
        return too_often(request, error)
    response = render(request, "link_sent.html", address=address, minutes=round(site.config.web.link_lifetime / 60))
    response.background = BackgroundTask(links.send, site, address, client)
    return response


@public
async def look(request: Request) -> Response:
    """Who would be signed in, and a button."""
    token = request.path_params["token"]
    address = await run_in_threadpool(services(request).accounts.links.address, token)
    if address is None:
        return _spent(request)
    return render(request, "link.html", address=address, token=token)


@public
async def use(request: Request) -> Response:
    """Sign in. The link is used up."""
    try:
        session = await links.spend(services(request), request.path_params["token"])
    except DirectoryError:
        raise HTTPException(503, "The directory cannot be asked now. Try again in a minute.") from None
    if session is None:
        return _spent(request)
    await visits.sign_in(request, session)
    return redirect(request, "/")


def _spent(request: Request) -> Response:
    return render(request, "link_spent.html", 410, links=links.are_given(services(request)))


def _are_given(request: Request) -> None:
    if not links.are_given(services(request)):
        raise HTTPException(404)


ROUTES = [
    Route("/sign-in/link", ask),
    Route("/sign-in/link", send, methods=["POST"]),
    Route("/sign-in/link/{token}", look),
    Route("/sign-in/link/{token}", use, methods=["POST"]),
]
