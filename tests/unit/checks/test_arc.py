import time

from gatekeeper.checks.arc import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import Authenticated, Client, Envelope, Failed, Stage
from tests.unit.authentication.signers import MESSAGE
from tests.unit.authentication.test_arc import ZONE, sealed
from tests.unit.authentication.world import World


def look(raw, zone=ZONE):
    check = build(Settings(), Tables())[Stage.HEADER]
    envelope = Envelope("id", "test", Client(), None, received_at=time.time())
    return World(zone).run(check(Mail(envelope, message=parse(raw))))


def test_a_message_without_a_chain_is_no_finding():
    assert look(MESSAGE) == []


def test_a_chain_that_holds_weighs_nothing():
    (finding,) = look(sealed(sealed(MESSAGE, "one"), "two"))
    assert (finding.name, finding.score, finding.evidence) == ("arc-pass", 0.0, "2 sealed it, two.test last")
    assert finding.result == Authenticated("arc", "pass", "two.test", (("header.d", "two.test"),))


def test_a_chain_that_does_not():
    (finding,) = look(sealed(MESSAGE, "one") + b"more")
    assert (finding.name, finding.score, finding.evidence) == ("arc-fail", 0.2, "the body was changed")
    assert finding.result is not None
    assert not finding.result.passed


def test_no_answer_weighs_nothing():
    (finding,) = look(sealed(MESSAGE, "one"), {"s._domainkey.one.test": {"TXT": Failed()}})
    assert (finding.name, finding.score) == ("arc-temperror", 0.0)
