"""evaluate: how well the classifier does, and which cut-offs follow from that. `gatekeeper evaluate …`."""

import click

from gatekeeper.cli.evaluation.comparing import compare
from gatekeeper.cli.evaluation.courses import split, stream
from gatekeeper.cli.evaluation.proposing import thresholds


@click.group()
def evaluate() -> None:
    """Measure how well spam is told from ham, on mail whose class is known. No store is changed.

    \b
    Example:
      gatekeeper evaluate stream order.txt --out scores.txt --report report/
      gatekeeper evaluate thresholds --ham-blocked 0.001
    """


for command in (split, stream, compare, thresholds):
    evaluate.add_command(command)
