"""rule_scores: how well rules alone tell spam from ham, beside SpamAssassin on the same messages; and what each hits.

    python -m benchmarks.rule_scores [--corpora DIR] [--cache DIR] [--scores FILE] [--rules FILE]

No network, no classifier, nothing learnt: gatekeeper's rules and those of its checks that ask nobody against
`spamassassin -L` with `use_bayes 0`, both at 5.0. Judged is mail that the scores were not fitted on: the newer halves
of spamassassin-public and vger-2019-2022, and all of usrp-2024 and phish-2023-2024. What gives the class away is taken
out for both alike (`honest`). SpamAssassin runs through its Perl modules, a message at a time; what it says is kept in
the cache, because it takes ten minutes. `--rules` writes the table of hits, of all four corpora, to a file. `--scores`
tries other scores than those that are shipped.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rich.console import Console

from benchmarks.accuracy import table
from benchmarks.honest import TESTED_FROM, mail_of, stripped
from benchmarks.parse import CORPORA
from gatekeeper.app import patterns
from gatekeeper.app.build import read
from gatekeeper.app.fitting import Found, found_in
from gatekeeper.app.inspection import inspection
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.stores.pattern_cache import PatternCache
from gatekeeper.tables.rule_set import RuleSet
from gatekeeper.tables.rules import read_scores

ONE_CLASS = {"usrp-2024": ("ham", False), "phish-2023-2024": ("phish", True)}
THRESHOLD = 5.0
TOGETHER = 100
PERL = r"""
use strict; use Mail::SpamAssassin;
my $sa = Mail::SpamAssassin->new({local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => '/dev/null',
  post_config_text => "use_bayes 0\nbayes_auto_learn 0\n", username => 'nobody'});
$sa->init(1);
$| = 1;
while (my $name = <STDIN>) {
  chomp $name; open my $file, '<', $name or die "$name: $!"; binmode $file; my $raw = do { local $/; <$file> };
  my $mail = $sa->parse($raw, 1); my $status = $sa->check($mail);
  print $status->get_score, "\n"; $status->finish; $mail->finish;
}
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in the cache. `judged`: the scores were not fitted on it."""

    path: Path
    corpus: str
    spam: bool
    judged: bool


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--corpora", type=Path, default=CORPORA)
    options.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "gatekeeper-rule-scores")
    options.add_argument("--scores", type=Path)
    options.add_argument("--rules", type=Path)
    chosen = options.parse_args()
    letters = list(unpacked(chosen.corpora, chosen.cache))
    rules, _ = judging(chosen.cache)
    scores = read_scores(chosen.scores.read_text(), "scores")[0] if chosen.scores else rules.scores
    found = ours(letters, chosen.cache)
    judged = [number for number, letter in enumerate(letters) if letter.judged]
    points = [found[n].points + sum(scores.get(name, 0.0) for name in found[n].rules) for n in judged]
    theirs = spamassassin([letters[n] for n in judged], chosen.cache)
    compare([letters[n] for n in judged], {"gatekeeper": points, "SpamAssassin": theirs})
    if chosen.rules:
        chosen.rules.write_text(hits(letters, found, scores))


def unpacked(corpora: Path, kept: Path) -> Iterator[Letter]:
    """All messages as files, made once: without what gives their class away."""
    index = kept / "index.json"
    if not index.exists():
        (kept / "mail").mkdir(parents=True, exist_ok=True)
        rows = []
        for number, (corpus, spam, judged, raw) in enumerate(messages(corpora)):
            path = kept / "mail" / f"{number:05}.eml"
            path.write_bytes(raw)
            rows.append((str(path), corpus, spam, judged))
        index.write_text(json.dumps(rows))
    for path, corpus, spam, judged in json.loads(index.read_text()):
        yield Letter(Path(path), corpus, spam, judged)


def messages(corpora: Path) -> Iterator[tuple[str, bool, bool, bytes]]:
    for name, begins in TESTED_FROM.items():
        for mail in mail_of(corpora, name):
            yield name, mail.is_spam, mail.arrived >= begins, mail.raw
    for name, (kind, spam) in ONE_CLASS.items():
        for path in sorted((corpora / name / kind).rglob("*.eml")):
            yield name, spam, True, stripped(path.read_bytes())


@cache
def judging(kept: Path) -> tuple[RuleSet, Inspection]:
    """The shipped rules, their patterns compiled, and an inspection that tells every hit."""
    setup = read(None)
    patterns.make(setup.tables.pattern_sets(), PatternCache(kept / "patterns"))
    rules = setup.tables.rules
    return rules, inspection(setup.loaded, replace(setup.tables, rules=rules.told()))


def look(paths: Sequence[Path], kept: Path) -> list[Found]:
    rules, told = judging(kept)
    return [found_in(path.read_bytes(), told, rules) for path in paths]


def ours(letters: Sequence[Letter], kept: Path) -> list[Found]:
    """What our rules find in each; every time anew."""
    lots = [[letter.path for letter in letters[n : n + TOGETHER]] for n in range(0, len(letters), TOGETHER)]
    with ProcessPoolExecutor() as pool:
        return [found for lot in pool.map(look, lots, [kept] * len(lots)) for found in lot]


def spamassassin(letters: Sequence[Letter], kept: Path) -> list[float]:
    """Its scores, asked for what is not in the cache."""
    known: dict[str, float] = {}
    said = kept / "spamassassin.jsonl"
    if said.exists():
        known = {str(path): score for path, score in map(json.loads, said.read_text().splitlines())}
    wanted = [str(letter.path) for letter in letters if str(letter.path) not in known]
    if wanted:
        with (
            said.open("a") as file,
            subprocess.Popen(["perl", "-e", PERL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as perl,
        ):
            assert perl.stdin
            assert perl.stdout
            for path in wanted:
                perl.stdin.write(f"{path}\n")
                perl.stdin.flush()
                known[path] = float(perl.stdout.readline())
                file.write(json.dumps((path, known[path])) + "\n")
            perl.stdin.close()
    return [known[str(letter.path)] for letter in letters]


def compare(letters: Sequence[Letter], points: dict[str, list[float]]) -> None:
    """Side by side, for each corpus and for all."""
    shown = table(
        f"caught and blocked at {THRESHOLD}", "corpus", *(f"{e} {k}" for e in points for k in ("spam", "ham"))
    )
    for corpus in (*dict.fromkeys(letter.corpus for letter in letters), ""):
        cells = [share(letters, scores, corpus, spam) for scores in points.values() for spam in (True, False)]
        shown.add_row(corpus or "all", *cells)
    Console(width=160).print(shown)


def share(letters: Iterable[Letter], scores: Iterable[float], corpus: str, spam: bool) -> str:
    of_it = [score >= THRESHOLD for letter, score in zip(letters, scores, strict=True)
             if letter.spam is spam and corpus in ("", letter.corpus)]  # fmt: skip
    return f"{sum(of_it)} of {len(of_it):,} ({100 * sum(of_it) / len(of_it):.2f} %)" if of_it else ""


def hits(letters: Sequence[Letter], found: Sequence[Found], scores: dict[str, float]) -> str:
    """The table for benchmarks/rules.md."""
    counts: Counter[tuple[str, str, bool]] = Counter()
    sizes: Counter[tuple[str, bool]] = Counter((letter.corpus, letter.spam) for letter in letters)
    for letter, hit in zip(letters, found, strict=True):
        counts.update((name, letter.corpus, letter.spam) for name in hit.rules)
    heads = [f"{corpus} {'spam' if spam else 'ham'} ({size:,})" for (corpus, spam), size in sizes.items()]
    lines = [
        "# What each rule hits",
        "",
        "Written by `python -m benchmarks.rule_scores --rules benchmarks/rules.md`: how many messages of each corpus a",
        "rule hits, those that the scores were fitted on among them, and what it weighs.",
        "",
        f"| rule | score | {' | '.join(heads)} |",
        f"|---|---:|{'---:|' * len(heads)}",
    ]
    for name in sorted(scores, key=lambda name: (-scores[name], name)):
        cells = (str(counts[name, corpus, spam]) for corpus, spam in sizes)
        lines.append(f"| {name} | {scores[name]:.2f} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
