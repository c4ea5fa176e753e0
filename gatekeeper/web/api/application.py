"""application: the API as a part of the site, with its description, and what it says of addresses that it has not."""

from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.web.api import acting, counting, history, looking, trail
from gatekeeper.web.api.description import description
from gatekeeper.web.api.operation import Operation, operations
from gatekeeper.web.api.problems import encoded
from gatekeeper.web.api.serving import JSON, endpoint, problem
from gatekeeper.web.services import Services

VERSION = "/v1"
OPERATIONS: tuple[Operation, ...] = tuple(
    operation for module in (looking, acting, counting, history, trail) for operation in operations(module)
)


def api(services: Services) -> Starlette:
    """To be mounted at `/api`."""
    described = encoded(description(OPERATIONS))
    application = Starlette(
        routes=[
            Route("/openapi.json", partial(_described, described)),
            *(Route(VERSION + one.path, endpoint(one), methods=[one.method], name=one.name) for one in OPERATIONS),
        ],
        exception_handlers={HTTPException: _unmet},
    )
    application.router.redirect_slashes = False
    application.state.services = services
    return application


async def _described(described: bytes, _: Request) -> Response:
    return Response(described, media_type=JSON)


async def _unmet(request: Request, error: Exception) -> Response:
    return problem(request, error).response
