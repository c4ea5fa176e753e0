"""standing: whether somebody whom the directory let in, or to whom a link was sent by it, is still the one they were.

It is asked again when it was last asked a while ago. Whom it knows no more is signed out; what is theirs is what it
says now. While it does not answer everything stays as it was, until the session is over.
"""

import logging
import time
from dataclasses import replace

from starlette.concurrency import run_in_threadpool

from gatekeeper.observe.log import event
from gatekeeper.stores.accounts import Session
from gatekeeper.stores.opening import StoreError
from gatekeeper.web.services import Directory, DirectoryError, Services

EVERY = 600.0  # seconds
AGAIN = 60.0  # seconds, where it did not answer
_log = logging.getLogger(__name__)


async def confirmed(site: Services, secret: str, session: Session) -> Session | None:
    """The session of this secret as it is now; None: it is over."""
    if session.way == "password" or (site.directory is None and session.way == "link"):
        return session
    now = time.time()
    if site.directory is not None and (
        0 <= now - session.asked_at < EVERY or not await _is_ours(site, secret, session.asked_at, now)
    ):
        return session
    try:
        mailboxes = await _mailboxes(site.directory, session)
    except DirectoryError:
        return session
    if mailboxes is None:
        event(_log, "signed out", name=session.name, way=session.way, why="the directory lets them in no more")
    await run_in_threadpool(_keep, site, secret, mailboxes, now)
    return None if mailboxes is None else replace(session, mailboxes=mailboxes, asked_at=now)


async def _is_ours(site: Services, secret: str, asked_at: float, now: float) -> bool:
    """Whether this request is the one that asks; the others, and all while there is no answer, go on as they were."""
    try:
        return await run_in_threadpool(site.accounts.sessions.claim, secret, asked_at, now - EVERY + AGAIN)
    except StoreError as error:
        _log.error("who is signed in cannot be written down: %s", error)
        return True


def _keep(site: Services, secret: str, mailboxes: frozenset[str] | None, now: float) -> None:
    """What it said holds for this request in any case."""
    try:
        if mailboxes is None:
            site.accounts.sessions.end(secret)
        else:
            site.accounts.sessions.confirm(secret, mailboxes, now)
    except StoreError as error:
        _log.error("who is signed in cannot be written down: %s", error)


async def _mailboxes(directory: Directory | None, session: Session) -> frozenset[str] | None:
    if directory is None:
        return None  # nobody signs in by it any more
    if session.way == "link":
        return await directory.mailboxes(session.name) or None
    return await directory.mailboxes_of(session.name)
