import pytest
import re2
import regex

from gatekeeper.tables.letters import literal, member
from gatekeeper.tables.matcher import Budget, Expression, Matcher


@pytest.mark.parametrize("number", range(256))
def test_every_octet_stands_for_itself_alone_in_both_engines(number: int) -> None:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    for pattern in (literal(chr(number)), f"[{member(chr(number))}]"):
        for other in range(256):
            text, expected = bytes([other]), other == number
            assert bool(re2.compile(pattern.encode(), options).fullmatch(text)) is expected
            assert bool(regex.compile(pattern.encode()).fullmatch(text)) is expected


@pytest.mark.parametrize("pattern", [literal("\xe9"), f"[{member(chr(0xE9))}]", r"[\xe0-\xef]"])
def test_octets_above_ascii_have_no_case(pattern: str) -> None:
    matcher = Matcher(Expression(f"(?i:{pattern})", f"(?i:{pattern})"))
    assert matcher.search(b"\xe9", Budget()) is not None
    assert matcher.search(b"\xc9", Budget()) is None
