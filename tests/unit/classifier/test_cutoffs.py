"""Proposed cut-offs: the promise is kept in simulated stores, and little mail promises nothing."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.cutoffs import DEFAULTS, NEVER, Proposal, one_in, propose
from gatekeeper.classifier.intervals import upper_bound
from gatekeeper.classifier.ranking import Floats

scores = st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.5, 1.0]), max_size=60)


def sigmoid(odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-odds))


def store(seed: int, spam: int, ham: int, apart: float = 3.0) -> tuple[Floats, Floats]:
    """Scores whose log odds are normal: the ham's around `-apart`, the spam's around `apart`, both of deviation 2."""
    random = np.random.default_rng(seed)
    return sigmoid(random.normal(apart, 2, spam)), sigmoid(random.normal(-apart, 2, ham))


def truly_blocked(cutoff: float, apart: float = 3.0) -> float:
    """The share of all ham of such a store that scores at least so much."""
    return 1 - NormalDist(-apart, 2).cdf(math.log(cutoff / (1 - cutoff)))


@pytest.mark.parametrize(
    ("asked", "ham"), [(0.05, 59), (0.05, 200), (0.01, 299), (0.01, 1000), (0.001, 2995), (0.001, 8000)]
)
def test_what_is_promised_is_kept_in_95_of_100_stores(asked: float, ham: int) -> None:
    """300 stores: 15 may break it, and 28 of them would be three deviations more than that."""
    broken = 0
    for seed in range(300):
        proposal = propose(*store(seed, 100, ham), ham_blocked=asked)
        assert proposal.enough
        assert proposal.blocked_at_most <= asked
        broken += truly_blocked(proposal.cutoffs.spam) > asked
    assert broken <= 27


def test_the_margin_is_no_larger_than_it_must_be() -> None:
    """With much ham the share that is blocked comes near to what was asked, and less spam is missed."""
    few, many = (propose(*store(1, 2000, ham), ham_blocked=0.01) for ham in (300, 30_000))
    assert few.blocked == 0
    assert many.blocked / many.ham > 0.008
    assert many.missed < few.missed


def test_counts_are_those_of_the_scores() -> None:
    spam, ham = store(2, 3000, 4000)
    proposal = propose(spam, ham, ham_blocked=0.01)
    cutoffs, spam, ham = proposal.cutoffs, spam[:1500], ham[:2000]
    assert (proposal.spam, proposal.ham) == (1500, 2000)
    assert proposal.blocked == (ham >= cutoffs.spam).sum()
    assert proposal.missed == (spam < cutoffs.spam).sum()
    assert proposal.as_ham == (spam <= cutoffs.ham).sum() <= 15
    assert proposal.blocked_at_most == upper_bound(proposal.blocked, 2000)
    assert proposal.why == "the newest 2,000 ham are enough to promise 1 in 100 with 95% confidence: 299 are needed"


@pytest.mark.parametrize(("ham", "enough"), [(298, False), (299, True)])
def test_one_ham_too_few(ham: int, enough: bool) -> None:
    assert propose(*store(3, 100, ham), ham_blocked=0.01).enough is enough


def test_what_was_said_before_it_had_learnt_counts_no_more() -> None:
    """The newer half is far better than the older; from all of it no such cut-off could follow."""
    (spam, ham), (old_spam, old_ham) = store(4, 500, 3000), store(5, 500, 3000, apart=0.5)
    proposal = propose([*spam, *old_spam], [*ham, *old_ham])
    assert (proposal.spam, proposal.ham) == (500, 3000)
    assert proposal.missed == (spam < proposal.cutoffs.spam).sum()
    assert proposal.missed < propose([*old_spam, *spam], [*old_ham, *ham]).missed


def test_as_many_of_the_newest_count_as_are_needed() -> None:
    spam, ham = store(6, 400, 4000)
    assert [propose(spam, ham, share).ham for share in (0.01, 0.001, 0.0001)] == [2000, 2995, 4000]
    assert propose(spam, ham).spam == 299


def test_too_little_to_go_by() -> None:
    proposal = propose([0.99] * 50, [0.01] * 800)
    assert not proposal.enough
    assert proposal.cutoffs == DEFAULTS
    assert proposal.blocked_at_most == pytest.approx(1 / 267.5, rel=0.01)
    assert proposal.why == (
        "800 ham are too few to promise 1 in 1,000 with 95% confidence: 2,995 are needed "
        "(as it is, 1 in 268 could be); until then defaults stand"
    )


def test_a_default_that_blocked_too_many_is_raised() -> None:
    """Even too little to promise anything may show that the default is too low."""
    ham = [0.95, 0.96, 0.97] + [0.01] * 500
    proposal = propose([0.999] * 50, ham)
    assert not proposal.enough
    assert 0.97 < proposal.cutoffs.spam < 0.999
    assert proposal.blocked == 0
    assert f"0.9 evidently blocks more than that, so it is {proposal.cutoffs.spam:.6g}" in proposal.why


@pytest.mark.parametrize("odd", [[0.97], [0.95, 0.97]])
def test_one_odd_ham_is_no_evidence_against_the_default(odd: list[float]) -> None:
    """It would cost much spam, and among so few it may be the only one in years."""
    proposal = propose([0.999] * 50, odd + [0.01] * 500)
    assert proposal.cutoffs.spam == DEFAULTS.spam
    assert proposal.blocked == len(odd)
    assert proposal.why.endswith("until then defaults stand")


def test_of_nothing_nothing_follows() -> None:
    assert propose([], []).cutoffs == DEFAULTS
    assert propose([], []).blocked_at_most == 1
    proposal = propose([], [0.1] * 4000)
    assert (proposal.enough, proposal.cutoffs) == (False, DEFAULTS)
    assert proposal.why.startswith("there is no spam yet")


def test_well_apart_leaves_room_for_unsure() -> None:
    proposal = propose([0.999] * 400, [0.001] * 4000)
    assert 0.001 < proposal.cutoffs.ham < 0.1
    assert 0.9 < proposal.cutoffs.spam < 0.999
    assert (proposal.blocked, proposal.missed, proposal.as_ham) == (0, 0, 0)


def test_what_is_more_likely_ham_is_not_called_spam() -> None:
    """All is below a half, and still the two are told apart."""
    assert propose([0.3] * 400, [0.001] * 4000).cutoffs.spam == 0.5
    assert propose([0.9999] * 400, [0.9] * 4000).cutoffs.ham == 0.45


def test_ham_with_the_highest_score_there_is() -> None:
    proposal = propose([1.0] * 400, [1.0] * 10 + [0.001] * 4000)
    assert proposal.cutoffs.spam == NEVER > 1
    assert (proposal.blocked, proposal.missed) == (0, proposal.spam)
    assert "so nothing is" in proposal.why


def test_spam_with_the_lowest_score_there_is() -> None:
    proposal = propose([0.0] * 100 + [0.99] * 300, [0.001] * 4000)
    assert proposal.cutoffs.ham < 0
    assert proposal.as_ham == 0


def test_neighbouring_doubles_are_told_apart() -> None:
    ham, spam = 1 - 2**-52, 1 - 2**-53
    proposal = propose([spam] * 400, [ham] * 4000)
    assert (proposal.cutoffs.spam, proposal.blocked, proposal.missed) == (spam, 0, 0)


def test_own_defaults_stand() -> None:
    own = Cutoffs(ham=0.1, spam=0.95)
    assert propose([0.99], [0.01], defaults=own).cutoffs == own


@given(scores, scores, st.sampled_from([0.001, 0.01, 0.1, 0.5]), st.sampled_from([0.5, 0.95]))
def test_whatever_the_scores(spam: list[float], ham: list[float], asked: float, confidence: float) -> None:
    proposal: Proposal = propose(spam, ham, asked, confidence)
    assert -1e-300 < proposal.cutoffs.ham < proposal.cutoffs.spam <= NEVER
    assert proposal.cutoffs.spam >= 0.5
    if proposal.enough:  # of fewer nothing can be promised: the defaults stand, whatever they block
        assert proposal.blocked <= asked * len(ham)
        assert proposal.blocked_at_most <= asked


@pytest.mark.parametrize(("share", "said"), [(0.001, "1 in 1,000"), (0.0037, "1 in 270"), (0.25, "25%"), (1.0, "100%")])
def test_shares_as_people_say_them(share: float, said: str) -> None:
    assert one_in(share) == said
