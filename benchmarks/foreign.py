"""foreign: does a model that learnt other people's mail know anything of this mailbox?

    python -m benchmarks.foreign [--corpora DIR]

Two archives of real mail, years and people apart. What learnt the whole of the one judges the other message by message
in the order of arrival, three ways: as it is; going on learning there; and, beside both, learning there alone from
nothing. bogofilter takes the same ways. Printed: 1-AUC in per cent over the whole, and over the first 100, 200, 500 and
1,000 messages. Needs the archives of `honest` and bogofilter; takes some minutes.
"""

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.honest import TESTED_FROM, Mail, mail_of
from benchmarks.parse import CORPORA, machine
from gatekeeper.classifier.features import Features, features_of
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.measure import one_minus_auc
from gatekeeper.classifier.ranking import Scored
from gatekeeper.message import parse
from gatekeeper.values import Label

FIRST = (100, 200, 500, 1000)
ARCHIVES = tuple(TESTED_FROM)
Lesson = tuple[Features, Label]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--corpora", type=Path, default=CORPORA)
    root = options.parse_args().corpora
    mails = {name: mail_of(root, name) for name in ARCHIVES}
    console = Console(width=120)
    console.print(machine())
    for there, here in (ARCHIVES, ARCHIVES[::-1]):
        console.print(_table(there, here, mails[there], mails[here]))


def _table(there: str, here: str, foreign: Sequence[Mail], own: Sequence[Mail]) -> Table:
    table = Table("1-AUC %", "over all", *(f"first {n}" for n in FIRST), title=f"{there} learnt, {here} judged")
    labels = np.array([mail.is_spam for mail in own])
    for name, scores in (*_ours(foreign, own), *_bogofilters(foreign, own)):
        said = np.array(scores)
        table.add_row(name, *(_figure(said[:n], labels[:n]) for n in (None, *FIRST)))
    return table


def _figure(scores: NDArray[np.float64], spam: NDArray[np.bool_]) -> str:
    return f"{100 * one_minus_auc(Scored(scores, spam)):.3f}" if spam.any() and not spam.all() else "-"


def _ours(foreign: Sequence[Mail], own: Sequence[Mail]) -> Iterable[tuple[str, list[float]]]:
    there, here = _lessons(foreign), _lessons(own)
    model = _taught(Learner(), there).model()
    yield "gatekeeper, only theirs", [model.judge(features, 0).score for features, _ in here]
    learner = Learner(model)
    yield "gatekeeper, theirs and then own", [learner.learn(*lesson).score for lesson in here]
    alone = Learner()
    yield "gatekeeper, own alone", [alone.learn(*lesson).score for lesson in here]


def _lessons(mails: Sequence[Mail]) -> list[Lesson]:
    read = track(mails, "features", transient=True)
    return [(features_of(parse(mail.raw)), Label.SPAM if mail.is_spam else Label.HAM) for mail in read]


def _taught(learner: Learner, lessons: Iterable[Lesson]) -> Learner:
    for features, label in lessons:
        learner.learn(features, label)
    return learner


def _bogofilters(foreign: Sequence[Mail], own: Sequence[Mail]) -> Iterable[tuple[str, list[float]]]:
    with tempfile.TemporaryDirectory() as name:
        theirs, both, alone = (Path(name) / way for way in ("theirs", "both", "alone"))
        theirs.mkdir()
        alone.mkdir()
        for mail in track(foreign, "bogofilter", transient=True):
            _register(theirs, mail)
        shutil.copytree(theirs, both)
        yield "bogofilter, only theirs", [_spamicity(theirs, mail) for mail in own]
        yield "bogofilter, theirs and then own", _stream(both, own)
        yield "bogofilter, own alone", _stream(alone, own)


def _stream(words: Path, mails: Sequence[Mail]) -> list[float]:
    scores = []
    for mail in track(mails, "bogofilter", transient=True):
        scores.append(_spamicity(words, mail))
        _register(words, mail)
    return scores


def _register(words: Path, mail: Mail) -> None:
    how = "-s" if mail.is_spam else "-n"
    subprocess.run(["bogofilter", "-C", "-d", str(words), how], input=mail.raw, check=True)


def _spamicity(words: Path, mail: Mail) -> float:
    """0.52 as long as there is nothing to judge by."""
    command = ["bogofilter", "-C", "-d", str(words), "-TT"]
    said = subprocess.run(command, input=mail.raw, capture_output=True, check=False).stdout.split()
    return float(said[-1]) if said else 0.52


if __name__ == "__main__":
    main()
