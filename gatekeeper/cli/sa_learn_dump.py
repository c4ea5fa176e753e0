"""sa_learn_dump: the words as `sa-learn --dump` prints them. Fails with `StoreError`."""

import sys
from pathlib import Path

import click

from gatekeeper.app.sharing import parameters
from gatekeeper.classifier.plain import score
from gatekeeper.config.schema import Classifier
from gatekeeper.stores.word_counts import WordCounts
from gatekeeper.tables.pattern import Pattern, PatternError

_LINE = "%3.3f %10d %10d %10d  %s\n"


def dumped(directory: Path, settings: Classifier, what: str, expression: str) -> None:
    """`magic` are the totals, `data` the words: probability, spam, ham, 0 for the time, word."""
    try:
        pattern = Pattern(expression) if expression else None
    except PatternError as error:
        raise click.BadParameter(f"{error}; {error.remedy}", param_hint="--regexp") from None
    store = WordCounts(directory / "training.db")
    try:
        messages = store.messages()
        if what != "data":
            for name, number in (("nspam", messages[0]), ("nham", messages[1]), ("ntokens", store.number())):
                _print(_LINE % (0.0, 0, number, 0, f"non-token data: {name}"))
        for word, spam, ham in store.ascending() if what != "magic" else ():
            text = word.decode("utf-8", "surrogateescape")
            if pattern is None or pattern.search(text):
                likely = score([(spam, ham)], messages, parameters(settings)).likely[0]
                _print(_LINE % (likely, spam, ham, 0, text))
    finally:
        store.close()
    sys.stdout.buffer.flush()


def _print(line: str) -> None:
    sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))
