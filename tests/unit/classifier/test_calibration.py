"""Of the messages scored 0.9 nine in ten are spam: in mail made of chance, whose class is drawn from its features."""

import numpy as np
import pytest

from gatekeeper.classifier.fusion import fuse
from gatekeeper.classifier.linear import Linear
from gatekeeper.values import Label

MESSAGES, SETTLED = 6000, 2000
KINDS, EACH = 300, 60


def said(share: float) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a stream in which that share is spam, and what the messages were."""
    random = np.random.default_rng(1)
    leaning = random.normal(0, 0.7, KINDS)
    leaning -= leaning.mean()
    linear, learnt = Linear(), [0, 0]
    scores, spam = [], []
    for _ in range(MESSAGES):
        grams = np.sort(random.choice(KINDS, EACH, replace=False)).astype(np.uint32)
        truth = leaning[grams].sum() + np.log(share / (1 - share))
        is_spam = bool(random.random() < 1 / (1 + np.exp(-truth)))
        score = linear.learn(grams, Label.SPAM if is_spam else Label.HAM)
        messages = learnt[1], learnt[0]
        scores.append(fuse(0.0, score, messages, messages))
        spam.append(is_spam)
        learnt[is_spam] += 1
    return np.array(scores)[SETTLED:], np.array(spam)[SETTLED:]


@pytest.mark.parametrize("share", [0.5, 0.7])
def test_a_score_is_a_probability(share: float) -> None:
    scores, spam = said(share)
    for low, high in ((0.05, 0.2), (0.4, 0.6), (0.8, 0.95)):
        inside = (scores > low) & (scores < high)
        assert inside.sum() > 300
        assert abs(spam[inside].mean() - scores[inside].mean()) < 0.09, (low, high, spam[inside].mean())


def test_scores_rank() -> None:
    scores, spam = said(0.5)
    assert scores[spam].mean() > scores[~spam].mean() + 0.4
