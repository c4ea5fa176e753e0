from base64 import b32encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.tables.dns_zones import Zone
from gatekeeper.tables.uri_zones import normal_address, parse_uri_zone


def test_an_entry_is_a_zone_and_what_it_lists() -> None:
    plain = parse_uri_zone(" uri.example=127.0.0.[2;6]*2 ")
    assert plain.zone == Zone("uri.example", (((127, 127),), ((0, 0),), ((0, 0),), ((2, 2), (6, 6))), 2)
    assert (plain.hosts, plain.numbers, plain.mail) == (False, True, False)
    hosts = parse_uri_zone("uri.example hosts")
    assert (hosts.hosts, hosts.numbers, hosts.mail) == (True, True, False)
    names = parse_uri_zone("uri.example names hosts")
    assert (names.hosts, names.numbers, names.mail) == (True, False, False)
    mail = parse_uri_zone("mail.example sha1")
    assert (mail.hosts, mail.numbers, mail.mail) == (False, False, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no zone"),
        ("uri.example=127.0.0", "four octets"),
        ("uri.example host", "'host' is none of"),
        ("uri.example sha1 md5", "mail addresses are a list of their own"),
        ("uri.example sha1 hosts", "mail addresses are a list of their own"),
        ("uri.example sha1 sha1", "mail addresses are a list of their own"),
        ("uri.example*-2", "weight above 0"),
        ("uri.example*0", "weight above 0"),
        ("uri.example " + "names " * 100 + "x", "'x' is none of"),
    ],
)
def test_bad_entries_are_mistakes_of_the_configuration(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_uri_zone(text)


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("md5", "29a1df4646cb3417c19994a59a3e022a"),
        ("sha1", "e1e8d3e4a336d4f9dc63b70a534ff10834471556"),
        ("sha256", b32encode(sha256(b"johndoe@gmail.com").digest()).decode().rstrip("=").lower()),
    ],
)
def test_an_address_as_one_label(word: str, label: str) -> None:
    zone = parse_uri_zone(f"mail.example {word}")
    assert zone.label("John.Doe+tag@GoogleMail.com") == zone.label("johndoe@gmail.com") == label
    assert len(label) <= 63


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("Joe@Example.ORG", "joe@example.org"),
        ("joe+news@example.org", "joe@example.org"),
        ("j.o.e@example.org", "j.o.e@example.org"),
        ("j.o.e+x@gmail.com", "joe@gmail.com"),
        ("j.o.e@googlemail.com", "joe@gmail.com"),
        ("+joe@example.org", "+joe@example.org"),
        ("a@b@example.org", "a@b@example.org"),
    ],
)
def test_the_normal_form_of_an_address(address: str, normal: str) -> None:
    assert normal_address(address) == normal


@given(st.text(max_size=80))
def test_any_address_has_a_label(text: str) -> None:
    assert parse_uri_zone("mail.example sha1").label(text).isalnum()
