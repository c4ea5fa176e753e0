"""smtp_transaction: one message from MAIL to its end, as the proxy sees it: judged, carried out, told of.

There is one reply after the dot. So all recipients of a transaction have one next hop and one policy class; another is
told 452 4.5.3, and the client sends it separately (RFC 5321 §4.5.3.1.10). From a trusted hop the client that counts may
be known only from the content, so there the envelope stages wait for it. Whatever goes wrong on our side defers.
"""

import logging
import time
from collections.abc import Callable, Hashable
from typing import TypeVar

from gatekeeper.fronts.body import Body
from gatekeeper.fronts.driving import drive
from gatekeeper.fronts.report import report
from gatekeeper.fronts.service import Service
from gatekeeper.fronts.smtp_ending import Ending, end, refused
from gatekeeper.fronts.smtp_judged import Judged
from gatekeeper.fronts.teaching import NOT_A_TEACHER, TAUGHT, may_teach, taught
from gatekeeper.message import Buffer, parse
from gatekeeper.pipeline.contract import Steps
from gatekeeper.pipeline.examination import Examination
from gatekeeper.pipeline.headers import refusal, told
from gatekeeper.protocols import replies
from gatekeeper.protocols.address import domain_of, routes_onward
from gatekeeper.protocols.events import End, Fault, Recipient
from gatekeeper.protocols.received import MOST, origin
from gatekeeper.relay.route import BY_TABLE, RELAY_DENIED, RELAY_UNKNOWN, Denied, Route
from gatekeeper.values import Action, Envelope, Fate, Label, Outcome, Record, Reply, Verdict

T = TypeVar("T")
LEFT = Reply(451, "4.4.2", ("The client left before it was answered",))
_HOPS = Reply(554, "5.4.6", (f"More than {MOST} Received lines: a loop",))
_NAMELESS = Denied(Reply(451, "4.7.1", ("Your name cannot be found out now, try again later",)), RELAY_UNKNOWN)
_LOST = Verdict(Action.DEFER, "no-room", reply=replies.NO_STORAGE)
_TROUBLE = Reply(451, "4.3.0", ("Internal error, try again later",))
_FAILED = Verdict(Action.DEFER, "failed", reply=_TROUBLE)
_FAULTS = {
    Fault.SMUGGLING: Verdict(Action.REJECT, "smuggling", reply=replies.SMUGGLING),
    Fault.TOO_LARGE: Verdict(Action.REJECT, "too-large", reply=replies.TOO_LARGE),
}
_LOOP = Verdict(Action.REJECT, "loop", reply=_HOPS)
_log = logging.getLogger(__name__)


class Transaction:
    """`said` is what the peer called itself. `later`: the client that counts is to be found in the content. `body` is
    there from DATA on.
    """

    def __init__(self, service: Service, envelope: Envelope, said: str, later: bool) -> None:
        self.body: Body | None = None
        self._service = service
        self._said = said
        self._later = later
        self._examination = Examination(service.inspection, envelope)
        self._company: Hashable = None
        self._taught: Label | None = None  # it is not judged, but teaches this
        self._routes: dict[str, Route] = {}
        self._parameters: dict[str, dict[str, str]] = {}
        self._refused: dict[str, tuple[Verdict, Outcome]] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._size, self._sha256 = 0, ""
        self._ended_at = time.monotonic()

    @property
    def envelope(self) -> Envelope:
        """As far as it is known."""
        return self._examination.envelope

    async def begin(self) -> None:
        """Run the stages that need the envelope alone, unless it is too early."""
        if not self._later:
            await self._drive(self._examination.begin())

    def content(self, piece: bytes) -> None:
        """A piece of the message."""
        assert self.body is not None
        self.body.write(piece)

    async def recipient(self, event: Recipient) -> Reply:
        """Answer one RCPT."""
        address = event.address
        if self._service.teaching is not None and (label := self._service.teaching.label(address)):
            return self._teacher(address, label)
        assert self._service.routes is not None
        assert self._service.hops is not None
        route = self._service.routes.route(address, may_relay=self._may_relay(address))
        if isinstance(route, Denied):
            return self._deny(address, _NAMELESS if self._may_be_allowed(route) else route)
        known = self._service.hops.refusal(route.hop, route.address, self.envelope.sender)
        if known is not None:
            return self._refuse(address, Verdict(Action.REJECT, "hop-refused"), known)
        company = (
            route.hop,
            self._examination.policy_class(address),
            self._service.hops.company(route.hop, route.address),
        )
        if self._company not in (None, company):
            return replies.SEPARATELY
        verdict = await self._drive(self._examination.recipient(address))
        if verdict.action in (Action.REJECT, Action.DEFER):
            return self._refuse(address, verdict, refusal(verdict, self.envelope.id))
        if address not in self._routes:
            self._examination.accept(address)
        self._company = company
        self._routes[address], self._parameters[address] = route, event.parameters
        return replies.RECIPIENT_OK

    async def end(self, event: End, abandoned: Callable[[], bool]) -> Ending:
        """All of it is here. Whoever it must be held for, it is held for when this returns. Nothing is done for a
        client that has left: it will send the message again.
        """
        assert self.body is not None
        self._ended_at = time.monotonic()
        self._size, self._sha256 = self.body.size, self.body.sha256
        if event.normalised:
            self._examination.notes.append(f"{event.normalised} bare CR, bare LF or NUL mended")
        raw = b"" if event.fault or self.body.lost else self.body.raw()
        self._verdicts = await self._judge(event, raw)
        if self._verdicts == self._for_all(TAUGHT):
            return await self._teach(raw, abandoned)
        judged = Judged(
            self.envelope,
            self._said,
            raw,
            self._sha256,
            self._verdicts,
            self._routes,
            self._parameters,
            self._examination.rewritten,
            self._examination.lines,
            self._examination.orders,
        )
        return refused(judged, LEFT) if abandoned() else await end(self._service, judged)

    def done(self, ending: Ending) -> None:
        """The client has been told; so is everybody else."""
        self._examination.notes += told(ending.removed)
        verdicts = {address: verdict for address, (verdict, _) in self._refused.items()} | self._verdicts
        outcomes = {address: outcome for address, (_, outcome) in self._refused.items()} | ending.outcomes
        record = Record(
            self.envelope,
            verdicts,
            outcomes,
            tuple(self._examination.tape.items()),
            self._size,
            self._sha256,
            self._service.digest,
            tuple(self._examination.notes),
            time.monotonic() - self._ended_at,
        )
        report(self._service, record)

    def cut_off(self) -> None:
        """The process ends while the message is being carried out."""
        self.done(Ending(LEFT, dict.fromkeys(self.envelope.recipients, Outcome(Fate.UNCERTAIN))))

    def given_up(self) -> None:
        """It ended before its content did. Worth telling if somebody was refused."""
        if self._refused:
            self._ended_at = time.monotonic()
            self.done(Ending(replies.OK))

    def close(self) -> None:
        """Let go of the content."""
        if self.body is not None:
            self.body.close()

    async def _judge(self, event: End, raw: Buffer) -> dict[str, Verdict]:
        assert self.body is not None
        if event.fault is not None:
            return self._for_all(_FAULTS[event.fault])
        if self.body.lost:
            return self._for_all(_LOST)
        if self._taught is not None:
            return self._for_all(TAUGHT)
        try:
            return await self._drive(self._steps(raw), apart=self.body.large)
        except Exception:
            _log.exception("message %s could not be judged", self.envelope.id)
            return self._for_all(_FAILED)

    async def _teach(self, raw: Buffer, abandoned: Callable[[], bool]) -> Ending:
        """Learning takes a while, so it has a thread of its own."""
        reply = LEFT if abandoned() else await self._learnt(raw)
        verdict, outcome = taught(reply)
        self._verdicts = self._for_all(verdict)
        return Ending(reply, dict.fromkeys(self._verdicts, outcome))

    async def _learnt(self, raw: Buffer) -> Reply:
        assert self._service.teaching is not None
        assert self._taught is not None
        try:
            steps = self._service.teaching.teach(raw, self._taught, self.envelope.sender)
            return await self._drive(steps, apart=True)
        except Exception:
            _log.exception("message %s could not be learnt", self.envelope.id)
            return _TROUBLE

    def _steps(self, raw: Buffer) -> Steps[dict[str, Verdict]]:
        message = parse(raw, self._service.inspection.limits)
        received = message.values(b"received")
        if len(received) > MOST:
            return self._for_all(_LOOP)
        if self._later:
            self._examination.meet(origin(received, self._service.trusted))
            yield from self._examination.begin()
        return (yield from self._examination.parsed(message))

    async def _drive(self, steps: Steps[T], apart: bool = False) -> T:
        """Run `steps` within the time for a scan; `apart`, in a thread, so that a large message holds up nobody."""
        return await drive(self._service.gather, steps, self._service.config.smtp.scan_timeout, apart)

    def _teacher(self, address: str, label: Label) -> Reply:
        """Answer RCPT for an address that is for teaching."""
        if not may_teach(self.envelope):
            return self._refuse(address, NOT_A_TEACHER, refusal(NOT_A_TEACHER, self.envelope.id))
        if self._company not in (None, label):
            return replies.SEPARATELY
        if address not in self.envelope.recipients:
            self._examination.accept(address)
        self._company = self._taught = label
        return replies.RECIPIENT_OK

    def _may_relay(self, address: str) -> bool:
        """The operator's access map lets this client send anywhere, or anybody to this domain."""
        access, peer = self._service.tables.access, self.envelope.peer
        if access is None:
            return False
        if access.relays_for(peer.name, peer.address):
            return True
        return access.relays_to(domain_of(address)) and not routes_onward(address)

    def _may_be_allowed(self, denied: Denied) -> bool:
        """The client may relay by its name, perhaps: DNS did not say what that is."""
        access = self._service.tables.access
        return denied.reason == RELAY_DENIED and self._examination.nameless and bool(access and access.relays_by_name)

    def _deny(self, address: str, denied: Denied) -> Reply:
        verdict = Verdict(Action.REJECT if denied.reply.permanent else Action.DEFER, denied.reason, reply=denied.reply)
        own_words = denied.reason == BY_TABLE
        return self._refuse(address, verdict, denied.reply if own_words else refusal(verdict, self.envelope.id))

    def _refuse(self, address: str, verdict: Verdict, reply: Reply) -> Reply:
        self._refused[address] = (verdict, Outcome(Fate.REFUSED, reply=str(reply)))
        self._service.metrics.refused.labels(verdict.reason).inc()
        return reply

    def _for_all(self, verdict: Verdict) -> dict[str, Verdict]:
        return dict.fromkeys(self.envelope.recipients, verdict)
