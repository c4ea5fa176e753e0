"""deliver: one message, one transaction with its next hop, all recipients or none. Never raises for what a hop does.

A pooled session may have been closed by the hop a moment ago; then, and only as long as the hop had not said 354, a
fresh one is tried, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper.protocols.smtp_client_content import Piece, Unclean
from gatekeeper.protocols.smtp_client_delivery import Delivery, lacking
from gatekeeper.protocols.smtp_client_events import Step, Transcript
from gatekeeper.relay.connect import NoSession
from gatekeeper.relay.handover import ANOTHER_REFUSED, Ending, Handover
from gatekeeper.relay.pool import Busy, Pool
from gatekeeper.relay.session import Lost
from gatekeeper.values import Reply

BUSY = Reply(451, "4.3.2", ("The next hop is busy, try again later",))
NO_ANSWER = Reply(451, "4.4.2", ("The next hop did not answer, try again later",))
UNKNOWN = Reply(451, "4.4.2", ("The next hop did not confirm the message, try again later",))
SMUGGLING = Reply(550, "5.6.11", ("Bare CR or LF in the message",))


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: `wait` for a session that comes free, `hop` for the rest. Half of `hop` is kept for the content and the
    reply to the final dot, because a message is better not begun than left uncertain.
    """

    wait: float
    hop: float


async def deliver(pool: Pool, delivery: Delivery, segments: Iterable[Piece], patience: Patience) -> list[Handover]:
    """What became of it for each recipient, in their order. `segments` in a row are the message."""
    deadline = asyncio.get_running_loop().time() + patience.wait + patience.hop
    try:
        outcome = await _attempt(pool, delivery, segments, patience, deadline, fresh=False)
        if outcome is None:
            outcome = await _attempt(pool, delivery, segments, patience, deadline, fresh=True)
    except Busy:
        return _all(delivery, Ending.UNREACHABLE, BUSY)
    except NoSession as error:
        return _all(delivery, Ending.UNREACHABLE, error.reply)
    return outcome or _all(delivery, Ending.UNREACHABLE, NO_ANSWER)


async def _attempt(
    pool: Pool, delivery: Delivery, segments: Iterable[Piece], patience: Patience, deadline: float, *, fresh: bool
) -> list[Handover] | None:
    """None if the session was stale and another may be tried."""
    invite_by = deadline - patience.hop / 2
    session = await pool.lease(patience.wait, invite_by, fresh=fresh)
    retry = session.reused and not fresh
    try:
        lack = lacking(delivery, session.machine.extensions.capabilities)
        if lack:
            return _all(delivery, Ending.REFUSED, lack)
        transcript = await session.transact(delivery, segments, invite_by, deadline)
    except Unclean:
        return _all(delivery, Ending.REFUSED, SMUGGLING)
    except Lost as lost:
        return None if retry and not lost.invited and not lost.timed_out else _lost(delivery, lost)
    finally:
        pool.release(session)
    return None if retry and transcript.dismissed else handovers(delivery, transcript)


def handovers(delivery: Delivery, transcript: Transcript) -> list[Handover]:
    """The replies of a finished transaction as what they mean for each recipient."""
    final = transcript.dot
    if final is not None and transcript.welcome:
        ending = Ending.DELIVERED if final.positive else Ending.REFUSED
        return _all(delivery, ending, final, Step.DOT)
    if transcript.mail is not None and not transcript.mail.positive:
        return _all(delivery, Ending.REFUSED, transcript.mail, Step.MAIL)
    if transcript.welcome and transcript.data is not None:
        return _all(delivery, Ending.REFUSED, transcript.data, Step.DATA)
    return _refused_recipients(delivery, transcript)


def _refused_recipients(delivery: Delivery, transcript: Transcript) -> list[Handover]:
    """The others are withheld, as are those the hop was not asked about because it hung up (421)."""
    result = [
        Handover(recipient, Ending.WITHHELD, ANOTHER_REFUSED)
        if reply.positive
        else Handover(recipient, Ending.REFUSED, reply, Step.RCPT.value)
        for recipient, reply in zip(delivery.recipients, transcript.rcpt, strict=False)
    ]
    unasked = delivery.recipients[len(result) :]
    return result + [Handover(recipient, Ending.WITHHELD, ANOTHER_REFUSED) for recipient in unasked]


def _lost(delivery: Delivery, lost: Lost) -> list[Handover]:
    if lost.dotted:
        return _all(delivery, Ending.UNCERTAIN, UNKNOWN)
    return _all(delivery, Ending.UNREACHABLE, NO_ANSWER)


def _all(delivery: Delivery, ending: Ending, reply: Reply, step: Step | None = None) -> list[Handover]:
    return [Handover(recipient, ending, reply, step.value if step else "") for recipient in delivery.recipients]
