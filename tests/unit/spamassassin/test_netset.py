"""Networks as `trusted_networks` lists them."""

import pytest

from gatekeeper.spamassassin.netset import NetSet
from gatekeeper.tables.networks import Networks


@pytest.mark.parametrize(
    ("entry", "address", "inside"),
    [
        ("192.168/16", "192.168.7.9", True),
        ("192.168.", "192.168.7.9", True),
        ("192.168.7", "192.168.8.9", False),
        ("10", "10.255.0.1", True),
        ("010.1.2.3", "10.1.2.3", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("10.0.0.1/255.0.0.0", "10.9.9.9", True),
        ("[2001:db8::1]", "2001:db8::1", True),
        ("2001:db8::/32", "2001:db8:1::1", True),
        ("fe80::1%eth0", "fe80::1", True),
        ("10/8", "::ffff:10.1.1.1", True),
        ("10/8", "nobody", False),
        ("10/8", "", False),
    ],
)
def test_an_entry_holds_an_address(entry: str, address: str, inside: bool) -> None:
    assert (address in NetSet.parse((entry,))) is inside


def test_the_first_entry_that_holds_an_address_decides() -> None:
    nets = NetSet.parse(("!10.1.2.3", "10/8", "!10.9/16"))
    assert "10.1.2.3" not in nets
    assert "10.9.0.1" in nets
    assert "11.0.0.1" not in nets


def test_other_sets_of_networks_are_taken_over() -> None:
    nets = NetSet.of(Networks.parse(("192.0.2.0/24", "2001:db8::/32")))
    assert "192.0.2.7" in nets
    assert "2001:db8::7" in nets
    assert "192.0.3.7" not in nets
    assert not NetSet.of(Networks())


@pytest.mark.parametrize("entry", ["", "example.org", "1.2.3.4.5", "10/64", "300", "::g"])
def test_what_is_no_network_is_told(entry: str) -> None:
    with pytest.raises(ValueError, match="is no network"):
        NetSet.parse((entry,))
