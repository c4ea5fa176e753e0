"""dates: when a message says that it was written, and when the servers on its way say that they had it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from email.utils import mktime_tz, parsedate_tz
from functools import lru_cache, partial

from gatekeeper.message.habits import SOUND_DATE, ZONE
from gatekeeper.traits.letter import Letter

_FARTHEST = 14
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOUR = 3600.0
_MOST_LINES = 10


_parts = lru_cache(maxsize=256)(parsedate_tz)


@lru_cache(maxsize=256)
def seconds(text: str) -> float | None:
    """A date of RFC 5322 §3.3 as seconds since 1970; None if it is none."""
    try:
        parts = _parts(text[-80:].strip())
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


def _ahead(letter: Letter) -> float | None:
    """By how many hours Date is ahead of the arrival."""
    if "ahead" not in letter.kept:
        value = letter.field(b"date")
        written, came = seconds(value) if value else None, arrival(letter)
        letter.kept["ahead"] = None if written is None or came is None else (written - came) / _HOUR
    ahead: float | None = letter.kept["ahead"]
    return ahead


def _apart(low: float, high: float, letter: Letter) -> Iterator[str]:
    ahead = _ahead(letter)
    if ahead is not None and low <= ahead < high:
        yield f"{letter.field(b'date')}: {ahead:+.1f} hours"


def _unsound(letter: Letter) -> Iterator[str]:
    """Not as RFC 5322 §3.3 has it, also in its obsolete forms."""
    value = letter.field(b"date")
    if value is not None and not SOUND_DATE.match(value):
        yield value or "empty"


def _odd_zone(letter: Letter) -> Iterator[str]:
    """No place on earth has it."""
    found = ZONE.search(letter.field(b"date") or "")
    if found and (int(found[2]) > _FARTHEST or int(found[3]) % 15 or (found[1] == "-" and int(found[2]) > 12)):
        yield found[0]


def _wrong_day(letter: Letter) -> Iterator[str]:
    value = letter.field(b"date") or ""
    parts = _parts(value[:80]) if value[:3].lower() in _DAYS else None
    if parts and 0 < parts[1] <= 12 and 0 < parts[2] <= 28 and 1 < parts[0] < 9999:
        day = _DAYS[date(*parts[:3]).weekday()]
        if day != value[:3].lower():
            yield f"{value} is a {day.capitalize()}"


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "date-absent": _absent,
    "date-unsound": _unsound,
    "date-odd-zone": _odd_zone,
    "date-wrong-day": _wrong_day,
    "date-ahead": partial(_apart, 3.0, float("inf")),
    "date-behind": partial(_apart, -96.0, -24.0),
    "date-long-behind": partial(_apart, float("-inf"), -96.0),
}
