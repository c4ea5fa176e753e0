"""How far Date is from Received."""

from email.utils import formatdate

import pytest

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.header_dates import check_for_shifted_date, received_within_months
from tests.unit.spamassassin.evals.cases import headed

HOUR = 3600
NOON = 1717416000


def received(*hours: float) -> bytes:
    """One field for each hour after noon."""
    stamps = (formatdate(NOON + hour * HOUR) for hour in hours)
    return b"".join(b"from a.test by b.test; " + stamp.encode() + b"\n" for stamp in stamps)


def dated(hour: float, *relays: float) -> Case:
    date = formatdate(NOON + hour * HOUR).encode() + b"\n"
    return headed(Date=date, Received=received(*relays))


@pytest.mark.parametrize(
    ("case", "least", "most", "hit"),
    [
        (dated(4, 0), "3", "6", True),
        (dated(2, 0), "3", "6", False),
        (dated(6, 0), "3", "6", False),
        (dated(-4, 0), "-6", "-3", True),
        (dated(100, 0), "96", "undef", True),
        (dated(-100, 0), "undef", "-96", True),
        (dated(5, 4, 0), "3", "6", False),
        (dated(5, 1, 5), "3", "6", True),
        (dated(5), "3", "6", False),
        (headed(Received=received(0)), "3", "6", False),
    ],
)
def test_the_nearest_relay_counts_but_not_a_first_one_that_repeats_date(
    case: Case, least: str, most: str, hit: bool
) -> None:
    assert check_for_shifted_date(case, least, most) is hit


def test_resent_date_comes_first_and_of_several_the_first_that_can_be_read() -> None:
    good = formatdate(NOON + 4 * HOUR).encode() + b"\n"
    assert check_for_shifted_date(headed(Resent_Date=good, Date=b"x\n", Received=received(0)), "3", "6")
    assert check_for_shifted_date(headed(Date=(b"x\n", good, b"y\n"), Received=received(0)), "3", "6")


def test_what_fetchmail_adds_is_not_the_way_the_message_came() -> None:
    local = b"from localhost by me.test; " + formatdate(NOON + 9 * HOUR).encode() + b"\n"
    local += b"from x by localhost with POP3 (fetchmail-6.4); " + formatdate(NOON + 9 * HOUR).encode() + b"\n"
    case = headed(Date=formatdate(NOON + 5 * HOUR).encode() + b"\n", Received=local + received(1))
    assert check_for_shifted_date(case, "4", "5")


def test_a_message_is_as_old_as_most_of_its_fields_say() -> None:
    old = headed(Date=formatdate(NOON).encode() + b"\n", Received=received(0, 1))
    assert received_within_months(old, "12", "undef")
    assert not received_within_months(old, "0", "6")
    assert received_within_months(headed(Date=formatdate().encode() + b"\n"), "undef", "1")
    assert received_within_months(headed(Subject=b"x\n"), "500", "undef")
