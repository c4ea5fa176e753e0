"""digest_hours: when somebody gets a digest: at which hours of the day, and which of those was the last. Pure.

A period begins at such an hour and lasts until the next. Its name is that hour by the clock on the wall, so an hour
that comes twice, when the clock is put back, is one; an hour that the clock skips begins with the one after it. A wish
that is none is a `ValueError` whose text says so.
"""

import time
from collections.abc import Collection, Sequence
from typing import Literal

HOURLY = tuple(range(24))
NEVER = ()
_HOUR = 3600


def hours_of(setting: Sequence[int] | Literal["hourly"]) -> tuple[int, ...]:
    """The hours that a setting means."""
    return HOURLY if setting == "hourly" else tuple(sorted({int(hour) for hour in setting}))


def wished(text: str) -> tuple[int, ...]:
    """The hours that somebody has written: `7, 13`, `hourly`, `never`."""
    text = text.strip().lower()
    if text in ("hourly", "never"):
        return HOURLY if text == "hourly" else NEVER
    words = text.replace(",", " ").split()
    if not words or not all(word.isascii() and word.isdigit() and len(word) <= 2 and int(word) <= 23 for word in words):
        raise ValueError(f'{text[:40]!r} are no hours; write for instance "7, 13", "hourly" or "never"')
    return hours_of([int(word) for word in words])


def written(hours: Collection[int]) -> str:
    """The hours as `wished` reads them."""
    if not hours:
        return "never"
    return "hourly" if set(hours) == set(HOURLY) else ", ".join(map(str, sorted(hours)))


def period(hours: Collection[int], now: float) -> str:
    """The name of the period that `now` is in; "" if there is none."""
    offset = time.localtime(now).tm_gmtoff
    begun = (int(now) + offset) // _HOUR * _HOUR - offset
    for _ in range(26) if hours else ():
        if not _begin_at(begun).isdisjoint(hours):
            return time.strftime("%Y-%m-%dT%H", time.localtime(begun))
        begun -= _HOUR
    return ""


def _begin_at(moment: int) -> set[int]:
    """The hours of the clock that begin at this full hour: one, or two where one is skipped."""
    hour, before = time.localtime(moment).tm_hour, time.localtime(moment - _HOUR).tm_hour
    return {hour, (before + 1) % 24} if before != hour else {hour}
