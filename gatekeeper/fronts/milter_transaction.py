"""milter_transaction: one message from MAIL to its end, as a milter sees it: judged, held, told of.

Recipients are answered one by one; the content is judged when all of it is there. From a trusted hop the client that
counts is known only then, so there the envelope stages wait for the content. What goes wrong is raised to the session,
which answers for it.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from gatekeeper.fronts.body import Body, Room
from gatekeeper.fronts.milter_content import Content
from gatekeeper.fronts.milter_ending import Ending, by_milter, end, refused, released
from gatekeeper.fronts.report import report, sternest
from gatekeeper.fronts.service import Service
from gatekeeper.fronts.signing import signatures
from gatekeeper.fronts.teaching import NOT_A_TEACHER, may_teach, taught
from gatekeeper.message import parse
from gatekeeper.message.edit import Edit, edited
from gatekeeper.message.header import Raw
from gatekeeper.message.leaf import lines as written
from gatekeeper.message.line_edits import Fitted
from gatekeeper.message.rewrite import Rewritten
from gatekeeper.pipeline.contract import Steps
from gatekeeper.pipeline.examination import Examination
from gatekeeper.pipeline.headers import OWN_NAMES, RELEASE, forged, refusal, told
from gatekeeper.protocols import replies
from gatekeeper.protocols.address import read_path
from gatekeeper.protocols.received import origin
from gatekeeper.quarantine.hold import Hold
from gatekeeper.quarantine.release import OURS
from gatekeeper.values import Action, Envelope, Fate, Label, Outcome, Record, Reply, Verdict

_RELEASED, _OURS = Verdict(Action.ACCEPT, "released"), Verdict(Action.ACCEPT, "written-by-us")
_JUDGING = ThreadPoolExecutor(1000, "judging")
# Threads of Python's own. libmilter's change between the steps of a connection, and pymilter's state with them: what is
# then called back from C, as by Hyperscan at a match, takes it for another thread and waits for itself.
T = TypeVar("T")


class Transaction:
    """`broken` is set when something of it was lost; then it can only be deferred."""

    def __init__(self, service: Service, envelope: Envelope, leading_space: bool) -> None:
        self.broken = False
        limits = service.config.smtp.limits
        self._body = Body(Room(limits.in_flight), limits.memory)  # rooms are for one thread, so each has its own
        self.content = Content(self._body, leading_space)
        self._service = service
        self._examination = Examination(service.inspection, envelope)
        self._paths: dict[str, list[str]] = {}
        self._refused: dict[str, tuple[Verdict, Outcome]] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._lines = Fitted()
        self._taught: Label | None = None
        self._for_teaching: list[str] = []
        self._started = time.monotonic()

    @property
    def envelope(self) -> Envelope:
        """As far as it is known."""
        return self._examination.envelope

    def begin(self) -> None:
        """Run the stages that need the envelope alone, unless the client that counts is not known yet."""
        if not self.envelope.trusted:
            self._drive(self._examination.begin())

    def recipient(self, argument: bytes) -> Reply | None:
        """Answer one RCPT: None to accept it."""
        try:
            path = argument.decode()
        except UnicodeDecodeError:  # RFC 6531 §3.3; and we could not have the MTA remove such a recipient
            return replies.BAD_RECIPIENT
        address = mailbox(path)
        if self._service.teaching is not None and (label := self._service.teaching.label(address)):
            return self._teacher(address, path, label)
        verdict = self._drive(self._examination.recipient(address))
        if verdict.action in (Action.REJECT, Action.DEFER):
            return self._refuse(address, verdict)
        if address not in self._paths:
            self._examination.accept(address)
        self._paths.setdefault(address, []).append(path)
        return None

    def paths(self, address: str) -> list[str]:
        """A recipient in every spelling the MTA used."""
        return self._paths[address]

    def end(self, queue_id: str) -> Ending:
        """All of it is here. Whoever it must be held for, it is held for when this returns."""
        self._started = time.monotonic()
        self._examination.envelope = replace(self.envelope, queue_id=queue_id)
        raw = self.content.raw()
        if self._body.lost:
            raise OSError("the message could not be kept")
        own = edited(raw, OWN_NAMES, forged=forged(self._service.hostname))
        ending = Ending({}, discard=True)
        if self.envelope.recipients:
            ending = self._back_from_quarantine(raw, own) or self._judged(raw, own)
        if self._taught is not None:
            ending = self._teach(raw, self._taught, ending)
        if ending.kept:
            verdicts = {address: self._verdicts[address] for address in ending.kept}
            self._service.quarantine.hold(Hold(self.envelope, verdicts, own.segments, self._body.sha256))
        return ending

    def done(self, ending: Ending) -> None:
        """The MTA has been told; so is everybody else."""
        verdicts = {address: verdict for address, (verdict, _) in self._refused.items()} | self._verdicts
        outcomes = {address: outcome for address, (_, outcome) in self._refused.items()} | ending.outcomes
        record = Record(
            self.envelope,
            verdicts,
            outcomes,
            tuple(self._examination.tape.items()),
            self._body.size,
            self._body.sha256,
            self._service.digest,
            tuple(self._examination.notes),
            time.monotonic() - self._started,
        )
        report(self._service, record)
        self._body.close()

    def failed(self, reply: Reply) -> None:
        """It was deferred because something of ours went wrong."""
        self.done(refused(self._paths, reply))

    def given_up(self) -> None:
        """It ended before its content did. Worth telling if somebody was refused."""
        if self._refused:
            self.done(Ending({}))
        self._body.close()

    def _refuse(self, address: str, verdict: Verdict) -> Reply:
        reply = refusal(verdict, self.envelope.id)
        self._refused[address] = (verdict, Outcome(Fate.REFUSED, reply=str(reply)))
        self._service.metrics.refused.labels(verdict.reason).inc()
        return reply

    def _teacher(self, address: str, path: str, label: Label) -> Reply | None:
        """Answer RCPT for an address that is for teaching, whoever else the message is for."""
        if not may_teach(self.envelope):
            return self._refuse(address, NOT_A_TEACHER)
        if self._taught not in (None, label):
            return replies.SEPARATELY
        self._taught = label
        self._for_teaching += [] if address in self._paths else [address]
        self._paths.setdefault(address, []).append(path)
        return None

    def _teach(self, raw: Raw, label: Label, ending: Ending) -> Ending:
        """Learn it, unless the others are refused it: then all are. If it is not learnt, nobody gets it either: there
        is one answer, and the client is to read it.
        """
        assert self._service.teaching is not None
        reply = ending.reply or self._drive(self._service.teaching.teach(raw, label, self.envelope.sender))
        verdict, outcome = taught(reply)
        addresses = self._for_teaching
        self._verdicts |= dict.fromkeys(addresses, verdict)
        self._examination.envelope = replace(self.envelope, recipients=(*self.envelope.recipients, *addresses))
        if not reply.positive:
            return refused(self._verdicts, reply)
        without = () if ending.discard else (*ending.without, *addresses)
        return replace(ending, outcomes=ending.outcomes | dict.fromkeys(addresses, outcome), without=without)

    def _judged(self, raw: Raw, own: Edit) -> Ending:
        message = parse(raw, self._service.inspection.limits)
        if self.envelope.trusted:
            self._examination.meet(origin(message.values(b"Received"), self._service.trusted))
            self._drive(self._examination.begin())
        self._verdicts = self._drive(self._examination.parsed(message))
        self._examination.notes += told(own.removed)
        rewritten = self._examination.rewritten
        hostname = self._service.hostname
        lines = self._lines = by_milter(raw, self._examination.lines)
        if rewritten or lines.changing:
            names = OWN_NAMES | (rewritten.drop if rewritten else frozenset())
            own = edited(raw, names, forged=forged(hostname), fields=lines.fields)
        ending = end(self._verdicts, self.envelope, hostname, own, rewritten, lines, self._examination.orders)
        changed = rewritten is not None or lines.changing
        if ending.reply or ending.discard or not self._service.signer.signs(self.envelope, changed):
            return ending
        return self._signed(raw, ending, rewritten)

    def _signed(self, raw: Raw, ending: Ending, rewritten: Rewritten | None) -> Ending:
        """With the signatures of ours that the message gets as it goes on."""
        passing = {address: v for address, v in self._verdicts.items() if address not in ending.without}
        verdict = sternest(passing)
        assert verdict is not None
        relined = self._lines
        drop, body = (OWN_NAMES | rewritten.drop, rewritten.body) if rewritten else (OWN_NAMES, relined.body)
        hostname = self._service.hostname
        edit = edited(raw, drop, written(ending.insert), body, forged(hostname), relined.fields)
        changed = rewritten is not None or relined.changing
        ours = signatures(self._service.signer, self.envelope, verdict, hostname, edit, changed)
        return replace(ending, insert=(*ours, *ending.insert))

    def _back_from_quarantine(self, raw: Raw, own: Edit) -> Ending | None:
        """Mail that we ourselves have put back into the MTA, or None."""
        token = next((field.value for field in own.removed if field.name.lower() == RELEASE.lower()), None)
        if token is None:
            return None
        recipients = self.envelope.recipients
        found = self._service.quarantine.verify(token.decode("ascii", "replace").strip(), raw, recipients)
        if not isinstance(found, str):
            self._examination.notes.append(f"release token refused: {found.value}")
            return None
        self._examination.notes.append("written by us" if found == OURS else f"released from {found}")
        self._verdicts = dict.fromkeys(recipients, _OURS if found == OURS else _RELEASED)
        return released(recipients, own.removed)

    def _drive(self, steps: Steps[T]) -> T:
        drive, patience = self._service.gather.drive_blocking, self._service.config.milter.scan_timeout
        return _JUDGING.submit(drive, steps, patience).result()


def mailbox(path: str) -> str:
    """The mailbox of a path as the MTA wrote it; one it took although it is no path, without its brackets."""
    try:
        return read_path(path)[0]
    except ValueError:
        return path.removeprefix("<").removesuffix(">")
