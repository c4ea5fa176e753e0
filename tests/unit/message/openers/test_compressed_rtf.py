import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message.openers.compressed_rtf import unpacked
from tests.unit.message.openers.rtfs import compressed

SPECIFIED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0".replace(
        " ", ""
    )
)
"""The first example of [MS-OXRTFCP] §3."""

CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
"""The second: a reference that reads what it writes."""


def test_the_examples_of_the_specification():
    assert unpacked(SPECIFIED, 1000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked(CROSSING, 1000) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_uncompressed_is_taken_as_it_is():
    assert unpacked(compressed(b"{\\rtf1}\0\0", b"MELA"), 1000) == b"{\\rtf1}"


def test_no_more_comes_out_than_is_wanted():
    many = compressed(b"".join(b"\xff" + b"\x0e\xbf" * 8 for _ in range(1000)))
    assert len(unpacked(many, 500)) == 500


@pytest.mark.parametrize("data", [b"", b"short", compressed(b"x", b"ABCD")])
def test_anything_else_is_refused(data):
    with pytest.raises(ValueError, match="RTF"):
        unpacked(data, 1000)


def test_what_is_cut_off_gives_what_there_is():
    assert unpacked(SPECIFIED[:-8], 1000).startswith(b"{\\rtf1\\ansi\\ansicpg1252")


@given(st.binary(max_size=400))
def test_nothing_else_raises(content):
    assert len(unpacked(compressed(content), 10_000)) <= 17 * len(content)
