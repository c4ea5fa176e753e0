"""desk_release: a held message goes on, what is to be learnt from that is learnt, and what is like it is offered.

Fails with `NotDone` before anything was sent. Whatever fails after that is told, and the release stays done.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from gatekeeper.app import desk_lessons, offering
from gatekeeper.app.build import Setup
from gatekeeper.app.desk_lessons import Lesson
from gatekeeper.app.desk_recording import Came
from gatekeeper.app.release import NotReleased, Release, Via
from gatekeeper.quarantine.acts import NotDone, Reviewer
from gatekeeper.quarantine.hold import Held
from gatekeeper.quarantine.permission import Permission
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Fate, Outcome

_log = logging.getLogger(__name__)


async def let_go(
    sending: Release,
    via: Via,
    held: Held,
    recipients: Sequence[str],
    learn: Callable[[], Lesson],
    offer: Callable[[], Awaitable[tuple[str, ...]]] | None,
) -> Came:
    """Send it, then `learn`; and `offer` others if anything was learnt."""
    try:
        outcomes = await sending.release(held.id, via, recipients)
    except NotReleased as error:
        raise NotDone(str(error)) from None
    if not any(outcome.fate is Fate.RELEASED for outcome in outcomes.values()):
        return Came(said(outcomes), outcomes)
    lesson = await asyncio.to_thread(learn)
    others = await offer() if offer is not None and lesson.said else ()
    return Came(f"{said(outcomes)} {lesson.said}".rstrip(), outcomes, desk_lessons.undoable(lesson.back), others)


async def offered(setup: Setup, sending: Release, permission: Permission, who: Reviewer, held: Held) -> tuple[str, ...]:
    """The others that would now pass; none if that cannot be found out."""
    try:
        return await asyncio.to_thread(
            offering.offered, setup, sending.quarantine, sending.journal, permission, who, held
        )
    except StoreError as error:
        _log.warning("%s: what is like it is not offered: %s", held.id, error)
        return ()


def said(outcomes: Mapping[str, Outcome]) -> str:
    """What became of it, in a sentence or two."""
    went = [address for address, outcome in outcomes.items() if outcome.fate is Fate.RELEASED]
    stayed = [f"{address} ({outcome.reply})" for address, outcome in outcomes.items() if address not in went]
    told = [f"Released to {', '.join(went)}."] if went else []
    return " ".join([*told, *([f"Still held for {', '.join(stayed)}: try again later."] if stayed else [])])
