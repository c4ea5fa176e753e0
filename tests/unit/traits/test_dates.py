import pytest

from gatekeeper.message import parse
from gatekeeper.traits import Letter, present
from gatekeeper.values import Client, Envelope

CAME = "Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0000"


def shown(trait: str, *lines: str) -> str | None:
    raw = "\r\n".join((*lines, "", "Hello")).encode()
    here = Letter(parse(raw), Envelope("id", "test", Client(), None))
    return dict(present([trait], here)).get(trait)


def test_a_date_that_is_absent() -> None:
    assert shown("date-absent", "From: a") == "no Date"
    assert shown("date-absent", "dAtE: x") is None


@pytest.mark.parametrize(
    ("date", "trait", "hours"),
    [
        ("Mon, 2 Mar 2026 12:00:00 +0000", "date-ahead", "+3.0 hours"),
        ("Mon, 2 Mar 2026 11:59:59 +0000", "date-ahead", None),
        ("Mon, 2 Mar 2026 12:00:00 +0100", "date-ahead", None),
        ("Mon, 2 Mar 2026 09:00:00 -0400", "date-ahead", "+4.0 hours"),
        ("Sun, 1 Mar 2026 09:00:00 +0000", "date-behind", None),
        ("Sun, 1 Mar 2026 08:54:00 +0000", "date-behind", "-24.1 hours"),
        ("yesterday", "date-behind", None),
    ],
)
def test_how_far_it_is_from_the_arrival(date: str, trait: str, hours: str | None) -> None:
    found = shown(trait, CAME, f"Date: {date}")
    assert found == (hours and f"{date}: {hours}")


def test_the_newest_server_that_tells_counts() -> None:
    older = "Received: from a by b; Mon, 2 Mar 2020 09:00:00 +0000"
    assert shown("date-behind", "Received: nothing", CAME, older, "Date: Sun, 1 Mar 2026 21:00:00 +0000") is None
    assert shown("date-behind", "Date: Sun, 1 Mar 2020 21:00:00 +0000") is None
