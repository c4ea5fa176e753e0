import json

from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.pipeline.reasons import reasons, shown
from gatekeeper.values import Action, Authenticated, Client, Envelope, Finding, Verdict

POLICY = Policy(Thresholds(5, 8, 15), domains={"strict.example": Thresholds(1, 2, 3)})
CLIENT = Client("192.0.2.1")
ENVELOPE = Envelope("id", "smtp", CLIENT, CLIENT, sender="a@b.test")
BAYES, LIST = Finding("bayes-spam", 6.0, "0.99"), Finding("dnsbl-listed", 2.5, "at list.example")
HELD = Verdict(Action.QUARANTINE, "bayes-spam", 8.5, 5.0, (LIST, BAYES))


def test_recipients_of_the_same_verdict_are_told_of_once() -> None:
    found = reasons(POLICY, ENVELOPE, dict.fromkeys(("a@own.example", "b@own.example"), HELD), {})
    assert [one.recipients for one in found] == [("a@own.example", "b@own.example")]
    assert [finding.name for finding in found[0].findings] == ["bayes-spam", "dnsbl-listed"]


def test_where_their_domains_have_other_thresholds_they_are_told_apart() -> None:
    found = reasons(POLICY, ENVELOPE, dict.fromkeys(("a@own.example", "b@strict.example"), HELD), {})
    assert [(one.recipients, one.why.action) for one in found] == [
        (("a@own.example",), Action.QUARANTINE),
        (("b@strict.example",), Action.REJECT),
    ]
    assert found[1].told[0] == "It was held; by today's settings, and for this recipient alone, it would be refused."


def test_what_settles_it_stands_before_what_weighs_more() -> None:
    denied = Finding("access-denied", certain=Action.REJECT)
    (one,) = reasons(POLICY, ENVELOPE, {"a@own.example": Verdict(Action.REJECT, "x", findings=(BAYES, denied))}, {})
    assert one.findings == [denied, BAYES]


def test_the_operators_scores_count_for_who_might_have_vouched() -> None:
    unsigned = Finding("dkim-none", result=Authenticated("dkim", "none"))
    held = Verdict(Action.QUARANTINE, "bayes-spam", 8.5, 5.0, (LIST, BAYES, unsigned))
    (one,) = reasons(POLICY, ENVELOPE, {"a@own.example": held}, {"dkim-pass": -1.0})
    assert one.told[-1].endswith("or if the sender's DKIM had passed.")


def test_a_hop_that_is_trusted_is_taken_into_account() -> None:
    behind = Envelope("id", "smtp", CLIENT, None, trusted=True, sender="a@b.test")
    heavy = Verdict(Action.QUARANTINE, "x", 20.0, 5.0, (Finding("x", 20.0),))
    assert reasons(POLICY, ENVELOPE, {"a@own.example": heavy}, {})[0].why.action is Action.REJECT
    assert reasons(POLICY, behind, {"a@own.example": heavy}, {})[0].why.action is Action.QUARANTINE


def test_programs_get_all_of_it() -> None:
    (one,) = reasons(POLICY, ENVELOPE, {"a@own.example": HELD}, {})
    assert json.loads(json.dumps(shown(one, {"bayes-spam": "Its words"}))) == {
        "recipients": ["a@own.example"],
        "action": "quarantine",
        "reason": "bayes-spam",
        "score": 8.5,
        "required": 5.0,
        "told": one.told,
        "sufficient": ["bayes-spam", "dnsbl-listed"],
        "otherwise": [{"name": "bayes-spam", "under": 5.5}],
        "vouched": [],
        "despite": [],
        "instead": None,
        "findings": [
            {"name": "bayes-spam", "score": 6.0, "meaning": "Its words", "evidence": "0.99", "certain": None},
            {"name": "dnsbl-listed", "score": 2.5, "meaning": "", "evidence": "at list.example", "certain": None},
        ],
    }
