"""Where a registered domain begins."""

import pytest

from gatekeeper.spamassassin.evals.domains import ascii_name, boundaries, well_formed
from gatekeeper.spamassassin.options import Options
from tests.unit.spamassassin.evals.cases import DOMAINS

KNOWN = boundaries(Options(DOMAINS))


@pytest.mark.parametrize(
    ("host", "split"),
    [
        (b"a.b.example.org", (b"a.b", b"example.org")),
        (b"example.org", (b"", b"example.org")),
        (b"www.Example.CO.UK", (b"www", b"example.co.uk")),
        (b"co.uk", (b"", b"co.uk")),
        (b"x.y.a.b.uk", (b"x", b"y.a.b.uk")),
        (b"town.city.ca.us", (b"", b"town.city.ca.us")),
        (b"www.town.city.ca.us", (b"www", b"town.city.ca.us")),
        (b"x.ci.city.ca.us", (b"", b"x.ci.city.ca.us")),
        (b"..a..example.org.", (b"a", b"example.org")),
        (b"localhost", (b"", b"localhost")),
        (b"", (b"", b"")),
    ],
)
def test_a_host_is_split_before_its_registered_domain(host: bytes, split: tuple[bytes, bytes]) -> None:
    assert KNOWN.split(host) == split


def test_a_domain_is_under_a_top_level_domain_that_there_is() -> None:
    assert KNOWN.valid(b"example.ORG")
    assert not KNOWN.valid(b"example.invalid")
    assert not KNOWN.valid(b"org")


@pytest.mark.parametrize(
    ("uri", "domain"),
    [
        (b"https://joe@www.example.org:80/path?x#y", b"example.org"),
        (b"http:example.org", b"example.org"),
        (b"www.example.org", b"example.org"),
        (b"mailto:joe@mail.example.org?subject=x", b"example.org"),
        (b"mailto:a@b@example.org", None),
        (b"mailto:nobody", None),
        (b"http://192.0.2.1/x", b"192.0.2.1"),
        (b"http://ex%61mple.org/", None),
        (b"javascript:void", None),
        (b"http://-bad-.org/", None),
        (b"http://example.invalid/", None),
    ],
)
def test_the_domain_that_a_link_leads_to(uri: bytes, domain: bytes | None) -> None:
    assert KNOWN.of_uri(uri) == domain


def test_names_beyond_ascii_are_their_a_labels() -> None:
    assert ascii_name("Bücher.example".encode()) == b"xn--bcher-kva.example"
    assert ascii_name(b"\xff.example") == b"\xff.example"
    assert not well_formed(b"a" * 64 + b".org")
    assert not well_formed(b"a_b.org")
