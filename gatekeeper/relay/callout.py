"""callout: ask a next hop whether a mailbox exists, by MAIL and RCPT in a pooled session, never with DATA.

A hop is believed for a domain only after it refused an invented mailbox there; one that takes all (Exchange by default)
or refuses all knows nothing. Answers are kept. An answer is found even when the asker gives up, so that a hop that
tarpits is asked once. Fails typed, never with `Absent` unless the hop says that this mailbox is not there.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from typing import Any

from gatekeeper.config.schema import Relay
from gatekeeper.protocols.smtp_client_delivery import Delivery, lacking
from gatekeeper.protocols.smtp_client_events import Transcript
from gatekeeper.relay.connect import NoSession
from gatekeeper.relay.memory import Memory
from gatekeeper.relay.pool import Busy, Pool
from gatekeeper.relay.session import Lost
from gatekeeper.tables.hop import Hop
from gatekeeper.values import Absent, Answer, Failed, Found, Refused, Reply, TimedOut

TAKES_ALL = Failed("the hop accepts every address")

_CODES = frozenset({550, 551, 553})
_STATUSES = frozenset(
    {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
)  # RFC 3463 §3.2, RFC 7505; not the sender's


class Callouts:
    """`pool` gives the sessions of a hop; callouts take turns in it, so that mail goes on."""

    def __init__(self, settings: Relay, pool: Callable[[Hop], Pool]) -> None:
        self._settings, self._pool = settings, pool
        self._answers: Memory[tuple[Hop, str], Answer] = Memory()
        self._selective: Memory[tuple[Hop, str], bool] = Memory()  # does the hop tell mailboxes of the domain apart?
        self._asking: dict[tuple[Hop, str], asyncio.Task[Answer]] = {}

    async def ask(self, address: str, hop: Hop) -> Answer:
        """Does the hop know this mailbox?"""
        key = hop, address.lower()
        known = self._answers.get(key)
        if known is not None:
            return known
        if self._selective.get((hop, _domain(address))) is False:
            return TAKES_ALL
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.ensure_future(self._remembered(key, self._turn(address, hop)))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(task)

    def close(self) -> None:
        """Ask no more."""
        for task in self._asking.values():
            task.cancel()

    async def _remembered(self, key: tuple[Hop, str], asking: Coroutine[Any, Any, Answer]) -> Answer:
        answer = await asking
        if isinstance(answer, Found | Absent):
            self._answers.put(key, answer, self._settings.callout_ttl)
        return answer

    async def _turn(self, address: str, hop: Hop) -> Answer:
        pool = self._pool(hop)
        try:
            async with asyncio.timeout(self._settings.wait):
                await pool.turns.acquire()
        except TimeoutError:
            return Failed("too many callouts at once")
        try:
            return await self._callout(pool, address, hop)
        except (Busy, NoSession) as error:
            return Failed(str(error))
        except Lost as error:
            return TimedOut(str(error)) if error.timed_out else Failed(str(error))
        finally:
            pool.turns.release()

    async def _callout(self, pool: Pool, address: str, hop: Hop) -> Answer:
        domain = _domain(address)
        invented = () if self._selective.get((hop, domain)) else (f"{secrets.token_hex(8)}@{domain}",)
        delivery = Delivery(self._settings.callout_sender, (*invented, address))
        transcript = await self._transcript(pool, delivery)
        if isinstance(transcript, Reply):
            return Refused(str(transcript))
        replies = transcript.rcpt
        if transcript.mail is None or not transcript.mail.positive or len(replies) < len(delivery.recipients):
            return Refused(f"{transcript.mail} to MAIL")
        if invented:
            about_nobody = _answer(replies[0])
            if isinstance(about_nobody, Found):
                self._selective.put((hop, domain), False, self._settings.callout_ttl)
                return TAKES_ALL
            if not isinstance(about_nobody, Absent):
                return about_nobody
            self._selective.put((hop, domain), True, self._settings.callout_ttl)
        return _answer(replies[-1])

    async def _transcript(self, pool: Pool, delivery: Delivery) -> Transcript | Reply:
        """What the hop said, or what it lacks; asked again where a pooled session was stale."""
        for fresh in (False, True):
            deadline = asyncio.get_running_loop().time() + self._settings.hop_timeout
            session = await pool.lease(self._settings.wait, deadline, fresh=fresh)
            try:
                lack = lacking(delivery, session.machine.extensions.capabilities)
                transcript = lack or await session.verify(delivery, deadline)
            except Lost as error:
                if fresh or error.timed_out or not session.reused:
                    raise
                continue
            finally:
                pool.release(session)
            if isinstance(transcript, Reply) or fresh or not (session.reused and transcript.dismissed):
                break
        return transcript


def no_such_mailbox(reply: Reply) -> bool:
    """It says so in so many words; other refusals may be about the sender, the content, or us."""
    return reply.code in _CODES and reply.status in _STATUSES


def _answer(reply: Reply) -> Answer:
    """What a reply to RCPT says, given that the same sender asked for an invented mailbox too."""
    if reply.positive:
        return Found()
    if no_such_mailbox(reply) or (reply.code in _CODES and not reply.status):
        return Absent()
    return Refused(str(reply)) if reply.permanent else Failed(str(reply))


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
