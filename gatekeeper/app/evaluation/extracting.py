"""extracting: the features of the messages of an evaluation, by all processors, in their order.

Fails with `LineError` for a message that cannot be read: scores must go with the lines of ORDER, so none is left out.
"""

from collections.abc import Iterator, Sequence

from gatekeeper.app import extraction
from gatekeeper.app.evaluation.lines import Entry
from gatekeeper.classifier.features import Features, features_of
from gatekeeper.message import parse

_FEW = 100  # messages for which it does not pay to start processes


def extracted(entries: Sequence[Entry], fold: bool, jobs: int | None = None) -> Iterator[tuple[Entry, Features]]:
    """Each entry with its features; as many `jobs` as this process may use processors, if not given."""

    def work(number: int) -> bytes:
        try:
            raw = entries[number].path.read_bytes()
        except OSError as error:
            raise ValueError(error.strerror) from None
        return features_of(parse(raw), fold).pack()

    count = jobs or (extraction.cores() if len(entries) > _FEW else 1)
    for entry, result in zip(entries, extraction.results(work, range(len(entries)), count), strict=True):
        if isinstance(result, extraction.Lost):
            raise entry.error(f"{entry.path}: {result.why}", "make it readable, or take the line out")
        yield entry, Features.unpack(result)
