"""signing_in: from what somebody shows to who they are. All that is tried is counted first, see `attempts`.

Who fails is told nothing about why: neither time nor words say whether there is such a user.
"""

import logging
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gatekeeper.observe.log import event
from gatekeeper.quarantine.acts import Role
from gatekeeper.stores.accounts import Session, User
from gatekeeper.stores.accounts.attempts import Allowance
from gatekeeper.web import familiar, passwords
from gatekeeper.web.services import Services, services

_SUBSCRIBER = 64  # bits of an IPv6 address that one subscriber cannot choose
_log = logging.getLogger(__name__)


class TooOften(Exception):  # noqa: N818  # it says what happened
    """`seconds` must pass before the next attempt."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many attempts; the next in {seconds:.0f} s")
        self.seconds = seconds


async def by_password(request: Request, name: str, password: str) -> Session | None:
    """Whose name and password these are: a local user's, else the directory's. Raises `TooOften`, `DirectoryError`."""
    site, client = services(request), address_of(request)
    known = await run_in_threadpool(site.accounts.users.get, name)
    if known is not None or site.directory is None:
        session = await verified(request, name, password)
    else:
        counted = _allowances(request, name)
        await attempt(site, counted)
        session = await _by_directory(site, name, password)
        if session is not None:
            await run_in_threadpool(site.accounts.attempts.forgive, counted)
    way = session.way if session else ""
    event(_log, "signed in" if session else "sign-in refused", name=name, client=client, way=way)
    return session


async def verified(request: Request, name: str, password: str) -> Session | None:
    """A local user, if this is the password. Raises `TooOften`."""
    site, counted = services(request), _allowances(request, name)
    await attempt(site, counted)
    user = await run_in_threadpool(site.accounts.users.get, name)
    right = await _verifier(request).is_right(password, user.secret if user else "")
    if user is None or not right:
        return None
    await run_in_threadpool(site.accounts.attempts.forgive, counted)
    if passwords.is_outdated(user.secret):
        await run_in_threadpool(_renew, site, user, password)
    return Session("password", user.name, user.role, user.mailboxes)


def _allowances(request: Request, name: str) -> tuple[Allowance, Allowance]:
    word = familiar.browser(request, name)
    who = f"browser {word}" if word else f"account {name.casefold()}"
    return Allowance(who, 10, 60.0), Allowance(f"client {address_of(request)}", 30, 20.0)


async def attempt(site: Services, allowances: Sequence[Allowance]) -> None:
    """Count one attempt, or say that there have been too many."""
    if wait := await run_in_threadpool(site.accounts.attempts.take, allowances):
        raise TooOften(wait)


def address_of(request: Request) -> str:
    """Where it comes from, as far as somebody there cannot choose it."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, _SUBSCRIBER), strict=False))
    return host


async def _by_directory(site: Services, name: str, password: str) -> Session | None:
    assert site.directory is not None
    mailboxes = await site.directory.sign_in(name, password)
    return None if mailboxes is None else Session("directory", name, Role.USER, mailboxes)


def _renew(site: Services, user: User, password: str) -> None:
    site.accounts.users.renew_secret(user.name, user.secret, passwords.digested(password))


def _verifier(request: Request) -> passwords.Verifier:
    verifier: passwords.Verifier = request.app.state.verifier
    return verifier
