from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message.openers import lnk as reader
from tests.unit.message.openers.reading import Found

CLSID = bytes.fromhex("0114020000000000c000000000000046")


def lnk(flags: int, *parts: bytes) -> bytes:
    return pack("<I16sI", 0x4C, CLSID, flags | 0x80).ljust(0x4C, b"\0") + b"".join(parts)


def text(value: str) -> bytes:
    return pack("<H", len(value)) + value.encode("utf-16-le")


def environment(value: str) -> bytes:
    return pack("<II260s520s", 0x314, 0xA0000001, value.encode(), value.encode("utf-16-le"))


def found(flags: int, *parts: bytes) -> Found:
    return Found(reader, lnk(flags, *parts), "lnk")


def test_the_command_is_shown():
    read = found(0x28, text("..\\powershell.exe"), text("-enc AAAA"), bytes(4))
    assert read.anomalies == ["lnk.command"]
    assert read.everything[0].detail == "..\\powershell.exe -enc AAAA"


def test_a_target_without_words_is_shown_too():
    read = found(0x08, text("..\\report.docx"), bytes(4))
    assert read.anomalies == ["lnk.target"]


@pytest.mark.parametrize("words", [" " * 300 + "/c calc", "x" * 300, "a\n\n\nb"])
def test_words_that_windows_does_not_show_are_odd(words):
    assert "lnk.hidden-arguments" in found(0x20, text(words), bytes(4)).anomalies


def test_every_place_that_says_the_target_is_read():
    ids = b"\x14\0junkcmd.exe\0\0" + "wscript.exe".encode("utf-16-le")
    location = b"C:\\Windows\\system32\\mshta.exe\0"
    read = found(
        0x03, pack("<H", len(ids)) + ids, pack("<I", len(location) + 4) + location, environment("%COMSPEC%"), bytes(4)
    )
    assert all(word in read.everything[0].detail for word in ("cmd.exe", "wscript.exe", "mshta.exe", "%COMSPEC%"))


@pytest.mark.parametrize("place", ["\\\\host\\share\\a.exe", "https://host.example/a.hta"])
def test_a_place_elsewhere_is_a_link(place):
    assert found(0x20, text(f'/c "{place}"'), bytes(4)).links == [place]
    assert found(0x40, text(place), bytes(4)).links == [place]
    assert found(0, environment(place), bytes(4)).links == [place]


def test_what_is_glued_behind_it_comes_out():
    read = found(0x20, text("/c x"), environment("%x%"), bytes(4), b"MZ and so on")
    assert "lnk.overlay" in read.anomalies
    assert [member.data for member in read.members] == [b"MZ and so on"]


def test_one_that_ends_too_soon_says_what_it_has():
    read = found(0x28, text("cmd.exe"))
    assert read.anomalies == ["lnk.truncated", "lnk.target"]
    assert read.everything[1].detail == "cmd.exe"


@given(st.binary(max_size=200), st.integers(0, 255))
def test_nothing_raises(data, flags):
    found(flags, data)
