# ruff: noqa: RUF001 — letters that are taken for others are what this is about
import pytest

from gatekeeper.message.text import domain_of, has_known_suffix, url_of
from gatekeeper.message.text.links import without_ending, written


@pytest.mark.parametrize(
    ("text", "host", "odd"),
    [
        ("http://www.example.com/a?b#c", "www.example.com", ()),
        ("HTTP://EXAMPLE.COM", "example.com", ()),
        ("www.example.com", "www.example.com", ()),
        ("//example.com/x", "example.com", ()),
        ("\\\\example.com/x", "example.com", ("backslash",)),
        ("http:\\\\example.com\\x", "example.com", ("backslash",)),
        ("https:/example.com", "example.com", ()),
        ("http://exa\nmp\tle.com/", "example.com", ("control",)),
        ("http://%65xample.com/", "example.com", ("escaped-host",)),
        ("http://example.com:8080/", "example.com", ()),
        ("http://example.com./", "example.com", ()),
        ("http://bank.example@evil.example/", "evil.example", ("userinfo",)),
        ("http://bank.example%2f@evil.example/", "evil.example", ("userinfo",)),
        ("http://evil.example\\@bank.example/", "evil.example", ("backslash",)),
        ("http://example.com/x?mail=a@b.example", "example.com", ()),
        ("http://192.0.2.1/", "192.0.2.1", ("ip",)),
        ("http://0xc0.0.2.1/", "192.0.2.1", ("ip", "ip-obscured")),
        ("http://3221225985/", "192.0.2.1", ("ip", "ip-obscured")),
        ("http://0300.0.02.01/", "192.0.2.1", ("ip", "ip-obscured")),
        ("http://[2001:db8::1]:80/", "[2001:db8::1]", ("ip",)),
        ("http://bücher.example/", "xn--bcher-kva.example", ()),
        ("http://xn--bcher-kva.example/", "xn--bcher-kva.example", ()),
        ("http://pаypal.com/", "xn--pypal-4ve.com", ("mixed-script",)),
        ("http://аррӏе.com/", "xn--80ak6aa92e.com", ("lookalike",)),
        ("http://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com", ("lookalike",)),
        ("http://ｅｘａｍｐｌｅ。com/", "example.com", ()),
    ],
)
def test_hosts_as_a_browser_finds_them(text, host, odd):
    url = url_of(text)
    assert url is not None
    assert (url.host, url.odd) == (host, odd)


@pytest.mark.parametrize(
    "text", ["", "x", "page.html", "http://", "http://exa mple.com", "http://[::1", "\ud800", "::::"]
)
def test_what_leads_nowhere(text):
    assert url_of(text) is None


def test_what_leads_elsewhere_has_no_host():
    for text in ("mailto:a@b.example", "javascript:alert(1)", "data:text/html,x", "cid:1", "tel:+1"):
        assert url_of(text).host == ""


def test_a_relative_address_needs_its_base():
    assert url_of("page.html", "http://a.example/x/y").href == "http://a.example/x/page.html"
    assert url_of("//b.example/", "https://a.example/").href == "https://b.example/"
    assert url_of("http://b.example/", "no base") is None


def test_what_is_shown_of_an_international_name():
    assert url_of("http://xn--bcher-kva.example/").shown == "bücher.example"
    assert url_of("http://user:secret@a.example/").user == "user"


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("co.uk", ""),
        ("com", ""),
        ("x.blogspot.com", "x.blogspot.com"),
        ("WWW.Example.COM.", "example.com"),
        ("a.b.unheardof", "b.unheardof"),
        ("", ""),
        ("localhost", ""),
    ],
)
def test_registrable_domains(host, domain):
    assert domain_of(host) == domain


def test_known_suffixes():
    assert has_known_suffix("a.com")
    assert not has_known_suffix("report.docx")
    assert url_of("http://192.0.2.1/").domain == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see http://a.example/x.", ["http://a.example/x"]),
        ("<http://a.example>", ["http://a.example"]),
        ("(http://a.example/x)", ["http://a.example/x"]),
        ("http://a.example/x_(y)", ["http://a.example/x_(y)"]),
        ("go to www.a.example, now", ["www.a.example"]),
        ("HTTPS://A.EXAMPLE/!!!", ["HTTPS://A.EXAMPLE/"]),
        ("ftp://a.example/", ["ftp://a.example/"]),
        ('"http://a.example/"', ["http://a.example/"]),
        ("http://a.example/ http://b.example", ["http://a.example/", "http://b.example"]),
        ("xhttp://a.example", []),
        ("hxxp://a.example", []),
        ("http:/a.example", []),
        ("awww.a.example", []),
        ("Www.A.example", ["Www.A.example"]),
        ("http:\\\\a.example\\b", ["http:\\\\a.example\\b"]),
        ("读 http://a.example/路", ["http://a.example/路"]),
        ("http://a.example/。", ["http://a.example/"]),
    ],
)
def test_addresses_in_plain_text(text, found):
    assert list(written(text)) == found


def test_all_but_punctuation_may_be_left():
    assert without_ending("...") == ""
    assert without_ending(")") == ""
