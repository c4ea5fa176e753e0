"""PDF attachments, as far as SpamAssassin reads them."""

from hashlib import md5

import pytest

from gatekeeper.spamassassin.evals import pdf_info
from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.pdf_facts import pdf_facts
from tests.unit.spamassassin.evals.cases import SomePart, SomeTexts, SomeTree, case

HEAD = b"%PDF-1.4\n1 0 obj\n"
IMAGE = b"/Subtype/Image\n200 0 0 100 0 0 cm\n"
INFO = b"/Author (Joe \\(the\\051 boss)/Title<FEFF00480069>\n/Producer (a)/CreationDate (D:20240603)\n"


def facts(*pieces: bytes) -> tuple[int, int, set[tuple[int, int]]]:
    found = pdf_facts(HEAD + b"".join(pieces))
    assert found
    return found.images, found.area, found.sizes


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([], (0, 0, set())),
        ([IMAGE], (1, 20_000, {(100, 200)})),
        ([b"200 0 0 100 0 0 cm\n"], (0, 0, set())),
        ([IMAGE, IMAGE], (2, 40_000, {(100, 200), (200, 400)})),
        ([b"/Image\n</Width 30/Height 40>\n"], (1, 1200, {(40, 30)})),
        ([b"/Image\n/Width 30/Height 40\n"], (0, 0, set())),
        ([b"/Image\n/Width 30\n/Height 40\n"], (0, 0, set())),
        ([b"/Image\n0 0 0 100 0 0 cm\n"], (0, 0, set())),
    ],
)
def test_images_have_a_size_on_one_line(pieces: list[bytes], expected: tuple[int, int, set[tuple[int, int]]]) -> None:
    assert facts(*pieces) == expected


def test_what_does_not_begin_like_a_pdf_is_none() -> None:
    assert pdf_facts(b"%PDF") is None
    assert pdf_facts(b"x" * 1024 + HEAD)
    assert pdf_facts(b"x" * 1025 + HEAD) is None
    assert pdf_facts(b"\xef\xbb\xbf" + HEAD)


def test_properties_are_strings_of_pdf() -> None:
    found = pdf_facts(HEAD + INFO)
    assert found
    assert found.details["author"] == {b"Joe (the) boss"}
    assert found.details["title"] == {b"Hi"}
    assert found.details["created"] == {b"20240603"}
    assert "modified" not in found.details


def test_digests_of_all_of_its_beginning_and_of_its_tags() -> None:
    data = HEAD + b"/Type /x  \n% no\n/Height 3\nstream\nnot this\n"
    found = pdf_facts(data)
    assert found
    assert found.digest == md5(data).hexdigest().upper()
    beginning, tags = b"1 0 obj/Type /xstream", b"TypeHeight"
    assert found.fuzzy == {md5(text).hexdigest().upper() for text in (beginning, tags)}


def test_megabytes_of_open_strings_are_read_once() -> None:
    assert pdf_facts(HEAD + b"/Author (" * 300_000)
    assert pdf_facts(HEAD + b"/Author (" + b"\\" * 2_000_000)


def mail(
    data: bytes = HEAD, kind: str = "application/pdf", name: bytes | None = b"a.pdf", body: tuple[bytes, ...] = ()
) -> Case:
    part = SomePart(kind, decoded=data, name=name)
    return case(SomeTexts(body=body, tree=SomeTree(SomePart("multipart/mixed", parts=[SomePart(), part]))))


def test_what_counts_as_one() -> None:
    assert pdf_info.pdf_count(mail(), "1", "1")
    assert pdf_info.pdf_count(mail(b"broken"), "1")
    assert pdf_info.pdf_count(mail(kind="application/octet-stream", name=b"A.FDF"), "1")
    assert not pdf_info.pdf_count(mail(kind="application/octet-stream", name=b"a.doc"), "1")
    assert not pdf_info.pdf_count(mail(kind="text/plain"), "1")


def test_names_digests_and_properties() -> None:
    assert pdf_info.pdf_named(mail(), "a.pdf")
    assert not pdf_info.pdf_named(mail(b"broken"), "a.pdf")
    assert pdf_info.pdf_name_regex(mail(), r"/\.PDF$/i")
    assert not pdf_info.pdf_name_regex(mail(), r"/\.PDF$/")
    assert pdf_info.pdf_match_md5(mail(), md5(HEAD).hexdigest())
    assert not pdf_info.pdf_match_md5(mail(), "0" * 32)
    assert pdf_info.pdf_match_fuzzy_md5(mail(), md5(b"1 0 obj").hexdigest())
    assert not pdf_info.pdf_match_fuzzy_md5(mail(), "0" * 32)
    assert pdf_info.pdf_match_details(mail(HEAD + INFO), "author", "/^joe/i")
    assert not pdf_info.pdf_match_details(mail(HEAD + INFO), "author", "/^ann/i")
    assert pdf_info.pdf_is_encrypted(mail(HEAD + b"/Encrypt 1 0 R\n"))
    assert not pdf_info.pdf_is_encrypted(mail(HEAD + b" /Encrypt 1 0 R\n"))


def test_pixels_and_the_text_beside_them() -> None:
    picture = mail(HEAD + IMAGE, body=(b"x" * 100,))
    assert pdf_info.pdf_image_count(picture, "1", "1")
    assert not pdf_info.pdf_image_count(mail(), "1")
    assert pdf_info.pdf_pixel_coverage(picture, "20000", "20000")
    assert not pdf_info.pdf_pixel_coverage(mail(), "0")
    assert pdf_info.pdf_image_to_text_ratio(picture, "0.005", "0.006")
    assert not pdf_info.pdf_image_to_text_ratio(picture, "0.000", "0.005")
    assert pdf_info.pdf_image_size_exact(picture, "100", "200")
    assert not pdf_info.pdf_image_size_exact(picture, "200", "100")
    assert pdf_info.pdf_image_size_range(picture, "50", "50", "150")
    assert not pdf_info.pdf_image_size_range(picture, "50", "50", "99")


def test_a_message_that_says_nothing_itself() -> None:
    assert pdf_info.pdf_is_empty_body(mail(body=(b"Subject\n", b" \n")))
    assert not pdf_info.pdf_is_empty_body(mail(body=(b"Subject\n", b"text\n")))
    assert pdf_info.pdf_is_empty_body(mail(body=(b"Subject\n", b"text\n")), "5")
    assert not pdf_info.pdf_is_empty_body(case(SomeTexts()))
