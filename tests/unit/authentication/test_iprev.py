from ipaddress import ip_address

import pytest

from gatekeeper.authentication.iprev import Reverse, reverse
from gatekeeper.values import Absent, Dns, Failed, Found, Refused, TimedOut
from tests.answers import told

ADDRESS = ip_address("192.0.2.9")
POINTER = Dns("9.2.0.192.in-addr.arpa", "PTR")


def names(*texts: str):
    return {POINTER: Found(texts)}


def test_a_name_that_leads_back_is_the_clients() -> None:
    world = names("MX.example.org.") | {Dns("mx.example.org"): Found(("192.0.2.8", "192.0.2.9"))}
    assert told(reverse(ADDRESS), world) == Reverse("pass", "mx.example.org", ("mx.example.org",))


def test_ipv6_goes_by_nibbles_and_by_aaaa() -> None:
    pointer = Dns("1." + "0." * 23 + "8.b.d.0.1.0.0.2.ip6.arpa", "PTR")
    world = {pointer: Found(("mx.example.",)), Dns("mx.example", "AAAA"): Found(("2001:0db8:0::1",))}
    assert told(reverse(ip_address("2001:db8::1")), world).name == "mx.example"


def test_of_several_names_the_one_that_leads_back_counts() -> None:
    world = names("a.example.", "b.example.") | {Dns("b.example"): Found(("192.0.2.9",)), Dns("a.example"): Failed()}
    assert told(reverse(ADDRESS), world) == Reverse("pass", "b.example", ("a.example", "b.example"))


@pytest.mark.parametrize(
    ("answer", "result"),
    [(Absent(), "permerror"), (TimedOut(), "temperror"), (Refused(), "temperror"), (Failed(), "temperror")],
)
def test_no_name(answer, result: str) -> None:
    assert told(reverse(ADDRESS), {POINTER: answer}) == Reverse(result)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (Absent(), "fail"),
        (Found(("192.0.2.8",)), "fail"),
        (Found(("nonsense", "")), "fail"),
        (TimedOut(), "temperror"),
        (Failed(), "temperror"),
    ],
)
def test_a_name_that_does_not_lead_back(answer, result: str) -> None:
    world = names("mx.example.") | {Dns("mx.example"): answer}
    assert told(reverse(ADDRESS), world) == Reverse(result, claimed=("mx.example",))


def test_names_that_are_none_are_not_followed() -> None:
    assert told(reverse(ADDRESS), names(".", "a\\009b.example.", "192.0.2.9.", "x" * 64 + ".example.")) == Reverse(
        "fail"
    )


def test_ten_names_are_followed_however_many_there_are() -> None:
    steps = reverse(ADDRESS)
    next(steps)
    questions = steps.send({POINTER: Found(tuple(f"n{n}.example." for n in range(5000)))})
    assert questions == {Dns(f"n{n}.example") for n in range(10)}
