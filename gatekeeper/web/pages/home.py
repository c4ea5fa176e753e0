"""home: the first page behind sign-in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.web.pages.rendering import render


async def home(request: Request) -> Response:
    """Who you are here."""
    return render(request, "home.html")


ROUTES = [Route("/", home)]
