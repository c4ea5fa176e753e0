"""Which characters the grammar takes, one by one: of ASCII those of RFC 5321, and all beyond it (RFC 6531 §3.3)."""

import re
import string

import pytest

from gatekeeper.protocols.grammar import DOT_STRING, PARAMETER, PATH

ASCII = [chr(code) for code in range(128)]
BEYOND = {*"\u0080\u00e9\u07ff\u3042\udcff\uffff\U00010000\U0010ffff"}
PRINTABLE = {chr(code) for code in range(32, 127)}
ALPHANUMERIC = {*string.ascii_letters, *string.digits}


@pytest.mark.parametrize(
    ("pattern", "whole", "taken"),
    [
        pytest.param(DOT_STRING, "{}", ALPHANUMERIC | {*"!#$%&'*+-/=?^_`{|}~"} | BEYOND, id="atom"),
        pytest.param(PATH, "<a@b{}c.d>", ALPHANUMERIC | {*"_-."} | BEYOND, id="domain"),
        pytest.param(PATH, '<"a{}"@c>', PRINTABLE - {*'"\\'} | BEYOND, id="quoted"),
        pytest.param(PATH, '<"a\\{}"@c>', PRINTABLE, id="quoted pair"),
        pytest.param(PARAMETER, "KEY={}", PRINTABLE - {*" ="} | BEYOND, id="value"),
    ],
)
def test_what_may_stand_there(pattern: re.Pattern[str], whole: str, taken: set[str]) -> None:
    assert {each for each in [*ASCII, *BEYOND] if pattern.fullmatch(whole.replace("{}", each))} == taken
