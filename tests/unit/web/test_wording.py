"""Wording: what a sender wrote reads as what it is."""

import pytest
from markupsafe import Markup

from gatekeeper.web.wording import spelt


def test_plain_text_is_escaped() -> None:
    assert spelt('<b title="x">&') == Markup("&lt;b title=&#34;x&#34;&gt;&amp;")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", 'a<span class="odd" title="right-to-left override">U+202E</span>b'),
        ("\u200b\u200b<", '<span class="odd" title="zero width space">U+200B×2</span>&lt;'),  # noqa: RUF001
        ("\x1b[2J", '<span class="odd" title="control character">U+001B</span>[2J'),
        ("a\r\nSet-Cookie: x", '<span class="odd" title="control character">U+000D</span>'),
        ("\ud800", '<span class="odd" title="control character">U+D800</span>'),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text: str, shown: str) -> None:
    assert shown in spelt(text)


def test_lines_stay_lines() -> None:
    assert spelt("one\n\ttwo") == "one\n\ttwo"


def test_many_unseen_letters_stay_few() -> None:
    assert len(spelt("\u200b" * 100_000)) < 100
