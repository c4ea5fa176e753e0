"""Names and addresses come out of a header field as mail programs show them, whatever stands there."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatekeeper.message.addresses import Mailbox, _read, mailboxes, name_key


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b" Jane Doe <Jane@Example.org>", [("jane@example.org", "Jane Doe")]),
        (b'"Doe, Jane" <j@x.org>, b@y.org', [("j@x.org", "Doe, Jane"), ("b@y.org", "")]),
        (b'"a\\"b\\\\" <c@d>', [("c@d", 'a"b\\')]),
        (b"joe@x.org (Joe (the \\) one) Doe)", [("joe@x.org", "Joe the ) one Doe")]),
        (b"=?utf-8?q?J=C3=A4ne_Doe?= <j@x>", [("j@x", "Jäne Doe")]),
        (b'"=?utf-8?q?J=C3=A4ne?= Doe" <j@x>', [("j@x", "Jäne Doe")]),
        (b"J\xe4ne Doe <j@x>", [("j@x", "Jäne Doe")]),
        (b"friends: a@b, c@d;", [("a@b", ""), ("c@d", "")]),
        (b"undisclosed-recipients:;", []),
        (b"Jane\r\n Doe\r\n\t<j@x>", [("j@x", "Jane Doe")]),
        (b"<a@b> <c@d>", [("c@d", "")]),
        (b'"ceo@bank.example" <evil@e.example>', [("evil@e.example", "ceo@bank.example")]),
        (b"<@relay.example,@other.example:joe@x>", [("joe@x", "")]),
        (b'"unterminated <a@b>', [("a@b", "unterminated")]),
        (b"x <a@b", [("a@b", "x")]),
        ("Jörg <À@BÜCHER.example>".encode(), [("à@bücher.example", "Jörg")]),
        (b"<j\xf6rg@x.org>", [("j\ufffdrg@x.org", "")]),
        (b"", []),
        (b"<>", []),
        (b"(((", []),
        (b")))", []),
    ],
)
def test_names_and_addresses(value: bytes, found: list[tuple[str, str]]) -> None:
    assert mailboxes(value) == [Mailbox(*pair) for pair in found]


def test_the_domain_is_what_stands_behind_the_last_at() -> None:
    assert [Mailbox(address).domain for address in ("a@b@c.example", "nobody", "")] == ["c.example", "", ""]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "DOE, Jane"),
        ("Jäne Doé", "jane doe"),
        ("J\u0430n\u0435 Doe", "Jane Doe"),  # Cyrillic letters
        ("Jane\u200b \u202eDoe", "Jane Doe"),
        ("Jane.Doe", "jane_doe"),
    ],
)
def test_a_name_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) == "doe jane"


@pytest.mark.parametrize("name", ["", "Support", "info", "a b", "J D", "-- --", "Customer Service", "The IT Help-Desk"])
def test_what_many_bear_is_no_name(name: str) -> None:
    assert name_key(name) == ""


@given(st.binary(max_size=300) | st.text(alphabet='ab@<>"(),;:\\ =?', max_size=60).map(str.encode))
def test_nothing_raises(value: bytes) -> None:
    for found in mailboxes(value):
        assert found.address or found.name
        name_key(found.name)


def test_ten_thousand_addresses_are_read_as_far_as_is_allowed() -> None:
    assert len(mailboxes(b"a@b, " * 10_000)) == 100
    assert len(mailboxes(b"(" * 100_000)) == 0


PIECES = st.lists(
    st.sampled_from(["<", ">", ",", "@", "a", "B.example", " ", "\t", '"', "(", ")", ":", "=?utf-8?q?x?=", "é", ";"])
)


@given(PIECES)
@example(["a", " ", "<", "b@c", ">", " ", ",", "d@e", ","])
@example(["<", ">", ",", "<", " ", ">", ",", "a", "<", ">"])
def test_the_short_way_and_the_long_lead_to_the_same(pieces: list[str]) -> None:
    text = "".join(pieces)
    found, whole = _read(text)
    assert mailboxes(text.encode()) == (found if whole else _read(text.replace('"', ""))[0])
