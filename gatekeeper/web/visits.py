"""visits: from a cookie to who is asking.

Every browser has a secret in a signed cookie; who is signed in has a row in `sessions` besides. The secret is another
one after signing in, so one that was planted before is worth nothing. The signature holds the time, and is made anew
while somebody is at work: one who leaves is signed out after `web.idle`, though no request has written anything.
"""

import secrets
import time
from dataclasses import dataclass

from itsdangerous import BadSignature, TimestampSigner
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.quarantine.acts import Reviewer, Role
from gatekeeper.stores.accounts import Session
from gatekeeper.web import standing
from gatekeeper.web.services import Services, services

_PLAIN, _SECURE = "gatekeeper", "__Host-gatekeeper"
_RENEWED = 60.0  # seconds after which the time in a cookie is set anew


@dataclass(slots=True)
class Visit:
    """One browser's request."""

    secret: str
    session: Session | None = None
    stale: bool = True  # the cookie is to be set

    @property
    def who(self) -> Reviewer | None:
        """Whoever is signed in."""
        if self.session is None:
            return None
        return Reviewer(self.session.name, Role(self.session.role), self.session.mailboxes)


async def recognise(request: Request) -> Visit:
    """Who comes with this request; a new browser if there is no cookie that we know."""
    site = services(request)
    try:
        cookie = request.cookies.get(_name(request), "")
        secret, signed = _signer(site).unsign(cookie, max_age=int(site.config.web.idle), return_timestamp=True)
    except BadSignature:
        return Visit(secrets.token_urlsafe(32))
    session = await run_in_threadpool(site.accounts.sessions.get, secret.decode())
    if session is not None:
        session = await standing.confirmed(site, secret.decode(), session)
    return Visit(secret.decode(), session, time.time() - signed.timestamp() > _RENEWED)


async def sign_in(request: Request, session: Session) -> None:
    """Whoever uses this browser is this one from now on."""
    site, visit = services(request), request.state.visit
    before, visit.secret, visit.session, visit.stale = visit.secret, secrets.token_urlsafe(32), session, True
    await run_in_threadpool(site.accounts.sessions.end, before)
    await run_in_threadpool(site.accounts.sessions.begin, visit.secret, session, site.config.web.session)
    request.state.who = visit.who


async def sign_out(request: Request) -> None:
    """Whoever uses this browser is nobody again."""
    site, visit = services(request), request.state.visit
    before, visit.secret, visit.session, visit.stale = visit.secret, secrets.token_urlsafe(32), None, True
    await run_in_threadpool(site.accounts.sessions.end, before)
    request.state.who = None


def remember(request: Request, response: Response) -> None:
    """Give the browser its cookie, if it has not this one already."""
    visit = request.state.visit
    if visit.stale:
        value = _signer(services(request)).sign(visit.secret).decode()
        secure = is_secure(request)
        response.set_cookie(_name(request), value, path="/", secure=secure, httponly=True, samesite="lax")


def is_secure(request: Request) -> bool:
    """Whether it came over TLS, ours or that of a proxy we believe."""
    return request.url.scheme == "https"


def _name(request: Request) -> str:
    """Behind TLS, one that no other host of the domain and no page without TLS can plant (RFC 6265bis §4.1.3.2)."""
    return _SECURE if is_secure(request) else _PLAIN


def _signer(site: Services) -> TimestampSigner:
    return TimestampSigner(site.key, salt="gatekeeper.visit")
