"""Fixed patterns: none with a possessive group (`tests/unit/test_patterns.py` says why), all linear on hostile text."""

import re

import pytest

from gatekeeper.message.text import patterns

FIXED = {name: value for name, value in vars(patterns).items() if isinstance(value, re.Pattern)}
_POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{[0-9,]*\})\+")
WORST = (
    "a",
    " ",
    "\t\n",
    "-",
    "0",
    ":",
    ";",
    "a:",
    "a;",
    "; ",
    "<",
    "<a",
    "<a ",
    "<!--",
    "<!-- -",
    "</",
    "&",
    "'",
    '"',
    "'\"",
    "=",
    "href=",
    "href='",
    "url(",
    "http://",
    "http:",
    "www.",
    "ww",
    "h",
    "a.",
    "a b ",
    "a_",
    ".",
    "/*",
    "/* *",
    "{",
    "}",
    "font:1",
    "opacity:0",
    "opacity:",
    "rgb(",
    "rgb(1,1,1",
    "1",
    "1.",
    "\u0300",
    "\u00e9",
    "é1",
    "<meta ",
    "<meta charset",
    "charset*1",
    "%",
)


@pytest.mark.parametrize("name", FIXED)
def test_no_group_is_possessive(name):
    text = FIXED[name].pattern
    text = text if isinstance(text, str) else text.decode("latin-1")
    assert not _POSSESSIVE_GROUP.search(re.sub(r"\[(?:\\.|[^\]\\])*\]", "[]", text))


@pytest.mark.parametrize("name", FIXED)
def test_a_megabyte_of_the_worst_is_searched_in_time(name):
    """A quadratic pattern takes hours here: the time limit of tests is the judge."""
    pattern = FIXED[name]
    for worst in WORST:
        text = worst * (400_000 // len(worst))
        for _ in pattern.finditer(text if isinstance(pattern.pattern, str) else text.encode()):
            pass
        pattern.fullmatch(text if isinstance(pattern.pattern, str) else text.encode())
