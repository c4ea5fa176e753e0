"""sign_in: the form with name and password, and the way out."""

from math import ceil

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.web import familiar, forms, links, visits
from gatekeeper.web.access import public
from gatekeeper.web.pages.rendering import redirect, render
from gatekeeper.web.services import DirectoryError, services
from gatekeeper.web.signing_in import TooOften, by_password

_WRONG = "Name and password do not go together."


@public
async def form(request: Request) -> Response:
    """The form; for who is signed in already, where they wanted to go."""
    wanted = forms.own_path(request.query_params.get("next", "/"))
    if request.state.who is not None:
        return redirect(request, wanted)
    return _form(request, wanted)


@public
async def sign_in(request: Request) -> Response:
    """Who shows the right password is let in."""
    sent = await forms.read(request)
    wanted = sent.path("next")
    name, password = sent.text("name", "Name"), sent.secret("password", "Password")
    if sent.mistakes:
        return _form(request, wanted, name, " ".join(sent.mistakes.values()), 400)
    try:
        session = await by_password(request, name, password)
    except TooOften as error:
        return too_often(request, error)
    except DirectoryError:
        return _form(request, wanted, name, "The directory cannot be asked now. Try again in a minute.", 503)
    if session is None:
        return _form(request, wanted, name, _WRONG, 401)
    await visits.sign_in(request, session)
    response = redirect(request, wanted)
    familiar.remember(request, response, name)
    return response


@public
async def sign_out(request: Request) -> Response:
    """The session ends, here and in the store."""
    await visits.sign_out(request)
    return redirect(request, "/sign-in", "You are signed out.")


def too_often(request: Request, error: TooOften) -> Response:
    """Wait."""
    seconds = ceil(error.seconds)
    wait = f"{seconds} seconds" if seconds < 120 else f"{ceil(seconds / 60)} minutes"
    response = render(
        request,
        "error.html",
        status=429,
        title="Too many attempts",
        said=f"Wait {wait}, then try again.",
        number="",
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def _form(request: Request, wanted: str, name: str = "", mistake: str = "", status: int = 200) -> Response:
    given = links.are_given(services(request))
    return render(request, "sign_in.html", status, wanted=wanted, name=name, mistake=mistake, links=given)


ROUTES = [
    Route("/sign-in", form),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
]
