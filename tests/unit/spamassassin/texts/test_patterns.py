"""The patterns by which texts are rendered do not take longer than the text is long, whatever is in it."""

import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from gatekeeper.spamassassin.texts import html_patterns, patterns, received_patterns, uri_patterns
from gatekeeper.spamassassin.texts.received_patterns import Format, Product

_FONT_FACE_SIZE = 1000
"""Letters of that attribute that are read."""

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

_NAMES = (
    "FIELD PART_FIELD GROUP QUOTED END_COMMENT MAILBOX SEPARATOR UNQUOTED NOT_SPACE LABEL WHOLE_IP TYPE "
    "MBOX_SEPARATOR NOT_DECODED BASE64 SCHEME PORT TAG_NAME ATTRIBUTE VALUE DECLARATION_WORD SECTION_NAME "
    "FONT_FACE DIMENSION SIZE BASE_HEAD STYLE_COLOUR STYLE_BACKGROUND STYLE_PROPERTY HEX_OR_RGB HEX_COLOUR "
    "URI_PARTS DOTS_FIRST SEGMENT UP_TO_BRACKET CONTENT_ID NOTHING_BUT_SCHEME KNOWN_SCHEME MISREAD_MAILTO MAIL_TO "
    "WITHOUT_HOST AN_ADDRESS MAIL_BEFORE_QUERY MAIL_BEFORE_AND MAIL_BEHIND_SPACE MAIL_IN_BRACKETS NO_PATH WEB "
    "USER FOUR_NUMBERS ONE_NUMBER ONE_HEX_NUMBER ONE_LABEL FROM NO_ADDRESS QMAIL QMAIL_SCANNER EXIM_FIRST "
    "GUESSED_HELO IDENT UNKNOWN MAPPED"
)
_AT_A_PLACE = frozenset((*_NAMES.split(), "COMMON_ATTRIBUTE", "COMMON_END"))
"""Those that are never looked for further on."""


def fixed(module: ModuleType, size: int) -> Iterator[Any]:
    for name, value in vars(module).items():
        for one in value if isinstance(value, tuple) else (value,):
            parts = one.formats if isinstance(one, Product) else (one,)
            for part in parts:
                pattern = part.pattern if isinstance(part, Format) else part
                if isinstance(pattern, re.Pattern):
                    at_a_place = name in _AT_A_PLACE or (isinstance(part, Format) and part.text[0] == "^")
                    least = _FONT_FACE_SIZE if name == "FONT_FACE" else size
                    yield pytest.param(pattern, least, at_a_place, id=f"{name} {pattern.pattern[:40]!r}")


def run(pattern: "re.Pattern[Any]", unit: bytes, size: int, at_a_place: bool) -> None:
    octets = (unit * (size // len(unit)))[:size]
    text = octets.decode("latin-1") if isinstance(pattern.pattern, str) else octets
    if at_a_place:
        pattern.match(text)
    else:
        for _ in pattern.finditer(text):
            pass


@pytest.mark.timeout(60)
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
