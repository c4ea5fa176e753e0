import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.quarantine.subject import LOOKED_AT, subject


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"From: a@example.net\r\nsubject:  the\r\n invoice \r\n\r\nSubject: not this", "the invoice"),
        (b"Subject: =?utf-8?q?f=C3=BCr_dich?=\r\nSubject: second\r\n\r\n", "für dich"),
        (b"Subject: =?utf-8?b?YQ0KWDogYgAbWzMxbQ==?=\r\n\r\n", "a X: b [31m"),
        (b"Subject: \xe2\x80\xaeexe.txt\xe2\x80\xac\r\n\r\n", "exe.txt"),
        (b"Subject: " + b"x" * 5000 + b"\r\n\r\n", "x" * 300),
        (b"Subject: " + b" " * 5000 + b"too far away\r\n\r\n", ""),
        (b"no header at all", ""),
        (b"", ""),
    ],
)
def test_a_subject_is_one_harmless_line(raw: bytes, shown: str) -> None:
    assert subject([raw]) == shown


def test_only_the_beginning_is_looked_at_however_it_is_cut() -> None:
    raw = b"Subject: far\r\n" + b"X: y\r\n" * 100 + b"\r\n"
    pieces = [memoryview(raw)[start : start + 7] for start in range(0, len(raw), 7)]
    assert subject(pieces) == "far"
    late = b"X: y\r\n" * (LOOKED_AT // 6 + 1) + b"Subject: late\r\n\r\n"
    assert subject([late[:100], bytearray(late[100:])]) == ""


@given(st.binary(max_size=300))
def test_nothing_in_it_fails_or_leaves_its_line(value: bytes) -> None:
    shown = subject([b"Subject: " + value])
    assert shown.encode().decode() == shown
    assert not any(letter < " " or letter in "\x7f\x85\u202e" for letter in shown)
