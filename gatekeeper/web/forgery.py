"""forgery: whether what a browser sends comes from a page of ours. Fails with `HTTPException` 403.

Three things, any of which would do alone: the browser says from which page it comes (`Sec-Fetch-Site`), and from which
site (`Origin`), and the form holds a token that belongs to this browser's secret. A page elsewhere cannot read it.
"""

import hashlib
import hmac
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from gatekeeper.web.services import services

FIELD = "csrf"
HEADER = "X-CSRF-Token"  # for scripts of ours
_HERE = ("same-origin", "none")


def token(request: Request) -> str:
    """What the forms of this browser hold; another one after signing in or out."""
    return hmac.digest(services(request).key, b"csrf\0" + request.state.visit.secret.encode(), hashlib.sha256).hex()


async def check(request: Request) -> None:
    """Refuse what comes from elsewhere."""
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "none") not in _HERE or (
        origin is not None and not _is_here(request, origin)
    ):
        raise HTTPException(403, "This came from another site. Open the page here, and try again.")
    shown = request.headers.get(HEADER) or (await request.form(max_files=0)).get(FIELD, "")
    if not (isinstance(shown, str) and hmac.compare_digest(shown.encode(), token(request).encode())):
        raise HTTPException(
            403, "This form is of an earlier visit. Go back, load the page again, and send it once more."
        )


def _is_here(request: Request, origin: str) -> bool:
    try:
        theirs = urlsplit(origin)
    except ValueError:
        return False
    return (theirs.scheme, theirs.netloc.lower()) == (request.url.scheme, request.headers.get("Host", "").lower())
