from gatekeeper.message.openers import onenote
from tests.unit.message.openers.reading import Found

HEAD = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3")
GUID = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")


def stored(data: bytes) -> bytes:
    return GUID + len(data).to_bytes(8, "little") + bytes(12) + data + bytes(-len(data) % 8)


def test_a_file_gets_the_names_of_the_section():
    name = b"\1\0" + "invoice.hta".encode("utf-16-le") + b"\0\0"
    found = Found(onenote, HEAD + name + stored(b"<script>"), "onenote")
    assert [(m.label, m.names, m.data) for m in found.members] == [("onenote", ("invoice.hta",), b"<script>")]
    assert found.anomalies == ["onenote.embedded-file"]


def test_pictures_are_no_danger():
    found = Found(onenote, HEAD + stored(b"\x89PNG....") + stored(b"\xff\xd8\xff"), "onenote")
    assert found.anomalies == []
    assert len(found.members) == 2


def test_a_file_in_a_file_is_found_too():
    found = Found(onenote, stored(b"first" + stored(b"second")), "onenote")
    assert [member.data[:6] for member in found.members] == [b"first" + GUID[:1], b"second"]


def test_what_is_cut_off_is_given_as_far_as_it_goes():
    whole = HEAD + stored(b"payload!")
    assert Found(onenote, whole[:-3], "onenote").data == {"file": b"paylo"}
    assert Found(onenote, GUID, "onenote").everything == []


def test_a_section_without_files_is_nothing():
    assert Found(onenote, HEAD + "notes.txt".encode("utf-16-le") + b"\0\0", "onenote").everything == []
