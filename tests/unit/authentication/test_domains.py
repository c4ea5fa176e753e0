import pytest

from gatekeeper.authentication.domains import aligned, ascii_domain, organisational


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Example.ORG.", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("_spf.example.org", "_spf.example.org"),
        ("localhost", ""),
        ("", ""),
        ("a..b", ""),
        ("[192.0.2.1]", ""),
        ("a b.example", ""),
        ("x" * 64 + ".example", ""),
        ("x." * 200 + "example", ""),
        ("\udcff.example", ""),
        ("ü" * 70 + ".example", ""),
        ("ü" * 100_000, ""),
        ("example.org\r\nX: y", ""),
    ],
)
def test_names(text, domain):
    assert ascii_domain(text) == domain


@pytest.mark.parametrize(
    ("domain", "owner"),
    [
        ("mail.example.co.uk", "example.co.uk"),
        ("example.com", "example.com"),
        ("co.uk", "co.uk"),
        ("a.b.example.unheard-of", "example.unheard-of"),
        ("joe.github.io", "joe.github.io"),
    ],
)
def test_organisations(domain, owner):
    assert organisational(domain) == owner


@pytest.mark.parametrize(
    ("domain", "author", "relaxed", "strict"),
    [
        ("example.org", "example.org", True, True),
        ("mail.example.org", "example.org", True, False),
        ("example.org", "news.example.org", True, False),
        ("a.github.io", "b.github.io", False, False),
        ("example.org", "example.com", False, False),
        ("evil-example.org", "example.org", False, False),
        ("", "", False, False),
    ],
)
def test_alignment(domain, author, relaxed, strict):
    assert aligned(domain, author) is relaxed
    assert aligned(domain, author, strict=True) is strict
