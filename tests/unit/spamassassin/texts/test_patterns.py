"""The patterns by which texts are rendered do not take longer than the text is long, whatever is in it."""

import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from gatekeeper.spamassassin.texts import html_patterns, patterns, received_patterns, uri_patterns
from gatekeeper.spamassassin.texts.received_patterns import Format, Product

_SIZE = 20_000
"""Enough for many seconds, were the time to grow with the square."""

_RECEIVED_SIZE = 8192
"""Octets of a field that are read at all."""

_URI_SIZE = 8192
"""Letters of a link; lines of text in which links are looked for are shorter still."""

_WORST = (
    rb"""a| |~|\|(|()|<|<a@|@|a@b |.a|a.|:|a: |"|"\|\"|\(|=|=?|=?a?q?|=?a?q?b?= |boundary=|charset=|name=|name*0="""
    rb"""|;| ;|1.|1.2.3.4|::|a:|from | by |[1.2.3.4]|(a [1.2.3.4]) by b |HELO | id |authenticated (|) |helo=|%|--|-"""
    rb"""| for a@b|] (|with HTTP|by b with HTTP 1.2.3.4"""
).split(b"|")
_WORST += [
    b"<a ",
    b"<!--",
    b"-- ",
    b"]]>",
    b"&",
    b"&#",
    b"x=",
    b"'",
    b"a b",
    b"url=",
    b"rgb(",
    b"http://",
    b"//",
    b"/.",
    b"0x",
    b"www.",
]
_WORST += [b"\n", b"\t\n", b" \n", b"\xc3", b"\xed\xa0", b"|"]

_AT_A_PLACE = (
    *("FIELD", "PART_FIELD", "GROUP", "QUOTED", "END_COMMENT", "MAILBOX", "SEPARATOR", "UNQUOTED", "NOT_SPACE"),
    *("LABEL", "WHOLE_IP", "TYPE", "DECLARATION_WORD", "FONT_FACE", "SIZE", "BASE_HEAD", "STYLE_COLOUR"),
    *("STYLE_BACKGROUND", "STYLE_PROPERTY", "HEX_OR_RGB", "MAIL_IN_BRACKETS"),
    *("MAIL_BEFORE_QUERY", "MAIL_BEFORE_AND", "MAIL_BEHIND_SPACE", "AN_ADDRESS", "WEB", "USER", "NO_PATH", "ATTRIBUTE"),
    *("UP_TO_BRACKET", "TAG_NAME", "URI_PARTS", "ONE_NUMBER", "ONE_HEX_NUMBER", "ONE_LABEL", "FOUR_NUMBERS"),
)
"""Those that are never looked for further on."""


def fixed(module: ModuleType, size: int) -> Iterator[Any]:
    for name, value in vars(module).items():
        for one in value if isinstance(value, tuple) else (value,):
            parts = one.formats if isinstance(one, Product) else (one,)
            for part in parts:
                pattern = part.pattern if isinstance(part, Format) else part
                if isinstance(pattern, re.Pattern):
                    yield pytest.param(pattern, size, name in _AT_A_PLACE, id=f"{name} {pattern.pattern[:40]!r}")


def run(pattern: "re.Pattern[Any]", unit: bytes, size: int, at_a_place: bool) -> None:
    octets = (unit * (size // len(unit)))[:size]
    text = octets.decode("latin-1") if isinstance(pattern.pattern, str) else octets
    if at_a_place:
        pattern.match(text)
    else:
        for _ in pattern.finditer(text):
            pass


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("pattern", "size", "at_a_place"),
    [
        *(one for module in (patterns, html_patterns) for one in fixed(module, _SIZE)),
        *fixed(received_patterns, _RECEIVED_SIZE),
        *fixed(uri_patterns, _URI_SIZE),
    ],
)
def test_the_worst_text_is_soon_read(pattern: "re.Pattern[Any]", size: int, at_a_place: bool) -> None:
    for unit in _WORST:
        run(pattern, unit, size, at_a_place)
        run(pattern, b"a " + unit, size, at_a_place)
