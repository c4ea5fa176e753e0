import pytest

from gatekeeper.message.budget import Limits, budget_of
from gatekeeper.message.lines import plain_lines

PART = b"--b\nContent-Type: a/b\n\nx\n"


def plain(raw: bytes, **limits: int) -> bytes | None:
    return plain_lines(raw, budget_of(Limits(**limits), len(raw)))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        PART,
        PART.replace(b"\n", b"\r\n"),
        b"A: b\n\ntext with a bare \r in it\n" + PART,
        b"A: b\n\n\0\1\2 a program \0\n" + PART,
    ],
)
def test_nothing_new_is_seen_in_most_mail(raw):
    assert plain(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        PART.replace(b"\n", b"\r"),
        PART.replace(b"\n", b"\r\r\n"),
        PART.replace(b"\n", b"\n\r"),
        PART.replace(b"b\n", b"b\0\n"),
        PART.replace(b"--b", b"-\0-b"),
        PART.decode().encode("utf-16-be"),
    ],
)
def test_line_ends_become_one_kind_and_nul_goes(raw):
    assert plain(b"\n" + raw) == b"\n" + PART


def test_a_mark_of_byte_order_goes():
    assert plain(b"\xff\xfe" + PART.decode().encode("utf-16-le")) == PART


def test_what_it_may_cost_is_limited():
    raw = b"\n" + PART.replace(b"\n", b"\r") * 100
    budget = budget_of(Limits(odd=100), len(raw))
    assert plain_lines(raw, budget) is None
    assert list(budget.anomalies) == ["limit.odd"]


def test_a_large_message_that_only_holds_a_program_costs_nothing():
    raw = b"A: b\n\n" + b"\0\1" * 1000
    budget = budget_of(Limits(odd=100), len(raw))
    assert plain_lines(raw, budget) is None
    assert not budget.anomalies


def test_a_megabyte_of_carriage_returns():
    assert plain(b"\r" * 1_000_000) is None
    assert plain(b"\n" + b"\r " * 500_000 + b"\r--b\r") is not None
