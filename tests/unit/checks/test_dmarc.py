import pytest

from gatekeeper.checks.dmarc import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Authenticated, Client, Envelope, Finding, Stage, TimedOut
from tests.unit.authentication.signers import MESSAGE
from tests.unit.authentication.test_arc import sealed
from tests.unit.authentication.world import World

SPF = Authenticated("spf", "pass", "out.test", (("smtp.mailfrom", "ann@out.test"),))
ELSE = Authenticated("spf", "pass", "else.example", (("smtp.mailfrom", "bob@else.example"),))
ARC = Authenticated("arc", "pass", "one.test")


def look(record, *results, raw=MESSAGE, asked=True, **settings):
    """SPF was `asked` for, and speaks for somebody else unless `results` have it."""
    check = build(Settings(**settings), Tables())[Stage.BODY]
    findings = tuple(Finding("earlier", result=result) for result in (*results, *[ELSE] * asked))
    mail = Mail(Envelope("id", "test", Client(), None), message=parse(raw), findings=findings)
    (finding,) = World({"_dmarc.out.test": {"TXT": record}}).run(check(mail))
    return finding


def policy(wish):
    return [f"v=DMARC1; p={wish}"]


def test_mail_of_our_own_users_is_not_judged():
    check = build(Settings(on_reject="reject"), Tables())[Stage.BODY]
    mail = Mail(Envelope("id", "test", Client(), None, outbound=True), message=parse(MESSAGE))
    world = World({"_dmarc.out.test": {"TXT": policy("reject")}})
    assert world.run(check(mail)) == []
    assert world.rounds == []


def test_mail_that_is_authentic():
    finding = look(policy("reject"), SPF)
    assert (finding.name, finding.score, finding.certain) == ("dmarc-pass", 0.0, None)
    assert finding.result == Authenticated("dmarc", "pass", "out.test", (("header.from", "out.test"),))


@pytest.mark.parametrize(
    ("wish", "name", "score"),
    [("none", "dmarc-fail", 0.3), ("quarantine", "dmarc-quarantine", 2.0), ("reject", "dmarc-reject", 3.5)],
)
def test_at_first_a_policy_is_only_a_score(wish, name, score):
    finding = look(policy(wish))
    assert (finding.name, finding.score, finding.certain) == (name, score, None)
    assert finding.result is not None
    assert finding.result.result == "fail"


@pytest.mark.parametrize("wish", ["quarantine", "reject"])
@pytest.mark.parametrize(
    ("deed", "action", "weighs"),
    [
        ("none", None, False),
        ("score", None, True),
        ("tag", Action.TAG, True),
        ("hold", Action.QUARANTINE, True),
        ("reject", Action.REJECT, True),
    ],
)
def test_it_leads_to_what_the_operator_says(wish, deed, action, weighs):
    finding = look(policy(wish), **{f"on_{wish}": deed})
    assert finding.certain is action
    assert (finding.score > 0) is weighs


def test_a_policy_of_none_never_refuses():
    assert look(policy("none"), on_reject="reject", on_quarantine="reject").certain is None


def test_no_policy_and_no_answer_weigh_nothing():
    for record, name in (([], "dmarc-none"), (TimedOut(), "dmarc-temperror")):
        finding = look(record, on_reject="reject")
        assert (finding.name, finding.score, finding.certain) == (name, 0.0, None)


def test_mail_that_spf_was_not_asked_about_may_be_authentic():
    finding = look(policy("reject"), asked=False, on_reject="reject")
    assert (finding.name, finding.score, finding.certain) == ("dmarc-temperror", 0.0, None)
    assert finding.evidence == "out.test: DKIM does not speak for it, and SPF was not asked: p=reject"
    assert finding.result is not None
    assert finding.result.result == "temperror"
    dkim = Authenticated("dkim", "pass", "out.test", (("header.d", "out.test"),))
    assert look(policy("reject"), dkim, asked=False).name == "dmarc-pass"


def test_from_that_names_nobody():
    finding = look([], raw=MESSAGE.replace(b"From: Ann <ann@out.test>", b"From: Ann"))
    assert (finding.name, finding.score, finding.certain) == ("dmarc-permerror", 1.0, None)
    assert finding.result == Authenticated("dmarc", "permerror")


def test_two_from_fields_are_both_judged():
    assert look(policy("reject"), SPF, raw=b"From: x@else.test\r\n" + MESSAGE).name == "dmarc-pass"
    finding = look(policy("reject"), raw=b"From: x@else.test\r\n" + MESSAGE)
    assert finding.name == "dmarc-reject"


# mail that was forwarded


def test_a_trusted_sealer_outweighs_a_policy():
    raw = sealed(MESSAGE, "one")
    finding = look(policy("reject"), ARC, raw=raw, on_reject="reject", trusted_sealers=["One.test."])
    assert (finding.name, finding.score, finding.certain) == ("dmarc-forwarded", 0.0, None)
    assert finding.evidence == "out.test: one.test saw that it was authentic"
    assert finding.result is not None
    assert finding.result.result == "fail"


def test_another_sealer_does_not():
    raw = sealed(MESSAGE, "one")
    for trusted in ([], ["two.test"]):
        assert look(policy("reject"), ARC, raw=raw, trusted_sealers=trusted).name == "dmarc-reject"


def test_nor_does_a_chain_that_was_not_verified():
    raw = sealed(MESSAGE, "one")
    for results in ((), (Authenticated("arc", "fail", "one.test"),), (Authenticated("arc", "temperror", "one.test"),)):
        assert look(policy("reject"), *results, raw=raw, trusted_sealers=["one.test"]).name == "dmarc-reject"


def test_it_must_have_seen_every_domain_in_from():
    for raw in (b"From: x@else.test\r\n" + MESSAGE, MESSAGE.replace(b"\r\nTo:", b", <x@else.test>\r\nTo:")):
        finding = look(policy("reject"), ARC, raw=sealed(raw, "one"), trusted_sealers=["one.test"])
        assert finding.name == "dmarc-reject"
