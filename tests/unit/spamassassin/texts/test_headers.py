"""Header fields: folds, encoded words, many of one name, too many octets."""

import pytest

from gatekeeper.spamassassin.texts.headers import Headers, decoded_value


def headers(*fields: tuple[bytes, bytes]) -> Headers:
    found = Headers()
    for name, value in fields:
        found.add(name, value)
    return found


@pytest.mark.parametrize(
    ("value", "decoded"),
    [
        (b"plain", b"plain"),
        (b"=?utf-8?q?a=C3=A9_b?=", "aé b".encode()),
        (b"=?UTF-8?B?w6k=?=", "é".encode()),
        (b"=?utf-8?q?a?= =?utf-8?q?b?=", b"ab"),
        (b"=?utf-8?q?a?=\t=?utf-8?q?b?= c", b"ab c"),
        (b"=?utf-8?q?a?= b =?utf-8?q?c?=", b"a b c"),
        (b"=?utf-8?b?w?= =?utf-8?b?qQ==?=", b"\xef\xbf\xbd"),
        (b"=?iso-8859-1?q?=E9?==?utf-8?q?=C3=A9?=", "éé".encode()),
        (b"=?utf-8*en?q?a?=", b"a"),
        (b"=?utf-8?x?a?=", b"=?utf-8?x?a?="),
        (b"=?utf-8?q?a", b"=?utf-8?q?a"),
        (b"= a =? b", b"= a =? b"),
        (b"a\r\nb\nc", b"abc"),
        (b"\xe9", "é".encode()),
    ],
)
def test_a_value_is_decoded(value: bytes, decoded: bytes) -> None:
    assert decoded_value(value, b"subject") == decoded


@pytest.mark.parametrize(
    "name", [b"received", b"message-id", b"resent-date", b"references", b"list-id", b"mime-version"]
)
def test_some_fields_are_not_decoded(name: bytes) -> None:
    assert decoded_value(b"=?utf-8?q?a?=", name) == b"=?utf-8?q?a?="


def test_names_count_without_case_and_values_in_order() -> None:
    found = headers((b"To", b" a\n"), (b"X", b" y\n"), (b"TO", b" b\n\t c \n"))
    assert found.decoded(b"to") == [b"a", b"b c"]
    assert found.raw(b"To ") == [b" a\n", b" b\n\t c \n"]
    assert found.unfolded(b"To") == [b" a\n", b" b c \n"]
    assert found.last(b"To") == b"b c"
    assert found.last(b"Cc") == b""


def test_all_fields_come_in_their_order() -> None:
    found = headers((b"To", b" a\n"), (b"X", b" y\n z\n"), (b"TO", b" b\n"))
    assert found.all_fields(raw=False) == [b"To: a\n", b"X: y z\n", b"TO: b\n"]
    assert found.all_fields(raw=True) == [b"To:  a\n", b"X:  y z\n", b"TO:  b\n"]
    assert not found.truncated


def test_not_more_than_64_kib_of_fields_those_of_one_name_together() -> None:
    big = b"x" * 8000 + b"\n"
    found = headers((b"A", big), *((b"B", big) for _ in range(8)), (b"A", big), (b"C", b"y"))
    lines = found.all_fields(raw=True)
    assert found.truncated
    assert [line[:1] for line in lines] == [b"A", *[b"B"] * 6, b"A"]
