import pytest

from gatekeeper.classifier.words.domains import domain_of, host_in


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        (b"example", b"example"),
        (b"example.com", b"example.com"),
        (b"www.example.com", b"example.com"),
        (b"www.example.co.uk", b"example.co.uk"),
        (b"mail.firma.de", b"firma.de"),
        (b"192.0.2.1", b"192.0.2.1"),
        (b"", b""),
    ],
)
def test_domains_by_rule_of_thumb(host, domain):
    assert domain_of(host) == domain


@pytest.mark.parametrize(
    ("target", "host"),
    [
        (b"http://Example.com/a", b"example.com"),
        (b"https://u:p@example.com:8443?x=//y", b"example.com"),
        (b"//example.com#x", b"example.com"),
        (b"http:\\\\example.com", b""),
        (b"http:///example.com\\@evil.example/", b"example.com"),
        (b"mailto:a@example.com", b""),
        (b"page.html", b""),
        (b"", b""),
    ],
)
def test_where_an_address_leads(target, host):
    assert host_in(target) == host
