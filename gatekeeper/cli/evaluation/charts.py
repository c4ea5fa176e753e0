"""charts: what was measured, drawn, each with the same in numbers. They cannot fail; there must be spam and ham.

ROC on a logarithmic axis and DET on two probit axes (Martin and others, Eurospeech 1997), because all that matters
happens where little ham is blocked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from markupsafe import Markup

from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.calibration import Bin, calibration, calibration_error, histogram, log_odds
from gatekeeper.classifier.curves import MARKS, Step, learning, roc
from gatekeeper.classifier.intervals import Estimate
from gatekeeper.classifier.measure import RATES, Errors, Ranked, errors_at
from gatekeeper.classifier.ranking import Scored
from gatekeeper.cli.evaluation.drawing import Axis, Drawing
from gatekeeper.cli.evaluation.figures import interval, percent, rate

_PERCENTS = (0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
_PROBITS = (0.001, 0.01, 0.1, 0.5, 2.0, 10.0, 30.0, 60.0)
_SCORES = ("0.00001", "0.001", "0.03", "0.5", "0.97", "0.999", "0.99999")
_CUTOFFS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)
_FLOORS = (99.0, 95.0, 90.0, 80.0, 50.0, 0.0)
_FIRST, _STEPS = 10, 40  # where the learning curve begins, and its points


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its title, what it tells, and its numbers."""

    title: str
    text: str
    svg: Markup
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def charts(scored: Scored, ranked: Ranked, cutoffs: Cutoffs, steps: Sequence[Step]) -> list[Chart]:
    """All charts; the learning curve only if there are steps of it."""
    found = [roc_chart(scored, ranked), det_chart(scored, ranked), histogram_chart(scored, cutoffs)]
    return [
        *found,
        cutoff_chart(scored, cutoffs),
        calibration_chart(scored),
        *([learning_chart(scored, steps)] if steps else []),
    ]


def roc_chart(scored: Scored, ranked: Ranked) -> Chart:
    """How much spam is caught for how much ham."""
    least = 50 / len(scored.ham)  # half a message, in percent
    floor = next(f for f in _FLOORS if f <= 100 * (1 - ranked.missed[0].high))
    x = _log_axis("ham blocked, %", least, 100, _PERCENTS)
    y = Axis("spam caught, %", floor, 100, [(t, f"{t:g}") for t in _fifths(floor)])
    drawing = Drawing(x, y)
    drawing.line(((100 * blocked, 100 * caught) for blocked, caught in roc(scored).staircase()), "own")
    for share, missed in zip(RATES, ranked.missed, strict=True):
        drawing.spread(100 * share, 100 * (1 - missed.high), 100 * (1 - missed.low), "own")
        said = f"{percent(1 - missed.value)} % caught at {rate(share)} % of ham blocked"
        drawing.dot(100 * share, 100 * (1 - missed.value), 4, "own", said)
    text = (
        "The higher and the further to the left, the better. Upright bars: 95 % intervals at 0, 0.1 and 0.5 % of ham."
    )
    return Chart("Spam caught for ham blocked (ROC)", text, drawing.svg("ROC curve", text), *_rates_table(ranked))


def det_chart(scored: Scored, ranked: Ranked) -> Chart:
    """Both errors against each other, on axes that make normal scores a straight line."""
    x, y = (_probit(name, n) for name, n in (("ham blocked, %", len(scored.ham)), ("spam missed, %", len(scored.spam))))
    drawing = Drawing(x, y)
    points = [(100 * blocked, 100 * (1 - caught)) for blocked, caught in roc(scored).staircase()]
    drawing.line(points, "own")
    worst, best = min(points, key=lambda point: abs(point[0] - point[1]))
    drawing.dot(worst, best, 4, "own", f"both errors equal near {worst:.2f} %")
    text = f"The nearer to the lower left corner, the better. The dot: where both errors are equal, near {worst:.2f} %."
    return Chart("One error against the other (DET)", text, drawing.svg("DET curve", text), *_rates_table(ranked))


def histogram_chart(scored: Scored, cutoffs: Cutoffs) -> Chart:
    """Where the scores of both classes lie: spam upwards, ham downwards."""
    found = histogram(scored)
    top = math.log10(1 + max(found.spam.max(), found.ham.max())) * 1.1
    counts = [10**n for n in range(math.ceil(top))]
    ticks = [(sign * math.log10(1 + n), f"{n:,}") for n in counts for sign in (1, -1)]
    y = Axis("messages: ham below, spam above", -top, top, [*ticks, (0.0, "0")])
    drawing = Drawing(_score_axis(), y)
    for n, (spam, ham) in enumerate(zip(found.spam.tolist(), found.ham.tolist(), strict=True)):
        left, right = found.edges[n], found.edges[n + 1]
        if spam:
            drawing.bar(left, right, 0, math.log10(1 + spam), "spam", f"{spam:,} spam")
        if ham:
            drawing.bar(left, right, -math.log10(1 + ham), 0, "ham", f"{ham:,} ham")
    drawing.cut(log_odds_of(cutoffs.spam), "spam", True)
    drawing.cut(log_odds_of(cutoffs.ham), "ham", False)
    text = "Scores on a scale of log odds, messages on a logarithmic one. The dashed lines are the cut-offs."
    rows = [
        (f"{one.low:g} to {one.high:g}", f"{_spam(one):,}", f"{one.messages - _spam(one):,}")
        for one in calibration(scored)
    ]
    return Chart("Where the scores lie", text, drawing.svg("Histogram of scores", text), ("score", "spam", "ham"), rows)


def cutoff_chart(scored: Scored, cutoffs: Cutoffs) -> Chart:
    """What another cut-off for spam would have done."""
    odds = np.linspace(-12, 12, 241)
    tried = 1 / (1 + np.exp(-odds))
    blocked = 100 * np.mean(scored.ham[:, None] >= tried, axis=0)
    missed = 100 * np.mean(scored.spam[:, None] < tried, axis=0)
    least = 50 / max(len(scored.ham), len(scored.spam))
    drawing = Drawing(_score_axis(), _log_axis("error, %", least, 100, _PERCENTS))
    drawing.line(zip(odds.tolist(), blocked.tolist(), strict=True), "ham")
    drawing.line(zip(odds.tolist(), missed.tolist(), strict=True), "spam")
    drawing.cut(log_odds_of(cutoffs.spam), f"{cutoffs.spam:.4g}", True)
    drawing.say(-11.5, 3, "ham blocked", "ham")
    drawing.say(11.5, 3, "spam not blocked", "spam", "end")
    text = "What another cut-off for spam would have done to these messages. The dashed line is the one in force."
    rows = [(f"{cut:g}", *_errors(errors_at(scored, Cutoffs(0, cut)))) for cut in _CUTOFFS]
    columns = ("spam from", "ham blocked %", "spam not blocked %")
    return Chart("If the cut-off were another", text, drawing.svg("Errors by cut-off", text), columns, rows)


def calibration_chart(scored: Scored) -> Chart:
    """Whether the score is the probability that it claims to be."""
    bins = calibration(scored)
    ticks = [(score, f"{score:g}") for score in (0.01, 0.1, 0.5, 0.9, 0.99)]
    x, y = (Axis(title, 0.0025, 0.9975, ticks, log_odds_of) for title in ("mean score", "share that is spam"))
    drawing = Drawing(x, y)
    drawing.line([(0, 0), (1, 1)], "ideal")
    for one in bins:
        drawing.spread(one.score, one.spam.low, one.spam.high, "own")
        said = f"{one.messages:,} messages: {one.score:.3f} said, {one.spam.value:.3f} are spam"
        drawing.dot(one.score, one.spam.value, 2 + math.log10(one.messages), "own", said)
    text = (
        "On the dashed line a score is the probability that it claims to be; on average it is off by "
        f"{percent(calibration_error(bins))} %. Bars: 95 % intervals."
    )
    rows = [
        (
            f"{one.low:g} to {one.high:g}",
            f"{one.messages:,}",
            percent(one.score),
            percent(one.spam.value),
            interval(one.spam),
        )
        for one in bins
    ]
    columns = ("score", "messages", "mean score, %", "are spam, %", "95 % interval")
    return Chart("Is the score a probability?", text, drawing.svg("Calibration", text), columns, rows)


def learning_chart(scored: Scored, steps: Sequence[Step]) -> Chart:
    """How the error falls with what is learnt."""
    count = len(scored)
    marks = sorted({round(_FIRST * (count / _FIRST) ** (n / _STEPS)) for n in range(_STEPS)}) if count > _FIRST else []
    points = learning(scored, marks)
    ranked = [(step.messages, 100 * step.one_minus_auc) for step in points if not math.isnan(step.one_minus_auc)]
    wrong = [(step.messages, 100 * step.wrong) for step in points]
    least = min((error for _, error in (*ranked, *wrong) if error), default=0.1)
    floor = 10 ** math.floor(math.log10(min(least, 1)))
    x = _log_axis("messages judged and learnt", min(_FIRST, count), max(count, _FIRST + 1), (10, *MARKS))
    drawing = Drawing(x, _log_axis("error among them so far, %", floor, 100, _PERCENTS))
    drawing.line(wrong, "wrong")
    drawing.line(ranked, "own")
    drawing.legend(("own", "1-AUC"), ("wrong", "wrong side of 0.5"))
    text = "From nothing learnt to the end: 1-AUC, and the share of messages on the wrong side of 0.5, both so far."
    rows = [(f"{s.messages:,}", f"{s.spam:,}", percent(s.one_minus_auc), percent(s.wrong)) for s in steps]
    columns = ("messages", "of them spam", "1-AUC %", "wrong side of 0.5 %")
    return Chart("How fast it learns", text, drawing.svg("Learning curve", text), columns, rows)


def log_odds_of(score: float) -> float:
    """One score as log odds from -12 to 12."""
    return float(log_odds(np.asarray(score)))


def _rates_table(ranked: Ranked) -> tuple[tuple[str, ...], Sequence[tuple[str, ...]]]:
    rows = [(rate(share), percent(1 - m.value), _caught(m)) for share, m in zip(RATES, ranked.missed, strict=True)]
    return ("ham blocked %", "spam caught %", "95 % interval"), rows


def _caught(missed: Estimate) -> str:
    return interval(Estimate(1 - missed.value, 1 - missed.high, 1 - missed.low))


def _probit(title: str, count: int) -> Axis:
    """Down to half a message of `count`."""
    least = 50 / count
    ticks = [(p, f"{p:g}") for p in _PROBITS if p >= least]
    return Axis(title, least, 60, ticks, lambda number: NormalDist().inv_cdf(number / 100))


def _errors(errors: Errors) -> tuple[str, str]:
    return percent(errors.ham_blocked.value), percent(errors.spam_missed.value)


def _score_axis() -> Axis:
    """Scores as log odds."""
    return Axis("score", -12, 12, [(log_odds_of(float(label)), label) for label in _SCORES])


def _fifths(floor: float) -> list[float]:
    return [floor + (100 - floor) * n / 5 for n in range(6)]


def _spam(one: Bin) -> int:
    return round(one.spam.value * one.messages)


def _log_axis(title: str, low: float, high: float, ticks: Sequence[float]) -> Axis:
    return Axis(title, low, high, [(tick, f"{tick:,g}") for tick in ticks if low <= tick <= high], math.log)
