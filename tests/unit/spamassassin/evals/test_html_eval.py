"""What stands in HTML."""

import pytest

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.html_eval import (
    check_iframe_src,
    html_charset_faraway,
    html_eval,
    html_image_only,
    html_image_ratio,
    html_range,
    html_tag_balance,
    html_tag_exists,
    html_test,
    html_text_match,
    html_text_not_match,
    html_title_subject_ratio,
)
from tests.unit.spamassassin.evals.cases import SomeHtml, SomeLink, SomeTexts, case


def page(html: SomeHtml, subject: bytes = b"Subject\n", **lines: str) -> Case:
    return case(SomeTexts({"Subject": subject}, html=[SomeHtml(), html]), **lines)


@pytest.mark.parametrize(("condition", "hit"), [("!= 0", True), ("> 1", True), ("== 0", False), ("nonsense", False)])
def test_tags_that_stay_open(condition: str, hit: bool) -> None:
    assert html_tag_balance(page(SomeHtml(inside={"body": 2})), "body", condition) is hit


def test_a_tag_that_is_not_there_has_no_balance() -> None:
    assert not html_tag_balance(page(SomeHtml(inside={"body": 0})), "head", "== 0")
    assert not html_tag_balance(page(SomeHtml(inside={"!doctype": 0})), "!doctype", "== 0")


def test_images_and_little_else() -> None:
    short = SomeHtml(inside={"img": 1}, facts={"length": 400})
    assert html_image_only(page(short), "0000", "0400")
    assert not html_image_only(page(short), "0400", "0800")
    assert not html_image_only(page(SomeHtml(facts={"length": 400})), "0", "400")


def test_letters_for_each_pixel() -> None:
    big = SomeHtml(facts={"non_space_len": 10, "image_area": 10_000})
    assert html_image_ratio(page(big), "0.000", "0.002")
    assert html_image_ratio(page(big), "0.0005", "0.001")
    assert not html_image_ratio(page(big), "0.001", "0.004")
    assert not html_image_ratio(page(big), "0.002", "0.004")
    assert not html_image_ratio(page(SomeHtml(facts={"non_space_len": 10, "image_area": 0})), "0", "9")


def test_facts_tags_and_numbers_by_name() -> None:
    html = SomeHtml({"center": 1}, {"embeds": 1, "closed": 0, "max_size": 6, "length": 300}, {"title": ["x"]})
    assert html_tag_exists(page(html), "center")
    assert not html_tag_exists(page(html), "bgsound")
    assert html_test(page(html), "embeds")
    assert html_test(page(html), "title")
    assert not html_test(page(html), "closed")
    assert not html_test(page(html), "font_face_bad")
    assert html_eval(page(html), "length", "< 384")
    assert not html_eval(page(html), "width", "< 384")


@pytest.mark.parametrize(
    ("least", "most", "hit"), [("5", "6", True), ("6", "inf", False), ("4", "5", False), ("5", "inf", True)]
)
def test_a_range_leaves_its_beginning_out(least: str, most: str, hit: bool) -> None:
    assert html_range(page(SomeHtml(facts={"max_size": 6})), "max_size", least, most) is hit
    assert html_range(page(SomeHtml(facts={"max_size": 6})), "max_size", "5")


def test_comments_and_titles_match_or_do_not() -> None:
    html = SomeHtml(texts={"comment": ["<!--a-->", "<!b>"], "title": ["Ünö"]})
    assert html_text_match(page(html), "comment", r"<!(?!-).{0,6}>")
    assert not html_text_match(page(html), "script", ".")
    assert html_text_match(page(html), "title", "\u00dc".encode().decode("latin-1"))
    assert html_text_not_match(page(html), "comment", "b")
    assert not html_text_not_match(page(html), "comment", "<!")


def test_a_title_much_longer_than_the_subject() -> None:
    html = SomeHtml(texts={"title": ["", "x" * 36]})
    assert html_title_subject_ratio(page(html, b"0123456789"), "3.5")
    assert not html_title_subject_ratio(page(html, b"0123456789"), "3.6")
    assert not html_title_subject_ratio(page(html, b""), "0")


def test_what_a_page_says_of_its_character_set_is_not_known() -> None:
    assert not html_charset_faraway(page(SomeHtml({"meta": 1}), ok_locales="en"))


def test_an_iframe_that_loads_something() -> None:
    assert check_iframe_src(page(SomeHtml(links={b"http://a.test/": SomeLink(frozenset({"iframe"}))})))
    assert not check_iframe_src(page(SomeHtml({"iframe": 1}, links={b"http://a.test/": SomeLink(frozenset({"a"}))})))
