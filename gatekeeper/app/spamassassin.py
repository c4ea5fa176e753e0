"""spamassassin: the rule files that `[tables] spamassassin` names, in the order in which SpamAssassin reads them.

Of a directory that is every `*.pre`, which say what is loaded, then every `*.cf`; the `*.pre` of all come first. What
cannot be read, and every mistake in a file, is a `Problem`; so is each rule that cannot be run, as a warning.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from gatekeeper.app.sender_list import switched_on
from gatekeeper.config.schema import Config
from gatekeeper.spamassassin.compiling import WITH_BAYES, WITHOUT_BAYES, Skipped, compiled
from gatekeeper.spamassassin.definitions import read
from gatekeeper.spamassassin.evals.elsewhere import ELSEWHERE
from gatekeeper.spamassassin.evals.registry import EVALS
from gatekeeper.spamassassin.lines import SourceFile
from gatekeeper.spamassassin.options import Options
from gatekeeper.spamassassin.rule_set import RuleSet
from gatekeeper.values import Problem

_SETTING = "tables.spamassassin"
_STOCK = 5.0  # required_score in SpamAssassin's own files
_REMEDY = "write it otherwise, or give it the score 0"


def read_spamassassin(config: Config, text: Callable[[str, str], str], problems: list[Problem]) -> RuleSet | None:
    """The rules of `config`; None if it names no files."""
    named = config.tables.spamassassin
    if not named:
        return None

    def included(name: str, by: str) -> SourceFile:
        path = str(Path(by).parent / name)
        return SourceFile(path, text(path, f"the include in {by}"))

    files = [SourceFile(path, text(path, _SETTING)) for path in _paths(named, problems)]
    found = read(files, included)
    column = WITH_BAYES if config.checks.get("spamassassin", {}).get("bayes") is True else WITHOUT_BAYES
    rules = compiled(found, EVALS, frozenset(name for name, reason in ELSEWHERE.items() if "network" in reason), column)
    problems += (*found.problems, *map(_problem, rules.skipped), *_said_elsewhere(config, found.options))
    return RuleSet(found, rules, column)


def _said_elsewhere(config: Config, options: Options) -> Iterator[Problem]:
    """What the files set and gatekeeper.toml has the say about."""
    required, tag = options.number("required_score", _STOCK), config.policy.tag
    if required not in {_STOCK, tag}:
        message = f"required_score is {required:g}, but from {tag:g} on mail is tagged"
        yield Problem(_SETTING, 0, "warning", message, f"set policy.tag = {required:.1f}, or take required_score out")
    if options.addresses("welcomelist_auth") and not any(map(partial(switched_on, config), ("spf", "dkim"))):
        message = "welcomelist_auth welcomes nobody while neither SPF nor DKIM is checked"
        yield Problem(_SETTING, 0, "warning", message, "set [checks.dkim] enabled = true, and [checks.spf] likewise")


def described(rules: RuleSet | None) -> dict[str, str]:
    """What its findings mean, by name."""
    if rules is None:
        return {}
    told = rules.definitions.described
    return {name: told.get(name, "") for name, rule in rules.definitions.rules.items() if not rule.part}


def account(rules: RuleSet) -> str:
    """How many rules there are, and how many of them are not run."""
    found = rules.compiled
    share = 100 * len(found.skipped) / max(1, found.active)
    apart = f"{len(found.networked)} that ask the network are left to other checks"
    learnt = f", {len(found.learnt)} that ask Bayes too" if found.learnt else ""
    return (
        f"{found.active} rules of SpamAssassin, {len(found.skipped)} of them not run ({share:.1f} %); {apart}{learnt}"
    )


def _paths(named: list[str], problems: list[Problem]) -> Iterator[str]:
    for ending in (".pre", ".cf"):
        for name in named:
            path = Path(name)
            if not path.is_dir():
                if path.suffix == ending or (ending == ".cf" and path.suffix != ".pre"):
                    yield name
                continue
            try:
                inside = sorted(str(file) for file in path.iterdir() if file.suffix == ending)
            except OSError as error:
                message = f"cannot be read: {error.strerror}"
                problems.append(Problem(name, 0, "error", message, f"create it, or change {_SETTING}"))
            else:
                yield from inside


def _problem(skipped: Skipped) -> Problem:
    return Problem(skipped.source, skipped.line, "warning", f"{skipped.name} is not run: {skipped.reason}", _REMEDY)
