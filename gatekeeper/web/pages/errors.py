"""errors: the pages for what cannot be shown. They never say more than the visitor may know."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.web.pages.rendering import render

_TITLES = {
    400: "That was not understood",
    403: "Not allowed",
    404: "Nothing here",
    405: "Not like this",
    413: "Too much",
    429: "Too many attempts",
}
_SAID = {
    404: "There is no such page, or nothing of that kind that is yours.",
    405: "This address is for a form.",
}


def page(request: Request, error: HTTPException) -> Response:
    """What the visitor did, or may not do."""
    said = _SAID.get(error.status_code, "") if error.detail in _BARE else error.detail
    response = render(
        request,
        "error.html",
        status=error.status_code,
        title=_TITLES.get(error.status_code, "That did not work"),
        said=said,
        number="",
    )
    response.headers.update(error.headers or {})
    return response


def broken(request: Request, number: str, status: int) -> Response:
    """What we did wrong; `number` is where it stands in the log."""
    said = "Something here is broken. It was written down, and nothing was changed that you were not told of."
    return render(request, "error.html", status=status, title="That did not work", said=said, number=number)


_BARE = ("Not Found", "Method Not Allowed", "Bad Request", "Forbidden")
