"""A pattern over octets takes each for a letter, whatever it means in UTF-8."""

import pytest
import re2

from gatekeeper.traits.octets import octets


@pytest.mark.parametrize("text", [b"<\xff\xfe>", "<ä>".encode(), b"<\x00>", b"<a>"])
def test_any_octet_is_a_letter(text: bytes) -> None:
    found = octets(rb"<[^>]{1,2}>").search(text)
    assert found is not None
    assert found[0] == text


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(re2.error):
        octets(b"(")
