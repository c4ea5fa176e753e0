"""familiar: browsers in which somebody has signed in before. What is tried there is counted apart, so that strangers
who try passwords lock nobody out of the browser that they always use (OWASP, "Slow Down Online Guessing Attacks with
Device Cookies").

A signed cookie has the name, unreadable, and a word by which the browser is counted. It lets nobody in: whoever steals
it may try as often as its owner. What is no such cookie is a strange browser.
"""

import secrets
from hashlib import sha256

from itsdangerous import BadSignature, TimestampSigner
from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.web.services import Services, services
from gatekeeper.web.visits import is_secure

_PLAIN, _SECURE = "gatekeeper-familiar", "__Host-gatekeeper-familiar"
_DAYS = 180
_SECONDS = _DAYS * 86_400


def browser(request: Request, name: str) -> str:
    """By what attempts of this browser with this name are counted; "" where nobody of that name has signed in there."""
    cookie = request.cookies.get(_cookie(request), "")
    try:
        known, _, word = _signer(services(request)).unsign(cookie, max_age=_SECONDS).decode().partition(".")
    except (BadSignature, UnicodeDecodeError):
        return ""
    return word if known == _digest(name) else ""


def remember(request: Request, response: Response, name: str) -> None:
    """Somebody of this name has just signed in here."""
    word = browser(request, name) or secrets.token_urlsafe(16)
    value = _signer(services(request)).sign(f"{_digest(name)}.{word}").decode()
    secure = is_secure(request)
    response.set_cookie(_cookie(request), value, _SECONDS, path="/", secure=secure, httponly=True, samesite="lax")


def _cookie(request: Request) -> str:
    return _SECURE if is_secure(request) else _PLAIN


def _digest(name: str) -> str:
    return sha256(name.casefold().encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _signer(site: Services) -> TimestampSigner:
    return TimestampSigner(site.key, salt="gatekeeper.familiar")
