"""At which hours digests are sent, and which of them was the last, on any clock."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gatekeeper.quarantine.digest_hours import HOURLY, NEVER, hours_of, period, wished, written

SetZone = Callable[[str], None]


@pytest.fixture
def zone() -> Iterator[SetZone]:
    """The clock of this machine, for a while in another zone."""
    before = os.environ.get("TZ")

    def set_zone(name: str) -> None:
        os.environ["TZ"] = name
        time.tzset()

    yield set_zone
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def at(zone: str, *moment: int, fold: int = 0) -> float:
    return datetime(*moment, fold=fold, tzinfo=ZoneInfo(zone)).timestamp()  # type: ignore[arg-type,misc]


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Chatham"])
def test_a_period_begins_at_its_hour_and_lasts_until_the_next(zone: SetZone, name: str) -> None:
    zone(name)
    told = [
        period((7, 13), at(name, 2026, 11, 28, hour, minute)) for hour, minute in ((6, 59), (7, 0), (12, 59), (13, 0))
    ]
    assert told == ["2026-11-27T13", "2026-11-28T07", "2026-11-28T07", "2026-11-28T13"]
    assert period(HOURLY, at(name, 2026, 11, 28, 0, 1)) == "2026-11-28T00"
    assert period((7,), at(name, 2026, 11, 28, 6, 0)) == "2026-11-27T07"


def test_who_wants_none_has_no_period() -> None:
    assert period(NEVER, time.time()) == ""


def test_an_hour_that_comes_twice_is_one_period(zone: SetZone) -> None:
    zone("Europe/Berlin")
    twice = [at("Europe/Berlin", 2026, 10, 25, 2, 30, fold=fold) for fold in (0, 1)]
    assert twice[1] - twice[0] == 3600
    assert {period((2,), moment) for moment in twice} == {"2026-10-25T02"}
    assert {period(HOURLY, moment) for moment in twice} == {"2026-10-25T02"}


def test_an_hour_that_is_skipped_begins_with_the_one_after_it(zone: SetZone) -> None:
    zone("Europe/Berlin")
    assert period((2,), at("Europe/Berlin", 2026, 3, 29, 1, 59)) == "2026-03-28T02"
    assert period((2,), at("Europe/Berlin", 2026, 3, 29, 3, 0)) == "2026-03-29T03"
    assert period((2,), at("Europe/Berlin", 2026, 3, 29, 12, 0)) == "2026-03-29T03"


@pytest.mark.parametrize(
    ("text", "hours", "again"),
    [
        ("7", (7,), "7"),
        (" 13, 7 ", (7, 13), "7, 13"),
        ("0 23 23", (0, 23), "0, 23"),
        ("Hourly", HOURLY, "hourly"),
        ("never", NEVER, "never"),
        (", ".join(map(str, range(24))), HOURLY, "hourly"),
    ],
)
def test_wishes_are_read_and_written(text: str, hours: tuple[int, ...], again: str) -> None:
    assert wished(text) == hours
    assert written(hours) == again
    assert wished(again) == hours


@pytest.mark.parametrize("text", ["", ",", "24", "-1", "7.5", "7;13", "²", "٣", "often", "007"])
def test_what_is_no_wish_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="are no hours; write for instance"):
        wished(text)


def test_the_setting_may_be_a_word() -> None:
    assert hours_of("hourly") == HOURLY
    assert hours_of([13, 7, 7]) == (7, 13)
