"""Host names, the domains somebody registered, hosts in text and in links."""

import pytest

from gatekeeper.spamassassin.texts.hosts import Registry, is_host_name

REGISTRY = Registry(frozenset((b"com", b"uk", b"us", b"xn--p1ai")), frozenset((b"co.uk",)), frozenset((b"a.b.com",)))


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        (b"a.com", True),
        (b"A.Com.", True),
        (b"com", False),
        (b"a..com", False),
        (b"-a.com", False),
        (b"a-b.com", True),
        (b"_a.b.com", True),
        (b"a._b.com", False),
        (b"a.b_c.com", False),
        (b"a.c_m", False),
        (b"x" * 63 + b".com", True),
        (b"x" * 64 + b".com", False),
        (b".".join([b"x" * 50] * 5) + b".com", False),
        (b"\xe9.com", False),
        (b"", False),
    ],
)
def test_what_may_be_a_host(name: bytes, is_one: bool) -> None:
    assert is_host_name(name) is is_one


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        (b"www.example.com", b"example.com"),
        (b"www.example.co.uk", b"example.co.uk"),
        (b"co.uk", b"co.uk"),
        (b"x.y.a.b.com", b"y.a.b.com"),
        (b"www.name.city.ca.us", b"name.city.ca.us"),
        (b"www.school.pvt.k12.ca.us", b"school.pvt.k12.ca.us"),
        (b"www.ci.city.ca.us", b"www.ci.city.ca.us"),
        (b"www..EXAMPLE.com.", b"example.com"),
        (b"com", b"com"),
        (b"", b""),
    ],
)
def test_what_is_registered(host: bytes, domain: bytes) -> None:
    assert REGISTRY.registered(host) == domain


def test_a_domain_ends_in_one_that_exists() -> None:
    assert REGISTRY.is_domain(b"x.COM")
    assert not any(map(REGISTRY.is_domain, (b"com", b"x.invalid", b"x y.com", b"x.com.")))


def test_hosts_in_text() -> None:
    assert REGISTRY.hosts(b"see www.example.com, or a.co.uk. not x.invalid or b.com_ c.com") == [
        b"www.example.com",
        b"c.com",
    ]
    assert REGISTRY.host_after(b"x@www.example.com>", 2) == b"www.example.com"
    assert REGISTRY.host_after(b"x@www.example.net", 2) is None
    assert REGISTRY.host_after(b"x@", 2) is None


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        (b"http://www.example.com:80/x?y", (b"example.com", b"www.example.com")),
        (b"https://user:pw@www.example.com", (b"example.com", b"www.example.com")),
        (b"mailto:a@example.co.uk?subject=b", (b"example.co.uk", b"example.co.uk")),
        (b"http://192.0.2.1/", (b"192.0.2.1", b"192.0.2.1")),
        (b"www.EXAMPLE.com#x", (b"example.com", b"www.example.com")),
        (b"http://%77ww.example.com", None),
        (b"mailto:a@b@example.com", None),
        (b"mailto:a", None),
        (b"javascript:x.com", None),
        (b"cid:x.com", None),
        (b"http://x.invalid", None),
        (b"http://a b.com", None),
        (b"", None),
    ],
)
def test_the_host_of_a_link(uri: bytes, found: tuple[bytes, bytes] | None) -> None:
    assert REGISTRY.domain_and_host(uri) == found
