import pytest
import re2
import regex

from gatekeeper.tables.letters import literal, member


@pytest.mark.parametrize("number", range(256))
def test_every_octet_stands_for_itself_alone_in_both_engines(number: int) -> None:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    for pattern in (literal(chr(number)), f"[{member(chr(number))}]"):
        for other in range(256):
            text, expected = bytes([other]), other == number
            assert bool(re2.compile(pattern.encode(), options).fullmatch(text)) is expected
            assert bool(regex.compile(pattern.encode()).fullmatch(text)) is expected


def test_octets_above_ascii_have_no_case() -> None:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = False
    assert not re2.compile(literal("\xe9").encode(), options).fullmatch(b"\xc9")
