"""figures: what was measured, as a table for people and as JSON for programs, all in percent. It cannot fail."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console

from gatekeeper.classifier.bootstrap import Difference
from gatekeeper.classifier.curves import Step
from gatekeeper.classifier.intervals import Estimate
from gatekeeper.classifier.measure import RATES, Measured
from gatekeeper.cli import showing

Row = tuple[str, Estimate | None]


def percent(share: float, digits: int = 0) -> str:
    """`share` with as many digits as tell something; a dash for what is not known."""
    if math.isnan(share):
        return "-"
    number = share * 100
    if number and abs(number) < 1:
        digits = max(digits, 1 - math.floor(math.log10(abs(number))))
    return f"{number:.{max(digits, 2 if abs(number) < 10 else 1)}f}" if number else "0"


def interval(estimate: Estimate) -> str:
    """From where to where it is likely to be."""
    return f"{percent(estimate.low)} to {percent(estimate.high)}"


def rate(share: float) -> str:
    """A round share: 0, 0.1, 0.5."""
    return f"{share * 100:g}"


def ranked_rows(measured: Measured) -> list[Row]:
    """The figures that need no cut-off."""
    names = ["1-AUC", *(f"spam missed at {rate(share)} % of ham blocked" for share in RATES)]
    if measured.ranked is None:
        return [(name, None) for name in names]
    return list(zip(names, (measured.ranked.one_minus_auc, *measured.ranked.missed), strict=True))


def error_rows(measured: Measured) -> list[Row]:
    """What the cut-offs do."""
    errors = measured.errors
    ham: list[Row] = [("ham blocked", errors.ham_blocked), ("ham unsure", errors.ham_unsure)]
    spam: list[Row] = [("spam not blocked", errors.spam_missed), ("spam taken for ham", errors.spam_as_ham)]
    return [*(ham if measured.ham else []), *(spam if measured.spam else [])]


def show(out: Console, measured: Measured, steps: Sequence[Step]) -> None:
    """All figures as tables."""
    cutoffs = measured.errors.cutoffs
    out.print(f"{measured.spam:,} spam, {measured.ham:,} ham; all figures in percent, with 95 % intervals\n")
    _table(out, "whatever the cut-off", ranked_rows(measured))
    if measured.ranked is None:
        out.print(f"(there is no {'ham' if measured.spam else 'spam'}: what needs both classes cannot be computed)")
    out.print()
    _table(out, f"spam from {cutoffs.spam:.6g} on, ham up to {cutoffs.ham:.6g}", error_rows(measured))
    if steps:
        out.print()
        grid = showing.table("while learning", "spam", "1-AUC", "wrong side of 0.5")
        for step in steps:
            first = f"the first {step.messages:,}"
            showing.row(grid, first, f"{step.spam:,}", percent(step.one_minus_auc), percent(step.wrong))
        _to_the_right(grid.columns[1:])
        out.print(grid)


def as_json(measured: Measured, steps: Sequence[Step]) -> dict[str, Any]:
    """The same for programs."""
    area, *missed = (estimate for _, estimate in ranked_rows(measured))
    return {
        "spam": measured.spam,
        "ham": measured.ham,
        "one_minus_auc": _json(area),
        "spam_missed_at_ham_blocked": {rate(share): _json(found) for share, found in zip(RATES, missed, strict=True)},
        "cutoffs": {"spam": measured.errors.cutoffs.spam, "ham": measured.errors.cutoffs.ham},
        "ham_blocked": _json(measured.errors.ham_blocked),
        "ham_unsure": _json(measured.errors.ham_unsure),
        "spam_not_blocked": _json(measured.errors.spam_missed),
        "spam_taken_for_ham": _json(measured.errors.spam_as_ham),
        "learning": [
            {
                "messages": step.messages,
                "spam": step.spam,
                "one_minus_auc": _number(step.one_minus_auc),
                "wrong": _number(step.wrong),
            }
            for step in steps
        ],
    }


def show_differences(out: Console, names: tuple[str, str], found: Sequence[Difference]) -> None:
    """Two engines side by side."""
    grid = showing.table("in percent", *names, "less with the second", "95 % interval", "second better in")
    for name, one in zip(difference_names(), found, strict=True):
        cells = percent(one.first), percent(one.second), percent(one.gain.value), interval(one.gain)
        showing.row(grid, name, *cells, f"{one.better:.0%} of resamples")
    _to_the_right(grid.columns[1:])
    out.print(grid)


def differences_json(found: Sequence[Difference]) -> dict[str, Any]:
    """The same for programs."""
    return {
        name: {
            "first": _number(one.first),
            "second": _number(one.second),
            "gain": _json(one.gain),
            "second_better": one.better,
        }
        for name, one in zip(difference_names(), found, strict=True)
    }


def difference_names() -> list[str]:
    """What is compared, in the order of `measure.FIGURES`."""
    return ["1-AUC", *(f"spam missed at {rate(share)} % of ham blocked" for share in RATES)]


def _table(out: Console, title: str, rows: Iterable[Row]) -> None:
    grid = showing.table(title, "%", "95 % interval")
    for name, estimate in rows:
        cells = (percent(estimate.value), interval(estimate)) if estimate else ("-", "-")
        showing.row(grid, name, *cells)
    _to_the_right(grid.columns[1:])
    out.print(grid)


def _to_the_right(columns: Iterable[Any]) -> None:
    for column in columns:
        column.justify = "right"


def _json(estimate: Estimate | None) -> dict[str, float | None] | None:
    if estimate is None:
        return None
    return {"percent": _number(estimate.value), "low": _number(estimate.low), "high": _number(estimate.high)}


def _number(share: float) -> float | None:
    return None if math.isnan(share) else share * 100
