"""header_dates: how far Date is from the Received fields, and how old the message is (HeaderEval)."""

import time
from dataclasses import dataclass

from gatekeeper.spamassassin.evals.contract import Case, once
from gatekeeper.spamassassin.evals.dates import date
from gatekeeper.spamassassin.evals.perl import fixed, within

_STAMP = fixed(r"(\s.?\d+ \S\S\S \d+ \d+:\d+:\d+ \S+)")
_LOCAL = fixed(r"\bfrom (?:localhost\s|(?:\S+ ){1,2}\S*\b127\.0\.0\.1\b)|qmail \d+ invoked by uid \d+")
_FETCHMAIL = fixed(r"\bby localhost with \w+ \(fetchmail-[\d.]+")
_YEAR = 31556952
"""Seconds."""


@dataclass(frozen=True, slots=True)
class _Received:
    """Times of the Received fields, the last relay first, and when fetchmail got the message."""

    times: tuple[int, ...]
    fetched: int | None


def check_for_shifted_date(case: Case, least: str, most: str) -> bool:
    """Whether Date is `least` to `most` hours later than the nearest time in Received."""
    return within(_shift(case) / 3600, least, most)


def received_within_months(case: Case, least: str, most: str) -> bool:
    """Whether the message came `least` to `most` months ago."""
    return within((time.time() - _arrival(case)) * 12 / _YEAR, least, most)


@once
def _written(case: Case) -> int | None:
    """The time in Resent-Date, else in Date; of several fields, that of the first that has one."""
    for name in ("Resent-Date", "Date"):
        for value in case.texts.headers(name):
            when = date(value.removesuffix(b"\n"))
            if when is not None:
                return when
    return None


@once
def _received(case: Case) -> _Received:
    lines = [line for line in (case.texts.header("Received") or b"").split(b"\n") if line.strip()]
    local = [lines.pop(0)] if lines and _LOCAL.search(lines[0]) else []
    if lines and _FETCHMAIL.search(lines[0]):
        local.append(lines.pop(0))
    else:
        lines, local = local + lines, []
    fetched = [when for when in _times(local) if when <= time.time()]
    return _Received(_times(lines), max(fetched, default=None))


def _times(lines: list[bytes]) -> tuple[int, ...]:
    found = (_STAMP.search(line) for line in lines)
    return tuple(when for stamp in found if stamp and (when := date(stamp[1])) is not None)


@once
def _shift(case: Case) -> int:
    """Seconds; 0 where one of the two is not known. A first relay that says what Date says proves nothing."""
    written, times = _written(case), _received(case).times
    if written is None or not times:
        return 0
    shifts = [written - when for when in times]
    if len(shifts) > 1 and shifts[-1] == 0:
        shifts.pop()
    return min(shifts, key=abs)


@once
def _arrival(case: Case) -> int:
    """The median of all that says when the message came; 0 if nothing does."""
    written, received = _written(case), _received(case)
    said = [when for when in (written, *received.times[:1], received.fetched) if when is not None]
    if written is not None and received.times:
        said.append(written - _shift(case))
    return sorted(said, reverse=True)[(len(said) - 1) // 2] if said else 0


FUNCTIONS = (
    check_for_shifted_date,
    received_within_months,
)
