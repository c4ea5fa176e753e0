"""Images, their sizes, and the text beside them."""

from struct import pack

import pytest

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.image_info import (
    image_count,
    image_name_regex,
    image_named,
    image_size_exact,
    image_size_range,
    image_to_text_ratio,
    pixel_coverage,
)
from gatekeeper.spamassassin.evals.image_sizes import size_of
from tests.unit.spamassassin.evals.cases import SomePart, SomeTexts, SomeTree, case

GIF = b"GIF89a" + pack("<HHBBB", 100, 50, 0, 0, 0)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + pack(">IIBBBBB", 30, 20, 8, 2, 0, 0, 0) + b"crc."
JPEG = b"\xff\xd8\xff\xe0" + pack(">H", 6) + b"JFIF" + b"\xff\xc0" + pack(">HBHHB", 17, 8, 40, 60, 3)


@pytest.mark.parametrize(
    ("kind", "data", "size"),
    [
        ("gif", GIF, (50, 100)),
        ("gif", GIF[:9], None),
        ("gif", GIF[:10], (50, 100)),
        ("gif", b"GIF88a" + GIF[6:], None),
        ("png", PNG, (20, 30)),
        ("png", PNG[:8] + b"\0" * 8 + PNG[8:], (20, 30)),
        ("png", PNG[:8] + b"\0" * 4 + PNG[8:], None),
        ("png", PNG[:8] + b"\0\0\0\0IEND" + PNG[8:], None),
        ("png", PNG[:20], None),
        ("png", PNG[:23], None),
        ("png", PNG[:24], (20, 30)),
        ("png", GIF, None),
        ("png", PNG[:8] + b"IEND" * 250_000, None),
        ("jpeg", JPEG, (40, 60)),
        ("jpeg", JPEG[:12], None),
        ("jpeg", JPEG[:18], None),
        ("jpeg", JPEG[:19], (40, 60)),
        ("jpeg", b"\xff\xd8\xff\xe0\x00\x02" + JPEG[2:], (40, 60)),
        ("jpeg", b"\xff\xd8\xff\xc0\x00\x06" + JPEG[14:], None),
        ("jpeg", b"\xff\xd8\xff\xc0\x00\x07" + JPEG[14:], (40, 60)),
        ("jpeg", b"\xff\xd8\xff\xda" + JPEG[2:], None),
        ("jpeg", b"\xff\xd8\xff\xe0\x00\x01" + JPEG[2:], None),
        ("jpeg", b"\xff\xd8" + b"\xff\xe0\x00\x02" * 250_000, None),
        ("jpeg", b"", None),
    ],
)
def test_a_size_is_read_from_the_first_header(kind: str, data: bytes, size: tuple[int, int] | None) -> None:
    assert size_of(kind, data) == size


def attached(*images: tuple[str, bytes], body: bytes = b"", encoding: bytes = b"base64") -> Case:
    fields = {"content-transfer-encoding": encoding}
    parts = [SomePart(f"image/{kind}", fields=fields, decoded=data, name=b"a.gif") for kind, data in images]
    return case(SomeTexts(body=[body], tree=SomeTree(SomePart("multipart/mixed", parts=parts))))


BOTH = (("gif", GIF), ("jpg", JPEG))


def test_images_and_pixels_are_counted_by_kind() -> None:
    assert image_count(attached(*BOTH), "all", "2", "2")
    assert image_count(attached(*BOTH), "jpeg", "1")
    assert image_count(attached(("gif", b"broken")), "gif", "1", "1")
    assert not image_count(attached(*BOTH), "png", "1")
    assert not image_count(attached(*BOTH), "bmp", "0")
    assert not image_count(attached(*BOTH, encoding=b"binary"), "all", "1")
    assert pixel_coverage(attached(*BOTH), "all", "7400", "7400")
    assert not pixel_coverage(attached(*BOTH), "gif", "5001")


def test_text_for_each_pixel() -> None:
    assert image_to_text_ratio(attached(*BOTH, body=b"x" * 74), "all", "0.01", "0.02")
    assert not image_to_text_ratio(attached(*BOTH, body=b"x" * 74), "all", "0.00", "0.01")
    assert not image_to_text_ratio(attached(*BOTH), "all", "0", "1")
    assert not image_to_text_ratio(attached(body=b"x"), "all", "0", "1")


def test_sizes_and_names() -> None:
    assert image_size_exact(attached(*BOTH), "all", "50", "100")
    assert not image_size_exact(attached(*BOTH), "jpeg", "50", "100")
    assert image_size_range(attached(*BOTH), "gif", "50", "100")
    assert not image_size_range(attached(*BOTH), "gif", "50", "100", "60", "99")
    assert image_named(attached(*BOTH), "a.gif")
    assert not image_named(attached(("gif", b"broken")), "a.gif")
    assert image_name_regex(attached(*BOTH), r"\.gif$")
    assert not image_name_regex(attached(*BOTH), r"\.png$")
