"""Both answers are compared with what trying every subset of the findings gives."""

import random
from dataclasses import replace
from itertools import combinations

import pytest

from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.pipeline.run import CHECK_FAILED
from gatekeeper.pipeline.why import Otherwise, Vouched, Why, of_verdict, speaks_for, why
from gatekeeper.values import Action, Authenticated, Finding

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
    assert found == Why(Action.QUARANTINE, (BAYES, LINKS, LIST), (Otherwise(BAYES, 3.5),), despite=(KNOWN,))
    assert str(found.otherwise[0]) == "bayes had been under 3.5"


def test_one_that_settles_it_suffices_and_would_have_had_to_be_missing() -> None:
    found = why(POLICY, USER, [BAYES, DENIED, KNOWN])
    assert found == Why(Action.REJECT, (DENIED,), (Otherwise(DENIED),), despite=(KNOWN,))
    assert str(Otherwise(DENIED)) == "access-denied had not been found"


def test_what_settles_it_and_what_weighs_too_much_besides_would_both_have_had_to_be_otherwise() -> None:
    found = why(POLICY, USER, [DENIED, BAYES, LINKS, LIST])
    assert found.sufficient == (DENIED,)
    assert found.otherwise == (Otherwise(DENIED), Otherwise(BAYES, 2.5))


def test_an_allow_entry_leaves_danger_alone_to_be_otherwise() -> None:
    found = why(POLICY, USER, [ALLOW, WORM, Finding("bayes", 99.0)])
    assert found == Why(Action.REJECT, (WORM,), (Otherwise(WORM),), despite=(ALLOW,))


def test_tagged_mail_would_have_passed_untagged() -> None:
    assert why(POLICY, USER, [TAGGED]) == Why(Action.TAG, (TAGGED,), (Otherwise(TAGGED),))
    assert why(POLICY, USER, [BAYES, LIST]) == Why(Action.TAG, (BAYES, LIST), (Otherwise(BAYES, 2.5),))


def test_one_that_cannot_weigh_little_enough_would_have_had_to_be_missing_and_the_next_less() -> None:
    findings = [Finding("a", 10.0), Finding("b", 9.0), Finding("c", 1.0)]
    assert why(POLICY, USER, findings).otherwise == (Otherwise(findings[0]), Otherwise(findings[1], 7.0))


def test_what_is_accepted_needs_no_reason() -> None:
    assert why(POLICY, USER, [LINKS]) == Why(Action.ACCEPT)
    assert why(POLICY, USER, [KNOWN, LINKS]) == Why(Action.ACCEPT)


def test_an_allow_entry_is_why_something_is_let_in_even_if_nothing_speaks_against_it() -> None:
    assert why(POLICY, USER, [KNOWN, ALLOW]) == Why(Action.ACCEPT, (ALLOW,))
    assert why(POLICY, USER, [KNOWN, ALLOW, DENIED]) == Why(Action.ACCEPT, (ALLOW,), instead=Action.REJECT)


def test_of_scores_below_zero_as_few_as_it_took_let_something_in() -> None:
    ham, friend = Finding("bayes-ham", -3.0), Finding("friend", -2.0)
    assert why(POLICY, USER, [KNOWN, friend, BAYES, LIST]) == Why(Action.ACCEPT, (friend,), instead=Action.TAG)
    found = why(POLICY, USER, [KNOWN, ham, friend, BAYES, LINKS, LIST])
    assert found == Why(Action.ACCEPT, (ham, friend), instead=Action.QUARANTINE)


def test_a_recipient_who_is_exempt_is_why_too() -> None:
    found = why(POLICY, "postmaster@own.example", [BAYES, DENIED])
    assert found == Why(Action.ACCEPT, instead=Action.REJECT)
    assert why(POLICY, "postmaster@own.example", [BAYES]) == Why(Action.ACCEPT)


def test_a_score_below_zero_stays_where_what_it_settles_is_left_out() -> None:
    both = replace(TAGGED, score=-2.0)
    found = why(POLICY, USER, [BAYES, LIST, both])
    assert (found.action, found.sufficient) == (Action.TAG, (both,))
    assert found.otherwise == (Otherwise(both),)


def test_where_the_settings_alone_mark_all_mail_nothing_would_have_had_to_be_otherwise() -> None:
    assert why(Policy(Thresholds(-10, 8, 15)), USER, [LINKS, KNOWN]) == Why(Action.TAG, despite=(KNOWN,))


def test_a_score_below_zero_does_not_speak_for_what_it_also_settles() -> None:
    assert speaks_for(KNOWN)
    assert speaks_for(replace(DENIED, certain=Action.ACCEPT, score=1.0))
    assert not speaks_for(replace(DENIED, score=-5.0))
    assert not speaks_for(LINKS)


def waiting(*ways: str) -> Finding:
    return Finding("sender-unvouched", awaits=ways)


def of(method: str, result: str, domain: str = "shop.example", score: float = 0.0, name: str = "", **more) -> Finding:
    return Finding(name or f"{method}-{result}", score, result=Authenticated(method, result, domain), **more)


REFUSED_BY_OWNER = of("dmarc", "fail", score=1.0, name="dmarc-reject", certain=Action.REJECT)


def ways(findings: list[Finding], **scores: float) -> list[tuple[str, ...]]:
    found = why(POLICY, USER, findings, scores={name.replace("_", "-"): score for name, score in scores.items()})
    assert all(not way.otherwise for way in found.vouched)
    return [way.by for way in found.vouched]


def test_an_entry_that_waits_for_somebody_to_vouch_is_as_near() -> None:
    much = [BAYES, LINKS, LIST, DENIED]
    assert ways([*much, waiting("dkim", "dkim=mailer.example", "client")]) == [
        ("dkim",),
        ("dkim=mailer.example",),
        ("client",),
    ]
    assert ways([*much, of("dkim", "pass", "elsewhere.example"), of("dmarc", "fail"), waiting("dkim")]) == [("dkim",)]
    assert ways([*much, of("dkim", "pass"), waiting("dkim=mailer.example")]) == [("dkim=mailer.example",)]
    assert ways([*much, waiting()]) == []


def test_what_failed_would_have_taken_its_findings_away_by_passing() -> None:
    assert ways([of("dkim", "none", ""), of("spf", "fail"), REFUSED_BY_OWNER]) == [("dkim",), ("spf",)]
    assert ways([of("dkim", "none", ""), of("spf", "fail", "bounces.test"), REFUSED_BY_OWNER]) == [("dkim",)]
    assert ways([of("spf", "fail", score=9.0)]) == [("spf",)]
    assert ways([of("spf", "fail", score=9.0, name="spf-helo-fail")], spf_pass=-9.0) == []
    assert ways([of("dkim", "fail", "elsewhere.example", score=9.0), of("dmarc", "fail")]) == []


def test_what_a_pass_weighs_counts_too() -> None:
    assert ways([BAYES, LINKS, LIST, of("spf", "none")]) == []
    assert ways([BAYES, LINKS, LIST, of("spf", "none")], spf_pass=-3.0) == [("spf",)]


def test_who_vouches_for_dmarc_need_not_be_told_of_twice() -> None:
    failed = [of("dkim", "none", ""), of("spf", "none"), of("dmarc", "fail")]
    assert ways([DENIED, *failed, waiting("dmarc")]) == [("dkim",), ("spf",)]
    assert ways([DENIED, of("dkim", "none", ""), of("dmarc", "none"), waiting("dmarc")]) == [("dmarc",)]


def test_a_sender_who_is_vouched_for_may_be_one_of_two_steps() -> None:
    heavy = [Finding("a", 20.0), Finding("b", 16.0), of("spf", "fail", score=16.0)]
    found = why(POLICY, USER, heavy)
    assert [change.finding for change in found.otherwise] == [heavy[0], heavy[1], heavy[2]]
    assert found.vouched == (Vouched(("spf",), (Otherwise(heavy[0]), Otherwise(heavy[1], 8.0))),)


def random_authentication(chance: random.Random) -> list[Finding]:
    """What the checks may say of one sender, and an entry that waits, at times."""
    author, other = "shop.example", "elsewhere.example"
    found = []
    for method in ("dkim", "spf", "dmarc"):
        if chance.random() < 0.7:
            result = chance.choice(["pass", "fail", "fail", "none"])
            domain = author if method == "dmarc" else chance.choice([author, f"mail.{author}", other])
            certain = chance.choice(list(Action)) if method == "dmarc" and chance.random() < 0.4 else None
            score = 0.0 if result == "pass" else round(chance.uniform(0, 9), 1)
            found.append(
                of(method, result, "" if result == "none" and method != "dmarc" else domain, score, certain=certain)
            )
    if chance.random() < 0.5:
        awaited = ["dkim", "spf", "dmarc", "dkim=esp.example", "client"]
        found.append(waiting(*chance.sample(awaited, chance.randrange(1, 5))))
    return found


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


def without(findings: list[Finding], gone) -> list[Finding]:
    """What is left of them; a score below zero stays."""
    rest = (Finding("", finding.score) for finding in gone if finding.score < 0)
    return [*(finding for finding in findings if finding not in gone), *rest]


@pytest.mark.parametrize("seed", range(10))
def test_as_few_as_trying_every_subset_finds(seed: int) -> None:
    chance = random.Random(seed)
    judged = 0
    for _ in range(100):
        policy, relayed = random_policy(chance), chance.random() < 0.2
        user = chance.choice([USER, USER, USER, "postmaster@own.example"])
        findings = [random_finding(chance, number) for number in range(chance.randrange(1, 9))]
        findings += random_authentication(chance) if chance.random() < 0.5 else []

        def action_of(some, policy=policy, user=user, relayed=relayed) -> Action:
            return policy.judge(user, some, relayed).action

        found = why(policy, user, findings, relayed)
        assert found.action is action_of(findings)
        if found.action is Action.ACCEPT:
            friends = [f for f in findings if speaks_for(f)]
            others = [f for f in findings if f not in friends]
            nobody = replace(policy, exempt=frozenset())
            sets = (subset for size in range(len(friends) + 1) for subset in combinations(friends, size))
            let_in = (s for s in sets if nobody.judge(user, [*others, *s], relayed).action is Action.ACCEPT)
            fewest = next(let_in, ())
            allowed = any(f.certain is Action.ACCEPT for f in friends)
            assert len(found.sufficient) == max(len(fewest), allowed)
            if found.sufficient:
                assert action_of([*others, *found.sufficient]) is Action.ACCEPT
            otherwise = nobody.judge(user, others if found.sufficient else findings, relayed).action
            assert found.instead is (None if otherwise is Action.ACCEPT else otherwise)
            continue
        judged += 1
        friends, others = [f for f in findings if speaks_for(f)], [f for f in findings if not speaks_for(f)]
        subsets = [subset for size in range(len(others) + 1) for subset in combinations(others, size)]
        strict = policy.judge(user, findings).action

        def leads(some, action=found.action, strict=strict, action_of=action_of, policy=policy, user=user) -> bool:
            return action_of(some) is action and policy.judge(user, some).action is strict

        fewest = next(s for s in subsets if leads(without(findings, [f for f in others if f not in s])))
        assert len(found.sufficient) == len(fewest)
        assert action_of([*friends, *found.sufficient]) is found.action

        def passes(some, action=found.action, action_of=action_of) -> bool:
            now = action_of(some)
            return now is Action.ACCEPT or (action is not Action.TAG and now.hands_on)

        nearest = next(s for s in subsets if passes(without(findings, s)))
        changed = {change.finding: change.under for change in found.otherwise}
        assert len(changed) == len(nearest)
        assert passes(without(findings, changed))

        def weighing(less: float, changed=changed, findings=findings) -> list[Finding]:
            left = without(findings, [f for f, under in changed.items() if under is None])
            return [replace(f, score=changed[f] - less) if f in changed else f for f in left]

        assert passes(weighing(0.001))
        if any(under is not None for under in changed.values()):
            assert not passes(weighing(0.0))
    assert judged > 30


@pytest.mark.parametrize("seed", range(5))
def test_a_verdict_alone_tells_as_much_of_what_was_tagged_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    tagged = refused = 0
    for _ in range(200):
        policy = random_policy(chance)
        findings = [random_finding(chance, number) for number in range(chance.randrange(1, 9))]
        findings += random_authentication(chance) if chance.random() < 0.5 else []
        verdict = policy.judge(USER, findings)
        if verdict.action is Action.TAG:
            tagged += 1
            alone, found = of_verdict(verdict), why(policy, USER, findings)
            assert len(alone.sufficient) == len(found.sufficient)
            assert replace(alone, sufficient=()) == replace(found, sufficient=())
        elif verdict.action is Action.REJECT and verdict.reached is not None:
            refused += 1
            assert verdict.reached == policy.default.reject
            assert of_verdict(verdict).sufficient == why(policy, USER, findings).sufficient
    assert tagged > 10
    assert refused > 5


def had_vouched(findings: list[Finding], by: tuple[str, ...]) -> list[Finding]:
    """What `pipeline.vouching` says that the findings would be, in other words."""
    said = {f.result.method: f.result for f in findings if f.result}
    dmarc, spf = said.get("dmarc"), said.get("spf")
    passed = set(by)
    if (
        dmarc
        and dmarc.result == "fail"
        and ("dkim" in by or ("spf" in by and spf and spf.domain.endswith("shop.example")))
    ):
        passed.add("dmarc")
    world = []
    for finding in findings:
        result = finding.result
        if result and result.method in passed and result.result != "pass":
            foreign = result.method == "dkim" and dmarc and result.domain == "elsewhere.example"
            if not foreign:
                continue
        world.append(replace(finding, certain=Action.ACCEPT) if passed & {*finding.awaits} else finding)
    return world


def possible(findings: list[Finding]) -> set[str]:
    """Everybody who did not vouch, though they were asked or are waited for."""
    said = {f.result.method: f.result for f in findings if f.result}
    asked = {way for finding in findings for way in finding.awaits} | (said.keys() & {"dkim", "spf"})
    own = {
        method
        for method, result in said.items()
        if result.passed and not (method == "dkim" and "dmarc" in said and result.domain == "elsewhere.example")
    }
    return asked - own


@pytest.mark.parametrize("seed", range(10, 20))
def test_as_near_as_trying_everybody_who_might_have_vouched_with_every_subset_finds(seed: int) -> None:
    chance = random.Random(seed)
    judged = told = 0
    for _ in range(100):
        policy = random_policy(chance)
        findings = [random_finding(chance, number) for number in range(chance.randrange(1, 4))]
        findings += random_authentication(chance)

        action = policy.judge(USER, findings).action

        def passes(some, policy=policy, action=action) -> bool:
            now = policy.judge(USER, some).action
            return now is Action.ACCEPT or (action is not Action.TAG and now.hands_on)

        found = why(policy, USER, findings)
        if found.action is Action.ACCEPT:
            continue
        judged += 1
        near: dict[frozenset[str], int] = {}
        every = possible(findings)
        for by in (frozenset(some) for size in range(len(every) + 1) for some in combinations(sorted(every), size)):
            world = had_vouched(findings, tuple(by))
            against = [f for f in world if not speaks_for(f)]
            sizes = (
                size
                for size in range(len(against) + 1)
                if any(passes(without(world, gone)) for gone in combinations(against, size))
            )
            near[by] = len(by) + next(sizes)
        alone = near.pop(frozenset())
        assert len(found.otherwise) == alone
        least = min(near.values(), default=alone + 1)
        shown = {frozenset(way.by): way.steps for way in found.vouched}
        if least > alone:
            assert not shown
            continue
        told += 1
        implied = {"dmarc"} if any(f.result and f.result.method == "dmarc" for f in findings) else set()
        assert set(shown.values()) == {least}
        assert shown.items() <= near.items()
        assert {by for by, steps in near.items() if steps == least and not by & implied} <= shown.keys()
    assert judged > 60
    assert told > 30
