"""bogofilter: a drop-in for bogofilter in recipes and cron jobs. `gatekeeper bogofilter`.

It reads its arguments itself, as click knows no bundles (`-Sn`, `-o0.9,0.1`). Ends with 0 for spam, 1 for ham, 2 for
unsure, 3 for an error; with `-e`, and where only something was learnt, with 0. What is learnt with must be loaded, and
takes longer than all else, so it is imported only when it is needed.
"""

import sys
import syslog
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO

import click

from gatekeeper import __version__
from gatekeeper.app.recipe import Judge, Judged
from gatekeeper.cli.bogofilter_help import HELP, query
from gatekeeper.cli.bogofilter_mail import Letter, letters
from gatekeeper.cli.bogofilter_options import Options, UsageError, options_of
from gatekeeper.cli.bogofilter_passing import Mark, passed
from gatekeeper.cli.bogofilter_place import Place, place_of
from gatekeeper.cli.bogofilter_report import HAM, SPAM, UNSURE, Facts, formatted, histogram, status_of, table
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Label

ERROR = 3

_LABELS = {"s": Label.SPAM, "n": Label.HAM, "S": Label.SPAM, "N": Label.HAM}


class _Unparsed(click.Command):
    """Its arguments are its own business."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = list(args)
        return ctx.args


@click.command(cls=_Unparsed, options_metavar="[OPTIONS as bogofilter has them] < MESSAGE")
@click.pass_context
def bogofilter(context: click.Context) -> None:
    """Do what bogofilter does, for the recipes that call it; -h lists its options.

    -d DIR is a state directory of ours. Without it: --state DIR, $GATEKEEPER_STATE, bogofilter_dir of bogofilter.cf,
    $BOGOFILTER_DIR, or that of the configuration. Spamicity is Fisher's, of the words alone, with bogofilter's own
    cut-offs (0.45 and 0.99). A message learnt twice counts once; -S and -N undo what was learnt, and nothing else.

    \b
    Example:
      :0fw
      | gatekeeper bogofilter -u -e -p
      :0e
      { EXITCODE=75 HOST }
      :0:
      * ^X-Bogosity: Spam, tests=bogofilter
      spam
    """
    sys.exit(run(context.args, context.obj))


def run(arguments: Sequence[str], config: Path | None) -> int:
    """The whole program; what it ends with."""
    try:
        options = options_of(arguments, _complain)
        if "h" in options:
            click.echo(HELP.format(version=__version__), nl=False)
        elif "V" in options:
            click.echo(f"bogofilter version {__version__} (gatekeeper)")
        elif "Q" in options:
            click.echo(query(options), nl=False)
        else:
            return _Run(options, place_of(options, config)).all()
    except (UsageError, StoreError) as error:
        _complain(str(error))
        return ERROR
    except OSError as error:
        _complain(f"{error.filename or 'bogofilter'}: {error.strerror or error}")
        return ERROR
    except (Exception, KeyboardInterrupt) as error:  # Python would end with 1, which is ham
        _complain(f"bogofilter: {type(error).__name__}: {error}")
        return ERROR
    return 0


def _complain(text: str) -> None:
    click.echo(text, err=True)


class _Run:
    """One call of the program."""

    def __init__(self, options: Options, place: Place) -> None:
        self.options, self.place, self.settings = options, place, options.settings
        self.parameters = options.settings.parameters()
        self.prefix = "  " if options.settings.stats_in_header else ""

    def all(self) -> int:
        """Every message; what the program ends with."""
        options = self.options
        if not options.registers:
            status = self._classify(letters(options))
            return 0 if "e" in options else status
        given = list(letters(options)) if "p" in options else letters(options)
        log = self._register((letter.raw for letter in given), options.registers)
        status = self._classify(given) if "p" in options else 0
        if "l" in options:
            self._syslog(log)
        return 0 if "e" in options else status

    def _classify(self, given: Iterable[Letter]) -> int:
        status, sure = 0, {SPAM: list[bytes](), HAM: list[bytes]()}
        with closing(Judge(self.place.training, self.parameters, self.place.fold)) as judge, self._output() as out:
            for letter in given:
                judged = judge(letter.raw)
                status = status_of(judged.score.spamicity, self.settings)
                facts = Facts(len(judged.words), 1, raw=letter.raw)
                self._write(out, letter, judged, status, facts)
                updates = self._updates(judged.score.spamicity, status)
                if updates:
                    sure[status].append(letter.raw)
                if "l" in self.options and not self.options.registers:
                    self._log_one(judged, status, facts, updates)
        for status_learnt, run_type in ((SPAM, "s"), (HAM, "n")):
            if sure[status_learnt]:
                self._register(sure[status_learnt], run_type)
        return status

    def _updates(self, spamicity: float, status: int) -> bool:
        """Whether `-u` learns it. What is all too sure is not learnt, if `thresh_update` says so."""
        if "u" not in self.options or status == UNSURE:
            return False
        near = self.settings.thresh_update
        return spamicity <= 1.0 - near if status == SPAM else spamicity >= near

    def _register(self, raws: Iterable[bytes], run_type: str) -> str:
        """Learn or undo; what the log says of it."""
        undo = next((_LABELS[letter] for letter in run_type if letter in "SN"), None)
        learn = next((_LABELS[letter] for letter in run_type if letter in "sn"), None)
        learning = import_module("gatekeeper.app.recipe_learning")  # with numpy, and all that learns
        teacher = "bogofilter -u" if "u" in self.options else ""
        done = learning.register(raws, self.place.directory, self.place.classifier(), undo, learn, teacher)
        if self.options.verbose:
            _complain(f"# {_plural(done.words, 'word')}, {_plural(done.messages, 'message')}")
        if done.unknown:
            were, are = ("was", "is") if done.unknown == 1 else ("were", "are")
            some = _plural(done.unknown, "message")
            _complain(f"bogofilter: {some} {were} never learnt as {undo}, and {are} not undone")
        facts = Facts(done.words, done.messages, run_type)
        return formatted(self.settings.log_update_format, self.settings, 0.0, UNSURE, facts)

    def _write(self, out: IO[bytes], letter: Letter, judged: Judged, status: int, facts: Facts) -> None:
        options, settings = self.options, self.settings
        lines = self._lines(judged, status, facts)
        if "p" not in options:
            name = f"{letter.name} ".encode() if options.verbose and letter.name and "q" not in options else b""
            out.write(name + b"".join(line + b"\n" for line in lines))
            out.flush()
            return
        subject = {SPAM: settings.spam_subject_tag, UNSURE: settings.unsure_subject_tag}.get(status, "")
        mark = Mark(lines, _octets(settings.spam_header_name), _octets(settings.spam_header_place), _octets(subject))
        out.write(letter.before + passed(letter.raw, mark) + letter.behind)

    def _lines(self, judged: Judged, status: int, facts: Facts) -> tuple[bytes, ...]:
        options, settings = self.options, self.settings
        lines = []
        if "p" in options or options.verbose or settings.terse:
            form = settings.terse_format if settings.terse else settings.header_format
            lines.append(_octets(formatted(form, settings, judged.score.spamicity, status, facts)))
        if "q" in options:
            return tuple(lines)
        verbose = options.verbose + ("p" in options)  # as passthrough.c has it
        if "R" in options or verbose > 2:
            lines += table(judged, self.parameters, self.prefix, "R" in options)
        elif verbose > 1 or (verbose and settings.report_unsure and status == UNSURE):
            lines += [b""] if not settings.stats_in_header else []
            lines += histogram(judged, self.prefix or "# ")
        return tuple(lines)

    def _log_one(self, judged: Judged, status: int, facts: Facts, updates: bool) -> None:
        settings = self.settings
        line = formatted(settings.log_header_format, settings, judged.score.spamicity, status, facts)
        if updates:
            learnt = Facts(facts.words, 1, run="s" if status == SPAM else "n")
            line += ", " + formatted(settings.log_update_format, settings, 0.0, status, learnt)
        self._syslog(line)

    def _syslog(self, line: str) -> None:
        syslog.openlog(self.settings.syslog_tag or "bogofilter", syslog.LOG_PID, syslog.LOG_MAIL)
        syslog.syslog(syslog.LOG_INFO, line)

    @contextmanager
    def _output(self) -> Iterator[IO[bytes]]:
        if self.options.output and "p" in self.options:
            with Path(self.options.output).open("wb") as file:
                yield file
        else:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
