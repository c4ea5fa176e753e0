"""smtp_ending: what becomes of a message once it is judged: refused, held, discarded, sent on; and the one reply.

    all refused or deferred    the reply says so, nothing is kept
    some held                  durably, before anything else; so is the original of what goes on changed
    some to be sent on         to their next hop, all of them or none; then copies to whom a table orders them
    the reply                  positive only if every recipient was taken care of; else holds are withdrawn

Whatever goes wrong on our side defers. Nothing here raises.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from mmap import mmap
from typing import ParamSpec

from gatekeeper.fronts.service import Service
from gatekeeper.fronts.smtp_judged import Judged
from gatekeeper.fronts.smtp_way import beyond, copies_of, way
from gatekeeper.message.edit import Edit, Removed
from gatekeeper.pipeline.headers import forged_ones, refusal
from gatekeeper.protocols.replies import NO_ROOM
from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.quarantine.hold import Hold
from gatekeeper.relay.handover import Handover, client_reply
from gatekeeper.stores.opening import NoRoom
from gatekeeper.tables.hop import DISCARD
from gatekeeper.values import Action, Fate, Outcome, Reply, Verdict

P = ParamSpec("P")
UNHEARD = "the client left before it read our reply"
COPY = Verdict(Action.ACCEPT, "copied")
TROUBLE = Reply(451, "4.3.0", ("Try again later",))
_COPIED = {Fate.DELIVERED: Fate.DELIVERED, Fate.UNCERTAIN: Fate.UNCONFIRMED}  # all others do not have their copy
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """What the client is told, and each recipient's fate. `held`: the quarantine has it, unconfirmed; `removed` are
    the forged fields that did not go on.
    """

    reply: Reply
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    held: bool = False
    removed: tuple[Removed, ...] = ()

    def unheard(self) -> "Ending":
        """As it is if the client may not have read the reply."""
        doubtful = (Fate.HELD, Fate.DELIVERED, Fate.DISCARDED)
        outcomes = {
            address: replace(outcome, fate=Fate.UNCONFIRMED, reply=outcome.reply or UNHEARD)
            if outcome.fate in doubtful
            else outcome
            for address, outcome in self.outcomes.items()
        }
        return replace(self, outcomes=outcomes)


async def end(service: Service, judged: Judged) -> Ending:
    """Carry the verdicts out."""
    first = next(iter(judged.verdicts.values()))
    if first.action in (Action.REJECT, Action.DEFER):
        return refused(judged, refusal(first, judged.envelope.id))
    held, passing = judged.only(Action.QUARANTINE), judged.only(Action.ACCEPT, Action.TAG)
    copies = dict.fromkeys(copies_of(judged, passing), COPY)
    kept = await _hold(service, judged, held, {**(passing if judged.rewritten else {}), **copies})
    if kept is not None and not kept.reply.positive:
        return kept
    sent = await _send(service, judged, passing) if passing else None
    if sent is not None and not sent.reply.positive:
        await withdraw(service, judged.envelope.id, kept is not None)
        return replace(sent, outcomes=refused(judged, sent.reply).outcomes | sent.outcomes)
    if sent is not None and judged.rewritten:
        await asyncio.to_thread(_settle, service, judged.envelope.id, sent.outcomes)
    copied = await _send_copies(service, judged, passing, tuple(copies))
    outcomes = dict.fromkeys(judged.only(Action.DISCARD), Outcome(Fate.DISCARDED))
    parts = [part for part in (kept, sent) if part is not None]
    for part in parts:
        outcomes |= part.outcomes
    in_order = {address: outcomes[address] for address in judged.verdicts} | copied
    waiting = bool(held) or any(outcome.fate is Fate.HELD for outcome in copied.values())
    return Ending(_ok(judged.envelope.id), in_order, waiting, parts[0].removed if parts else ())


def refused(judged: Judged, reply: Reply) -> Ending:
    """All are told the same no."""
    return Ending(reply, dict.fromkeys(judged.verdicts, Outcome(Fate.REFUSED, reply=str(reply))))


async def confirm(service: Service, hold_id: str) -> None:
    """The client has read that it is held."""
    await asyncio.to_thread(_quietly, service.quarantine.confirm, hold_id)


async def doubt(service: Service, hold_id: str) -> None:
    """Whether the client has read it nobody knows."""
    await asyncio.to_thread(_quietly, partial(service.quarantine.doubt, why=UNHEARD), hold_id)


async def withdraw(service: Service, hold_id: str, held: bool = True) -> None:
    """The client is told no after all."""
    if held:
        await asyncio.to_thread(_quietly, service.quarantine.withdraw, hold_id)


async def _hold(
    service: Service, judged: Judged, held: Mapping[str, Verdict], changed: Mapping[str, Verdict]
) -> Ending | None:
    """Keep the original, for those it is held for and for those who get it `changed`; None if there are none."""
    kept = {**held, **changed}
    if not kept:
        return None
    edit = await _made(judged, judged.original, kept, service.hostname)
    hold = Hold(judged.envelope, kept, edit.segments, judged.sha256)
    try:
        await asyncio.to_thread(service.quarantine.hold, hold)
    except NoRoom as error:
        _log.error("message %s could not be held: %s", judged.envelope.id, error)
        return refused(judged, NO_ROOM)
    except Exception:
        _log.exception("message %s could not be held", judged.envelope.id)
        return refused(judged, TROUBLE)
    return Ending(
        _ok(judged.envelope.id),
        dict.fromkeys(held, Outcome(Fate.HELD)),
        bool(held),
        forged_ones(edit, service.hostname),
    )


async def _send(service: Service, judged: Judged, passing: Mapping[str, Verdict]) -> Ending:
    """To the one next hop that all recipients of a transaction have, or that an operator's table orders."""
    assert service.hops is not None
    found = way(service, judged, passing)
    if found is None:
        return refused(judged, TROUBLE)
    hop, targets, parameters = found
    if hop.mailer == DISCARD:
        return Ending(_ok(judged.envelope.id), dict.fromkeys(passing, Outcome(Fate.DISCARDED, str(hop))))
    edit = await _made(judged, judged.onward, passing, service.hostname, service.signer)
    delivery = Delivery(
        judged.envelope.sender,
        tuple(dict.fromkeys(targets.values())),
        judged.envelope.parameters,
        parameters,
        edit.size,
    )
    with service.metrics.hop_seconds.time():
        handovers = await service.hops.deliver(hop, delivery, edit.segments)
    by_target = {handover.recipient: handover for handover in handovers}
    outcomes = {address: _outcome(by_target[target], str(hop)) for address, target in targets.items()}
    reply = client_reply(handovers)
    told = reply if reply.positive else _told(reply, judged.envelope.id)
    return Ending(told, outcomes, False, forged_ones(edit, service.hostname))


async def _send_copies(
    service: Service, judged: Judged, passing: Mapping[str, Verdict], copies: Sequence[str]
) -> dict[str, Outcome]:
    """To each of these alone: whoever does not get it now, for him it stays held. The client hears nothing of it."""
    if not copies:
        return {}
    assert service.hops is not None
    edit = await _made(judged, judged.onward, passing, service.hostname, service.signer)
    outcomes = {}
    for address in copies:
        route = beyond(service, address)
        outcomes[address] = Outcome(Fate.HELD, str(route.hop) if route else "")
        if route is None or not route.hop.smtp:
            continue
        envelope = judged.envelope
        delivery = Delivery(envelope.sender, (route.address,), envelope.parameters, {}, edit.size)
        (handover,) = await service.hops.deliver(route.hop, delivery, edit.segments)
        outcome = _outcome(handover, str(route.hop))
        outcomes[address] = replace(outcome, fate=_COPIED.get(outcome.fate, Fate.HELD))
    known = {address: found for address, found in outcomes.items() if found.fate is not Fate.HELD}
    await asyncio.to_thread(_settle, service, judged.envelope.id, known)
    return outcomes


async def _made(judged: Judged, make: Callable[P, Edit], *args: P.args, **kwargs: P.kwargs) -> Edit:
    """The message as it becomes; a large one in a thread, so that it holds up nobody."""
    if isinstance(judged.raw, mmap):
        return await asyncio.to_thread(make, *args, **kwargs)
    return make(*args, **kwargs)


def _ok(message_id: str) -> Reply:
    return Reply(250, "2.0.0", (f"Ok: {message_id}",))


def _outcome(handover: Handover, hop: str) -> Outcome:
    return Outcome(handover.fate, hop, str(handover.reply))


def _told(reply: Reply, message_id: str) -> Reply:
    """The hop's refusal with our id behind it. One that is neither yes nor no is nothing a client could act on."""
    if reply.code < 400:
        return TROUBLE
    return replace(reply, lines=(*reply.lines[:-1], f"{reply.lines[-1]} ({message_id})"))


def _settle(service: Service, hold_id: str, outcomes: Mapping[str, Outcome]) -> None:
    """Those who got it changed wait for nothing; the original stays until it expires."""
    try:
        for address, outcome in outcomes.items():
            service.quarantine.settle(hold_id, address, outcome)
    except Exception:
        _log.exception("hold %s is not up to date", hold_id)


def _quietly(act, hold_id: str) -> None:  # type: ignore[no-untyped-def]
    try:
        act(hold_id)
    except Exception:
        _log.exception("hold %s is not up to date", hold_id)
