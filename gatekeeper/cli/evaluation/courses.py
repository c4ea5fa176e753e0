"""courses: `gatekeeper evaluate split` and `stream`: learn, judge, say how well that went."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gatekeeper.app import sharing
from gatekeeper.app.evaluation.lines import Entry, read_order, score_lines, written
from gatekeeper.app.evaluation.run import Course, Evaluated, Opinion
from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.curves import learning
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.measure import measure
from gatekeeper.cli import showing
from gatekeeper.cli.evaluation import figures
from gatekeeper.cli.evaluation.reading import EXISTING, as_json_option, line_by_line
from gatekeeper.cli.progress import Advance, progress
from gatekeeper.cli.state import settled
from gatekeeper.config.schema import Classifier

_BOGOFILTER = Cutoffs(ham=0.45, spam=0.99)
_WORST = 15  # mistakes of each class in a report

_out = click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="SCORES",
    help="File to write: a line `spam|ham SCORE` for each message judged, in their order.",
)
_score = click.option(
    "--score",
    type=click.Choice(["fused", "words", "linear"]),
    default="fused",
    show_default=True,
    help="Whose opinion: the words', the linear model's, or both as one.",
)
_report = click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write a page with charts and the worst mistakes there: index.html.",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to come out of an evaluation."""

    out: Path
    score: Opinion
    as_json: bool
    report: Path | None


@click.command()
@click.option("--train", required=True, type=EXISTING, metavar="ORDER", help="What to learn: lines `spam|ham PATH`.")
@click.option("--test", required=True, type=EXISTING, metavar="ORDER", help="What to judge then; it is not learnt.")
@_out
@_score
@_report
@as_json_option
@click.pass_obj
@line_by_line
def split(path: Path | None, /, train: Path, test: Path, **wanted: Any) -> None:
    """Learn one part from scratch, then judge the other.

    \b
    Example:
      gatekeeper evaluate split --train 2025.txt --test 2026.txt --out scores.txt --report report/
    """
    first, second = read_order(train), read_order(test)
    count = len(first) + len(second)
    _evaluate(
        path, Wanted(**wanted), (train, test), second, count, lambda course, tick: course.split(first, second, tick)
    )


@click.command()
@click.argument("order", type=EXISTING)
@_out
@_score
@_report
@as_json_option
@click.pass_obj
@line_by_line
def stream(path: Path | None, /, order: Path, **wanted: Any) -> None:
    """Judge each message, then learn what it is, from scratch: the protocol of the TREC spam track.

    \b
    Example:
      gatekeeper evaluate stream order.txt --out scores.txt
    """
    entries = read_order(order)
    _evaluate(
        path, Wanted(**wanted), (order,), entries, len(entries), lambda course, tick: course.stream(entries, tick)
    )


def _evaluate(
    path: Path | None,
    wanted: Wanted,
    orders: Sequence[Path],
    judged: Sequence[Entry],
    count: int,
    run: Callable[[Course, Advance], Evaluated],
) -> None:
    if wanted.report:
        wanted.report.mkdir(mode=0o700, parents=True, exist_ok=True)  # rather now than after an hour
    settings = settled(path, None).classifier
    learner = Learner(sharing.nothing(settings))
    course = Course(learner, wanted.score, settings.fold, _WORST if wanted.report else 0)

    def work(out: Path) -> Evaluated:
        with out.open("w", encoding="ascii") as stream, progress("judging", count) as tick:
            found = run(course, tick)
            stream.writelines(score_lines(found.scored))
        return found

    evaluated = written(wanted.out, work)
    measured = measure(evaluated.scored, _cutoffs(settings, wanted.score))
    steps = learning(evaluated.scored) if len(orders) == 1 else []
    if wanted.report:
        from gatekeeper.cli.evaluation.report import Run, write  # its template takes time to load

        write(wanted.report, Run(orders, judged, wanted.score, time.time(), evaluated, measured, steps))
    if wanted.as_json:
        click.echo(showing.json_line(figures.as_json(measured, steps)))
    else:
        figures.show(showing.console(), measured, steps)


def _cutoffs(settings: Classifier, opinion: Opinion) -> Cutoffs:
    """What makes spam of this score: the configuration's, or bogofilter's for what bogofilter would say."""
    return sharing.chosen(settings, Cutoffs()) if opinion != "words" else _BOGOFILTER
