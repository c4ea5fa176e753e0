"""fit: learn from labelled mail what each rule weighs. `gatekeeper fit`."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from gatekeeper.app import extraction
from gatekeeper.app.build import read
from gatekeeper.app.fitting import Found, Sheet, found_in, scores_text
from gatekeeper.app.inspection import inspection
from gatekeeper.classifier import rule_fit
from gatekeeper.classifier.rule_fit import FitError, Fitted
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.mailboxes import Mailboxes
from gatekeeper.cli.messages import UNREADABLE
from gatekeeper.cli.progress import INTERRUPTED, Complaints, Stop, progress, until_interrupt
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.tables.rule_set import RuleSet


@click.command()
@click.option("--spam", multiple=True, metavar="FILE", help="Spam: an mbox, Maildir, MH folder, directory, file or -.")
@click.option("--ham", multiple=True, metavar="FILE", help="The same of wanted mail.")
@click.option(
    "--blocked",
    type=click.FloatRange(0, 50),
    default=0.1,
    show_default=True,
    help="How much of the ham, in percent, may reach the threshold.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the scores to this file.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that read mail. Default: one for each core.")
@click.pass_obj
@friendly
def fit(
    path: Path | None,
    /,
    spam: tuple[str, ...],
    ham: tuple[str, ...],
    blocked: float,
    output: Path | None,
    jobs: int | None,
) -> None:
    """Learn from labelled mail what each rule weighs.

    Nobody is asked about the messages, and what was learnt of words does not count. Each FILE is a collection of its
    own, and counts as the root of its size. Printed are all rules with what they hit; tables.rule_scores names what is
    written.

    \b
    Example:
      gatekeeper fit --spam spam.mbox --ham nonspam.mbox --output scores.toml
    """
    if not (spam and ham):
        raise click.UsageError("say what to learn from: --spam FILE and --ham FILE")
    setup = read(path)
    rules = setup.tables.rules
    judged = inspection(setup.loaded, replace(setup.tables, rules=rules.told()))
    complain = Complaints()
    with until_interrupt() as stop:
        sheet = _sheet(spam, ham, judged, rules, jobs, complain, stop)
    complain.sum_up()
    if stop.wanted:
        sys.exit(INTERRUPTED)
    threshold = setup.config.policy.tag
    try:
        mail = sheet.labelled(sorted(rules.scores))
        fitted = rule_fit.fit(mail, rules.ham_signs, threshold, blocked / 100)
    except FitError as error:
        raise click.ClickException(f"{error}, and there were {sum(sheet.spam)} of {len(sheet.spam)} spam") from None
    if output:
        output.write_text(scores_text(fitted, [f"What each rule weighs: {_summary(sheet, fitted)}."]))
    _tell(sheet, fitted, rules)
    sys.exit(UNREADABLE if complain.number else 0)


def _sheet(
    spam: Sequence[str],
    ham: Sequence[str],
    judged: Inspection,
    rules: RuleSet,
    jobs: int | None,
    complain: Complaints,
    stop: Stop,
) -> Sheet:
    sheet = Sheet()
    sources = [(file, True) for file in spam] + [(file, False) for file in ham]
    for source, (file, is_spam) in enumerate(sources):
        for found in _found(Mailboxes([file], complain), judged, rules, jobs, complain, stop):
            sheet.add(found, is_spam, source)
    return sheet


def _found(
    mailboxes: Mailboxes, judged: Inspection, rules: RuleSet, jobs: int | None, complain: Complaints, stop: Stop
) -> Iterator[Found]:
    def work(number: int) -> bytes:
        return msgspec.msgpack.encode(found_in(mailboxes.read(number), judged, rules))

    count = len(mailboxes)
    many = extraction.jobs_for(jobs, count)
    with progress("looking", count) as advance:
        for number, result in enumerate(extraction.results(work, range(count), many, mailboxes.descriptors(), stop)):
            advance(1)
            if isinstance(result, extraction.Lost):
                complain(f"{mailboxes.name(number)}: {result.why}")
            else:
                yield msgspec.msgpack.decode(result, type=Found)


def _tell(sheet: Sheet, fitted: Fitted, rules: RuleSet) -> None:
    table = Table("rule", "spam", "ham", "score was", "is", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for name in sorted(fitted.scores, key=lambda name: (-fitted.scores[name], name)):
        hits = map(str, sheet.counts(name))
        table.add_row(name, *hits, f"{rules.scores[name]:.2f}", f"{fitted.scores[name]:.2f}")
    console = Console(highlight=False)
    console.print(table, markup=False)
    console.print(_summary(sheet, fitted), markup=False, soft_wrap=True)


def _summary(sheet: Sheet, fitted: Fitted) -> str:
    spam, every = sum(sheet.spam), len(sheet.spam)
    return (
        f"{spam} spam and {every - spam} ham; of what the scores did not know they caught {100 * fitted.caught:.1f} % "
        f"and blocked {100 * fitted.blocked:.2f} %"
    )
