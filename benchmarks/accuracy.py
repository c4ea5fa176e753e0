"""accuracy: how well spam is told from ham, beside bogofilter on the same messages in the same order.

    python -m benchmarks.accuracy [--corpora DIR] [--resamples 1000] [--only NAME]

Two corpora whose spam and ham came the same way (`honest`), everything that gives the class away removed for every
engine alike. `stream` is the TREC protocol: each message is judged, then learnt. `split` learns what came before a date
and judges what came after. Messages much like an earlier one are learnt, but not counted; the stream is shown with them
too. Fisher's scores are those of our words alone, `linear` is the linear model alone, `fused` what gatekeeper says; ham
blocked and spam missed are at the default cut-offs. Intervals are of 95 %, from a bootstrap; the comparison with
bogofilter is paired. How fast it learns: eight starts from nothing, evenly spread over the stream, and how many of the
first messages each engine put on the wrong side of 0.5; what says that it does not know counts half.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from shutil import which

import numpy as np
from numpy.typing import NDArray
from rich.box import MARKDOWN
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.honest import TESTED_FROM, Mail, mail_of
from benchmarks.parse import CORPORA, machine
from gatekeeper.classifier.bootstrap import RESAMPLES
from gatekeeper.classifier.features import Features, features_of
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.linear import probability
from gatekeeper.classifier.measure import DEFAULTS, Measured, compare, measure
from gatekeeper.classifier.ranking import Scored
from gatekeeper.message import parse
from gatekeeper.values import Label

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Scores = dict[str, Floats]
"""For each engine what it said of each message, NaN where it was not asked."""

ENGINES = ("bogofilter", "Fisher", "linear", "fused")
STARTS, FIRST = 8, (50, 100, 200, 500)
BINS = (0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 1.0)
UNSURE = 0.52
"""bogofilter's `robx`, what it says of a message whose words it does not know."""

COLUMNS = ("1-AUC", "missed at 0", "at 0.1", "at 0.5", "ham blocked", "spam missed", "lower than bogofilter")
CUTOFFS = {"bogofilter": 0.99, "Fisher": 0.99, "linear": DEFAULTS.spam, "fused": DEFAULTS.spam}
"""From where on each calls a message spam if nobody says otherwise."""

PERCENT = 1e2


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--corpora", type=Path, default=CORPORA)
    options.add_argument("--resamples", type=int, default=RESAMPLES)
    options.add_argument("--only", choices=list(TESTED_FROM))
    chosen = options.parse_args()
    if not which("bogofilter"):
        raise SystemExit("bogofilter is not installed: there is nothing to compare with")
    console = Console(width=200)
    console.print(f"{datetime.now(UTC):%Y-%m-%d}, {machine().rpartition(', one core')[0]}, {bogofilter_version()}")
    calibration = table(
        "calibration of the fused score, stream", "corpus", *(f"{low}-{high}" for low, high in pairwise(BINS))
    )
    for name in [chosen.only] if chosen.only else TESTED_FROM:
        mail = mail_of(chosen.corpora, name)
        features = [features_of(parse(message.raw)) for message in mail]
        spam = np.array([message.is_spam for message in mail])
        fresh = ~np.array([message.again for message in mail])
        early = np.array([message.arrived < TESTED_FROM[name] for message in mail])
        said = scores(mail, features, np.ones(len(mail), bool))
        split = scores(mail, features, early)
        console.print(ranked(f"{name}, stream", said, spam, fresh, chosen.resamples))
        console.print(ranked(f"{name}, stream, with near-duplicates", said, spam, fresh | True, chosen.resamples))
        console.print(ranked(f"{name}, split", split, spam, fresh & ~early, chosen.resamples))
        console.print(learning(name, mail, features, spam))
        calibration.add_row(name, *calibrated(said["fused"], spam))
    console.print(calibration)


def scores(mail: Sequence[Mail], features: Sequence[Features], learnt: Flags) -> Scores:
    """What every engine says of each message in turn, each knowing those before it that are `learnt`."""
    return {"bogofilter": by_bogofilter(mail, learnt), **by_us(mail, features, learnt)}


def by_us(mail: Sequence[Mail], features: Sequence[Features], learnt: Flags) -> Scores:
    learner, rows = Learner(), []
    for message, kept, learn in zip(mail, features, learnt, strict=True):
        label = Label.SPAM if message.is_spam else Label.HAM
        judged = learner.learn(kept, label) if learn else learner.judge(kept, 0)
        rows.append((judged.spamicity, probability(judged.linear), judged.score))
    return dict(zip(ENGINES[1:], np.array(rows).T, strict=True))


def by_bogofilter(mail: Sequence[Mail], learnt: Flags) -> Floats:
    said = []
    with tempfile.TemporaryDirectory() as directory, advancing("bogofilter", len(mail)) as advance:
        common = ["bogofilter", "-C", "-d", directory]
        for message, learn in zip(mail, learnt, strict=True):
            asked = subprocess.run([*common, "-TT"], input=message.raw, capture_output=True, check=False)
            said.append(float(asked.stdout.split()[-1]) if said else UNSURE)  # at first it has no word list to open
            if learn:
                subprocess.run([*common, "-s" if message.is_spam else "-n"], input=message.raw, check=True)
            advance(1)
    return np.array(said)


def bogofilter_version() -> str:
    return subprocess.run(["bogofilter", "-V"], capture_output=True, text=True, check=True).stdout.partition("\n")[0]


@contextmanager
def advancing(what: str, total: int) -> Iterator[Callable[[int], object]]:
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda steps: progress.advance(task, steps)


def ranked(title: str, said: Scores, spam: Flags, counted: Flags, resamples: int) -> Table:
    """How well each engine ranks the messages that count, and how sure it is that it does so better than bogofilter."""
    title += f": {int((spam & counted).sum()):,} spam, {int((~spam & counted).sum()):,} ham"
    shown = table(title, "%", *COLUMNS)
    theirs = Scored(said["bogofilter"][counted], spam[counted])
    for engine in ENGINES:
        ours = Scored(said[engine][counted], spam[counted])
        better = "" if engine == "bogofilter" else sureness(theirs, ours, resamples)
        shown.add_row(engine, *figures(measure(ours, resamples=resamples)), *wrong(ours, CUTOFFS[engine]), better)
    return shown


def figures(measured: Measured) -> Iterator[str]:
    if measured.ranked:
        for place, found in enumerate((measured.ranked.one_minus_auc, *measured.ranked.missed)):
            low, value, high = (
                f"{PERCENT * share:.{1 if place else 4}f}" for share in (found.low, found.value, found.high)
            )
            yield f"{value} ({low}-{high})"


def wrong(scored: Scored, cutoff: float) -> tuple[str, str]:
    """The ham that is called spam, and the spam that is not."""
    return f"{PERCENT * (scored.ham >= cutoff).mean():.2f}", f"{PERCENT * (scored.spam < cutoff).mean():.2f}"


def sureness(theirs: Scored, ours: Scored, resamples: int) -> str:
    """In how many of a hundred resamples 1-AUC and what is missed at 0.1 and at 0.5 % of ham were lower than theirs."""
    area, _, tenth, half = compare(theirs, ours, resamples)
    return " / ".join(f"{PERCENT * found.better:.1f}" for found in (area, tenth, half))


def learning(name: str, mail: Sequence[Mail], features: Sequence[Features], spam: Flags) -> Table:
    """How many of the first messages are misjudged, in the mean of eight starts from nothing."""
    length = max(FIRST)
    errors: dict[str, list[list[float]]] = {engine: [] for engine in ENGINES}
    for start in np.linspace(0, len(mail) - length, STARTS, dtype=int).tolist():
        part = slice(start, start + length)
        said = scores(mail[part], features[part], np.ones(length, bool))
        for engine in ENGINES:
            off = misjudged(said[engine], spam[part])
            errors[engine].append([float(off[:count].mean()) for count in FIRST])
    shown = table(f"{name}: misjudged among the first, from nothing", "%", *map(str, FIRST))
    for engine, found in errors.items():
        shown.add_row(engine, *(f"{PERCENT * error:.1f}" for error in np.mean(found, 0)))
    return shown


def misjudged(score: Floats, spam: Flags) -> Floats:
    """1 for each message on the wrong side; half of that where nothing is known, which bogofilter calls 0.52."""
    undecided = (score >= 0.5) & (score <= UNSURE)
    return np.where(undecided, 0.5, (score > 0.5) != spam)


def calibrated(score: Floats, spam: Flags) -> Iterator[str]:
    """For each bin the mean score, the share of spam, and how many messages there are."""
    for low, high in pairwise(BINS):
        inside = (score >= low) & ((score < high) | (high == 1.0))
        yield f"{score[inside].mean():.3f}: {spam[inside].mean():.3f} of {inside.sum()}" if inside.any() else ""


def table(title: str, *columns: str) -> Table:
    shown = Table(title=title, title_justify="left", box=MARKDOWN)
    for place, column in enumerate(columns):
        shown.add_column(column, justify="right" if place else "left")
    return shown


if __name__ == "__main__":
    main()
