"""Links that say one thing and lead to another."""

import pytest

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.uri_eval import (
    check_for_http_redirector,
    check_https_http_mismatch,
    check_https_ip_mismatch,
    check_uri_truncated,
)
from tests.unit.spamassassin.evals.cases import SomeHtml, SomeLink, SomeTexts, case


@pytest.mark.parametrize(
    ("uri", "hit"),
    [
        (b"http://one.com/?u=http://two.com/", True),
        (b"http://a.one.com/?u=http://b.one.com/", False),
        (b"http://a.one.com/?u=http://b.one.com/?u=https:two.org", True),
        (b"http://one.com/", False),
        (b"http://one.com/?" + b"http://one.com/" * 10_000, False),
    ],
)
def test_a_link_within_a_link(uri: bytes, hit: bool) -> None:
    assert check_for_http_redirector(case(SomeTexts(uris=[uri]))) is hit


def linked(**texts: str) -> Case:
    """A page of links; `http_` and a host, its dots as `_`, with the text of the link."""
    links = {
        name.replace("_", "://", 1).replace("_", ".").encode(): SomeLink(anchor_text=[text])
        for name, text in texts.items()
    }
    return case(SomeTexts(html=[SomeHtml(links=links)]))


@pytest.mark.parametrize(
    ("text", "hit"),
    [("see https://bank.com/", True), ("https://192.0.2.1/", False), ("http://bank.com/", False), ("bank", False)],
)
def test_https_said_and_an_address_behind_it(text: str, hit: bool) -> None:
    assert check_https_ip_mismatch(linked(http_192_0_2_1=text)) is hit
    assert not check_https_ip_mismatch(linked(http_bank_com=text))


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("https://bank.com/login", True),
        ("https://www.one.com/", False),
        ("http://bank.com/", False),
        ("https://192.0.2.1/", True),
        ("https://bank.invalid/", False),
    ],
)
def test_https_said_and_another_domain_behind_it(text: str, hit: bool) -> None:
    assert check_https_http_mismatch(linked(http_www_one_com=text)) is hit
    assert not check_https_http_mismatch(linked(http_192_0_2_1=text))


def test_a_page_of_many_links_is_spared() -> None:
    pages = linked(http_one_com="https://bank.com/", http_two_com="x", http_three_com="y")
    assert check_https_http_mismatch(pages, "1", "10")
    assert not check_https_http_mismatch(pages, "1", "3")
    assert not check_https_http_mismatch(pages, "4", "10")


def test_a_link_too_long_to_be_read() -> None:
    assert check_uri_truncated(case(SomeTexts(flags=frozenset({"uri_truncated"}))))
    assert not check_uri_truncated(case(SomeTexts()))
