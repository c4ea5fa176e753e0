"""How much of the second wave of a campaign is recognised after one report, and how much ham is taken for it.

    python -m benchmarks.campaigns            the table for each threshold, on the half that they were chosen by
    python -m benchmarks.campaigns --second   the same on the other half, for what was chosen alone
    python -m benchmarks.campaigns --cost     what it costs, with stores of several sizes

Spam comes in its order. What the store recognises counts as recognised; what it does not is reported, once. Then all
the ham of that half is asked about. Halves: the earlier and the later half of each corpus. A second wave is what has
three tenths of its groups of three words in common with an earlier spam, counted exactly, each with each; short texts,
which have no sketch, are in it too.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.parse import CORPORA
from gatekeeper.digests import sketches, texts
from gatekeeper.digests.pyzor import digest_of
from gatekeeper.message import Message, parse
from gatekeeper.stores.campaigns import Campaigns
from gatekeeper.values import Sketch

SPAM = ("spamassassin-public/spam", "vger-2019-2022/spam", "phish-2023-2024/phish")
HAM = ("spamassassin-public/ham", "vger-2019-2022/ham", "usrp-2024/ham")
_WAVE = 0.3
SHORTEST, LEAST = (10, 20, 40), (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


class Mail(NamedTuple):
    """A message as far as it is looked at here: `groups` of words in its text."""

    name: str
    groups: frozenset[str]
    sketches: tuple[Sketch, ...]


def messages(corpus: str, second: bool) -> list[Path]:
    """One half of the corpus."""
    found = sorted(path for path in (CORPORA / corpus).rglob("*") if path.is_file() and path.name != ".complete")
    half = len(found) // 2
    return found[half:] if second else found[:half]


def mail(path: Path) -> Mail:
    message = parse(path.read_bytes())
    text = sketches.texts(message).normalised.text[: texts.LONGEST]
    return Mail(str(path), frozenset(texts.groups_of(text)), sketches.sketches_of(message))


def used(one: Mail, shortest: int) -> Iterator[Sketch]:
    return (s for s in one.sketches if sketches.what(s.kind) != "text" or len(one.groups) >= shortest)


def is_known(store: Campaigns, one: Mail, shortest: int, least: float) -> bool:
    for sketch in used(one, shortest):
        found = store.reported(sketch)
        if found and found.likeness >= (least if sketches.what(sketch.kind) == "text" else sketches.LEAST["file"]):
            return True
    return False


def course(spam: Sequence[Mail], ham: Sequence[Mail], shortest: int, least: float) -> tuple[int, int, int, list[str]]:
    """How many were reported, could not be, and were recognised; and the ham that was, too."""
    with tempfile.TemporaryDirectory() as place:
        store = Campaigns(Path(place) / "campaigns.db", sketches.likeness)
        reported = bare = recognised = 0
        for one in spam:
            if is_known(store, one, shortest, least):
                recognised += 1
            elif kept := list(used(one, shortest)):
                reported += 1
                for sketch in kept:
                    store.report(sketch, least if sketches.what(sketch.kind) == "text" else sketches.LEAST["file"])
            else:
                bare += 1
        wrong = [one.name for one in ham if is_known(store, one, shortest, least)]
        store.close()
    return reported, bare, recognised, wrong


def second_wave(spam: Sequence[Mail]) -> int:
    """How many have an earlier one that is much alike."""
    holders: dict[str, list[int]] = defaultdict(list)
    found = 0
    for number, one in enumerate(spam):
        common = Counter(holder for group in one.groups for holder in holders[group])
        found += any(n / (len(one.groups) + len(spam[holder].groups) - n) >= _WAVE for holder, n in common.items())
        for group in one.groups:
            holders[group].append(number)
    return found


def table(second: bool) -> None:
    texts.SHORTEST = min(SHORTEST)
    ham = [mail(path) for corpus in HAM for path in messages(corpus, second)]
    chosen = [(20, sketches.LEAST["text"])] if second else [(s, t) for s in SHORTEST for t in LEAST]
    print("| corpus | spam | second wave | shortest | alike | too short | reported | recognised | ham | taken for it |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for corpus in SPAM:
        spam = [mail(path) for path in messages(corpus, second)]
        waves = second_wave(spam)
        for shortest, least in chosen:
            reported, bare, recognised, wrong = course(spam, ham, shortest, least)
            share = f"{recognised} ({recognised / waves:.0%})"
            row = (
                corpus.partition("/")[0],
                len(spam),
                waves,
                shortest,
                least,
                bare,
                reported,
                share,
                len(ham),
                len(wrong),
            )
            print("|", " | ".join(map(str, row)), "|", flush=True)
            for path in wrong[:3] if len(wrong) < 5 else ():
                print("   ", path)


def cost() -> None:
    raws = [path.read_bytes() for path in messages(SPAM[0], False)[::4]]
    for what, call in (("normal", normalised), ("sketches", sketches.sketches_of), ("Pyzor's digest", digest_of)):
        spent = [timed(call, parse_with_text(raw)) for raw in raws]
        print(f"{what}: median {statistics.median(spent):.0f} µs, mean {statistics.fmean(spent):.0f} µs")
    made = [s for raw in raws for s in sketches.sketches_of(parse(raw)) if sketches.what(s.kind) == "text"]
    for size in (1_000, 20_000):
        with tempfile.TemporaryDirectory() as place:
            store = Campaigns(Path(place) / "campaigns.db", sketches.likeness)
            fill(store, size)
            reports = [timed(partial(store.report, least=0.5), sketch) for sketch in made[:100]]
            hits = [timed(store.reported, sketch) for sketch in made[:100]]
            misses = [timed(store.reported, sketch) for sketch in made[100:]]
            octets = sum(file.stat().st_size for file in Path(place).iterdir())
            print(f"{size} sketches, {octets / 1e6:.0f} MB: report {statistics.median(reports):.0f} µs, ", end="")
            print(f"known {statistics.median(hits):.0f} µs, unknown {statistics.median(misses):.0f} µs")
            store.close()


def parse_with_text(raw: bytes) -> Message:
    """Its text is read already, as other checks do, but nobody else wants it in the form for matching."""
    message = parse(raw)
    _ = sketches.texts(message).visible
    return message


def normalised(message: Message) -> str:
    return sketches.texts(message).normalised.text


def fill(store: Campaigns, size: int) -> None:
    words = [f"{a}{b}{c}" for a in "bcdfgl" for b in "aeiou" for c in "mnprstvx"]
    for seed in range(size):
        text = " ".join(random.Random(seed).choices(words, k=60))
        sketch = texts.sketch_of(text)
        assert sketch
        store.report(sketch, 0.9)


def timed(call: object, argument: object) -> float:
    began = time.thread_time()
    call(argument)
    return (time.thread_time() - began) * 1e6


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--second", action="store_true")
    options.add_argument("--cost", action="store_true")
    asked = options.parse_args()
    cost() if asked.cost else table(asked.second)
