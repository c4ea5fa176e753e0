import ipaddress

import pytest

from gatekeeper.tables.dns_zones import parse_zone, reversed_name
from gatekeeper.tables.list_zones import CLEAR, LISTED, Kind, combined, kind_of, list_zones, parse_exception


def test_the_test_points_of_rfc_5782() -> None:
    assert (LISTED[Kind.IPV4], CLEAR[Kind.IPV4]) == ("2.0.0.127", "1.0.0.127")
    assert LISTED[Kind.IPV6] == "2.0.0.0.0.0.f.7.f.f.f.f." + "0." * 19 + "0"
    assert CLEAR[Kind.IPV6] == "1.0.0.0.0.0.f.7.f.f.f.f." + "0." * 19 + "0"
    assert (LISTED[Kind.NAMES], CLEAR[Kind.NAMES]) == ("test", "invalid")


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("1.2.0.192", Kind.IPV4),
        (reversed_name(ipaddress.ip_address("2001:db8::1")), Kind.IPV6),
        ("www.example.org", Kind.NAMES),
        ("a.b.c.d", Kind.NAMES),
        ("٤.2.0.192", Kind.NAMES),
        ("test", Kind.NAMES),
    ],
)
def test_what_a_list_is_asked_about(asked: str, kind: Kind) -> None:
    assert kind_of(asked) is kind


@pytest.mark.parametrize("kind", Kind)
def test_what_is_chosen_at_random_is_of_its_kind_and_never_the_same(kind: Kind) -> None:
    (zone,) = list_zones([parse_zone("list.test")])
    names = {zone.at_random(kind) for _ in range(200)}
    assert len(names) > 195
    assert {kind_of(name.removesuffix(".list.test")) for name in names} == {kind}


def test_addresses_at_random_are_such_as_mail_comes_from() -> None:
    (zone,) = list_zones([parse_zone("list.test")])
    for _ in range(500):
        labels = zone.at_random(Kind.IPV4).removesuffix(".list.test").split(".")
        address = ipaddress.ip_address(".".join(reversed(labels)))
        assert address.is_global
        assert not address.is_multicast


def test_addresses_that_no_mail_comes_from() -> None:
    (zone,) = list_zones([parse_zone("list.test")])
    for _ in range(200):
        labels = zone.nowhere().removesuffix(".list.test").split(".")
        address = ipaddress.ip_address(".".join(reversed(labels)))
        assert address.is_loopback
        assert address not in ipaddress.ip_network("127.255.0.0/16")
        assert address not in ipaddress.ip_network("127.0.0.0/16")


def test_the_entries_of_one_zone_are_one_list() -> None:
    one, other = list_zones(
        map(parse_zone, ["a.test=127.0.0.2", "b.test", "a.test=127.0.0.[4..6]*2"]), ["A.test clear"]
    )
    assert (one.name, other.name) == ("a.test", "b.test")
    assert [one.lists([record]) for record in ("127.0.0.2", "127.0.0.3", "127.0.0.5")] == [True, False, True]
    assert one.knows(["127.0.0.3"])
    assert (one.exempt, other.exempt) == ({"clear"}, frozenset())


def test_two_checks_may_ask_one_list() -> None:
    (one,) = list_zones([parse_zone("a.test=127.0.0.2")], ["a.test listed"])
    (two,) = list_zones([parse_zone("a.test=127.0.0.3")], ["a.test random"])
    (both,) = combined([one, two])
    assert both.lists(["127.0.0.2"])
    assert both.lists(["127.0.0.3"])
    assert both.exempt == {"listed", "random"}


@pytest.mark.parametrize(
    ("entry", "records", "refusal"),
    [
        ("a.test", ["127.255.255.254"], "127.255.255.254"),
        ("a.test", ["127.0.0.2", "127.255.255.1"], "127.255.255.1"),
        ("a.test", ["127.0.0.255"], ""),
        ("a.test*-1", ["127.0.0.255"], "127.0.0.255"),
        ("a.test", ["192.0.2.1"], ""),
    ],
)
def test_what_says_that_we_are_not_served(entry: str, records: list[str], refusal: str) -> None:
    (zone,) = list_zones([parse_zone(entry)])
    assert zone.refusal(records) == refusal


def test_an_exception_for_a_list_that_is_not_asked_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"an exception for b\.test, which is none of the zones"):
        list_zones([parse_zone("a.test")], ["b.test listed"])


@pytest.mark.parametrize("text", ["", "a.test", "a.test everything", "a.test listed nothing"])
def test_an_exception_that_is_none_is_a_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="is no exception: write the zone, then"):
        parse_exception(text)
