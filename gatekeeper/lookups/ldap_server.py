"""ldap_server: one directory server: the session with it, opened when needed, and a rest when that fails.

A server that cannot be reached is left alone for a while, so that nobody waits for it; one that refuses us for longer,
so that no account is locked for a password that is tried again and again. A session is believed only after it has seen
an entry: to an account that may see nothing, no mailbox exists. Fails with `NoAnswer`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from pathlib import Path

from sansldap import LDAPFilter

from gatekeeper.config.addresses import LdapServer
from gatekeeper.config.directory import Directory
from gatekeeper.lookups.breaker import Breaker
from gatekeeper.lookups.ldap_filter import filter_for_any
from gatekeeper.lookups.ldap_outcome import NoAnswer
from gatekeeper.lookups.ldap_session import Search, Session
from gatekeeper.values import Failed, Failure, Refused, TimedOut

_OLDEST = 300.0  # seconds of a session; rights and passwords change
PAUSE, LONGEST = 5.0, 60.0  # seconds of rest
_REFUSED, _LONGEST_REFUSED = 60.0, 600.0  # a reload tries it at once

_log = logging.getLogger(__name__)


class Server:
    """`context` is None where nothing is encrypted."""

    def __init__(self, url: str, place: LdapServer, settings: Directory, context: ssl.SSLContext | None) -> None:
        self.url = url
        self._place, self._settings, self._context = place, settings, context
        self._turns = asyncio.Semaphore(settings.outstanding)
        self._session: Session | None = None
        self._opening: asyncio.Task[Session] | None = None
        self._failure: Failure | None = None  # since it last answered
        self._breaker = self._patient(PAUSE, LONGEST)

    @property
    def sound(self) -> bool:
        """It answered when it was last asked."""
        return self._breaker.closed

    async def search(self, wanted: LDAPFilter, limit: int, patience: float) -> Search:
        """What the filter finds, within `patience` seconds; at once that it rests, if it does."""
        if not self._breaker.allows(asyncio.get_running_loop().time()):
            raise NoAnswer(self._failure or Failed("it is being tried"))
        try:
            async with asyncio.timeout(patience), self._turns:
                return await self._answered(wanted, limit, patience)
        except TimeoutError:
            raise NoAnswer(TimedOut(f"no answer in {patience:.1f} s")) from None

    def close(self) -> None:
        """Say no more."""
        if self._opening is not None:
            self._opening.cancel()
        if self._session is not None:
            self._session.close()

    async def _answered(self, wanted: LDAPFilter, limit: int, patience: float) -> Search:
        """As `search`. A session that ends just when it is used again says nothing of the server: it gets another."""
        before = self._session
        session = await self._usable(patience)
        try:
            return await self._ask(session, wanted, limit, patience)
        except NoAnswer:
            if session is not before or session.usable or not self.sound:
                raise
        return await self._ask(await self._usable(patience), wanted, limit, patience)

    async def _ask(self, session: Session, wanted: LDAPFilter, limit: int, patience: float) -> Search:
        settings = self._settings
        try:
            return await session.search(settings.search_base, wanted, settings.primary, limit, patience)
        except asyncio.CancelledError:
            session.retire(TimedOut("it was silent"))
            raise
        except NoAnswer as error:
            if isinstance(error.failure, Refused):
                session.retire(error.failure)
                self._has_failed(error.failure)
            raise

    async def _usable(self, patience: float) -> Session:
        """The session there is, or a new one; all who wait get the same."""
        now = asyncio.get_running_loop().time()
        if self._session is not None and now > self._session.born + _OLDEST:
            self._session.retire(Failed("the session is old"))
        if self._session is not None and self._session.usable:
            return self._session
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._open(patience))
            self._opening.add_done_callback(self._opened)
        return await asyncio.shield(self._opening)

    async def _open(self, patience: float) -> Session:
        """A session that may see something, by then; else the server has failed."""
        try:
            async with asyncio.timeout(patience):
                self._session = await self._proven(patience)
        except TimeoutError:
            failure: Failure = TimedOut(f"no session in {patience:.1f} s")
        except (OSError, UnicodeError) as error:
            failure = Failed(said(error))
        except NoAnswer as error:
            failure = error.failure
        else:
            self._has_answered()
            return self._session
        self._has_failed(failure)
        raise NoAnswer(failure)

    async def _proven(self, patience: float) -> Session:
        session = await open_session(self._place, self._settings, self._context)
        try:
            await self._see_something(session, patience)
        except BaseException:
            session.close()
            raise
        return session

    async def _see_something(self, session: Session, patience: float) -> None:
        settings = self._settings
        anything = filter_for_any(settings.filter)
        found = await session.search(settings.search_base, anything, settings.primary, 1, patience)
        if not found.entries:
            raise NoAnswer(Refused(f"it shows us nothing that {settings.filter} could find"))

    def _opened(self, task: asyncio.Task[Session]) -> None:
        self._opening = None
        if not task.cancelled():
            task.exception()  # everybody who waited for it may be gone

    def _has_answered(self) -> None:
        if self._failure is not None:
            _log.warning("%s answers again", self.url)
        if isinstance(self._failure, Refused):
            self._breaker = self._patient(PAUSE, LONGEST)
        self._failure = None
        self._breaker.succeeded(asyncio.get_running_loop().time())

    def _has_failed(self, failure: Failure) -> None:
        if type(failure) is not type(self._failure):
            _log.warning("%s does not answer: %s", self.url, failure.why)
            if isinstance(failure, Refused):
                self._breaker = self._patient(_REFUSED, _LONGEST_REFUSED)
        self._failure = failure
        self._breaker.failed(asyncio.get_running_loop().time())

    def _patient(self, pause: float, longest: float) -> Breaker:
        return Breaker(1, pause, longest, successes=1, trial=self._settings.timeout + 1)


async def open_session(place: LdapServer, settings: Directory, context: ssl.SSLContext | None) -> Session:
    """A session in the name of the account that asks. Fails with `NoAnswer`, `OSError` and `UnicodeError`."""
    loop = asyncio.get_running_loop()
    _, session = await loop.create_connection(Session, place.host, place.port, ssl=context if place.tls else None)
    try:
        if context is not None and not place.tls:
            await session.start_tls(context, place.host)
        await session.bind(settings.bind_dn, _password(settings))
    except BaseException:
        session.close()
        raise
    return session


def said(error: Exception) -> str:
    """What went wrong in a connection, in the system's words; those of the libraries differ."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate: {error.verify_message}"
    if isinstance(error, OSError) and error.errno and error.errno > 0 and not isinstance(error, ssl.SSLError):
        return os.strerror(error.errno) + (f": {error.filename}" if error.filename else "")
    return str(error) or type(error).__name__


def _password(settings: Directory) -> str:
    """Read each time, so that it can be changed. A name without a password would be nobody (RFC 4513 §5.1.2)."""
    if not settings.bind_dn:
        return ""
    password = Path(settings.password_file).read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    if not password:
        raise NoAnswer(Refused(f"{settings.password_file} is empty"))
    return password
