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
from gatekeeper.web.services import Directory, DirectoryError, Services

EVERY = 600.0  # seconds
AGAIN = 60.0  # seconds, where it did not answer
_log = logging.getLogger(__name__)


async def confirmed(site: Services, secret: str, session: Session) -> Session | None:
    """The session of this secret as it is now; None: it is over."""
    if session.way == "password" or (site.directory is None and session.way == "link"):
        return session
    now, sessions = time.time(), site.accounts.sessions
    if site.directory is not None and now - session.asked_at < EVERY:
        return session
    try:
        mailboxes = await _mailboxes(site.directory, session)
    except DirectoryError:
        await run_in_threadpool(sessions.confirm, secret, session.mailboxes, now - EVERY + AGAIN)
        return session
    if mailboxes is None:
        await run_in_threadpool(sessions.end, secret)
        event(_log, "signed out", name=session.name, way=session.way, why="the directory knows them no more")
        return None
    await run_in_threadpool(sessions.confirm, secret, mailboxes, now)
    return replace(session, mailboxes=mailboxes, asked_at=now)


async def _mailboxes(directory: Directory | None, session: Session) -> frozenset[str] | None:
    if directory is None:
        return None  # nobody signs in by it any more
    if session.way == "link":
        return await directory.mailboxes(session.name) or None
    return await directory.mailboxes_of(session.name)
