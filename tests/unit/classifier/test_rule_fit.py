import numpy as np
import pytest

from gatekeeper.classifier import rule_fit
from gatekeeper.classifier.rule_fit import FitError, Labelled, fit


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_fit, "PENALTIES", (0.003, 0.03))
    monkeypatch.setattr(rule_fit, "FOLDS", 4)


def labelled(*rows: tuple[str, bool, int, int, float], names: str = "abcdz") -> Labelled:
    """`rows`: the names that hit, whether it is spam, of which source, how often, and other points. The name `z` is
    hit by none.
    """
    hits, spam, sources, points = [], [], [], []
    for hit, is_spam, source, times, other in rows:
        for _ in range(times):
            hits.append([name in hit for name in names])
            spam.append(is_spam)
            sources.append(source)
            points.append(other)
    return Labelled(tuple(names), np.array(hits), np.array(points), np.array(spam), np.array(sources))


def varied(seed: int = 0, spam: int = 200, ham: int = 500) -> Labelled:
    """`a` and `b` are of spam, `c` of ham, `d` of neither; ten more make rows distinct."""
    chance = np.random.default_rng(seed)
    names = ("a", "b", "c", "d", *(f"n{n}" for n in range(10)))
    is_spam = np.arange(spam + ham) < spam
    rates = np.where(is_spam[:, None], [[0.9, 0.8, 0.02, 0.3]], [[0.02, 0.03, 0.6, 0.3]])
    hits = chance.random((spam + ham, 4)) < rates
    noise = chance.random((spam + ham, 10)) < 0.3
    points = np.zeros(spam + ham)
    return Labelled(names, np.column_stack((hits, noise)), points, is_spam, np.zeros(spam + ham, np.int64))


def said(mail: Labelled, scores: dict[str, float]) -> np.ndarray:
    return mail.hits @ np.array([scores[name] for name in mail.names]) + mail.points


def test_what_speaks_for_spam_weighs_and_what_does_not_does_not() -> None:
    fitted = fit(varied(), frozenset({"c"}))
    assert fitted.scores["a"] > 1.5
    assert fitted.scores["b"] > 1.0
    assert fitted.scores["c"] < 0
    assert fitted.scores["d"] < 0.6
    assert fitted.caught > 0.5


def test_the_bound_on_ham_holds_on_mail_that_was_not_known() -> None:
    for blocked in (0.001, 0.02):
        fitted = fit(varied(), frozenset({"c"}), blocked=blocked)
        assert fitted.blocked <= blocked
        mail = varied(seed=1, ham=3000)
        chance = 2 * (blocked / 3000) ** 0.5  # of so many messages more may be hit than of all there could be
        assert (said(mail, fitted.scores)[~mail.spam] >= 5.0).mean() <= blocked + chance


def test_more_ham_blocked_is_more_spam_caught() -> None:
    strict, loose = (fit(varied(), frozenset({"c"}), blocked=blocked) for blocked in (0.0, 0.05))
    assert loose.caught > strict.caught


def test_signs_hold_whatever_the_mail_says() -> None:
    mail = varied()
    fitted = fit(mail, frozenset({"a"}))
    assert fitted.scores["a"] == 0.0
    assert all(score >= 0 for name, score in fitted.scores.items() if name != "a")
    assert fit(mail, frozenset(mail.names)).scores["d"] <= 0


def test_no_rule_decides_alone() -> None:
    mail = labelled(("a", True, 0, 300, 0.0), ("", False, 1, 300, 0.0), ("c", False, 1, 3, 0.0))
    scores = fit(mail, frozenset({"c"})).scores
    assert scores["a"] <= 4.0
    assert scores["c"] >= -1.5


def test_the_threshold_is_the_operators() -> None:
    five, ten = (fit(varied(), frozenset({"c"}), threshold).scores["a"] for threshold in (5.0, 10.0))
    assert ten == pytest.approx(2 * five, abs=0.11)


def test_a_rule_that_nobody_has_met_weighs_as_others_do() -> None:
    mail = varied()
    wider = Labelled((*mail.names, "new"), np.column_stack((mail.hits, np.zeros(len(mail.spam), bool))), *_rest(mail))
    scores = fit(wider, frozenset({"c"})).scores
    others = [scores[name] for name in mail.names if name != "c"]
    assert 0 < scores["new"] <= max(others)


def _rest(mail: Labelled) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return mail.points, mail.spam, mail.sources


def test_what_else_was_found_is_taken_into_account() -> None:
    """Ham that has points already leaves less room."""
    mail = varied()
    loaded = Labelled(mail.names, mail.hits, np.where(mail.spam, 0.0, 3.0), mail.spam, mail.sources)
    fitted = fit(loaded, frozenset({"c"}))
    assert fitted.blocked <= 0.001
    assert (said(loaded, fitted.scores)[~loaded.spam] >= 5.0).mean() <= 0.001
    assert (said(loaded, fit(mail, frozenset({"c"})).scores)[~loaded.spam] >= 5.0).mean() > 0.001


def test_ham_that_has_the_threshold_by_itself_ruins_nothing() -> None:
    mail = varied()
    points = np.zeros(len(mail.spam))
    points[-1] = 9.0
    fitted = fit(Labelled(mail.names, mail.hits, points, mail.spam, mail.sources), frozenset({"c"}), blocked=0.002)
    assert fitted.caught > 0.5


def test_copies_teach_once() -> None:
    """A thousand copies of one mailing do not drown the rest."""
    mail = varied()
    copy = np.zeros((1000, len(mail.names)), bool)
    copy[:, 3] = True
    many = Labelled(
        mail.names,
        np.vstack((mail.hits, copy)),
        np.zeros(len(mail.spam) + 1000),
        np.append(mail.spam, np.ones(1000, bool)),
        np.zeros(len(mail.spam) + 1000, np.int64),
    )
    assert fit(many, frozenset({"c"})).scores["d"] < fit(many, frozenset({"c"})).scores["a"]


def test_a_small_collection_is_heard_beside_a_large_one() -> None:
    """Its spam is another, and a tenth as much."""
    mail = varied()
    few = np.zeros((20, len(mail.names)), bool)
    few[:, -1] = True
    few[:, 4:9] = np.random.default_rng(2).random((20, 5)) < 0.5
    scores = []
    for source in (0, 1):
        both = Labelled(
            mail.names,
            np.vstack((mail.hits, few)),
            np.zeros(len(mail.spam) + 20),
            np.append(mail.spam, np.ones(20, bool)),
            np.append(mail.sources, np.full(20, source)),
        )
        scores.append(fit(both, frozenset({"c"})).scores)
    shares = [score[mail.names[-1]] / score["a"] for score in scores]
    assert shares[1] > shares[0]


def test_the_same_mail_gives_the_same_scores() -> None:
    assert fit(varied(), frozenset()) == fit(varied(), frozenset())


@pytest.mark.parametrize("spam", [True, False])
def test_one_class_is_not_enough(spam: bool) -> None:
    with pytest.raises(FitError):
        fit(labelled(("a", spam, 0, 5, 0.0)), frozenset())


def test_very_little_mail_is_no_mistake() -> None:
    mail = labelled(("a", True, 0, 1, 0.0), ("b", False, 0, 1, 0.0))
    assert len(mail.spam) < rule_fit.FOLDS
    assert all(np.isfinite(list(fit(mail, frozenset()).scores.values())))


def test_nothing_is_divided_by_nothing_where_no_mail_is_left_to_learn_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_fit, "FOLDS", 1)
    with np.errstate(all="raise"):
        fit(labelled(("a", True, 0, 1, 0.0), ("b", False, 0, 1, 0.0)), frozenset())
