"""Times in header fields, as SpamAssassin reads them."""

from calendar import timegm

import pytest

from gatekeeper.spamassassin.evals.dates import date


@pytest.mark.parametrize(
    ("value", "when"),
    [
        (b"Mon, 03 Jun 2024 10:20:30 +0000", (2024, 6, 3, 10, 20, 30)),
        (b"Mon, 3 Jun 2024 10:20 +0000", (2024, 6, 3, 10, 20, 0)),
        (b"Mon, 3 Jun 2024 10:20:30 +0200 (CEST)", (2024, 6, 3, 8, 20, 30)),
        (b"Mon, 3 Jun 2024 10:20:30 -0330", (2024, 6, 3, 13, 50, 30)),
        (b"Mon, 3 Jun 2024 10:20:30 EST", (2024, 6, 3, 15, 20, 30)),
        (b"Mon, 3 Jun 2024 10:20:30 NST", (2024, 6, 3, 13, 50, 30)),
        (b"3 jun 24 10:20:30 GMT", (2024, 6, 3, 10, 20, 30)),
        (b"3 Jun 98 10:20:30 GMT", (1998, 6, 3, 10, 20, 30)),
        (b"3 Jun 124 10:20:30 GMT", (2024, 6, 3, 10, 20, 30)),
        (b"Mon Jun  3 10:20:30 2024", (2024, 6, 3, 0, 0, 0)),
        (b"Mon, 3 Jun 2024 25:61:62 +0000", (2024, 6, 3, 23, 59, 59)),
        (b"Tue, 31 Apr 2024 10:20:30 +0000", (2024, 5, 1, 10, 20, 30)),
        (b"Sat, 45 Dec 2024 10:20:30 +0000", (2025, 1, 1, 10, 20, 30)),
        (b"Mon, 3 Jun 1950 10:20:30 +0000", (1970, 6, 3, 10, 20, 30)),
        (b"Mon, 3 Jun 2050 10:20:30 +0000", (2037, 6, 3, 10, 20, 30)),
        (b"1 Jan 1970 00:30:00 +0200", (1970, 1, 1, 0, 0, 0)),
        (b"Thu, 29 Feb 2024 10:20:30 +0000", (2024, 2, 29, 10, 20, 30)),
        (b"Tue, 29 Feb 2000 10:20:30 +0000", (2000, 2, 29, 10, 20, 30)),
        (b"Thu, 29 Feb 2100 10:20:30 +0000", (2037, 3, 1, 10, 20, 30)),
        (b"Mon, 3 Jun 2024 10:20:30 XYZ", (2024, 6, 3, 10, 20, 30)),
    ],
)
def test_what_is_written_is_read_and_mended(value: bytes, when: tuple[int, ...]) -> None:
    assert date(value) == timegm(when)


@pytest.mark.parametrize(
    "value", [b"", b"yesterday", b"2024-06-03 10:20", b"Mon, 0 Jun 2024 10:20:30 +0000", b"29 Feb 2040 10:20:30 GMT"]
)
def test_what_is_no_date_is_none(value: bytes) -> None:
    assert date(value) is None


def test_a_day_of_a_million_digits_costs_nothing() -> None:
    assert date(b"1" * 1_000_000 + b" Jun 2024 10:20:30 +0000") == timegm((2024, 7, 1, 10, 20, 30))
