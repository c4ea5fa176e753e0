"""account: who one is here, another password, and the way out."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.web import forms, passwords, visits
from gatekeeper.web.forms import Form
from gatekeeper.web.pages.rendering import redirect, render
from gatekeeper.web.pages.sign_in import too_often
from gatekeeper.web.services import services
from gatekeeper.web.signing_in import TooOften, verified


async def account(request: Request) -> Response:
    """Who one is, and the form."""
    return _page(request, {})


async def change(request: Request) -> Response:
    """Another password: who knows the old one may. All other sessions end."""
    session = request.state.visit.session
    form = await forms.read(request)
    old, new = form.secret("old", "The password so far"), form.secret("new", "The new password")
    again = form.secret("again", "The new password again")
    if session.way != "password":
        return redirect(request, "/account", "You have no password here to be changed.", bad=True)
    try:
        await _check(request, form, old, new, again)
    except TooOften as error:
        return too_often(request, error)
    if form.mistakes:
        return _page(request, form.mistakes, 400)
    secret = await run_in_threadpool(passwords.digested, new)
    await run_in_threadpool(services(request).accounts.users.set_secret, session.name, secret)
    await visits.sign_in(request, session)
    return redirect(
        request, "/account", "Your password is changed. Who else was signed in by the old one is not any more."
    )


async def _check(request: Request, form: Form, old: str, new: str, again: str) -> None:
    name = request.state.visit.session.name
    if not form.mistakes and (weak := passwords.weakness(new, name)):
        form.mistakes["new"] = weak
    if not form.mistakes and new != again:
        form.mistakes["again"] = "This is not what stands above."
    if not form.mistakes and await verified(request, name, old) is None:
        form.mistakes["old"] = "This is not your password."


def _page(request: Request, mistakes: dict[str, str], status: int = 200) -> Response:
    way = request.state.visit.session.way
    return render(request, "account.html", status, way=way, mistakes=mistakes, shortest=passwords.SHORTEST)


ROUTES = [Route("/account", account), Route("/account/password", change, methods=["POST"])]
