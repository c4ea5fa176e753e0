import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.tables.dns_zones import Zone, meaningful, parse_zone, reversed_name


def test_names_to_ask() -> None:
    assert reversed_name(ipaddress.ip_address("192.0.2.1")) == "1.2.0.192"
    assert reversed_name(ipaddress.ip_address("2001:db8::1")) == "1." + "0." * 23 + "8.b.d.0.1.0.0.2"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "'' is no zone: write zone.example or"),
        ("=127.0.0.2", "is no zone"),
        ("a b", "is no zone"),
        ("192.0.2.999", "is no zone"),
        ("bl.example=", "a filter has four octets"),
        ("bl.example=127.0.0", "a filter has four octets"),
        ("bl.example=127.0.0.[2..1]", "'2..1' is no range of octets"),
        ("bl.example=127.0.0.256", "'256' is no range of octets"),
        ("bl.example=127.0.0.[2", r"the \[ in the filter has no \]"),
        ("bl.example=127.0.0.[]", "'' in the filter is no number from 0 to 255"),
        ("bl.example=127.0.0.[2..]", "'2..' in the filter is no number"),
        ("bl.example=127.0.0.-1", "'-1' in the filter is no number"),
        ("bl.example*", "the weight '' is no whole number, like 2 or -2"),
        ("bl.example*x", "the weight 'x' is no whole number"),
        ("bl.example*1.5", "the weight '1.5' is no whole number"),
        ("bl.example*²", "the weight '²' is no whole number"),
    ],
)
def test_bad_zones_are_mistakes_of_the_configuration(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_zone(text)


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_no_filter_means_any_meaningful_answer(a: int, b: int, c: int) -> None:
    answer = f"127.{a}.{b}.{c}"
    assert Zone("bl.example").counts(answer) is meaningful(answer)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("zen.example", "zen.example"),
        ("abcdefghij0123456789klmnop.zen.example", "zen.example"),
        ("0123456789abcdef0123456789abcdef.combined.mail.example", "combined.mail.example"),
        ("block-list-of-many-words.example", "block-list-of-many-words.example"),
        ("abcdefghij0123456789klmnop", "abcdefghij0123456789klmnop"),
    ],
)
def test_strangers_see_no_key(name: str, shown: str) -> None:
    assert parse_zone(f"{name}=127.0.0.2*2").shown == shown
