"""rule_samples: the tests that stand beside an operator's YARA rules: samples that a rule must match, or must not.

`tests/RULE/hit…` and `tests/RULE/miss…` below the directory of the rules. `….b64` is decoded first, so that no scanner
takes a sample for what it is like; of `….eml` the rules see what they would see of the message, but not what is inside
its archives. Nothing raises: what is wrong is a `Problem`.
"""

from base64 import b64decode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gatekeeper.lookups.yara_rules import Matcher, Rules, compile_rules
from gatekeeper.message import parse
from gatekeeper.message.readings import readings_of
from gatekeeper.values import Problem

_READINGS = 1000


class Tested(NamedTuple):
    """How many rules and samples there were, and what is wrong."""

    rules: int
    samples: int
    problems: list[Problem]


def try_samples(directory: Path, strict: bool = False) -> Tested:
    """Compile the rules of `directory` and try every sample; if `strict`, a rule that lacks samples is a mistake."""
    rules, problems = compile_rules(directory)
    if rules is None:
        return Tested(0, 0, problems)
    matcher = Matcher(rules.packed)
    samples = sorted(path for path in (directory / "tests").glob("*/*") if path.is_file())
    for path in samples:
        problems += _tried(path, rules, matcher)
    problems += _untested(directory, rules, samples, strict)
    return Tested(len(rules.names), len(samples), problems)


def _tried(path: Path, rules: Rules, matcher: Matcher) -> Iterator[Problem]:
    rule = path.parent.name
    wanted = {"hit": True, "miss": False}.get(_kind(path))
    if rule not in rules.names:
        yield _error(path, f"there is no rule {rule}", "name the directory as a rule")
    elif wanted is None:
        yield _error(path, "this is neither to be hit nor to be missed", "let its name begin with hit or miss")
    else:
        try:
            matched = any(hit.rule == rule for data in _seen(path) for hit in matcher.hits(data))
        except (OSError, ValueError) as error:
            yield _error(path, f"cannot be read: {error}", "")
            return
        if matched is not wanted:
            yield _error(path, f"{rule} {'matches' if matched else 'does not match'}", "change the rule, or the sample")


def _seen(path: Path) -> list[bytes]:
    data = path.read_bytes()
    if path.suffix == ".b64":
        data = b64decode(data)
    if ".eml" not in path.suffixes:
        return [data]
    return [reading.data[:] for reading in readings_of(parse(data), _READINGS)[0]]


def _untested(directory: Path, rules: Rules, samples: Iterable[Path], strict: bool) -> Iterator[Problem]:
    have = {(path.parent.name, _kind(path)) for path in samples}
    for rule in rules.names:
        lacking = [kind for kind in ("hit", "miss") if (rule, kind) not in have]
        if lacking:
            message = f"{rule} has no {' and no '.join(lacking)}"
            remedy = f"add {' and '.join(f'tests/{rule}/{kind}' for kind in lacking)}"
            yield Problem(str(directory), 0, "error" if strict else "warning", message, remedy)


def _kind(path: Path) -> str:
    return next((kind for kind in ("hit", "miss") if path.name.startswith(kind)), "")


def _error(path: Path, message: str, remedy: str) -> Problem:
    return Problem(str(path), 0, "error", message, remedy)
