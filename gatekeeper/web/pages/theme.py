"""theme: light, dark, or as the system has it. Kept in a cookie, so that it is right before any script has run."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.web import forms
from gatekeeper.web.access import public
from gatekeeper.web.pages.rendering import redirect, set_theme


@public
async def theme(request: Request) -> Response:
    """Choose one, and go back."""
    form = await forms.read(request)
    response = redirect(request, form.path("back"))
    set_theme(request, response, form.text("theme", "Theme", needed=False))
    return response


ROUTES = [Route("/theme", theme, methods=["POST"])]
