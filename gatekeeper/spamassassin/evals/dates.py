r"""dates: when a header field says that it was written, in seconds since 1970, as SpamAssassin reads it.

It takes much that RFC 5322 does not, and corrects what cannot be: hour 25 is 23, 31 April the 1st of May, 1969 is 1970.
None for what holds no date.
"""

from calendar import timegm

from gatekeeper.spamassassin.evals.perl import fixed

_MONTHS = {
    name: number for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_FULL_TIME = fixed(r"^\d+:\d+:\d+$")
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
    words = value.replace(b",", b" ").split()
    found = _day(words)
    if found is None:
        return None
    day, rest = found
    hour, minute, second = _clock(rest)
    return _less(timegm((*day, min(hour, 23), min(minute, 59), min(second, 59))), _offset(rest))


def _day(words: list[bytes]) -> tuple[tuple[int, int, int], list[bytes]] | None:
    """Year, month and day, and the words without them; None if there is no such day.

    `3 Jun 2024` wherever it stands comes before `Jun 3 10:20:30 2024`, and that before `3 Jun 24`.
    """
    months = [place for place, word in enumerate(words) if len(word) == 3 and word.lower() in _MONTHS]
    for wide, before in ((4, True), (4, False), (3, True)):
        for place in months:
            here = slice(place - 1, place + 2) if before else slice(place, place + 4)
            found = words[here] if here.start >= 0 else []
            if day := _written(found, before=before, wide=wide):
                real = _real(_year(found[-1]), _MONTHS[words[place].lower()], int(day[:10]) if len(day) < 10 else 99)
                return (real, words[: here.start] + words[here.stop :]) if real else None
    return None


def _written(words: list[bytes], *, before: bool, wide: int) -> bytes | None:
    """The day, if the words are a date: `before` the month or behind it, the year of so many digits."""
    if len(words) != (3 if before else 4):
        return None
    day, year = words[0 if before else 1], words[-1]
    good = day.isdigit() and year.isdigit() and (len(year) == 4 if wide == 4 else len(year) in (2, 3))
    return day if good and (before or _FULL_TIME.search(words[2])) else None


def _clock(words: list[bytes]) -> tuple[int, int, int]:
    """Hour, minute and second; midnight if there is no time. Takes it out of the words."""
    for place, word in enumerate(words):
        parts = word.split(b":", 3)
        if len(parts) in (2, 3) and all(part.isdigit() and len(part) == 2 for part in (parts[0].zfill(2), *parts[1:])):
            del words[place]
            hour, minute, second = (int(part) for part in (*parts, b"0")[:3])
            return hour, minute, second
    return 0, 0, 0


def _year(written: bytes) -> int:
    year = int(written)
    if len(written) == 2 and year < 50:
        return year + 2000
    return year + 1900 if len(written) != 4 else year


def _real(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    """A day that there is. A day after the last of its month is the first of the next; there is no day 0."""
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _LENGTHS[month - 1] + leap:
        year, month, day = (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
    year, february = min(max(year, 1970), 2037), month == 2 and day == 29
    return (year, month, day) if day and not (february and year % 4) else None


def _offset(words: list[bytes]) -> int:
    """Seconds that the zone is east of Greenwich. Only the first word in capitals counts."""
    for word in words:
        if len(word) == 5 and word[:1] in (b"+", b"-") and word[1:].isdigit():
            seconds = (int(word[1:3]) * 60 + int(word[3:])) * 60
            return -seconds if word[:1] == b"-" else seconds
    zone = _ZONE.search(b" ".join(words))
    return _ZONES.get(zone[1], 0) if zone else 0


def _less(when: int, offset: int) -> int:
    return when - offset if offset < 0 or when >= offset else 0
