"""The table of fixed patterns is linear, whatever a text is made of: what is not takes hours for some of these."""

import re
import time

import pytest

from gatekeeper.message import habits

PATTERNS = {name: value for name, value in vars(habits).items() if isinstance(value, re.Pattern)}
BITS = ["a", "1", "a1", "x", "A", ".", "a.", "@", "a@", "-", "a-", "%", "%41", "%41x", "$", "!", "?", " ", "a ", "re[1"]
BITS += [
    "=?a",
    "=?a?b?",
    "boundary=",
    "http://a/",
    "http://a:1",
    "http",
    "<",
    "<a",
    "<html",
    "bcdf",
    "20",
    "1.1.1.1",
    ":",
]
BEGINNINGS = ["", "<", "<a@", "http://", "http://a/", " 1", "1 jan ", "[", "=?x?b?"]
SHORT, MEGABYTE = 60_000, 1_000_000


def seconds(pattern: re.Pattern, text: str) -> float:
    began = time.process_time()
    pattern.search(text.encode() if isinstance(pattern.pattern, bytes) else text)
    return time.process_time() - began


@pytest.mark.parametrize("name", PATTERNS)
def test_the_worst_megabyte_takes_no_time(name: str) -> None:
    pattern = PATTERNS[name]
    made = [(beginning, bit) for beginning in BEGINNINGS for bit in BITS]
    beginning, bit = max(made, key=lambda pair: seconds(pattern, pair[0] + pair[1] * (SHORT // len(pair[1]))))
    seconds(pattern, beginning + bit * (MEGABYTE // len(bit)))
