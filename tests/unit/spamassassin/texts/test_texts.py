"""All texts of one message: what is asked for is rendered, and once."""

from gatekeeper.message import parse
from gatekeeper.spamassassin.netset import NetSet
from gatekeeper.spamassassin.options import Options
from gatekeeper.spamassassin.texts import SaTexts, Surroundings, surroundings_of, texts_of
from tests.unit.spamassassin.texts.mails import mixed, plain
from tests.unit.spamassassin.texts.pages import page


def test_paragraphs_with_the_subject_first() -> None:
    texts = texts_of(parse(plain(b"One\ntwo\n\n \nthree\n")))
    assert texts.body == (b"A word\n", b"One two\n", b"three ")
    assert texts.visible == texts.body
    assert texts.invisible == ()


def test_without_a_subject_the_first_paragraph_is_empty() -> None:
    assert SaTexts(b"From: a\n\nhello").body == (b"\n", b"hello")
    assert SaTexts(b"Subject: a\nSubject: b\n\nhello").body == (b"b\n", b"hello")


def test_octets_stay_octets_until_a_character_is_beyond_latin_1() -> None:
    assert SaTexts(page("<p>&eacute;", b"Content-Type: text/html")).body[-1] == b"\xe9"
    assert SaTexts(page("<p>&eacute;&euro;", b"Content-Type: text/html")).body[-1] == "é€".encode()
    assert SaTexts(page("<p>é")).body[-1] == "é".encode()


def test_parts_stand_behind_one_another_in_one_paragraph() -> None:
    assert SaTexts(mixed(b"\none", b"Content-Type: image/png\n\nxxx", b"\ntwo")).body == (b"A word\n", b"one\n", b"two")
    assert SaTexts(mixed(b"\none", b"\ntwo")).body == (b"A word\n", b"one two")


def test_what_is_hidden_stands_apart() -> None:
    texts = SaTexts(page("<p>a<font color=white>b</font>c"))
    assert texts.body[-1] == b"abc"
    assert texts.visible[-1] == b"ac"
    assert texts.invisible[-1] == b"b"


def test_of_a_very_long_part_the_first_fifty_thousand_characters_count() -> None:
    texts = SaTexts(plain(b"word " * 20_000))
    assert sum(map(len, texts.body)) == len(b"A word\n") + 50_000 + 5
    assert sum(map(len, SaTexts(plain(b"word " * 200_000)).rawbody)) == 500_005
    small = SaTexts(plain(b"word " * 20), around=Surroundings(body_part_scan_size=7, rawbody_part_scan_size=8))
    assert small.body[1:] == (b"word word ",)
    assert small.rawbody == (b"word word ",)


def test_raw_text_keeps_its_markup_and_its_charset() -> None:
    raw = mixed(
        b"Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n<b>=E9</b>"
    )
    assert SaTexts(raw).rawbody == (b"<b>\xe9</b>",)
    assert SaTexts(mixed(b"Content-Type: text/calendar\n\nx", b"Content-Type: image/x\n\ny")).rawbody == ()


def test_fields_of_parts() -> None:
    texts = SaTexts(mixed(b"X-Own: =?utf-8?q?a?=\n\none"))
    assert texts.mimeheaders("X-Own") == (None, b"a\n")
    assert texts.mimeheaders("X-Own:raw") == (b"", b"=?utf-8?q?a?=\n")
    assert texts.mimeheaders("ALL")[1] == b"X-Own: a\n"


def test_what_is_rendered_is_rendered_once() -> None:
    texts = SaTexts(page("<p>a<a href=http://x.example.com/>"))
    (leaf,) = texts.tree.leaves()
    rendered = texts.rendered(leaf)
    assert rendered is not None
    assert rendered is texts.rendered(leaf)
    assert rendered.html is texts.html[-1]
    assert rendered.text == "\n\na"
    assert texts.headers("Subject") is texts.headers("Subject")


def test_flags() -> None:
    assert SaTexts(plain(b"x", *(b"X: " + b"y" * 8000 for _ in range(9)))).flags == {"truncated_header"}
    assert SaTexts(page("<a href='" + "x" * 9000 + "'>")).flags == {"uri_truncated"}
    assert SaTexts(page("<a href='" + "x" * 8192 + "'>")).flags == frozenset()
    assert SaTexts(plain(b"x")).flags == frozenset()


def test_the_settings_of_rule_files() -> None:
    lines = {
        "util_rb_tld": ("com ORG", "net"),
        "util_rb_2tld": ("co.uk",),
        "originating_ip_headers": ("X-A X-B",),
        "envelope_sender_header": ("X-From",),
        "parse_dkim_uris": ("0",),
        "body_part_scan_size": ("10",),
    }
    networks = {"trusted_networks": NetSet.parse(["10.0.0.0/8"])}
    around = surroundings_of(Options(lines, networks=networks))
    assert around.registry.top == {b"com", b"org", b"net"}
    assert around.registry.two == {b"co.uk"}
    assert around.originating_ip_headers == ("X-A", "X-B")
    assert around.envelope_sender_header == "X-From"
    assert (around.parse_dkim_uris, around.body_part_scan_size, around.rawbody_part_scan_size) == (False, 10, 500_000)
    assert around.trusted is networks["trusted_networks"]
    assert around.internal is None
    assert surroundings_of(Options()) == Surroundings()
