import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatekeeper.tables import Networks


@pytest.mark.parametrize(
    ("networks", "address", "inside"),
    [
        (["192.0.2.0/24"], "192.0.2.1", True),
        (["192.0.2.0/24"], "192.0.3.1", False),
        (["192.0.2.1"], "192.0.2.1", True),
        (["192.0.2.1"], "192.0.2.2", False),
        (["10.0.0.0/8", "2001:db8::/32"], "2001:db8:ffff::1", True),
        (["10.0.0.0/8", "2001:db8::/32"], "2001:db9::1", False),
        (["0.0.0.0/0"], "203.0.113.9", True),
        (["0.0.0.0/0"], "2001:db8::1", False),
        (["::/0"], "2001:db8::1", True),
        (["10.0.0.0/8"], "::ffff:10.1.2.3", True),
        (["::ffff:10.0.0.0/104"], "10.1.2.3", True),
        (["fe80::/10"], "fe80::1%eth0", True),
        ([], "10.0.0.1", False),
    ],
)
def test_membership(networks: list[str], address: str, inside: bool) -> None:
    assert (address in Networks.parse(networks)) is inside


@pytest.mark.parametrize("address", ["", "unix", "10.0.0", "10.0.0.1:25", "[10.0.0.1]", "1" * 10_000, None, 7])
def test_what_is_no_address_is_in_no_network(address: object) -> None:
    assert address not in Networks.parse(["0.0.0.0/0", "::/0"])


@pytest.mark.parametrize("text", ["10.0.0.1/8", "10.0.0.0/33", "10.0", "example.org"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text.replace(".", r"\.")):
        Networks.parse([text])


def test_none_is_false() -> None:
    assert not Networks.parse([])
    assert Networks.parse(["10.0.0.0/8"])


addresses = st.ip_addresses().map(str)
networks = st.builds(
    lambda address, cut: str(ipaddress.ip_network(f"{address}/{min(cut, address.max_prefixlen)}", strict=False)),
    st.ip_addresses(),
    st.integers(0, 128),
)


def unmapped(text: str) -> str:
    """An address or network with IPv4 written as such: `::ffff:10.0.0.0/104` is `10.0.0.0/8`."""
    network = ipaddress.ip_network(text)
    if network.version == 6 and network.prefixlen >= 96 and network.network_address.ipv4_mapped:
        return f"{network.network_address.ipv4_mapped}/{network.prefixlen - 96}"
    return text


@given(st.lists(networks, max_size=5), addresses)
@example(["0.0.0.0/0"], "::ffff:0:0")
@example(["::ffff:0:0/96"], "10.0.0.1")
def test_it_agrees_with_ipaddress(texts: list[str], address: str) -> None:
    ip = ipaddress.ip_network(unmapped(address)).network_address
    expected = any(ip in ipaddress.ip_network(unmapped(text)) for text in texts)
    assert (address in Networks.parse(texts)) is expected
