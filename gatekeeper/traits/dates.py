"""dates: when a message says that it was written, and when the servers on its way say that they had it."""

from collections.abc import Callable, Iterator, Mapping
from email.utils import mktime_tz, parsedate_tz
from functools import partial

from gatekeeper.traits.letter import Letter

_HOUR = 3600.0
_MOST_LINES = 10


def seconds(text: str) -> float | None:
    """A date of RFC 5322 §3.3 as seconds since 1970; None if it is none."""
    try:
        parts = parsedate_tz(text[-80:].strip())
        return float(mktime_tz(parts)) if parts else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def arrival(letter: Letter) -> float | None:
    """When the newest server that says so had it."""
    lines = letter.message.values(b"received")[:_MOST_LINES]
    times = (seconds(line.rpartition(b";")[2].decode("latin-1")) for line in lines)
    return next((time for time in times if time is not None), None)


def _absent(letter: Letter) -> Iterator[str]:
    if not letter.message.values(b"date"):
        yield "no Date"


def _apart(low: float, high: float, letter: Letter) -> Iterator[str]:
    """How many hours Date is ahead of the arrival."""
    value = letter.field(b"date")
    written, came = seconds(value) if value else None, arrival(letter)
    if value and written is not None and came is not None and low <= (written - came) / _HOUR < high:
        yield f"{value}: {(written - came) / _HOUR:+.1f} hours"


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "date-absent": _absent,
    "date-ahead": partial(_apart, 3.0, float("inf")),
    "date-behind": partial(_apart, float("-inf"), -24.0),
}
