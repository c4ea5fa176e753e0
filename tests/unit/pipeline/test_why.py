"""Both answers are compared with what trying every subset of the findings gives."""

import random
from dataclasses import replace
from itertools import combinations

import pytest

from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.pipeline.run import CHECK_FAILED
from gatekeeper.pipeline.why import Otherwise, Why, speaks_for, why
from gatekeeper.values import Action, Finding

POLICY = Policy(Thresholds(5, 8, 15))
USER = "u@own.example"
BAYES, LINKS, LIST = Finding("bayes", 4.0), Finding("link-mismatch", 3.0), Finding("dnsbl-listed", 2.5)
KNOWN = Finding("known-correspondent", -1.0)
ALLOW = Finding("access-allowed", certain=Action.ACCEPT)
WORM = Finding("virus-found", certain=Action.REJECT, danger=True)
DENIED = Finding("access-denied", certain=Action.REJECT)
TAGGED = Finding("dmarc-fail", 1.0, certain=Action.TAG)


def test_the_heaviest_suffice_and_the_heaviest_would_have_had_to_be_less() -> None:
    found = why(POLICY, USER, [LIST, BAYES, KNOWN, LINKS])
    assert found == Why(Action.QUARANTINE, (BAYES, LINKS, LIST), (Otherwise(BAYES, 3.5),))
    assert str(found.otherwise[0]) == "bayes had been under 3.5"


def test_one_that_settles_it_suffices_and_would_have_had_to_be_missing() -> None:
    assert why(POLICY, USER, [BAYES, DENIED, KNOWN]) == Why(Action.REJECT, (DENIED,), (Otherwise(DENIED),))
    assert str(Otherwise(DENIED)) == "access-denied had not been found"


def test_what_settles_it_and_what_weighs_too_much_besides_would_both_have_had_to_be_otherwise() -> None:
    found = why(POLICY, USER, [DENIED, BAYES, LINKS, LIST])
    assert found.sufficient == (DENIED,)
    assert found.otherwise == (Otherwise(DENIED), Otherwise(BAYES, 2.5))


def test_an_allow_entry_leaves_danger_alone_to_be_otherwise() -> None:
    assert why(POLICY, USER, [ALLOW, WORM, Finding("bayes", 99.0)]) == Why(Action.REJECT, (WORM,), (Otherwise(WORM),))


def test_tagged_mail_would_have_passed_untagged() -> None:
    assert why(POLICY, USER, [TAGGED]) == Why(Action.TAG, (TAGGED,), (Otherwise(TAGGED),))
    assert why(POLICY, USER, [BAYES, LIST]) == Why(Action.TAG, (BAYES, LIST), (Otherwise(BAYES, 2.5),))


def test_one_that_cannot_weigh_little_enough_would_have_had_to_be_missing_and_the_next_less() -> None:
    findings = [Finding("a", 10.0), Finding("b", 9.0), Finding("c", 1.0)]
    assert why(POLICY, USER, findings).otherwise == (Otherwise(findings[0]), Otherwise(findings[1], 7.0))


def test_what_is_accepted_needs_no_reason() -> None:
    assert why(POLICY, USER, [LINKS]) == Why(Action.ACCEPT)
    assert why(POLICY, "postmaster@own.example", [BAYES, DENIED]) == Why(Action.ACCEPT)


def test_a_score_below_zero_does_not_speak_for_what_it_also_settles() -> None:
    assert speaks_for(KNOWN)
    assert speaks_for(replace(DENIED, certain=Action.ACCEPT, score=1.0))
    assert not speaks_for(replace(DENIED, score=-5.0))
    assert not speaks_for(LINKS)


def random_finding(chance: random.Random, number: int) -> Finding:
    kind = chance.random()
    score = round(chance.choice([1, 1, 1, -1]) * chance.uniform(0, 7), chance.choice([0, 1, 3]))
    if kind < 0.75:
        return Finding(f"f{number}", score)
    if kind < 0.8:
        return Finding(CHECK_FAILED, 0.0, str(number))
    certain = chance.choice(list(Action))
    danger = chance.random() < 0.3 and certain is not Action.ACCEPT
    return Finding(f"f{number}", chance.choice([0.0, score]), certain=certain, danger=danger)


def random_policy(chance: random.Random) -> Policy:
    tag, quarantine, reject = sorted(chance.sample(range(1, 20), 3))
    gentler = chance.choice([Action.QUARANTINE, Action.TAG, Action.DISCARD, Action.REJECT])
    failing = chance.choice([Action.DEFER, Action.QUARANTINE, Action.TAG])
    return Policy(Thresholds(tag, quarantine, reject), on_reject_from_relay=gentler, on_check_failure=failing)


@pytest.mark.parametrize("seed", range(10))
def test_as_few_as_trying_every_subset_finds(seed: int) -> None:
    chance = random.Random(seed)
    judged = 0
    for _ in range(100):
        policy, relayed = random_policy(chance), chance.random() < 0.2
        user = chance.choice([USER, USER, USER, "postmaster@own.example"])
        findings = [random_finding(chance, number) for number in range(chance.randrange(1, 9))]

        def action_of(some, policy=policy, user=user, relayed=relayed) -> Action:
            return policy.judge(user, some, relayed).action

        found = why(policy, user, findings, relayed)
        assert found.action is action_of(findings)
        if found.action is Action.ACCEPT:
            assert found == Why(Action.ACCEPT)
            continue
        judged += 1
        friends, others = [f for f in findings if speaks_for(f)], [f for f in findings if not speaks_for(f)]
        subsets = [subset for size in range(len(others) + 1) for subset in combinations(others, size)]
        fewest = next(s for s in subsets if action_of([*friends, *s]) is found.action)
        assert len(found.sufficient) == len(fewest)
        assert action_of([*friends, *found.sufficient]) is found.action

        def passes(some, action=found.action, action_of=action_of) -> bool:
            now = action_of(some)
            return now is Action.ACCEPT or (action is not Action.TAG and now.hands_on)

        nearest = next(s for s in subsets if passes([f for f in findings if f not in s]))
        changed = {change.finding: change.under for change in found.otherwise}
        assert len(changed) == len(nearest)
        assert passes([f for f in findings if f not in changed])

        def weighing(less: float, changed=changed, findings=findings) -> list[Finding]:
            left = [f for f in findings if changed.get(f, 0.0) is not None]
            return [replace(f, score=changed[f] - less) if f in changed else f for f in left]

        assert passes(weighing(0.001))
        if any(under is not None for under in changed.values()):
            assert not passes(weighing(0.0))
    assert judged > 30
