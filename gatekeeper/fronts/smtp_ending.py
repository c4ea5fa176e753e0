"""smtp_ending: what becomes of a message once it is judged: refused, held, discarded, sent on; and the one reply.

    all refused or deferred    the reply says so, nothing is kept
    some held                  durably, before anything else; so is the original of what goes on changed
    some to be sent on         to their next hop, all of them or none
    the reply                  positive only if every recipient was taken care of; else holds are withdrawn

Whatever goes wrong on our side defers. Nothing here raises.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from mmap import mmap
from typing import ParamSpec

from gatekeeper.authentication.signer import Signer
from gatekeeper.fronts.report import sternest
from gatekeeper.fronts.service import Service
from gatekeeper.fronts.signing import signatures
from gatekeeper.message import Buffer
from gatekeeper.message.edit import Edit, Removed, edited
from gatekeeper.message.rewrite import Rewritten
from gatekeeper.pipeline.headers import ID, OWN_NAMES, REASON, forged, forged_ones, refusal, verdict_fields
from gatekeeper.protocols.received import received_value
from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.quarantine.hold import Hold
from gatekeeper.relay.handover import Handover, client_reply
from gatekeeper.relay.route import Route
from gatekeeper.tables.hop import DISCARD
from gatekeeper.values import Action, Envelope, Fate, Outcome, Reply, Verdict

P = ParamSpec("P")
TROUBLE = Reply(451, "4.3.0", ("Try again later",))
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """A message with the verdict for each recipient and where each goes. `parameters` are those of RCPT, `said` is what
    the peer called itself; what goes on is `rewritten`, if that is not None.
    """

    envelope: Envelope
    said: str
    raw: Buffer
    sha256: str
    verdicts: Mapping[str, Verdict]
    routes: Mapping[str, Route]
    parameters: Mapping[str, Mapping[str, str]]
    rewritten: Rewritten | None = None

    def only(self, *actions: Action) -> dict[str, Verdict]:
        """The recipients to whom one of these actions applies."""
        return {address: verdict for address, verdict in self.verdicts.items() if verdict.action in actions}

    def original(self, verdicts: Mapping[str, Verdict], hostname: str) -> Edit:
        """The message to be held for these: our trace, id and reason on top, every other byte as it came. It is not
        marked as spam, because whoever releases it says that it is none.
        """
        fields = [field for field in self._fields(verdicts, hostname) if field[0] in (ID, REASON)]
        return edited(self.raw, OWN_NAMES, self._lines(fields, hostname), forged=forged(hostname))

    def onward(self, verdicts: Mapping[str, Verdict], hostname: str, signer: Signer) -> Edit:
        """The message as it goes on to these: our lines on top, forged ones out, changed where it has to be, signed."""
        fields = self._fields(verdicts, hostname)
        edit = self._with(fields, hostname)
        changed = self.rewritten is not None
        ours = signatures(signer, self.envelope, _spokesman(verdicts), hostname, edit, changed)
        return self._with((*ours, *fields), hostname) if ours else edit

    def _with(self, fields: Iterable[tuple[bytes, bytes]], hostname: str) -> Edit:
        lines = self._lines(fields, hostname)
        if self.rewritten is None:
            return edited(self.raw, OWN_NAMES, lines, forged=forged(hostname))
        return self.rewritten.applied(self.raw, OWN_NAMES, lines, forged(hostname))

    def _fields(self, verdicts: Mapping[str, Verdict], hostname: str) -> list[tuple[bytes, bytes]]:
        return verdict_fields(_spokesman(verdicts), self.envelope, hostname)

    def _lines(self, fields: Iterable[tuple[bytes, bytes]], hostname: str) -> bytes:
        ours = [(b"Received", received_value(self.envelope, hostname, self.said)), *fields]
        return b"".join(b"%b: %b\r\n" % line for line in ours)


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
            address: replace(outcome, fate=Fate.UNCONFIRMED) if outcome.fate in doubtful else outcome
            for address, outcome in self.outcomes.items()
        }
        return replace(self, outcomes=outcomes)


def _spokesman(verdicts: Mapping[str, Verdict]) -> Verdict:
    """The verdict that the header tells: all recipients get the same."""
    verdict = sternest(verdicts)
    assert verdict is not None
    return verdict


async def end(service: Service, judged: Judged) -> Ending:
    """Carry the verdicts out."""
    first = next(iter(judged.verdicts.values()))
    if first.action in (Action.REJECT, Action.DEFER):
        return refused(judged, refusal(first, judged.envelope.id))
    held, passing = judged.only(Action.QUARANTINE), judged.only(Action.ACCEPT, Action.TAG)
    kept = await _hold(service, judged, held, passing if judged.rewritten else {})
    if kept is not None and not kept.reply.positive:
        return kept
    sent = await _send(service, judged, passing) if passing else None
    if sent is not None and not sent.reply.positive:
        await withdraw(service, judged.envelope.id, kept is not None)
        return replace(sent, outcomes=refused(judged, sent.reply).outcomes | sent.outcomes)
    if sent is not None and judged.rewritten:
        await asyncio.to_thread(_settle, service, judged.envelope.id, sent.outcomes)
    outcomes = dict.fromkeys(judged.only(Action.DISCARD), Outcome(Fate.DISCARDED))
    parts = [part for part in (kept, sent) if part is not None]
    for part in parts:
        outcomes |= part.outcomes
    in_order = {address: outcomes[address] for address in judged.verdicts}
    return Ending(_ok(judged.envelope.id), in_order, bool(held), parts[0].removed if parts else ())


def refused(judged: Judged, reply: Reply) -> Ending:
    """All are told the same no."""
    return Ending(reply, dict.fromkeys(judged.verdicts, Outcome(Fate.REFUSED, reply=str(reply))))


async def confirm(service: Service, hold_id: str) -> None:
    """The client has read that it is held."""
    await asyncio.to_thread(_quietly, service.quarantine.confirm, hold_id)


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
    """To the one next hop that all recipients of a transaction have."""
    assert service.hops is not None
    hop = judged.routes[next(iter(passing))].hop
    if hop.mailer == DISCARD:
        return Ending(_ok(judged.envelope.id), dict.fromkeys(passing, Outcome(Fate.DISCARDED, str(hop))))
    edit = await _made(judged, judged.onward, passing, service.hostname, service.signer)
    targets = {address: judged.routes[address].address for address in passing}
    delivery = Delivery(
        judged.envelope.sender,
        tuple(dict.fromkeys(targets.values())),
        judged.envelope.parameters,
        {targets[address]: judged.parameters[address] for address in passing},
        edit.size,
    )
    with service.metrics.hop_seconds.time():
        handovers = await service.hops.deliver(hop, delivery, edit.segments)
    by_target = {handover.recipient: handover for handover in handovers}
    outcomes = {address: _outcome(by_target[target], str(hop)) for address, target in targets.items()}
    reply = client_reply(handovers)
    told = reply if reply.positive else _told(reply, judged.envelope.id)
    return Ending(told, outcomes, False, forged_ones(edit, service.hostname))


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
