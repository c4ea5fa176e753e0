"""Addresses and names in a field, the odd ones with them."""

import pytest

from gatekeeper.spamassassin.texts.addresses import addresses


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b" a@b.example\n", [(None, b"a@b.example")]),
        (b"A B <a@b.example>", [(b"A B ", b"a@b.example")]),
        (b'"B, A" <a@b.example>, c@d.example', [(b"B, A ", b"a@b.example"), (None, b"c@d.example")]),
        (b"a@b.example (A (B)", [(b"a@b.example (A ", None)]),
        (b"a@b.example (A B)", [(b"A B", b"a@b.example")]),
        (b"a@b.example; c@d.example", [(None, b"a@b.example"), (None, b"c@d.example")]),
        (b"group: a@b.example, c@d.example;", [(None, b"a@b.example"), (None, b"c@d.example")]),
        (b"undisclosed: ;", []),
        (b'"a@b.example"', [(None, b"a@b.example")]),
        (b'"a@b"', [(b"a@b", None)]),
        (b"a@b.example <a@b.example>", [(b"a@b.example ", b"a@b.example")]),
        (b"<>", [(None, None)]),
        (b"A <>", [(b"A ", None)]),
        (b"A", [(b"A", None)]),
        (b"< a b@c.example >", [(None, None)]),
        (b"<a@b.example> <c@d.example> <e@f.example>", [(None, b"a@b.example")]),
        (b"<a@b.example><c@d.example>", [(None, None)]),
        (b"<a@b.example>>", [(None, None)]),
        (b"a@b@c.example", [(None, b"a@b")]),
        (b'"x y"@c.example', [(None, b'"x y"@c.example')]),
        (b'""@c.example', [(None, None)]),
        (b"a@[192.0.2.1]", [(None, b"a@[192.0.2.1]")]),
        (b'A "B" C <a@b.example>', [(b"A B C ", b"a@b.example")]),
        (b'"a\\"b" <a@b.example>', [(b'a"b ', b"a@b.example")]),
        (b"<a(x)@b.example>", [(None, b"a@b.example")]),
        (b'=?utf-8?q?"A"_<a@b.example>?=', [(None, b"a@b.example")]),
        (b'"open <a@b.example>', [(None, b"a@b.example")]),
        (b", , a@b.example", []),
        (b"a, b", [(b"a", None), (b"b", None)]),
        (b"  \n", []),
        (b"", []),
    ],
)
def test_what_a_field_names(value: bytes, found: list[tuple[bytes | None, bytes | None]]) -> None:
    assert [tuple(one) for one in addresses(value)] == found


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "unit", [b"<", b"<a@", b"<a@b>", b"a,", b"(", b'"\\"', b"> <", b"a@", b" ", b"\\", b"<a@b", b"(a\\)"]
)
def test_the_longest_field_is_soon_read(unit: bytes) -> None:
    addresses((unit * 8192)[:8192])
