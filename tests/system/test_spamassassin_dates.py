"""Times in header fields are read as the real SpamAssassin reads them."""

import os
import shutil
import subprocess

import pytest

from gatekeeper.spamassassin.evals.dates import date
from tests.servers.room import unavailable

ZONES = (
    "UT UTC NDT AST ADT NST EST EDT CST CDT MST MDT PST PDT HST AKST AKDT HADT HAST GMT BST IST WET WEST CET CEST EET "
    "EEST MSK MSD MET MEZ MEST MESZ BRST BRT AEST AEDT ACST ACDT AWST NZST NZDT JST KST HKT SGT PHT IDT XYZ Z EST-DST"
)
DAYS, MONTHS, YEARS = (0, 1, 28, 29, 30, 31, 32), ("Feb", "apr", "DEC"), (1900, 2000, 2023, 2024)
ODD_YEARS = "0 24 49 50 99 100 124 1900 1969 1970 2037 2038 9999 12345"
ODD_TIMES = "0:0 24:00 23:60:61 1:2:3 10:20:30:40 10:20:3 103:20 10 99:99:99"
ODD_ZONES = ("+1", "+12345", "-9999", "+0530 (IST)", "(EST)", "est", "EST -0100", "PST EST")
ODD = """yesterday
2024-06-03T10:20:30Z
3 June 2024
3,Jun,2024,10:20:30,+0000
3 Jun 2024
Mon Jun  3 10:20:30 2024
Jun 3 1:2:3 2024 PST
Jun 3 10:20 2024
3 Jun 24 4 Jul 2023
4 Jul 24 Jun 3 10:20:30 2023
x 3 Jun 2024 y 10:20:30 z -0700
1 Jan 1970 00:30:00 +0100
29 Feb 2040 10:20:30 GMT
29 Feb 1968 10:20:30 GMT
111111111111 Jun 2024"""
DATES = (
    "",
    *(f"Mon, 3 Jun 2024 10:20:30 {zone}" for zone in ZONES.split()),
    *(f"{day} {month} {year} 1:02 +0100" for day in DAYS for month in MONTHS for year in YEARS),
    *(f"3 Jun {year} 10:20:30 -0000" for year in ODD_YEARS.split()),
    *(f"3 Jun 2024 {time} +0000" for time in ODD_TIMES.split()),
    *(f"3 Jun 2024 10:20:30 {zone}" for zone in ODD_ZONES),
    *ODD.splitlines(),
)

SCRIPT = r"""use Mail::SpamAssassin::Util;
while (<STDIN>) { chomp; print Mail::SpamAssassin::Util::parse_rfc822_date($_) // "none", "\n" }"""


@pytest.fixture(scope="module")
def theirs() -> dict[str, str]:
    if shutil.which("spamassassin") is None:
        unavailable("SpamAssassin is missing: apt-get install spamassassin")
    asked = "".join(f"{value}\n" for value in DATES)
    done = subprocess.run(
        ["perl", "-e", SCRIPT],
        input=asked,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
        text=True,
    )
    return dict(zip(DATES, done.stdout.splitlines(), strict=True))


@pytest.mark.parametrize("value", DATES)
def test_the_same_second(value: str, theirs: dict[str, str]) -> None:
    when = date(value.encode())
    assert ("none" if when is None else str(when)) == theirs[value]
