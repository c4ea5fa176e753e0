from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.tables.generated_names import Generated, generated

ADDRESS = ip_address("192.0.2.17")


@pytest.mark.parametrize(
    "name",
    [
        "dsl-192-0-2-17.isp.example",
        "17.2.0.192.dyn.isp.example",
        "host17.pool2.0.dynamic.isp.example",
        "ppp-17.city.isp.example",
        "adsl192.isp.example",
        "pool-192-0-2-17.city.isp.example",
        "ip-0-2-17.isp.example",
        "c-192-0-2-17.hsd1.il.isp.example",
        "cust-192000002017.isp.example",
        "client-c0000211.isp.co.uk",
        "17-2-0-192.res.isp.example",
    ],
)
def test_a_line_whose_address_changes(name: str) -> None:
    assert generated(name, ADDRESS) is Generated.DYNAMIC


@pytest.mark.parametrize(
    "name",
    [
        "192-0-2-17.isp.example",
        "static.17.2.0.192.clients.isp.example",
        "ec2-192-0-2-17.compute-1.cloud.example",
        "static-ppp-192-0-2-17.isp.example",
        "v192000002017.isp.example",
        "110200c0.isp.example",
    ],
)
def test_a_name_that_is_but_the_address(name: str) -> None:
    assert generated(name, ADDRESS) is Generated.NUMBERED


@pytest.mark.parametrize(
    "name",
    [
        "mail.example.org",
        "mx17.example.org",
        "mail-192-0-2.example.org",
        "pool-17.mail.example.org",
        "dsl.example.org",
        "mail.dsl24.example",
        "mail.dynamic-192-0-2-17.example",
        "dyn.example",
        "server2.host17.example.org",
        "a192-168-2-17.example.org",
        "co.uk",
        "localhost",
        "x" * 253,
    ],
)
def test_a_name_that_somebody_chose(name: str) -> None:
    assert generated(name, ADDRESS) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("20010db8000000000000000000000017.isp.example", Generated.NUMBERED),
        ("2001-db8--17.isp.example", Generated.NUMBERED),
        ("7.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.dyn.isp.example", Generated.DYNAMIC),
        ("mail.example.org", None),
    ],
)
def test_names_of_ipv6_addresses(name: str, kind: Generated | None) -> None:
    assert generated(name, ip_address("2001:db8::17")) is kind


@given(st.text("ab0123456789.-", max_size=253), st.ip_addresses())
@settings(deadline=None)
def test_it_takes_any_name(name: str, address) -> None:
    generated(name, address)
