"""examination: one message on its way through the stages. Sans-I/O: a front drives its steps and answers its questions.

    begin()      at MAIL: connect, helo and sender stages
    recipient()  at each RCPT: the verdict so far; the front refuses or accepts
    message()    after the dot: the verdict for each accepted recipient

After the dot there is one reply for all. So `message` returns verdicts that one reply can honour: refusal or deferral
only where it holds for every recipient; where they differ, the recipient concerned is held instead.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from gatekeeper.authentication.iprev import reverse
from gatekeeper.message import Limits, Mail, Message, parse
from gatekeeper.message.line_edits import Fitted, fitted
from gatekeeper.message.rewrite import Rewritten, UnchangeableError, rewrite
from gatekeeper.pipeline.agreement import agreed
from gatekeeper.pipeline.contract import Check, Steps
from gatekeeper.pipeline.descriptions import DESCRIPTIONS
from gatekeeper.pipeline.notice import notice
from gatekeeper.pipeline.outages import OUTAGES, Outages
from gatekeeper.pipeline.policy import Policy, ordered, settling
from gatekeeper.pipeline.run import recalled, run_stage
from gatekeeper.pipeline.stages import ENVELOPE_STAGES, MESSAGE_STAGES
from gatekeeper.values import Action, Answer, Client, Envelope, Finding, Judged, Label, Orders, Question, Stage, Verdict

UNCHANGEABLE, LINES_UNCHANGEABLE = "attachment-unchangeable", "lines-unchangeable"


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything the configuration says about judging mail: the checks of each stage by name, what it means that
    something they lean on does not answer, and the policy. `scores`: what the operator says a finding weighs, by name.
    `described`: what findings mean, for reports.
    """

    checks: Mapping[Stage, Mapping[str, Check]] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    outages: Outages = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    scores: Mapping[str, float] = field(default_factory=dict)
    described: Mapping[str, str] = field(default_factory=lambda: DESCRIPTIONS)


class Examination:
    """The findings about one message, and the verdicts they lead to. Not for more than one transaction."""

    def __init__(self, inspection: Inspection, envelope: Envelope) -> None:
        self.inspection = inspection
        self.envelope = envelope
        self.tape: dict[Question, Answer] = {}
        self.notes: list[str] = []
        self.rewritten: Rewritten | None = None
        self.orders = Orders()
        self.lines = Fitted()
        self.nameless = False
        self._findings: list[Finding] = []
        self._own: dict[str, list[Finding]] = {}

    def begin(self) -> Steps[None]:
        """Run the stages that need the envelope alone."""
        connect, *rest = ENVELOPE_STAGES
        yield from self._stages((connect,), Mail(self.envelope))
        self._name_client()
        yield from self._stages(tuple(rest), Mail(self.envelope))

    def meet(self, client: Client | None) -> None:
        """Judge `client` instead of the peer, as a trusted hop told after the envelope was known. Before `begin`. What
        it called itself is not known: the HELO was the hop's.
        """
        self.envelope = replace(self.envelope, client=client, helo="")

    def recipient(self, address: str) -> Steps[Verdict]:
        """The verdict for one recipient so far; `REJECT` and `DEFER` are for the front to refuse with."""
        mail = Mail(self.envelope, recipient=address)
        own = yield from self._stage(Stage.RECIPIENT, mail)
        self._own[address] = own
        return self._judge(address)

    def accept(self, address: str) -> None:
        """The front has accepted this recipient."""
        self.envelope = replace(self.envelope, recipients=(*self.envelope.recipients, address))

    def policy_class(self, address: str) -> Hashable:
        """Recipients of one transaction must have this in common, or their verdicts may differ after the dot."""
        return self.inspection.policy.class_of(address)

    def message(self, raw: bytes | memoryview) -> Steps[dict[str, Verdict]]:
        """Run the stages that need the content; the verdicts are consistent (see above)."""
        return (yield from self.parsed(parse(raw, self.inspection.limits)))

    def parsed(self, message: Message, changing: bool = True) -> Steps[dict[str, Verdict]]:
        """As `message`, for a front that has parsed it already. What goes on is `rewritten`, if that is not None, with
        its `lines` changed, and where `orders` say; a front that hands nothing on is not `changing` it.
        """
        yield from self._stages(MESSAGE_STAGES, Mail(self.envelope, message=message))
        if changing:
            self._rewrite(message)
            self._obey(message)
        return self.verdicts()

    def verdicts(self) -> dict[str, Verdict]:
        """The verdict for each accepted recipient, made consistent."""
        verdicts = consistent({address: self._judge(address) for address in self.envelope.recipients})
        label = self._agreed()
        return {a: replace(v, learn=label) for a, v in verdicts.items()} if label else verdicts

    def _agreed(self) -> Label | None:
        judged = next((answer for answer in self.tape.values() if isinstance(answer, Judged)), None)
        policy = self.inspection.policy
        if judged is None or not policy.autolearn:
            return None
        return agreed(self._findings, judged, policy.default.quarantine)

    def _stages(self, stages: tuple[Stage, ...], mail: Mail) -> Steps[None]:
        for stage in stages:
            if stage in self.inspection.checks and not self._settled():
                found = yield from self._stage(stage, replace(mail, findings=tuple(self._findings)))
                known = {finding.name for finding in self._findings if finding.name in OUTAGES}
                self._findings += (finding for finding in found if finding.name not in known)

    def _stage(self, stage: Stage, mail: Mail) -> Steps[list[Finding]]:
        """What one stage finds, with the weight that the operator gives it."""
        inspection = self.inspection
        found = yield from run_stage(inspection.checks.get(stage, {}), mail, self.tape, inspection.outages)
        scores = inspection.scores
        return [replace(f, score=scores[f.name]) if f.name in scores else f for f in found] if scores else found

    def _name_client(self) -> None:
        """Whoever checked where the client comes from has found out its verified name: from now on it has it. It is
        `nameless` if that was tried in vain, because DNS did not answer.
        """
        client, peer = self.envelope.client, self.envelope.peer
        if client is None or client.name or client.ip is None:
            return
        found = recalled(reverse(client.ip), self.tape)
        self.nameless = found is not None and found.result == "temperror"
        if found and found.name:
            named = replace(client, name=found.name)
            self.envelope = replace(self.envelope, client=named, peer=named if peer == client else peer)

    def _rewrite(self, message: Message) -> None:
        """Make the changes that were found necessary; where that cannot be done safely, the message is held."""
        if not any(finding.change for finding in self._every()):
            return
        changes = dict.fromkeys(change for verdict in self.verdicts().values() for change in verdict.changes)
        if not changes:
            return
        try:
            self.rewritten = rewrite(message, changes, notice(self.envelope.id))
        except UnchangeableError as error:
            finding = Finding(UNCHANGEABLE, 0.0, str(error), certain=Action.QUARANTINE, danger=True)
            self._findings.append(finding)
        else:
            self.notes += self.rewritten.done

    def _obey(self, message: Message) -> None:
        """Carry out what operators' tables order for those to whom it goes on: one message goes to all of them."""
        self.orders = self._ordered()
        try:
            self.lines = self._fitted(message)
        except UnchangeableError as error:
            self.rewritten, self.lines = None, Fitted()
            finding = Finding(LINES_UNCHANGEABLE, 0.0, str(error), certain=Action.QUARANTINE, danger=True)
            self._findings.append(finding)
            self.orders = self._ordered()
        self.notes += self.orders.told

    def _fitted(self, message: Message) -> Fitted:
        if not self.orders.lines:
            return Fitted()
        lines = fitted(message.raw, self.orders.lines)
        if self.rewritten is not None and lines.body is not None:
            raise UnchangeableError("lines of the body and whole parts are to be changed")
        return lines

    def _ordered(self) -> Orders:
        orders = Orders()
        if not any(finding.orders for finding in self._every()):
            return orders
        every = map(ordered, self.verdicts().values())
        for order in dict.fromkeys(order for found in every for order in found):
            orders = orders.then(order)
        return orders

    def _settled(self) -> bool:
        """No later stage can change any verdict: only danger weighs more than what was found."""
        policy, accepted = self.inspection.policy, self.envelope.recipients
        refusing = not (self.envelope.trusted and policy.on_reject_from_relay.hands_on)
        if not accepted:
            return _decisive(settling(self._findings), refusing)
        return all(_decisive(settling(self._about(a), policy.class_of(a)[1]), refusing) for a in accepted)

    def _every(self) -> Iterator[Finding]:
        """Whomever it is about."""
        return chain(self._findings, *self._own.values())

    def _about(self, address: str) -> list[Finding]:
        general = (found for found in self._findings if not found.only_for or address in found.only_for)
        return [*general, *self._own.get(address, ())]

    def _judge(self, address: str) -> Verdict:
        return self.inspection.policy.judge(address, self._about(address), self.envelope.trusted)


def _decisive(finding: Finding | None, refusing: bool) -> bool:
    """Such a finding holds whatever is found later. An allow entry does not outweigh danger; a deferral may pass, and
    so may what is to be refused, unless we are `refusing`.
    """
    if finding is None or (finding.certain is Action.REJECT and not refusing):
        return False
    return finding.certain in (Action.REJECT, Action.QUARANTINE, Action.DISCARD)


def consistent(verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
    """What one reply after the dot can honour: no refusal or deferral unless it holds for all.

    A deferral of some defers all (the client sends it again, nothing is lost); a refusal of some holds it for these.
    """
    actions = {verdict.action for verdict in verdicts.values()}
    if len(actions) <= 1:
        return verdicts
    if Action.DEFER in actions:
        first = next(v for v in verdicts.values() if v.action is Action.DEFER)
        return {a: replace(v, action=Action.DEFER, reason=first.reason, reply=first.reply) for a, v in verdicts.items()}
    return {
        address: replace(v, action=Action.QUARANTINE, reply=None) if v.action is Action.REJECT else v
        for address, v in verdicts.items()
    }
