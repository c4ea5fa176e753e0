from pathlib import Path
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message.openers import tnef as reader
from tests.unit.message.openers.reading import Found
from tests.unit.message.openers.rtfs import LITERAL_RTF
from tests.unit.message.openers.tnefs import (
    ATTACHMENT_PROPERTIES,
    BINARY,
    BODY,
    CODEPAGE,
    DATA,
    MESSAGE_PROPERTIES,
    OBJECT,
    RENDDATA,
    STRING8,
    TITLE,
    UNICODE,
    attachment,
    attribute,
    number,
    prop,
    properties,
    tnef,
    wide,
)
from tests.unit.message.test_corpora import CORPORA, files

MESSAGE_IID = bytes.fromhex("0703020000000000c000000000000046")
STORAGE_IID = bytes.fromhex("0b00000000000000c000000000000046")


def found(*attributes: bytes) -> Found:
    return Found(reader, tnef(*attributes), "tnef")


def with_properties(*encoded: bytes, data: bytes = b"MZ") -> Found:
    """What is found in an attachment of these properties and this data."""
    return found(
        attribute(RENDDATA, bytes(14)), attribute(DATA, data), attribute(ATTACHMENT_PROPERTIES, properties(*encoded))
    )


def test_files_come_out_with_their_bytes_and_names():
    read = found(attachment(b"a.exe", b"MZ one"), attachment(b"b.txt", b"two"))
    assert read.data == {"a.exe": b"MZ one", "b.txt": b"two"}
    assert read.anomalies == []


def test_a_title_is_in_the_codepage_of_the_stream_wherever_that_is_said():
    name = "счёт.exe"
    read = found(attachment(name.encode("cp1251"), b"MZ"), attribute(CODEPAGE, pack("<II", 1251, 0)))
    assert read.members[0].names == (name,)


def test_a_title_in_utf_8_is_read_so_too_whatever_the_codepage():
    read = found(attribute(CODEPAGE, pack("<II", 1252, 0)), attachment("счёт.exe".encode(), b"MZ"))
    assert "счёт.exe" in read.members[0].names


@pytest.mark.parametrize("codepage", [0, 65001, 932, 99999, 0xFFFFFFFF])
def test_no_codepage_hides_a_name(codepage):
    read = found(attribute(CODEPAGE, pack("<II", codepage, 0)), attachment(b"a.exe", b"MZ"))
    assert read.members[0].names == ("a.exe",)


def test_every_name_that_a_property_gives_is_a_name():
    read = with_properties(
        prop(0x3707, UNICODE, wide("long name.exe")),
        prop(0x3704, STRING8, b"LONGNA~1.TXT\0"),
        prop(0x3001, UNICODE, wide("shown")),
        prop(0x370C, STRING8, b"transport.bin\0"),
        prop(0x3708, STRING8, b"C:\\x\\path.pif\0"),
    )
    assert read.members[0].names == ("long name.exe", "LONGNA~1.TXT", "transport.bin", "shown", "path.pif")


def test_an_extension_of_its_own_makes_another_name():
    read = with_properties(prop(0x3707, UNICODE, wide("a.txt")), prop(0x3703, UNICODE, wide(".exe")))
    assert read.members[0].names == ("a.txt", "a.exe")


def test_the_declared_type_comes_with_it():
    assert with_properties(prop(0x370E, UNICODE, wide("Image/PNG"))).members[0].types == ("image/png",)


def test_an_extension_alone_is_a_name():
    assert with_properties(prop(0x3703, UNICODE, wide(".exe"))).members[0].names == (".exe",)


def test_data_may_stand_in_a_property_and_both_are_given_if_they_differ():
    read = with_properties(prop(0x3701, BINARY, b"inside"), prop(0x3707, UNICODE, wide("a.bin")), data=b"outside")
    assert [member.data for member in read.members] == [b"outside", b"inside"]
    assert {member.names for member in read.members} == {("a.bin",)}


def test_an_embedded_message_is_a_stream_of_its_own():
    inner = tnef(attachment(b"worm.exe", b"MZ worm"))
    read = with_properties(prop(0x3701, OBJECT, MESSAGE_IID + inner), data=b"")
    assert [member.data for member in read.members] == [inner]


def test_an_embedded_object_is_given_with_and_without_its_identifier():
    read = with_properties(prop(0x3701, OBJECT, STORAGE_IID + b"\xd0\xcf"), data=b"")
    assert [member.data for member in read.members] == [b"\xd0\xcf", STORAGE_IID + b"\xd0\xcf"]


@pytest.mark.parametrize("order", [(DATA, TITLE, RENDDATA), (TITLE, RENDDATA, DATA), (DATA, TITLE), (RENDDATA, DATA)])
def test_the_order_of_attributes_does_not_matter_to_what_is_found(order):
    values = {DATA: b"MZ", TITLE: b"a.exe\0", RENDDATA: bytes(14)}
    read = found(*(attribute(identifier, values[identifier]) for identifier in order))
    assert b"MZ" in [member.data for member in read.members]
    assert ("a.exe",) in [member.names for member in read.members] or TITLE not in order


def test_a_type_that_is_wrong_hides_no_attribute():
    read = found(attribute(DATA & 0xFFFF, b"MZ", level=2), attribute(TITLE & 0xFFFF, b"a.exe\0", level=2))
    assert read.data == {"a.exe": b"MZ"}


def test_a_wrong_level_is_odd_and_hides_nothing():
    read = found(attribute(DATA, b"MZ", level=1), attribute(TITLE, b"a.exe\0"))
    assert read.data == {"a.exe": b"MZ"}
    assert read.anomalies == ["tnef.level"]


def test_a_wrong_checksum_is_odd_and_hides_nothing():
    read = found(attribute(BODY, b"hello", checksum=1), attachment(b"a.exe", b"MZ"))
    assert read.data == {"body.txt": b"hello", "a.exe": b"MZ"}
    assert read.anomalies == ["tnef.checksum"]


@pytest.mark.parametrize("tail", [b"\0", b"\0" * 100, b"\x03" + bytes(20), b"\x02\x0f\x80"])
def test_garbage_at_the_end_is_odd(tail):
    read = found(attachment(b"a.exe", b"MZ"), tail)
    assert read.data == {"a.exe": b"MZ"}
    assert read.anomalies == ["tnef.garbage"]


def test_a_file_that_is_cut_off_is_given_as_far_as_it_goes():
    whole = tnef(attribute(RENDDATA, bytes(14)), attribute(TITLE, b"a.exe\0"), attribute(DATA, b"MZ" * 100))
    read = Found(reader, whole[:-150], "tnef")
    assert (read.data["a.exe"] or b"").startswith(b"MZMZ")
    assert read.anomalies == ["tnef.truncated"]


def test_properties_that_are_cut_off_are_given_as_far_as_they_go():
    encoded = properties(prop(0x3707, UNICODE, wide("a.exe")), prop(0x3701, BINARY, b"MZ" * 100))
    read = found(attribute(ATTACHMENT_PROPERTIES, encoded[:-100]))
    assert read.data == {"a.exe": b"MZ" * 50}
    assert read.anomalies == ["tnef.truncated"]


def test_properties_of_all_kinds_are_passed_over():
    guid = bytes(16)
    read = with_properties(
        pack("<HHhH", 2, 0x8001, 0, 0)[:4] + guid + pack("<II", 0, 7) + pack("<hH", 1, 0),
        prop(0x8002, UNICODE, wide("named"), name=guid + pack("<II", 1, 10) + wide("name") + b"\0\0"),
        pack("<HHI", 0x1002, 0x1234, 3) + pack("<hhhH", 1, 2, 3, 0),
        pack("<HHQ", 0x40, 0x3007, 1),
        pack("<HHQ", 0x14, 0x3008, 1),
        pack("<HH16s", 0x48, 0x3009, guid),
        pack("<HHI", 0x0B, 0x300A, 1),
        prop(0x101F, 0x101F, wide("many"), wide("values")),
        prop(0x3707, UNICODE, wide("a.exe")),
    )
    assert read.anomalies == []
    assert read.data == {"a.exe": b"MZ"}


def test_a_property_of_no_known_type_ends_the_list():
    read = with_properties(prop(0x3707, UNICODE, wide("a.exe")), pack("<HHI", 0x7777, 1, 1))
    assert read.data == {"a.exe": b"MZ"}
    assert read.anomalies == ["tnef.property"]


def test_a_file_that_lies_elsewhere_is_a_link():
    read = found(
        attribute(RENDDATA, bytes(14)),
        attribute(
            ATTACHMENT_PROPERTIES, properties(number(0x3705, 2), prop(0x370D, UNICODE, wide("\\\\host\\share\\a.exe")))
        ),
    )
    (member,) = read.members
    assert read.links == ["\\\\host\\share\\a.exe"]
    assert (member.names, member.data) == (("a.exe",), None)
    assert [anomaly.name for anomaly in member.anomalies] == ["tnef.reference"]


def test_bodies_come_out():
    encoded = properties(
        prop(0x1000, UNICODE, wide("grüße")), prop(0x1013, BINARY, b"<p>hi"), prop(0x1009, BINARY, LITERAL_RTF)
    )
    read = found(attribute(MESSAGE_PROPERTIES, encoded), attribute(BODY, b"hi\0"))
    assert [(member.names, member.data) for member in read.members] == [
        (("body.txt",), b"hi"),
        (("body.txt",), "grüße".encode()),
        (("body.html",), b"<p>hi"),
        (("body.rtf",), b"{\\rtf1 }"),
    ]


def test_a_body_that_is_no_compressed_rtf_is_odd():
    encoded = properties(prop(0x1009, BINARY, b"nonsense that is long enough"))
    assert found(attribute(MESSAGE_PROPERTIES, encoded)).anomalies == ["tnef.rtf"]


def test_what_has_no_signature_is_odd():
    assert Found(reader, b"hello", "tnef").anomalies == ["tnef.signature"]


@pytest.mark.parametrize("count", [0xFFFFFFFF, 1_000_000])
def test_counts_that_lie_cost_nothing(count):
    for kind in (0x101F, 0x1003, 0x1000, 0x1001, 0x1002, 0x1F):
        encoded = pack("<IHHI", count, kind, 0x3701, count)
        assert "tnef.truncated" in found(attribute(ATTACHMENT_PROPERTIES, encoded)).anomalies or kind in (
            0x1000,
            0x1001,
        )


@given(st.binary(max_size=300))
def test_nothing_raises(data):
    Found(reader, tnef(data), "tnef")
    Found(reader, tnef(attribute(ATTACHMENT_PROPERTIES, data), attribute(MESSAGE_PROPERTIES, data)), "tnef")


@given(st.data())
def test_no_spoilt_byte_raises(data):
    whole = bytearray(tnef(attachment(b"a.exe", b"MZ"), attribute(MESSAGE_PROPERTIES, properties(number(1, 2)))))
    for _ in range(3):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    Found(reader, bytes(whole), "tnef")


def plain(data: bytes) -> bytes:
    """Some were saved with other line ends, some with zeros behind them."""
    return data.rstrip(b"\0").replace(b"\r\n", b"\n")


def members(*paths: Path) -> set[bytes]:
    return {
        plain(m.data) for path in paths for m in Found(reader, path.read_bytes(), "tnef").members if m.data is not None
    }


def test_all_that_mimekit_saved_is_found():
    """Except one page that it saved in another charset."""
    streams = [path for path in files("hard-mime/MimeKit/tnef") if path.suffix == ".tnef"]
    saved = [(stream, path) for stream in streams for path in stream.with_suffix("").glob("*")]
    missed = [path for stream, path in saved if plain(path.read_bytes()) not in members(stream)]
    assert [path.name for path in missed] == []
    assert len(saved) > 20


def test_all_that_ytnef_saved_is_found():
    streams = [path for path in files("attachments/libytnef/test-data") if "tnef" in path.name or path.suffix == ".dat"]
    saved = members(*(path for path in streams if path.parent.name == "test-data"))
    for path in (CORPORA / "attachments/libytnef/test-data/results").iterdir():
        assert plain(path.read_bytes()) in saved, path


def test_all_that_tnef_saved_is_found():
    """Except from `rtf2`, of which the stream is not there."""
    streams = files("attachments/tnef-verdammelt/datafiles")
    saved = members(*streams)
    listings = {path.stem for path in streams} | {"rtf2", "message.rtf"}
    for path in files("attachments/tnef-verdammelt/baselines"):
        if path.stem not in listings:
            assert plain(path.read_bytes()) in saved, path
