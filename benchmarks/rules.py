"""rules: what it costs to look for many patterns, and what a whole scan costs beside rspamd's and spamd's.

    python -m benchmarks.rules patterns [--mail DIR] [--count 1000] [--messages 300]
    python -m benchmarks.rules slope
    python -m benchmarks.rules scan [--mail DIR] [--messages 1500] [--rounds 3]

`patterns`: patterns of SpamAssassin's rules, as they are installed, over the texts that SpamAssassin shows them: one by
one under Python's `re` and under RE2, RE2's own set, and ours. CPU microseconds a message, of this process; all engines
have their turn at each message. `slope`: what makes others explode, on 1, 2 and 4 MB. `scan`: see `whole_scan`.
"""

import argparse
import random
import re
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import re2
from rich.console import Console
from rich.table import Table

from benchmarks import whole_scan
from benchmarks.parse import CORPORA, machine, messages
from gatekeeper.message import parse
from gatekeeper.spamassassin.compiling import Compiled, compiled
from gatekeeper.spamassassin.definitions import read
from gatekeeper.spamassassin.lines import SourceFile
from gatekeeper.spamassassin.rules import Kind
from gatekeeper.spamassassin.tally import PatternRule
from gatekeeper.spamassassin.texts.texts import SaTexts, texts_of
from gatekeeper.tables.hyperscan import ENGINE
from gatekeeper.tables.matcher import Budget, Expression
from gatekeeper.tables.pattern_set import PatternSet

_RULES = Path("/usr/share/spamassassin")
_EXPLOSIVE = ("(a+)+$", "(.*)*x", "(a|a)*b")
Texts = dict[str, list[bytes]]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("what", choices=("patterns", "slope", "scan"))
    options.add_argument("--mail", type=Path, default=CORPORA / "spamassassin-public")
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--messages", type=int, default=300)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    console = Console(width=110)
    console.print(f"{machine()}; {ENGINE}")
    mail = messages(chosen.mail)
    mail = random.Random(6).sample(mail, min(chosen.messages, len(mail)))  # the same ones each time
    match chosen.what:
        case "patterns":
            console.print(_compared(_patterns(chosen.count), mail))
        case "slope":
            console.print(_slopes())
        case "scan":
            console.print(whole_scan.compared(mail, _taught(chosen.mail, mail), chosen.rounds))


def _taught(directory: Path, judged: Sequence[bytes]) -> list[tuple[bytes, bool]]:
    """Some of the others below `directory`, as many of each class: what lies below `spam` is spam."""
    others = [(raw, name == "spam") for name in ("spam", "ham") for raw in messages(directory / name)]
    seen = frozenset(judged)
    others = [each for each in random.Random(7).sample(others, len(others)) if each[0] not in seen]
    return [each for wanted in (True, False) for each in [e for e in others if e[1] is wanted][: whole_scan.TAUGHT]]


def _patterns(count: int) -> dict[str, list[Expression]]:
    """So many patterns by the text they look at, those of header fields by the name of the field."""
    files = [SourceFile(str(path), path.read_text("utf-8", "surrogateescape")) for path in sorted(_RULES.glob("*.cf"))]
    rules: Compiled = compiled(read(files), {})
    kinds = ((kind.value, found) for kind, found in rules.patterns.items() if kind is not Kind.FULL)
    every: list[tuple[str, PatternRule]] = [(where, rule) for where, found in kinds for rule in found]
    every += [(f"header {where}", rule) for where, found in rules.fields.items() for rule in found]
    chosen = random.Random(6).sample(every, min(count, len(every)))
    by_place: dict[str, list[Expression]] = {}
    for where, rule in chosen:
        by_place.setdefault(where, []).append(rule.expression)
    return by_place


def _texts(texts: SaTexts, places: Sequence[str]) -> Texts:
    whole = {"body": texts.body, "rawbody": texts.rawbody, "uri": texts.uris}
    fields = {where: texts.header(where.removeprefix("header ")) for where in places if where not in whole}
    return {name: list(lines) for name, lines in whole.items()} | {
        where: [value] for where, value in fields.items() if value is not None
    }


@dataclass
class Engine:
    """Finds how many patterns match; `seconds` of CPU for each message."""

    name: str
    compiled: float
    find: Callable[[Texts], int]
    seconds: list[float] = field(default_factory=list)
    hits: int = 0


def _compared(places: dict[str, list[Expression]], mail: Sequence[bytes]) -> Table:
    engines = list(_engines(places))
    for raw in mail:
        texts = _texts(texts_of(parse(raw)), list(places))
        for engine in engines:
            began = time.process_time()
            engine.hits += engine.find(texts)
            engine.seconds.append(time.process_time() - began)
    ours = statistics.mean(engines[-1].seconds)
    count = sum(len(patterns) for patterns in places.values())
    table = Table("engine", "µs a message", "p50", "p99", "times ours", "compile s", "hits", title=f"{count} patterns")
    for engine in engines:
        mean, centiles = statistics.mean(engine.seconds), statistics.quantiles(engine.seconds, n=100)
        figures = (mean * 1e6, centiles[49] * 1e6, centiles[98] * 1e6)
        row = (*(f"{figure:,.0f}" for figure in figures), f"{mean / ours:.1f}", f"{engine.compiled:.2f}")
        table.add_row(engine.name, *row, f"{engine.hits:,}")
    return table


def _engines(places: dict[str, list[Expression]]) -> Iterator[Engine]:
    yield _made("Python re, one by one", lambda: _by_re(places))
    yield _made("RE2 (regex), one by one", lambda: _by_sets({where: PatternSet(e) for where, e in places.items()}))
    yield _made("RE2 Set, a text each", lambda: _by_re2_sets(places))
    every = PatternSet([expression for expressions in places.values() for expression in expressions])
    yield _made("Hyperscan, one database", lambda: _by_sets(dict.fromkeys(places, _loaded(every))))
    kept = {where: PatternSet(expressions) for where, expressions in places.items()}
    made = [(patterns, patterns.compiled()) for patterns in kept.values() if len(patterns) > 3]
    yield _made("Hyperscan, a text each, kept", lambda: _by_sets(_reloaded(kept, made)))


def _made(name: str, make: Callable[[], Callable[[Texts], int]]) -> Engine:
    began = time.process_time()
    find = make()
    return Engine(name, time.process_time() - began, find)


def _by_sets(sets: dict[str, PatternSet]) -> Callable[[Texts], int]:
    def find(texts: Texts) -> int:
        budget = Budget(60.0)
        return sum(len(sets[where].matching(text, budget)) for where in sets for text in texts.get(where, ()))

    return find


def _loaded(patterns: PatternSet) -> PatternSet:
    patterns.load(patterns.compiled())
    return patterns


def _reloaded(kept: dict[str, PatternSet], made: Sequence[tuple[PatternSet, bytes]]) -> dict[str, PatternSet]:
    for patterns, database in made:
        patterns.load(database)
    return kept


def _by_re(places: dict[str, list[Expression]]) -> Callable[[Texts], int]:
    """Those that it takes; classes like [:alpha:] mean something else to it, so its hits differ a little."""
    taken: dict[str, list[re.Pattern[bytes]]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        for where, expressions in places.items():
            for expression in expressions:
                text = expression.exact or expression.re2.replace(r"\z", r"\Z")
                try:
                    taken.setdefault(where, []).append(re.compile(text.encode("latin-1")))
                except re.error:
                    continue
    return lambda texts: sum(
        pattern.search(text) is not None for where in taken for text in texts.get(where, ()) for pattern in taken[where]
    )


def _by_re2_sets(places: dict[str, list[Expression]]) -> Callable[[Texts], int]:
    """Of what RE2 cannot say, the weakened forms: it is spared the second question."""
    options = re2.Options()
    options.encoding, options.log_errors = re2.Options.Encoding.LATIN1, False
    options.max_mem = 1 << 28
    sets = {}
    for where, expressions in places.items():
        sets[where] = re2.Set.SearchSet(options)
        for expression in expressions:
            sets[where].Add(expression.re2.encode("latin-1"))
        sets[where].Compile()
    return lambda texts: sum(len(sets[w].Match(text) or ()) for w in sets for text in texts.get(w, ()))


def _slopes() -> Table:
    """The exponent is 1 if twice the text takes twice as long."""
    table = Table("pattern", "engine", "1 MB, ms", "2 MB", "4 MB", "a byte of the last, ns")
    for pattern in _EXPLOSIVE:
        alone, loaded = (PatternSet([Expression(pattern)]) for _ in range(2))
        loaded.load(loaded.compiled())
        for name, patterns in (("RE2", alone), ("Hyperscan", loaded)):
            spent = [_least(patterns, b"a" * (size << 20) + b"!") for size in (1, 2, 4)]
            table.add_row(pattern, name, *(f"{each * 1e3:.2f}" for each in spent), f"{spent[2] * 1e9 / (4 << 20):.2f}")
        compiled_re = re.compile(pattern.encode())
        began = time.process_time()
        compiled_re.search(b"a" * 24 + b"!")
        table.add_row(pattern, "Python re, 24 bytes", f"{(time.process_time() - began) * 1e3:.2f}")
    return table


def _least(patterns: PatternSet, text: bytes) -> float:
    def once() -> float:
        began = time.process_time()
        patterns.matching(text, Budget())
        return time.process_time() - began

    return min(once() for _ in range(5))


if __name__ == "__main__":
    main()
