"""Each pattern goes over what is worst for it within seconds; a quadratic one would take minutes."""

import re

import pytest

from gatekeeper.message.openers import document_patterns

SIZE = 300_000
PIECES = (
    b"a", b" ", b"\0", b"\n", b'"', b'" &', b"|'", b"a|", b"sub ", b"sub a_", b"_a_layou", b"attribute ", b"cmd ",
    b"createobject(", b"shell", b"\x01", b"\x42", b"\x13", b"E\0q\0", b"\\", b"\\objclass ", b"{", b".\0a\0", b"/URI(",
    b"#4", b"O;a;", b";E", b"auto_", b"spinCount= '1", bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b"),
)  # fmt: skip
SHORT = ("DDE_SERVER", "NAME_TAIL")  # run over 300 letters at most
PATTERNS = {name: value for name, value in vars(document_patterns).items() if isinstance(value, re.Pattern)}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_is_linear(name):
    pattern, size = PATTERNS[name], 300 if name in SHORT else SIZE
    for piece in PIECES:
        text = piece * (size // len(piece))
        hits = pattern.finditer(text if isinstance(pattern.pattern, bytes) else text.decode("latin-1"))
        assert sum(1 for _ in hits) <= size + 1
