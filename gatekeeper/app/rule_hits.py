"""rule_hits: what rules and checks find in a message when nobody is asked about it: no network, nothing learnt.

It never fails: a question that a check has is answered by a failure, which is not told.
"""

from dataclasses import replace

from gatekeeper.fronts.pipe import network
from gatekeeper.message import parse
from gatekeeper.pipeline.contract import Steps
from gatekeeper.pipeline.examination import Examination, Inspection
from gatekeeper.pipeline.outages import OUTAGES
from gatekeeper.values import Answers, Client, Envelope, Failed, Finding, new_id

_UNANSWERED = {*OUTAGES, "not-opened", "not-opened-yet"}
_ALONE = Failed("nobody is asked")


def findings(raw: bytes, inspection: Inspection, client: str = "", helo: str = "") -> tuple[Finding, ...]:
    """Everything that is found, in the order of the stages, whatever the verdict."""
    peer = Client(client)
    envelope = Envelope(new_id(), "rules", peer, peer if client else None, helo=helo, recipients=("",))
    examination = Examination(replace(inspection, outages={}), envelope)
    _drive(examination.begin())
    _drive(examination.parsed(parse(network(raw), inspection.limits), changing=False))
    return tuple(finding for finding in examination.verdicts()[""].findings if finding.name not in _UNANSWERED)


def _drive(steps: Steps[object]) -> None:
    answers: Answers | None = None
    try:
        while True:
            questions = next(steps) if answers is None else steps.send(answers)
            answers = dict.fromkeys(questions, _ALONE)
    except StopIteration:
        pass
