"""comparing: `gatekeeper evaluate compare`: two engines on the same messages."""

from pathlib import Path

import click

from gatekeeper.app.evaluation.lines import LineError, read_scores
from gatekeeper.classifier import measure
from gatekeeper.cli import showing
from gatekeeper.cli.evaluation import figures
from gatekeeper.cli.evaluation.reading import EXISTING, as_json_option, line_by_line


@click.command()
@click.argument("first", type=EXISTING, metavar="SCORES_A")
@click.argument("second", type=EXISTING, metavar="SCORES_B")
@as_json_option
@line_by_line
def compare(first: Path, second: Path, as_json: bool) -> None:
    """Tell how much better SCORES_B are than SCORES_A, which are of the same messages in the same order (paired
    bootstrap, 1,000 resamples).

    \b
    Example:
      gatekeeper evaluate compare bogofilter.txt gatekeeper.txt
    """
    one, two = read_scores(first), read_scores(second)
    try:
        found = measure.compare(one, two)
    except ValueError as error:
        raise LineError(second, 0, f"it cannot be compared with {first}: {error}") from None
    if as_json:
        click.echo(showing.json_line(figures.differences_json(found)))
    else:
        figures.show_differences(showing.console(), (showing.safe(first.name), showing.safe(second.name)), found)
