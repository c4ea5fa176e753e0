# ruff: noqa: RUF001 — letters that are taken for others are what this is about
import pytest

from gatekeeper.checks.links import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import Client, Envelope, Stage


def found(page: str, kind: str = "html", **settings):
    raw = f"Content-Type: text/{kind}; charset=utf-8\r\n\r\n{page}".encode()
    check = build(Settings(**settings), Tables())[Stage.BODY]
    return list(check(Mail(Envelope("id", "test", Client(), None), message=parse(raw))))


def slugs(page: str, **settings) -> list[str]:
    return [finding.name for finding in found(page, **settings)]


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("http://evil.example/", "http://www.bank.com/login"),
        ("http://evil.example/", "www.bank.com"),
        ("http://evil.example/", "HTTPS://BANK.COM"),
        ("http://evil.example/bank.com", "https://<b>bank</b>.com/"),
        ("http://bank.com.evil.example/", "https://bank.com/"),
        ("//evil.example/", "https://bank.com/"),
        ("http:\\\\evil.example", "https://bank.com/"),
    ],
)
def test_a_link_that_leads_elsewhere_than_it_says(target, text):
    (finding,) = found(f'<a href="{target}">{text}</a>', mismatch_score=0.7)
    assert (finding.name, finding.score, finding.certain) == ("link-mismatch", 0.7, None)
    assert "leads to" in finding.evidence


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("http://www.bank.com/x", "https://bank.com"),
        ("http://click.bank.com/?u=1", "www.bank.com"),
        ("http://evil.example/", "Click here"),
        ("http://evil.example/", "our page www.bank.com and more"),
        ("http://evil.example/", "bank.com"),
        ("http://evil.example/", "www.joe@bank.com"),
        ("http://evil.example/", "http://"),
        ("mailto:joe@evil.example", "www.bank.com"),
        ("#top", "www.bank.com"),
        ("https://urldefense.com/v3/__https://bank.com", "https://bank.com"),
        ("https://eur03.safelinks.protection.outlook.com/?url=x", "https://bank.com"),
        ("https://bank.com", "https://eur03.safelinks.protection.outlook.com/?url=x"),
    ],
)
def test_a_link_that_does_not_deceive(target, text):
    assert slugs(f'<a href="{target}">{text}</a>') == []


def test_the_operator_names_those_who_rewrite_links():
    page = '<a href="https://links.gateway.example/x">https://bank.com</a>'
    assert slugs(page) == ["link-mismatch"]
    assert slugs(page, rewriters=["Gateway.Example."]) == []
    assert slugs('<a href="https://notgateway.example/x">https://bank.com</a>', rewriters=["gateway.example"]) != []


@pytest.mark.parametrize(
    ("markup", "slug"),
    [
        ("<a href='http://bank.com@evil.example/'>x</a>", "link-userinfo"),
        ("<a href='http://bank.com:80%2f@evil.example/'>x</a>", "link-userinfo"),
        ("<form action='http://bank.com@evil.example/'>x", "link-userinfo"),
        ("<a href='http://8.8.8.8/'>x</a>", "link-ip"),
        ("<area href='http://[2606:4700::1111]/'>", "link-ip"),
        ("<meta http-equiv=refresh content='0;url=http://8.8.8.8/'>", "link-ip"),
        ("<a href='http://%65vil.example/'>x</a>", "link-obscured"),
        ("<a href='http://pаypal.com/'>x</a>", "link-lookalike"),
        ("<a href='http://xn--80ak6aa92e.com/'>x</a>", "link-lookalike"),
    ],
)
def test_hosts_nobody_should_recognise(markup, slug):
    assert slugs(markup) == [slug]


def test_a_number_in_disguise_is_both():
    assert slugs("<a href='http://0x08080808/'>x</a>") == ["link-ip", "link-obscured"]


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='http://192.168.10.2/'>x</a>",
        "<a href='http://127.0.0.1:8080/'>x</a>",
        "<a href='http://[::1]/'>x</a>",
        "<img src='http://8.8.8.8/x.gif'>",
        "see http://8.8.8.8/",
        "<a href='http://bücher.example/'>x</a>",
        "<a href='http://яндекс.рф/'>x</a>",
        "<a href='http://сор.рф/'>x</a>",
        "<a href='http://a.example/?mail=joe@b.example'>x</a>",
        "<a href='http://joe.doe@company.example'>joe.doe@company.example</a>",
        "<a href='ftp://files.example/100%25'>x</a>",
    ],
)
def test_what_is_ordinary(markup):
    assert slugs(markup) == []


def test_evidence_is_short_and_for_people():
    page = "".join(f"<a href='http://8.8.8.{n}/\u202e'>x</a>" for n in range(200))
    (finding,) = found(page)
    assert finding.evidence.count(";") == 2
    assert finding.evidence.isprintable()


def test_nothing_without_a_message():
    check = build(Settings(), Tables())[Stage.BODY]
    assert check(Mail(Envelope("id", "test", Client(), None))) == []
