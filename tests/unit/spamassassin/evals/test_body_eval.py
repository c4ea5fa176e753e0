"""Alternatives that differ, blank lines, columns, stock tips, lengths."""

import pytest

from gatekeeper.spamassassin.evals.body_eval import (
    check_blank_line_ratio,
    check_body_length,
    check_stock_info,
    multipart_alternative_difference,
    multipart_alternative_difference_count,
    plaintext_body_length,
    plaintext_body_sig_ratio,
    plaintext_sig_length,
    tvd_vertical_words,
)
from gatekeeper.spamassassin.evals.contract import Case
from tests.unit.spamassassin.evals.cases import SomeHtml, SomePart, SomeTexts, SomeTree, case


def alternative(text: str, html: str, tags: dict[str, int] | None = None, third: str = "") -> Case:
    parts = [
        SomePart("text/plain", text=text),
        SomePart("text/html", text=html, html=SomeHtml(inside=tags or {})),
        *([SomePart(third)] if third else []),
    ]
    return case(SomeTexts(tree=SomeTree(SomePart("multipart/alternative", parts=parts))))


@pytest.mark.parametrize(
    ("text", "html", "least", "most", "hit"),
    [
        ("one two", "three four", "99", "100", True),
        ("one two", "one two", "99", "100", False),
        ("one two", "one two", "0", "0", True),
        ("one", "one two", "0", "50", True),
        ("one", "one two", "50", "undef", False),
        ("one", "one one", "99", "undef", True),
        ("one", "-- !!", "99", "undef", False),
    ],
)
def test_words_of_html_that_the_text_lacks(text: str, html: str, least: str, most: str, hit: bool) -> None:
    assert multipart_alternative_difference(alternative(text, html), least, most) is hit


def test_an_image_without_words_counts_for_one() -> None:
    assert multipart_alternative_difference(alternative("one", "", {"img": 1}), "99", "100")
    assert not multipart_alternative_difference(alternative("one", ""), "99", "100")


def test_text_of_many_more_words_than_html() -> None:
    assert multipart_alternative_difference_count(alternative("a b c d e f g", "x y"), "3", "1")
    assert not multipart_alternative_difference_count(alternative("a b c d e f", "x y"), "3", "1")
    assert not multipart_alternative_difference_count(alternative("a b c d e f g", "x"), "3", "1")


def test_an_invitation_is_not_compared() -> None:
    root = SomePart("multipart/alternative", parts=[SomePart("text/html", text="a"), SomePart("text/calendar")])
    assert not multipart_alternative_difference(case(SomeTexts(tree=SomeTree(root))), "99", "100")


@pytest.mark.parametrize(
    ("chunks", "least", "most", "lines", "hit"),
    [
        ([b"a\n\n\n\n\n"], "79", "90", "4", True),
        ([b"a\n\n\n\n\n"], "80", "90", "4", False),
        ([b"a\n", b" \t\n"], "40", "50", "2", True),
        ([b"a\n\n"], "40", "90", "4", False),
        ([b"a\n\n"], "0", "0", "9", True),
        ([], "0", "10", "1", True),
    ],
)
def test_blank_lines_are_a_share_of_all(chunks: list[bytes], least: str, most: str, lines: str, hit: bool) -> None:
    assert check_blank_line_ratio(case(SomeTexts(rawbody=chunks)), least, most, lines) is hit


def test_letters_with_blanks_between_them() -> None:
    spaced = case(SomeTexts(body=[b"Subject\n", b"b u y i t\n"]))
    assert tvd_vertical_words(spaced, "60", "100")
    assert not tvd_vertical_words(spaced, "0", "10")
    blank = case(SomeTexts(body=[b"a        \n"]))
    assert tvd_vertical_words(blank, "100", "100")
    assert not tvd_vertical_words(case(SomeTexts(body=[b"a b\n"])), "0", "100")


TIP = "Company Name: Example\nTrade date: today\nSymbol: EXMP\nCurrent Price: 1\nhello: you\n"


def test_headings_of_a_stock_tip() -> None:
    tip = case(SomeTexts(tree=SomeTree(SomePart(text=TIP))))
    assert check_stock_info(tip, "4")
    assert not check_stock_info(tip, "5")
    assert check_stock_info(case(SomeTexts()), "0")
    assert not check_stock_info(case(SomeTexts(tree=SomeTree(SomePart("text/html", text=TIP)))), "1")


def test_a_body_of_so_many_octets_at_most() -> None:
    assert check_body_length(case(SomeTexts(tree=SomeTree(body=b"x" * 128))), "128")
    assert not check_body_length(case(SomeTexts(tree=SomeTree(body=b"x" * 129))), "128")


def test_a_text_and_its_signature_are_measured() -> None:
    signed = case(SomeTexts(tree=SomeTree(SomePart(decoded=b"0123456789\n-- \nJoe Doe\n"))))
    assert plaintext_body_length(signed, "11", "11")
    assert plaintext_sig_length(signed, "9", "9")
    assert plaintext_body_sig_ratio(signed, "1", "2")
    plain = case(SomeTexts(tree=SomeTree(SomePart(decoded=b"0123456789\n"))))
    assert plaintext_body_length(plain, "11")
    assert not plaintext_sig_length(plain, "1")
    assert plaintext_body_sig_ratio(plain, "1000000")
    assert not plaintext_body_length(case(SomeTexts(tree=SomeTree(SomePart("text/html")))), "0")


def test_a_megabyte_of_separators_is_read_once() -> None:
    assert plaintext_sig_length(
        case(SomeTexts(tree=SomeTree(SomePart(decoded=b"-- \n" * 250_000 + b"12345")))), "6", "6"
    )
