"""Wording: what a sender wrote reads as what it is."""

import time

import pytest
from markupsafe import Markup

from gatekeeper.web.wording import size, spelt, when


def test_plain_text_is_escaped() -> None:
    assert spelt('<b title="x">&') == Markup("&lt;b title=&#34;x&#34;&gt;&amp;")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", 'a<span class="unseen" title="right-to-left override">U+202E</span>b'),
        ("\u200b\u200b<", '<span class="unseen" title="zero width space">U+200B×2</span>&lt;'),  # noqa: RUF001
        ("\x1b[2J", '<span class="unseen" title="control character">U+001B</span>[2J'),
        ("a\r\nSet-Cookie: x", '<span class="unseen" title="control character">U+000D</span>'),
        ("\ud800", '<span class="unseen" title="control character">U+D800</span>'),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text: str, shown: str) -> None:
    assert shown in spelt(text)


def test_lines_stay_lines() -> None:
    assert spelt("one\n\ttwo") == "one\n\ttwo"


def test_many_unseen_letters_stay_few() -> None:
    assert len(spelt("\u200b" * 100_000)) < 100


@pytest.mark.parametrize(
    ("octets", "said"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 KB"), (52_000_000, "52 MB")]
)
def test_sizes_are_for_people(octets: int, said: str) -> None:
    assert size(octets) == said


def test_a_time_of_today_is_short_and_whole_for_programs() -> None:
    now = time.time()
    assert time.strftime(">%H:%M</time>", time.localtime(now)) in when(now)
    assert time.strftime('datetime="%Y-%m-%dT%H:%M:%S', time.localtime(now)) in when(now)


def test_an_old_time_has_its_year() -> None:
    assert ">2001-09-" in when(1e9)
