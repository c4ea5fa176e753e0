"""recipe_learning: learn and undo as `bogofilter -s -n -S -N` do, by the events that are kept. Fails with
`StoreError`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gatekeeper.app.learning import Learning, Sample
from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import Features, features_of
from gatekeeper.config.schema import Classifier
from gatekeeper.message import parse
from gatekeeper.values import Label

_TOGETHER = 1000  # messages whose features are kept in memory


@dataclass(slots=True)
class Registered:
    """How many messages there were and how many different words, and how many were not there to be undone."""

    messages: int = 0
    unknown: int = 0
    changed: int = 0
    seen: set[bytes] = field(default_factory=set, repr=False)

    @property
    def words(self) -> int:
        """Different words in all of them."""
        return len(self.seen)


def register(
    raws: Iterable[bytes],
    directory: Path,
    settings: Classifier,
    undo: Label | None,
    learn: Label | None,
    teacher: str = "",
) -> Registered:
    """Undo these messages where they were learnt as `undo`, and learn them as `learn`.

    What was learnt as the other class is moved, what was learnt already is not learnt again, and what never was learnt
    is not undone.
    """
    done = Registered()
    learning = Learning(directory, settings, create=learn is not None)
    try:
        for some in _batches(raws, settings.fold):
            done.messages += len(some)
            for features in some.values():
                done.seen.update(features.words)
            if undo is not None:
                _undo(learning, list(some), undo, learn, done)
            if learn is not None:
                samples = [Sample(features, digest, learn) for digest, features in some.items()]
                learnt = learning.learn(samples, teacher=teacher)
                done.changed += learnt.learnt
    finally:
        learning.close()
    return done


def _undo(learning: Learning, digests: list[bytes], undo: Label, learn: Label | None, done: Registered) -> None:
    """Forget what was learnt as `undo`; what will be learnt otherwise is moved by that."""
    taught = learning.training.taught(digests)
    known = {digest: [event.id for event in events if event.label == undo] for digest, events in taught.items()}
    done.unknown += sum(not known.get(digest) for digest in digests)
    ids = [id_ for events in known.values() for id_ in events]
    if ids and learn is None:
        done.changed += learning.forget(ids=ids).forgotten


def _batches(raws: Iterable[bytes], fold: bool) -> Iterator[dict[bytes, Features]]:
    """By their digests: the same message counts once."""
    some: dict[bytes, Features] = {}
    for raw in raws:
        message = parse(raw)
        some[digest_of(message)] = features_of(message, fold)
        if len(some) == _TOGETHER:
            yield some
            some = {}
    if some:
        yield some
