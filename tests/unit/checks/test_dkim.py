import time

from gatekeeper.checks.dkim import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import Authenticated, Client, Envelope, Failed, Stage
from tests.unit.authentication.signers import MESSAGE, record_of_modulus, rsa_key, signed, zone
from tests.unit.authentication.world import World


def look(raw, where=None, late=0.0, outbound=False, **settings):
    check = build(Settings(**settings), Tables())[Stage.HEADER]
    envelope = Envelope("id", "test", Client(), None, received_at=time.time() + late, outbound=outbound)
    return World(zone() if where is None else where).run(check(Mail(envelope, message=parse(raw))))


def test_a_good_signature():
    raw = signed()
    (finding,) = look(raw)
    assert (finding.name, finding.score, finding.evidence) == ("dkim-pass", 0.0, "out.test")
    assert finding.result is not None
    assert (finding.result.domain, finding.result.passed) == ("out.test", True)
    properties = dict(finding.result.properties)
    assert properties.pop("header.b") in raw.replace(b"\r\n ", b"").decode()
    assert properties == {"header.d": "out.test", "header.i": "@out.test", "header.s": "one"}


def test_an_unsigned_message():
    (finding,) = look(MESSAGE)
    assert (finding.name, finding.score, finding.result) == ("dkim-none", 0.0, Authenticated("dkim", "none"))


def test_of_our_own_mail_that_we_have_not_signed_yet_nothing_is_said():
    assert look(MESSAGE, outbound=True) == []
    assert [finding.name for finding in look(signed(), outbound=True)] == ["dkim-pass"]


def test_a_broken_signature_weighs_little():
    (finding,) = look(signed() + b"more")
    assert (finding.name, finding.score) == ("dkim-fail", 0.2)
    assert finding.evidence == "out.test: the body was changed"


def test_a_trial_is_not_held_against_anybody():
    (finding,) = look(signed() + b"more", zone(rsa_key()[1].replace("v=DKIM1;", "v=DKIM1; t=y;")))
    assert (finding.name, finding.score) == ("dkim-fail", 0.0)


def test_a_weak_key():
    (finding,) = look(signed(), zone(record_of_modulus((1 << 511) | 1)))
    assert (finding.name, finding.score, finding.evidence) == ("dkim-policy", 0.2, "out.test: key of 512 bits")


def test_text_behind_what_is_signed_does_not_pass():
    (finding,) = look(signed(length=True) + b"Buy now\r\n")
    assert (finding.name, finding.score) == ("dkim-partial", 1.0)
    assert finding.result is not None
    assert (finding.result.result, finding.result.passed) == ("policy", False)


def test_no_answer_weighs_nothing():
    (finding,) = look(signed(), {"one._domainkey.out.test": {"TXT": Failed()}})
    assert (finding.name, finding.score) == ("dkim-temperror", 0.0)


def test_expiry_goes_by_when_the_message_came():
    """So that it is judged the same from its record, whenever that is."""
    expiring = signed().replace(b"; t=", b"; x=%d; t=" % (time.time() + 3600))
    (early,), (late,) = look(expiring), look(expiring, late=8000.0)
    assert early.name == "dkim-fail"  # it was not signed so
    assert (late.name, late.evidence) == ("dkim-permerror", "out.test: it has expired")


def test_too_many_signatures():
    many = b"".join(b"DKIM-Signature: v=1; d=d%d.test; s=one; b=AAAA\r\n" % number for number in range(200))
    findings = look(many + signed(), signatures=3)
    assert [finding.name for finding in findings] == [
        "dkim-pass",
        "dkim-permerror",
        "dkim-permerror",
        "dkim-too-many",
    ]
    assert (findings[-1].score, findings[-1].evidence) == (1.0, "198 signatures were not looked at")
