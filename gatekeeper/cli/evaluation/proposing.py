"""proposing: `gatekeeper evaluate thresholds`: cut-offs for a wanted rate of false positives."""

from dataclasses import asdict
from pathlib import Path

import click
import numpy as np

from gatekeeper.app import sharing
from gatekeeper.app.evaluation.lines import LineError, read_scores
from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.cutoffs import CONFIDENCE, Proposal, one_in, propose
from gatekeeper.classifier.ranking import Scored
from gatekeeper.cli import showing
from gatekeeper.cli.evaluation.figures import percent
from gatekeeper.cli.evaluation.reading import EXISTING, as_json_option, line_by_line
from gatekeeper.cli.evaluation.wishes import COLUMNS, errors_of, said, wishes
from gatekeeper.cli.state import directory, settled, state_option
from gatekeeper.stores.training import Training
from gatekeeper.values import Label

_MOST = 100_000  # trials, the newest


def _share(_context: click.Context, _option: click.Parameter, share: float | None) -> float | None:
    if share is not None and not 0 < share <= 0.5:
        raise click.BadParameter(f"{share:g} is no share of the ham above 0 and up to 0.5, such as 0.001")
    return share


@click.command()
@click.argument("scores", type=EXISTING, required=False)
@state_option
@click.option(
    "--ham-blocked",
    type=float,
    callback=_share,
    help="How much of the ham may be blocked, e.g. 0.001. Default: that of the configuration.",
)
@as_json_option
@click.pass_obj
@line_by_line
def thresholds(
    path: Path | None, /, scores: Path | None, state: Path | None, ham_blocked: float | None, as_json: bool
) -> None:
    """Propose cut-offs that block no more ham than is wanted, from what was said of messages before they were learnt:
    those of the store, or of a file SCORES.

    \b
    Example:
      gatekeeper evaluate thresholds --ham-blocked 0.001
      gatekeeper evaluate thresholds scores.txt
    """
    config = settled(path, state)
    scored = _trials(directory(config)) if scores is None else _between_0_and_1(scores)
    asked = ham_blocked or config.classifier.ham_blocked
    proposal = propose(scored.spam, scored.ham, asked)
    current = sharing.chosen(config.classifier, Cutoffs())
    if as_json:
        click.echo(showing.json_line(asdict(proposal) | {"ham_blocked": asked, "confidence": CONFIDENCE}))
    else:
        _show(scored, asked, proposal, current)


def _trials(stored: Path) -> Scored:
    """The newest first."""
    training = Training(stored / "training.db", create=False)
    try:
        trials = training.trials(_MOST)
    finally:
        training.close()
    return Scored(
        np.array([score for _, score in trials]), np.array([label == Label.SPAM for label, _ in trials], bool)
    )


def _between_0_and_1(file: Path) -> Scored:
    """The newest first: the file has them in the order of their arrival."""
    scored = read_scores(file)
    if scored.score.min() < 0 or scored.score.max() > 1:
        raise LineError(file, 0, "its scores are not probabilities from 0 to 1", "let `gatekeeper evaluate` write it")
    return Scored(scored.score[::-1], scored.is_spam[::-1])


def _show(scored: Scored, asked: float, proposal: Proposal, current: Cutoffs) -> None:
    out = showing.console()
    there = f"{len(scored.spam):,} spam and {len(scored.ham):,} ham were judged before they were learnt"
    out.print(f"wanted: at most {one_in(asked)} ham blocked; {there}")
    out.print(f"{proposal.why}\n", soft_wrap=True)
    grid = showing.table("cut-offs", "spam from", "ham up to", "ham blocked %", "spam not blocked %", "spam as ham %")
    named = "default" if current == Cutoffs() else "configured"
    for name, cutoffs in {named: current, "proposed" if proposal.enough else "for now": proposal.cutoffs}.items():
        errors = errors_of(scored, proposal, cutoffs)
        shares = (said(share) for share in (errors.ham_blocked, errors.spam_missed, errors.spam_as_ham))
        showing.row(grid, name, f"{cutoffs.spam:.6g}", f"{cutoffs.ham:.6g}", *shares)
    out.print(grid)
    if proposal.ham:
        bound = f"{percent(proposal.blocked_at_most)} % ({one_in(proposal.blocked_at_most)})"
        out.print(f"\nOf ham to come, no more than {bound} will be blocked, with {CONFIDENCE:.0%} confidence.\n")
    others = showing.table(*COLUMNS)
    for row in wishes(scored):
        showing.row(others, *row)
    out.print(others)
