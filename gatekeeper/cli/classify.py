"""classify: what the classifier takes messages for, and why. `gatekeeper classify`."""

import math
import sys
from pathlib import Path

import click

from gatekeeper.app import extraction, sharing
from gatekeeper.classifier.bands import FEWEST
from gatekeeper.classifier.features import features_of
from gatekeeper.classifier.model import Model
from gatekeeper.classifier.phrases import phrase
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.mailboxes import Mailboxes
from gatekeeper.cli.messages import UNREADABLE
from gatekeeper.cli.progress import INTERRUPTED, Complaints, Stop, progress, until_interrupt
from gatekeeper.cli.state import directory, settled, state_option
from gatekeeper.message import parse
from gatekeeper.values import Band, Judged

_SPAM, _HAM, _UNSURE, _ERROR = range(4)
"""bogofilter's exit codes."""

_DIGITS = 6
_WORD = 40  # columns


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…|-")
@click.option(
    "--why",
    is_flag=True,
    help="Also the words that decided: in how many messages they were, how likely each makes spam, what it means.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with its words.")
@click.option(
    "--exit-code",
    is_flag=True,
    help="Exit as bogofilter: 0 spam, 1 ham, 2 unsure, 3 error. Of several: 0 if any is spam, else 2 if any is unsure.",
)
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes. Default: one for each core.")
@state_option
@click.pass_obj
def classify(
    path: Path | None,
    /,
    files: tuple[str, ...],
    why: bool,
    as_json: bool,
    exit_code: bool,
    jobs: int | None,
    state: Path | None,
) -> None:
    """Print `FILE CLASS SCORE` for each message: spam, unsure or ham, and how likely it is spam, from 0 to 1.

    FILE is an mbox (then FILE:1, FILE:2 and so on are its messages), a Maildir, an MH folder, a directory, a message,
    or - for standard input.

    \b
    Example:
      gatekeeper classify message.eml
      gatekeeper classify --why inbox.mbox
    """
    try:
        status = _classify(path, files, Form(why, as_json), jobs, state, exit_code)
    except SystemExit as ended:
        sys.exit(_ERROR if exit_code else ended.code)
    except Exception as error:
        if not exit_code:
            raise
        click.echo(f"gatekeeper: {type(error).__name__}: {error}", err=True)
        sys.exit(_ERROR)  # Python would end with 1, which is ham
    sys.exit(status)


class Form:
    """How answers are written: as text for people, or as JSON."""

    def __init__(self, why: bool, as_json: bool) -> None:
        self._why, self._as_json = why, as_json
        self.clues = 15 if why or as_json else 0

    def write(self, name: str, judged: Judged) -> str:
        """One answer."""
        if self._as_json:
            clues = [(clue.word, clue.spam, clue.ham, round(clue.probability, _DIGITS)) for clue in judged.clues]
            return showing.json_line(
                {
                    "file": name,
                    "class": judged.band,
                    "score": judged.score,
                    "spamicity": judged.spamicity,
                    "linear": judged.linear,
                    "words": [dict(zip(("word", "spam", "ham", "probability"), clue, strict=True)) for clue in clues],
                }
            )
        line = f"{showing.safe(name)} {judged.band} {score_text(judged.score)}"
        return "\n".join((line, *self._reasons(judged))) if self._why else line

    def _reasons(self, judged: Judged) -> list[str]:
        """A table under the line."""
        both = f"  words {score_text(judged.spamicity)}, linear model {judged.linear:+.2f} (log odds)"
        words = [(showing.safe(clue.word)[:_WORD], clue, showing.safe(phrase(clue.word))) for clue in judged.clues]
        width = max((len(word) for word, _, _ in words), default=0)
        lines = (
            f"  {word:<{width}} {c.spam:>7} spam {c.ham:>7} ham  {c.probability:.6f}  {said}" for word, c, said in words
        )
        return [both, *(line.rstrip() for line in lines)]


def score_text(score: float) -> str:
    """A probability with six digits that tell it from 0 or 1, so that rounding makes no two messages equal."""
    rest = min(score, 1 - score)
    return f"{score:.{max(_DIGITS, _DIGITS - 1 - math.floor(math.log10(rest))) if rest > 0 else _DIGITS}f}"


@friendly
def _classify(
    path: Path | None, files: tuple[str, ...], form: Form, jobs: int | None, state: Path | None, exit_code: bool
) -> int:
    config, complain = settled(path, state), Complaints()
    found = sharing.served(directory(config))
    model = found[0] if found else sharing.nothing(config.classifier)
    _hint(model, directory(config))
    mailboxes = Mailboxes(files, complain)
    with until_interrupt() as stop:
        bands = _answers(mailboxes, model, form, config.classifier.fold, jobs, complain, stop)
    complain.sum_up()
    if stop():
        return INTERRUPTED
    if complain.number or not len(mailboxes):
        return _ERROR if exit_code else UNREADABLE
    if not exit_code:
        return 0
    return _SPAM if Band.SPAM in bands else _UNSURE if Band.UNSURE in bands else _HAM


def _answers(
    mailboxes: Mailboxes, model: Model, form: Form, fold: bool, jobs: int | None, complain: Complaints, stop: Stop
) -> set[Band]:
    """Write an answer for each; the classes there were."""

    def work(number: int) -> bytes:
        judged = model.judge(features_of(parse(mailboxes.read(number)), fold), form.clues)
        return f"{judged.band} {form.write(mailboxes.name(number), judged)}".encode("utf-8", "surrogateescape")

    count, bands = len(mailboxes), set[Band]()
    done = extraction.results(work, range(count), extraction.jobs_for(jobs, count), mailboxes.descriptors(), stop)
    out = sys.stdout.buffer
    with progress("classifying", 0 if sys.stdout.isatty() else count) as advance:
        for number, result in enumerate(done):
            advance(1)
            if isinstance(result, extraction.Lost):
                complain(f"{mailboxes.name(number)}: {result.why}")
            else:
                band, _, answer = result.partition(b" ")
                bands.add(Band(band.decode()))
                out.write(answer + b"\n")
    out.flush()
    return bands


def _hint(model: Model, place: Path) -> None:
    spam, ham = model.known.learnt
    if min(spam, ham) < FEWEST:
        known = f"{spam} spam and {ham} ham are learnt" if spam or ham else "nothing is learnt"
        hint = f"{showing.safe(str(place))}: {known} yet: all mail is unsure until there are {FEWEST} of each"
        click.echo(f"gatekeeper: {hint}. gatekeeper learn --spam FILE --ham FILE", err=True)
