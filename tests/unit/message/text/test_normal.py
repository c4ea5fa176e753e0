# ruff: noqa: RUF001 — letters that are taken for others are what this is about
import pytest

from gatekeeper.message.text import normal
from gatekeeper.message.text.lookalikes import is_mixed, looks_latin, script_of


@pytest.mark.parametrize(
    "text",
    [
        "viagra",
        "VIAGRA",
        "V i a g r a",
        "V.i.a.g.r.a",
        "v-i-a-g-r-a",
        "v_i_a_g_r_a",
        "v*i*a*g*r*a",
        "viаgrа",  # Cyrillic
        "νιαgrα",  # Greek
        "ＶＩＡＧＲＡ",
        "𝐯𝐢𝐚𝐠𝐫𝐚",
        "𝓿𝓲𝓪𝓰𝓻𝓪",
        "ⓥⓘⓐⓖⓡⓐ",
        "🅥🅘🅐🅖🅡🅐",
        "🆅🅸🅰🅶🆁🅰",
        "🇻🇮🇦🇬🇷🇦",
        "ᴠɪᴀɢʀᴀ",
        "v\u200bi\u200ca\u200dg\ufeffr\u2060a",
        "vi\u00adag\u00adra",
        "v\u202ei\u202cagra",
        "vïàgrå",
        "v\u0336i\u0336a\u0336g\u0336r\u0336a\u0336",
        "v\u0300\u0301\u0302\u0303iagra",
        "ᐯiagra".replace("ᐯ", "∨"),
        "V\u200b i a g r a",
        "vıɑɡrɑ",
    ],
)
def test_what_was_done_to_a_word_is_undone(text):
    assert normal(text).text == "viagra"


@pytest.mark.parametrize(
    "text",
    [
        "a b c",
        "plan a b or c",
        "e.g. this",
        "u.s.a. today",
        "1 2 3 4 5",
        "x = y",
        "the a.m. train",
        "i, j, k, l, m",
        "A - B - C - D",
    ],
)
def test_what_is_not_spaced_out_stays(text):
    assert normal(text) == (text.lower(), 0, 0, 0, 0, 0)


def test_words_are_joined_within_their_borders():
    found = normal("buy V i a g r a  n o w here")
    assert (found.text, found.spaced) == ("buy viagra n o w here", 1)
    assert normal("buyV i a g").text == "buyv i a g"
    assert normal("so V.i.a.g.r.a!").text == "so viagra!"


def test_what_was_undone_is_counted():
    assert normal("a\u200bb\u00adc").invisible == 2
    assert normal("𝐯𝐢").styled == 2
    assert normal("a\u0300\u0301\u0302").piled == 3
    assert normal("pаypal and аpple and plain").mixed == 2
    assert normal("f r e e and m-o-n-e-y").spaced == 2


@pytest.mark.parametrize(
    "text", ["Привет, мир", "καλημέρα κόσμε", "你好，世界", "안녕하세요", "schöne grüße", "l'été à paris", "naïve"]
)
def test_other_languages_are_no_obfuscation(text):
    found = normal(text)
    assert (found.invisible, found.styled, found.piled, found.mixed, found.spaced) == (
        0,
        0 if "，" not in text else 1,
        0,
        0,
        0,
    )


def test_russian_is_not_made_latin():
    assert "привет" in normal("привет").text
    assert normal("РАУРАL".replace("L", "l")).text == "paypal"


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud800", "\U0010ffff" * 10, "a" * 100_000, "a " * 100_000, "\u0300" * 100_000]
)
def test_nothing_raises(text):
    normal(text)


def test_scripts():
    assert [script_of(letter) for letter in "aдα中1"] == ["LATIN", "CYRILLIC", "GREEK", "CJK", ""]
    assert is_mixed("pаypal")
    assert not is_mixed("paypal1")
    assert not is_mixed("東京tower")
    assert looks_latin("аррӏе")
    assert not looks_latin("яблоко")
    assert not looks_latin("apple")
    assert not looks_latin("123")
