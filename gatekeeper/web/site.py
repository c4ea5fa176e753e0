"""site: all pages, and what stands before them. `site(services)` is an ASGI application."""

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from gatekeeper.web import guard
from gatekeeper.web.api import api
from gatekeeper.web.arrival import Bounded, Encrypted, OwnHosts, own_hosts
from gatekeeper.web.headers import Careful
from gatekeeper.web.pages import (
    account,
    acts,
    audit,
    digest,
    digest_wishes,
    held,
    history,
    link,
    message,
    overview,
    senders,
    sign_in,
    theme,
)
from gatekeeper.web.passwords import Verifier
from gatekeeper.web.services import Services

PAGES = (overview, held, acts, message, history, senders, audit, account, digest, digest_wishes, link, sign_in, theme)
"""Each has `ROUTES`."""

_LASTING = "public, max-age=31536000, immutable"


def site(services: Services) -> Starlette:
    """The pages, made of what they are given to work with."""
    proxies = services.config.web.proxy_networks
    before = [
        Middleware(Careful),
        Middleware(ProxyHeadersMiddleware, trusted_hosts=proxies),
        Middleware(Encrypted, proxies),
        Middleware(OwnHosts, own_hosts(services.config)),
        Middleware(Bounded),
    ]
    application = Starlette(
        routes=[
            *_guarded(route for page in PAGES for route in page.ROUTES),
            Mount("/static", _static()),
            Mount("/api", api(services)),
        ],
        middleware=before,
        exception_handlers={HTTPException: guard.unmet},
    )
    application.router.redirect_slashes = False  # an address has one form
    application.state.services = services
    application.state.verifier = Verifier()
    application.state.large = CapacityLimiter(1)  # of messages: read one at a time
    return application


def _guarded(routes: Iterable[Route]) -> list[BaseRoute]:
    return [
        Route(route.path, guard.guarded(route.endpoint), methods=sorted(route.methods or ()), name=route.name)
        for route in routes
    ]


class _Static(StaticFiles):
    """Asked for under names that change with the files, so nobody need ask again."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        response = super().file_response(*arguments, **named)
        response.headers["Cache-Control"] = _LASTING
        return response


def _static() -> StaticFiles:
    return _Static(directory=str(files("gatekeeper.web").joinpath("static")))
