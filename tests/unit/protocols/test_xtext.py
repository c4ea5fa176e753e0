import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.protocols import xtext


@given(st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_decoding_undoes_encoding(text):
    encoded = xtext.encode(text)
    assert encoded.isascii()
    assert not set(encoded) & set(" =\r\n")
    assert xtext.decode(encoded) == text


@pytest.mark.parametrize(("text", "meaning"), [("a+2Bb", "a+b"), ("+3D", "="), ("caf+C3+A9", "café"), ("", "")])
def test_decode(text, meaning):
    assert xtext.decode(text) == meaning


@pytest.mark.parametrize("text", ["a b", "a=b", "+", "+4", "+4g", "+2b", "é", "a\r\n"])
def test_what_is_no_xtext(text):
    with pytest.raises(ValueError):
        xtext.decode(text)
