"""Links: where they are found, and all they may mean."""

import pytest

from gatekeeper.spamassassin.texts.hosts import Registry
from gatekeeper.spamassassin.texts.surroundings import Surroundings
from gatekeeper.spamassassin.texts.texts import SaTexts
from gatekeeper.spamassassin.texts.uri_forms import escaped, forms_of
from gatekeeper.spamassassin.texts.uri_reference import resolved
from gatekeeper.spamassassin.texts.uri_text import links_in

REGISTRY = Registry(frozenset((b"com", b"org", b"uk")), frozenset((b"co.uk",)))


def found(text: bytes) -> dict[str, str]:
    return {uri: " ".join(sorted(types)) for uri, types in links_in((text,), REGISTRY)}


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (b"see http://a.com/x, b", {"http://a.com/x": "parsed"}),
        (b"(http://a.com/x)", {"http://a.com/x": "parsed"}),
        (b"http://a.com/(x)y)z", {"http://a.com/(x)y)z": "parsed"}),
        (b"http://a.com/x)y)z", {"http://a.com/x)y": "parsed"}),
        (b"<HTTPS://a.com>", {"HTTPS://a.com": "parsed"}),
        (b"www.a.com! ftp.a.com WWW12.a.com", {
            "http://www.a.com": "parsed schemeless",
            "ftp://ftp.a.com": "parsed schemeless",
            "http://WWW12.a.com": "parsed schemeless",
        }),
        (b"at a.com. or b.co.uk/x:y", {
            "http://a.com": "parsed schemeless unlinked",
            "http://b.co.uk/x:y": "parsed schemeless unlinked",
        }),
        (b"a.com_ b.invalid c.com.d -e.com 3.14", {}),
        (b"to a@b.com, c@d.co.uk;", {
            "mailto:a@b.com": "parsed schemeless",
            "mailto:c@d.co.uk": "parsed schemeless",
        }),
        (b"mailto:a%40b.com?x mailto:a%40@b.com", {"mailto:a@@b.com": "parsed"}),
        (b"a@,b.com", {"http://b.com": "parsed schemeless unlinked"}),
        (b"email:a@b.com", {"mailto:a@b.com": "parsed schemeless"}),
        (b"a@b c@d.invalid cid:e@f.com @g.com", {"http://g.com": "parsed schemeless unlinked"}),
        (b"a.com/x@b.com", {"http://a.com/x@b.com": "parsed schemeless"}),
        (b"xhttp://a.com", {"http://a.com": "parsed schemeless unlinked"}),
        (b"http:// www. ftp.", {}),
        (b"a/b.com/c.com", {"http://b.com/c.com": "parsed schemeless unlinked"}),
        (b"x.9/y/main.com\"", {"http://main.com": "parsed schemeless unlinked"}),
        (b"a.com a.com", {"http://a.com": "parsed schemeless unlinked"}),
        (b"\x1b(Ba.com\x1b(J \xa0b.com\xa0", {
            "http://Ba.com": "parsed schemeless unlinked",
            "http://b.com": "parsed schemeless unlinked",
        }),
    ],
)  # fmt: skip
def test_links_in_text(text: bytes, links: dict[str, str]) -> None:
    assert found(text) == links


@pytest.mark.parametrize(
    ("uri", "others"),
    [
        ("http://a.com/", []),
        ("HTTP:a.com", ["HTTP://a.com"]),
        ("http:\\\\a.com\\x", ["http://a.com/x"]),
        ("//a.com/x", ["http:////a.com/x"]),
        ("ftp.a.com", ["ftp://ftp.a.com"]),
        ("http://a.com?x", ["http://a.com/?x"]),
        ("http://%61.com/%20%7f%zz", ["http://a.com/%20%7f%25zz"]),
        ("http://a.com/&#46;&#x41;&#x2f;", ["http://a.com/.A&#x2f;"]),
        ("http://a.com/&#12290;&#46", ["http://a.com/.&#46"]),
        ("http://a.com:80/x", ["http://a.com/x"]),
        ("https://a.com:443", ["https://a.com"]),
        ("http://a.com:443/", []),
        ("http://u:p@a.com/", []),
        ("http://u@v@a.com/", ["http://a.com/"]),
        ("http://a.com../", ["http://a.com/"]),
        ("http://1.02.0x3.010/", ["http://1.2.3.8/"]),
        ("http://10.0.0.1/", ["http://10...1/"]),
        ("http://0x7f000001/", ["http://127.0.0.1/"]),
        ("http://2130706433/", ["http://127.0.0.1/"]),
        ("http://word/x", ["http://www.word.com/x"]),
        ("http://www.word/", ["http://www.word.com/"]),
        ("http://localhost/", []),
        ("http://www.com/", []),
        ("https://word/", []),
        ("http://a.com/?u=http://b.org/&x", ["http://b.org/"]),
        ("http://a.com/http:b.org", ["http:b.org", "http://b.org"]),
        ("http://a.com/http:b", []),
        ("http://a\tb.com/", ["http://a%09b.com/", "http://ab.com/"][1:]),
        ("mailto:a@b.com?c=d&e", ["mailto:a@b.com"]),
        ("a@b.com&c", ["a@b.com"]),
        ("mailto:%20a@b.com%20", ["mailto:a@b.com"]),
        ("mailto:A <a@b.com>", ["mailto:a@b.com"]),
        ("#x", []),
        ("/x", []),
        ("", []),
        ("x", []),
    ],
)
def test_the_forms_of_a_link(uri: str, others: list[str]) -> None:
    assert sorted(forms_of(uri, False, (), REGISTRY)) == sorted([uri, *others])


def test_a_redirector_says_where_a_link_leads() -> None:
    def redirector(uri: bytes) -> bytes | None:
        return uri.partition(b"?to=")[2] or None

    forms = forms_of("http://r.com/x?to=b.org/http://c.org/", False, (redirector,), REGISTRY)
    assert {"b.org/http://c.org/", "http://b.org/http://c.org/", "http://c.org/"} <= set(forms)
    assert "http://c.org/" not in forms_of("http://r.com/x?to=nodot", False, (redirector,), REGISTRY)


def test_links_in_links_are_not_followed_without_end() -> None:
    assert len(forms_of("http://a.b/" * 700, False, (), REGISTRY)) < 50


def test_a_line_end_inside_a_link_is_none() -> None:
    assert forms_of(" http://a.\ncom/ ", False, (), REGISTRY) == ["http://a.com/"]


def test_escapes() -> None:
    assert escaped('%41%2e%20%0a%7e%7F%zz "<>%') == "A.%20%0a~%7F%25zz%20%22%3c%3e%25"


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("x", "http://a.com/b/x"),
        ("/x", "http://a.com/x"),
        ("../x", "http://a.com/x"),
        ("../../x", "http://a.com/x"),
        ("./x/./y/../z", "http://a.com/b/x/z"),
        (".", "http://a.com/b/"),
        ("..", "http://a.com/"),
        ("?q", "http://a.com/b/c?q"),
        ("#f", "http://a.com/b/c#f"),
        ("", "http://a.com/b/c"),
        ("//b.com/x", "http://b.com/x"),
        ("https://b.com/x/../y", "https://b.com/y"),
        ("http:x", "http://a.com/b/x"),
        ("javascript:x", "javascript:x"),
    ],
)
def test_a_reference_against_its_base(reference: str, target: str) -> None:
    assert resolved("http://a.com/b/c", reference) == target


def test_a_reference_without_a_base() -> None:
    assert resolved("", "x/../y") == "x/y".replace("x/", "/")
    assert resolved("", "//www.a.com/x") == "http://www.a.com/x"
    assert resolved("", "//ftp.a.com") == "ftp://ftp.a.com"
    assert resolved("", "//a.com") == "//a.com"
    assert resolved("http://a.com", "x") == "http://a.com/x"


def texts(raw: bytes, parse_dkim_uris: bool = True) -> SaTexts:
    return SaTexts(raw, around=Surroundings(registry=REGISTRY, parse_dkim_uris=parse_dkim_uris))


def test_links_of_a_page_their_texts_and_hosts() -> None:
    page = b"<base href=http://a.com/d/><a href=x>one</a><a href=x>two</a><img src='http://www.b.co.uk:80/y'>"
    links = texts(b"Content-Type: text/html\n\n" + page).links
    assert links[b"http://a.com/d/x"].types == {"a"}
    assert links[b"x"].anchor_text == ["one", "two"]
    assert links[b"x"].types == {"parsed"}
    assert links[b"http://www.b.co.uk:80/y"].hosts == {b"www.b.co.uk": b"b.co.uk"}
    assert links[b"http://www.b.co.uk:80/y"].domains == {b"b.co.uk"}
    assert list(links[b"http://www.b.co.uk:80/y"].cleaned) == [b"http://www.b.co.uk:80/y", b"http://www.b.co.uk/y"]


def test_a_link_in_text_needs_a_host_that_can_exist_and_one_in_a_page_does_not() -> None:
    assert not texts(b"\nhttp://a.invalid/").uris
    assert texts(b"Content-Type: text/html\n\n<a href=http://a.invalid/>").uris == (b"", b"http://a.invalid/")[1:]


def test_links_keep_the_octets_of_their_text() -> None:
    assert texts("\nhttp://a.com/é".encode()).uris == ("http://a.com/é".encode(),)
    assert texts("Content-Type: text/html\n\n<a href='http://a.com/é'>".encode()).uris == ("http://a.com/é".encode(),)
    assert texts(b"Content-Type: text/html\n\n<a href='http://a.com/&eacute;'>").uris == (b"http://a.com/\xe9",)


def test_the_domains_of_signatures_are_no_links_for_rules() -> None:
    raw = b"DKIM-Signature: v=1; d=a.com; b=x\n\nhello"
    assert texts(raw).links[b"domainkeys:a.com"].hosts == {b"a.com": b"a.com"}
    assert not texts(raw).uris
    assert not texts(raw, parse_dkim_uris=False).links
