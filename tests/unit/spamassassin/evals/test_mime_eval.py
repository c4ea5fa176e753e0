"""How a message is put together."""

import pytest

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.mime_eval import (
    check_abundant_unicode_ratio,
    check_base64_length,
    check_for_ascii_text_illegal,
    check_for_faraway_charset,
    check_for_mime,
    check_for_mime_html,
    check_for_mime_html_only,
    check_for_uppercase,
    check_ma_non_text,
    check_mime_multipart_ratio,
    check_msg_parse_flags,
    check_qp_ratio,
)
from tests.unit.spamassassin.evals.cases import SomePart, SomeTexts, SomeTree, case, headed

B64, QP = {"content-transfer-encoding": b"base64"}, {"content-transfer-encoding": b"Quoted-Printable"}


def made_of(*parts: SomePart, kind: str = "multipart/mixed") -> Case:
    return case(SomeTexts(tree=SomeTree(SomePart(kind, parts=parts))))


def typed(value: bytes, kind: str = "text/plain", **fields: bytes) -> SomePart:
    return SomePart(kind, fields={"content-type": value, **{k.replace("_", "-"): v for k, v in fields.items()}})


@pytest.mark.parametrize(
    ("part", "fact", "hit"),
    [
        (SomePart(fields=B64), "mime_base64_count", True),
        (SomePart(fields=QP), "mime_base64_count", False),
        (SomePart(fields=QP), "mime_qp_count", True),
        (SomePart(fields=QP, lines=[b"=41\n"]), "mime_qp_count", True),
        (SomePart(fields=QP, lines=[b"a\n"]), "mime_qp_count", False),
        (SomePart(fields=QP, lines=[b"a" * 79 + b"\n"]), "mime_qp_long_line", True),
        (SomePart(fields=QP, lines=[b"a" * 78 + b"\n"]), "mime_qp_long_line", False),
        (SomePart(fields=B64), "mime_base64_encoded_text", True),
        (typed(b"text/plain; charset=utf-8", content_transfer_encoding=b"base64"), "mime_base64_encoded_text", False),
        (SomePart(fields={**B64, "content-disposition": b"inline"}), "mime_base64_encoded_text", False),
        (SomePart("image/png", fields={"content-disposition": b"attachment; x"}), "mime_attachment", True),
        (SomePart("image/png"), "mime_attachment", False),
        (typed(b"text/plain; charset=iso-1-x"), "mime_bad_iso_charset", True),
        (typed(b"text/plain; charset=iso-8859-1"), "mime_bad_iso_charset", False),
        (SomePart(), "mime_checked_attachments", True),
        (SomePart(), "no_such_fact", False),
    ],
)
def test_facts_have_names(part: SomePart, fact: str, hit: bool) -> None:
    assert check_for_mime(made_of(part), fact) is hit


def test_a_boundary_that_is_not_closed_and_oddities_of_parsing() -> None:
    assert check_for_mime(case(SomeTexts(tree=SomeTree(unclosed=True))), "mime_missing_boundary")
    assert not check_for_mime(case(SomeTexts()), "mime_missing_boundary")
    odd = case(SomeTexts(flags=frozenset({"missing_mime_headers"})))
    assert check_msg_parse_flags(odd, "missing_mime_headers")
    assert not check_msg_parse_flags(odd, "truncated_header")


def test_html_alone_and_with_text() -> None:
    page, text = SomePart("text/html"), SomePart()
    assert check_for_mime_html(made_of(text, page))
    assert not check_for_mime_html(made_of(text))
    assert check_for_mime_html_only(made_of(page))
    assert not check_for_mime_html_only(made_of(text, page))
    assert check_for_mime_html_only(headed(Content_Type=b"Text/HTML\n"))


def test_plain_text_is_a_share_of_the_html_beside_it() -> None:
    text, page = SomePart(lines=[b"a" * 10]), SomePart("text/html", lines=[b"a" * 1000])
    assert check_mime_multipart_ratio(made_of(text, page, kind="multipart/alternative"), "0.01", "0.02")
    assert not check_mime_multipart_ratio(made_of(text, page, kind="multipart/alternative"), "0.00", "0.01")
    assert check_mime_multipart_ratio(made_of(text, page), "1", "2")
    attached = SomePart("text/html", lines=[b"a"], fields={"content-disposition": b"attachment"})
    assert check_mime_multipart_ratio(made_of(text, page, attached, kind="multipart/alternative"), "0.01", "0.02")


def test_ascii_that_is_none() -> None:
    assert check_for_ascii_text_illegal(made_of(SomePart(lines=[b"caf\xe9\n"])))
    assert check_for_ascii_text_illegal(made_of(SomePart(lines=[b"a\r\n"])))
    assert not check_for_ascii_text_illegal(made_of(SomePart(lines=[b"a\n"])))
    latin = SomePart(fields={"content-type": b"text/plain; charset=latin1"}, lines=[b"caf\xe9\n"])
    assert not check_for_ascii_text_illegal(made_of(latin))


def test_entities_count_in_readable_plain_text_alone() -> None:
    line = [b"abcdefgh &#x0430;\n"]
    assert not check_abundant_unicode_ratio(made_of(SomePart("text/html", line)), "0.01")
    assert not check_abundant_unicode_ratio(made_of(SomePart(lines=line, fields=B64)), "0.01")
    assert check_abundant_unicode_ratio(made_of(SomePart(lines=[b"ab&#x0430;&#x0431;"])), "1.0")


@pytest.mark.parametrize(("ratio", "hit"), [("0.1", True), ("0.5", False), ("1", False), ("x.1", False)])
def test_letters_written_as_entities(ratio: str, hit: bool) -> None:
    assert check_abundant_unicode_ratio(made_of(SomePart(lines=[b"abcdefgh &#x0430;\n"])), ratio) is hit


def test_quoted_printable_without_need() -> None:
    needless = made_of(SomePart(fields=QP, lines=[b"=41=42=43\n"]))
    assert check_qp_ratio(needless, "0.3")
    assert not check_qp_ratio(needless, "0.31")
    assert not check_qp_ratio(made_of(SomePart(fields=QP, lines=[b"a=20\n"])), "0.01")
    assert not check_qp_ratio(made_of(SomePart(fields=QP, lines=[b"=E9\n"])), "0.01")


@pytest.mark.parametrize(
    ("line", "kind", "hit"),
    [
        (b"THIS IS ALL UPPER CASE " * 10, "body", True),
        (b"this is all lower case " * 10, "body", False),
        (b"THIS IS SHORT", "body", False),
        (b"AB " * 66 + b"CD", "body", True),
        (b"AB " * 66 + b"C", "body", False),
        (b"THISISONEWORDOFCAPITALS" * 10, "body", False),
        (b"THIS IS ALL UPPER CASE " * 10, "rawbody", False),
        (b"\x1b$B THIS IS JAPANESE \x1b(B" + b"this is not japanese " * 10, "body", False),
        ((b"A" * 60 + b" ") * 4, "body", False),
    ],
)
def test_capitals_are_a_share_of_the_letters(line: bytes, kind: str, hit: bool) -> None:
    assert check_for_uppercase(case(SomeTexts(body=[line]), kind), "75", "100") is hit


def test_octets_that_only_look_like_capitals() -> None:
    texts = SomeTexts({"Content-Type": b"text/plain; charset=koi8-r"}, [b"THIS IS ALL UPPER CASE " * 10])
    assert not check_for_uppercase(case(texts), "75", "100")
    part = SomePart(fields={"content-type": b"text/plain; charset=gb2312"})
    assert not check_for_uppercase(
        case(SomeTexts(body=[b"THIS IS UPPER CASE " * 11], tree=SomeTree(part))), "75", "100"
    )


def test_a_character_set_that_nobody_here_reads() -> None:
    texts = SomeTexts({"Content-Type": b'text/plain; charset="koi8-r"'}, [b"\xc1\xc2\xc3\xc4 abc"])
    assert check_for_faraway_charset(case(texts, ok_locales="en"))
    assert not check_for_faraway_charset(case(texts, ok_locales="ru"))
    assert not check_for_faraway_charset(case(texts))
    plain = SomeTexts({"Content-Type": b"text/plain; charset=koi8-r"}, [b"mostly ascii \xc1\xc2\xc3\xc4"])
    assert not check_for_faraway_charset(case(plain, ok_locales="en"))
    part = SomePart(fields={"content-type": b"text/plain; charset=koi8-r"})
    assert check_for_mime(case(SomeTexts(tree=SomeTree(part)), ok_locales="en"), "mime_faraway_charset")


def test_an_alternative_that_is_no_text() -> None:
    text = SomePart()
    assert check_ma_non_text(made_of(text, SomePart("image/png"), kind="multipart/alternative"))
    assert not check_ma_non_text(made_of(text, SomePart("application/rtf"), kind="multipart/alternative"))
    assert not check_ma_non_text(made_of(text, SomePart("image/png")))
    related = SomePart("multipart/related", parts=[SomePart("image/png")])
    assert not check_ma_non_text(made_of(text, related, kind="multipart/alternative"))


def test_the_longest_line_of_base64() -> None:
    long = made_of(SomePart(fields=B64, lines=[b"A" * 78 + b"\n", b"A\n"]))
    assert check_base64_length(long, "79")
    assert check_base64_length(long, "78", "79")
    assert not check_base64_length(long, "80")
    assert not check_base64_length(made_of(SomePart(lines=[b"A" * 99])), "78")
    calendar = SomePart("application/ics", fields=B64, lines=[b"A" * 99])
    assert not check_base64_length(made_of(calendar), "78")
