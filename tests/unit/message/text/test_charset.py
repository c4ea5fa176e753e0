import pytest

from gatekeeper.message.text.charset import codec_of, decoded

RUSSIAN = "Привет, как дела? Сегодня хорошая погода, и мы идём гулять."


def texts(data: bytes, *declared: str, html: bool = False) -> list[str]:
    return [reading.text for reading in decoded(data, declared, html).readings]


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("utf-8", "schön"),
        ("UTF8", "schön"),
        ("ISO-8859-1", "schön"),
        ("windows-1252", "“schön”"),
        ("iso-8859-15", "5 €"),
        ("koi8-r", RUSSIAN),
        ("windows-1251", RUSSIAN),
        ("x-mac-cyrillic", RUSSIAN),
        ("ks_c_5601-1987", "안녕하세요"),
        ("euc-kr", "안녕하세요"),
        ("x-sjis", "こんにちは"),
        ("Shift_JIS", "こんにちは"),
        ("iso-2022-jp", "こんにちは"),
        ("euc-jp", "こんにちは"),
        ("gb2312", "你好镕"),
        ("gbk", "你好"),
        ("hz-gb-2312", "你好"),
        ("big5", "你好"),
        ("iso-8859-8-i", "שלום"),
        ("iso-8859-6", "سلام"),
        ("tis-620", "สวัสดี"),
        ("unicode-1-1-utf-7", "schön"),
        ("utf-16", "schön"),
        ("utf-16le", "schön"),
    ],
)
def test_declared_charsets_are_read(name, sample):
    assert sample in texts(sample.encode(codec_of(name)), name)


@pytest.mark.parametrize(
    "name",
    ["", "unknown-8bit", "x-unknown", "rot13", "base64", "hex", "zlib", "idna", "punycode", "no such", "é", "a" * 99],
)
def test_what_is_no_charset(name):
    assert codec_of(name) == ""
    assert texts("schön".encode(), name) == ["schön"]


def test_latin1_is_what_browsers_take_it_for():
    assert texts(b"\x93quoted\x94", "iso-8859-1") == ["“quoted”"]


def test_plain_ascii_has_one_reading():
    for name in ("us-ascii", "utf-8", "koi8-r", "gb2312", "x-sjis", ""):
        assert texts(b"hello", name) == ["hello"]


def test_a_lie_about_utf8_gives_both_and_is_no_disagreement_about_letters():
    found = decoded("schön".encode(), ["iso-8859-1"])
    assert [reading.text for reading in found.readings] == ["schÃ¶n", "schön"]
    assert not found.disagree


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"hi +AHYAaQBhAGcAcgBh-", "utf-7"),
        (b"viagra", "utf-16"),
        (b"~{VPND~}", "hz"),
    ],
)
def test_readers_that_see_other_letters_disagree(data, name):
    found = decoded(data, [name, "us-ascii"])
    assert found.disagree
    assert len(found.readings) > 1


def test_declared_utf7_is_read_as_ascii_too():
    assert texts(b"+ADw-b+AD4-", "utf-7") == ["<b>", "+ADw-b+AD4-"]


def test_two_declarations_give_two_readings():
    assert texts(b"\xe4", "windows-1252", "windows-1251") == ["ä", "д"]


def test_a_mark_of_byte_order_comes_first_and_is_no_text():
    assert texts(b"\xef\xbb\xbfsch\xc3\xb6n", "us-ascii") == ["schön"]
    assert texts("schön".encode("utf-16"), "us-ascii")[0] == "schön"
    assert texts("schön".encode("utf-32"))[0] == "schön"


def test_utf16_without_a_mark_is_read_in_both_orders():
    assert set(texts("hi".encode("utf-16-le"), "utf-16")) == {"hi", "hi".encode("utf-16-le").decode("utf-16-be")}


@pytest.mark.parametrize(
    "page",
    [
        b'<meta charset="windows-1251"><p>\xcf\xf0\xe8',
        b"<META http-equiv=Content-Type content='text/html; charset=windows-1251'><p>\xcf\xf0\xe8",
        b'<?xml version="1.0" encoding="windows-1251"?><p>\xcf\xf0\xe8',
    ],
)
def test_a_page_declares_its_own(page):
    assert any("При" in text for text in texts(page, html=True))
    assert not any("При" in text for text in texts(page))


def test_detection_where_nothing_else_fits():
    assert RUSSIAN in texts(RUSSIAN.encode("koi8-r"))
    assert texts(b"caf\xe9 and more of it", "us-ascii") == ["café and more of it"]


def test_bytes_that_cannot_be_read_stay_visible():
    broken = RUSSIAN.encode() + b"\xff" + RUSSIAN.encode()
    assert texts(broken, "utf-8") == [RUSSIAN + "\\xff" + RUSSIAN]


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\xff" * 5000, bytes(range(256)) * 20, b"\x1b$B" * 100, b"+" * 5000, b"~{" * 99]
)
@pytest.mark.parametrize(
    "name", ["utf-8", "utf-7", "utf-16", "iso-2022-jp", "hz", "gb2312", "ks_c_5601-1987", "cp037", "unknown-8bit"]
)
def test_nothing_raises(data, name):
    assert len(decoded(data, [name], html=True).readings) >= 1
