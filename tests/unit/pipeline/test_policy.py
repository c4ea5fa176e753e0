import pytest

from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.pipeline.run import CHECK_FAILED
from gatekeeper.values import Action, Change, Finding, Reply

POLICY = Policy(Thresholds(5, 8, 15), {"strict.example": Thresholds(1, 2, 3)})


def sure(name: str, action: Action, danger: bool = False, reply: Reply | None = None) -> Finding:
    return Finding(name, 0.0, "", action, danger, reply)


@pytest.mark.parametrize(
    ("score", "action"),
    [
        (0, Action.ACCEPT),
        (4.99, Action.ACCEPT),
        (5, Action.TAG),
        (8, Action.QUARANTINE),
        (14.9, Action.QUARANTINE),
        (15, Action.REJECT),
    ],
)
def test_scores_against_thresholds(score: float, action: Action) -> None:
    verdict = POLICY.judge("user@own.example", [Finding("some", score)])
    assert verdict.action is action
    assert verdict.reason == ("clean" if action is Action.ACCEPT else "some")


def test_scores_add_up_and_the_heaviest_names_the_reason() -> None:
    verdict = POLICY.judge("u@own.example", [Finding("light", 2), Finding("heavy", 4), Finding("good", -0.5)])
    assert (verdict.action, verdict.reason, verdict.score) == (Action.TAG, "heavy", 5.5)


def test_a_domain_has_its_own_thresholds() -> None:
    assert POLICY.judge("u@Strict.Example", [Finding("some", 2)]).action is Action.QUARANTINE


def test_a_certain_finding_settles_it_with_its_reply() -> None:
    reply = Reply(550, "5.7.1", ("Access denied",))
    verdict = POLICY.judge("u@own.example", [Finding("x", -50), sure("access-denied", Action.REJECT, reply=reply)])
    assert (verdict.action, verdict.reason, verdict.reply) == (Action.REJECT, "access-denied", reply)


def test_an_allow_entry_outweighs_everything_but_danger() -> None:
    allow = sure("access-allowed", Action.ACCEPT)
    assert (
        POLICY.judge("u@own.example", [allow, sure("dnsbl-listed", Action.REJECT), Finding("x", 99)]).action
        is Action.ACCEPT
    )
    assert POLICY.judge("u@own.example", [allow, sure("eicar", Action.REJECT, danger=True)]).reason == "eicar"


@pytest.mark.parametrize("local", ["postmaster", "Postmaster", "abuse"])
def test_postmaster_is_exempt_from_all_but_danger(local: str) -> None:
    findings = [sure("dnsbl-listed", Action.REJECT), Finding("x", 99)]
    assert POLICY.judge(f"{local}@own.example", findings).action is Action.ACCEPT
    assert POLICY.judge(local, findings).action is Action.ACCEPT
    danger = [*findings, sure("eicar", Action.REJECT, danger=True)]
    assert POLICY.judge(f"{local}@own.example", danger).action is Action.REJECT


def test_no_recipient_is_not_exempt() -> None:
    assert POLICY.judge("", [Finding("x", 99)]).action is Action.REJECT


def test_a_broken_check_does_what_policy_says() -> None:
    findings = [Finding(CHECK_FAILED), Finding("x", 99)]
    assert POLICY.judge("u@own.example", findings).action is Action.DEFER
    held = Policy(on_check_failure=Action.QUARANTINE)
    assert held.judge("u@own.example", findings).action is Action.QUARANTINE


def test_a_trusted_hop_is_not_made_to_bounce() -> None:
    findings = [sure("gtube", Action.REJECT)]
    assert POLICY.judge("u@own.example", findings, from_relay=True).action is Action.QUARANTINE
    assert POLICY.judge("u@own.example", findings, from_relay=True).reason == "gtube"
    assert POLICY.judge("u@own.example", findings).action is Action.REJECT


def test_the_strongest_of_several_certain_findings_decides() -> None:
    findings = [sure("a", Action.DEFER), sure("b", Action.REJECT), sure("c", Action.QUARANTINE)]
    assert POLICY.judge("u@own.example", findings).reason == "b"


STRIP = Finding("attachment-stripped", change=Change("1.2", "strip", "why"), danger=True)
RENAME = Finding("attachment-renamed", change=Change("1.3", "rename", "why", "a.txt"))


def test_a_message_that_goes_on_is_changed_and_the_reason_says_so() -> None:
    verdict = Policy().judge("u@own.example", [STRIP, RENAME])
    assert verdict.action is Action.ACCEPT
    assert verdict.reason == "attachment-stripped"
    assert verdict.changes == (STRIP.change, RENAME.change)


def test_a_message_that_does_not_go_on_is_not_changed() -> None:
    assert Policy().judge("u@own.example", [STRIP, Finding("spam", 9.0)]).changes == ()
    assert Policy().judge("u@own.example", [STRIP, Finding("bad", certain=Action.REJECT)]).changes == ()


@pytest.mark.parametrize("recipient", ["postmaster@own.example", "u@own.example"])
def test_an_allow_entry_spares_from_changes_but_for_danger(recipient: str) -> None:
    allowed = [Finding("access-ok", certain=Action.ACCEPT)]
    assert Policy().judge(recipient, [*allowed, STRIP, RENAME]).changes == (STRIP.change,)
    assert Policy().judge(recipient, [*allowed, RENAME]).changes == ()


def test_what_a_relay_may_not_be_refused_is_changed_when_it_goes_on() -> None:
    policy = Policy(on_reject_from_relay=Action.TAG)
    verdict = policy.judge("u@own.example", [STRIP, Finding("bad", certain=Action.REJECT)], from_relay=True)
    assert (verdict.action, verdict.changes) == (Action.TAG, (STRIP.change,))


def test_what_is_dangerous_is_held_rather_than_handed_on_for_a_relay() -> None:
    policy = Policy(on_reject_from_relay=Action.TAG)
    assert policy.judge("u@own.example", [sure("worm", Action.REJECT, danger=True)], True).action is Action.QUARANTINE
    assert policy.judge("u@own.example", [sure("listed", Action.REJECT)], True).action is Action.TAG
