r"""dates: when a header field says that it was written, in seconds since 1970, as SpamAssassin reads it.

It takes much that RFC 5322 does not, and corrects what cannot be: hour 25 is 23, 31 April the 1st of May, 1969 is 1970.
None for what holds no date.
"""

from calendar import timegm

from gatekeeper.spamassassin.evals.perl import fixed

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".lower().encode().split()
_MONTH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_COMMA, _SPACE = fixed(r", *"), fixed(r"\s+")
_MODERN = fixed(rf" (\d+) {_MONTH} (\d{{4}}) ", "i")
_ASCTIME = fixed(rf" {_MONTH} +(\d+) \d+:\d+:\d+ (\d{{4}}) ", "i")
_SHORT = fixed(rf" (\d+) {_MONTH} (\d{{2,3}}) ", "i")
_TIME = fixed(r" (\d?\d):(\d\d)(?::(\d\d))? ")
_OFFSET = fixed(r" ([-+])(\d\d)(\d\d) ")
_ZONE = fixed(r"\b([A-Z]{2,4}(?:-DST)?)\b")
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_HOURS = {
    -10: "HST HAST",
    -9: "AKST HADT",
    -8: "PST AKDT",
    -7: "MST PDT",
    -6: "CST MDT",
    -5: "EST CDT",
    -4: "AST EDT",
    -3.5: "NST",
    -3: "ADT BRT",
    -2.5: "NDT",
    -2: "BRST",
    0: "UT UTC GMT WET",
    1: "BST IST WEST CET MET MEZ",
    2: "CEST EET MEST MESZ",
    3: "EEST MSK IDT",
    4: "MSD",
    8: "AWST HKT SGT PHT",
    9: "JST KST",
    9.5: "ACST",
    10: "AEST",
    10.5: "ACDT",
    11: "AEDT",
    12: "NZST",
    13: "NZDT",
}
_ZONES = {zone.encode(): int(hours * 3600) for hours, zones in _HOURS.items() for zone in zones.split()}


def date(value: bytes) -> int | None:
    """The time in the value of a header field."""
    text = _SPACE.sub(b" ", _COMMA.sub(b" ", b" " + value + b" "))
    day, rest = _day(text)
    if day is None:
        return None
    clock = _TIME.search(rest)
    if clock:
        rest = rest[: clock.start()] + b" " + rest[clock.end() :]
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    when = timegm((*day, min(hour, 23), min(minute, 59), min(second, 59)))
    return _less(when, _offset(rest))


def _day(text: bytes) -> tuple[tuple[int, int, int] | None, bytes]:
    """Year, month and day, and the text without them; None if there is no such day."""
    if found := _MODERN.search(text):
        day, month, year = found.groups()
    elif found := _ASCTIME.search(text):
        month, day, year = found.groups()
    elif found := _SHORT.search(text):
        day, month, year = found.groups()
    else:
        return None, text
    rest = text[: found.start()] + b" " + text[found.end() :]
    return _real(_year(year), _MONTHS.index(month.lower()) + 1, int(day[-9:]) if len(day) < 10 else 99), rest


def _year(written: bytes) -> int:
    year = int(written)
    if len(written) == 2 and year < 50:
        return year + 2000
    return year + 1900 if len(written) != 4 else year


def _real(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    """A day that there is. A day after the last of its month is the first of the next; there is no day 0."""
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 != 0)
    if day > _LENGTHS[month - 1] + leap:
        year, month, day = (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
    year, february = min(max(year, 1970), 2037), month == 2 and day == 29
    return (year, month, day) if day and not (february and year % 4) else None


def _offset(rest: bytes) -> int:
    """Seconds that the zone is east of Greenwich. Only the first word in capitals counts."""
    if found := _OFFSET.search(rest):
        seconds = (int(found[2]) * 60 + int(found[3])) * 60
        return -seconds if found[1] == b"-" else seconds
    zone = _ZONE.search(rest)
    return _ZONES.get(zone[1], 0) if zone else 0


def _less(when: int, offset: int) -> int:
    return when - offset if offset < 0 or when >= offset else 0
