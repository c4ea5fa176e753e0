"""Zip as every program reads it: by the directory, by the local headers, and where the two tell different stories."""

import io
import struct
import zipfile
import zlib

import pytest

from gatekeeper.message.openers.contract import OpenLimits
from gatekeeper.message.openers.open import open_contents
from tests.unit.message.openers.archives import EXE, written
from tests.unit.message.openers.test_open import names, zipped

HARMLESS = b"Nothing to see here, move along.\n" * 3


def local(name, data, method=0, flags=0, packed=None, size=None, crc=None, extra=b""):
    packed = data if packed is None else packed
    sizes = (zlib.crc32(data) if crc is None else crc, len(packed), len(data) if size is None else size)
    sizes = (0, 0, 0) if flags & 8 else sizes
    fields = (20, flags, method, 0, 0, *sizes, len(name), len(extra))
    return struct.pack("<4s5H3I2H", b"PK\3\4", *fields) + name + extra + packed


def central(name, data, offset, method=0, flags=0, packed=None, size=None, crc=None, extra=b""):
    sizes = (len(data) if packed is None else packed, len(data) if size is None else size)
    sizes = (zlib.crc32(data) if crc is None else crc, *sizes)
    fields = (20, 20, flags, method, 0, 0, *sizes, len(name), len(extra), 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", *fields) + name + extra


def end(count, size, offset, comment=b""):
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, size, offset, len(comment)) + comment


def whole(headers, records, comment=b""):
    body, listed = b"".join(headers), b"".join(records)
    return body + listed + end(len(records), len(listed), len(body), comment)


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def found(data, **options):
    return [(one.names[0], one.data if one.sha256 else None) for one in open_contents(data, **options).items]


def test_a_sound_zip_has_no_anomaly_in_any_method():
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        data = zipped(("a.exe", EXE), ("b/", b""), ("b/c.txt", HARMLESS), method=method)
        assert found(data) == [("a.exe", EXE), ("b/c.txt", HARMLESS)], method
        assert names(open_contents(data)) == [], method


def test_what_is_written_as_a_stream_is_read():
    """With the sizes behind the data, as Java, Go and libarchive write it."""
    data = written("zip", files=(("a.exe", EXE), ("c.txt", HARMLESS)))
    assert found(data) == [("a.exe", EXE), ("c.txt", HARMLESS)]
    assert names(open_contents(data)) == []


def test_a_stored_zip_in_a_zip_adds_nothing_to_the_outer_one():
    item = open_contents(zipped(("in.zip", zipped(("a.exe", EXE))), method=zipfile.ZIP_STORED))
    assert names(item) == []
    assert [one.path for one in item.walk()] == ["", "zip:in.zip", "zip:in.zip/zip:a.exe"]


def test_a_member_that_only_the_local_headers_show_is_found():
    headers = [local(b"a.txt", HARMLESS), local(b"evil.exe", EXE)]
    data = whole(headers, [central(b"a.txt", HARMLESS, 0)])
    assert ("evil.exe", EXE) in found(data)
    assert "zip.directory-disagrees" in names(open_contents(data))


def test_a_member_behind_a_size_that_lies_is_found():
    """A program that reads from the front passes over what the local header says, and meets the second header."""
    first = local(b"a.txt", HARMLESS)
    second = local(b"evil.exe", EXE)
    data = whole([first, second], [central(b"a.txt", HARMLESS + second, 0)])
    assert ("evil.exe", EXE) in found(data)
    assert "zip.directory-disagrees" in names(open_contents(data))


def test_both_names_of_a_member_are_its_names():
    data = whole([local(b"evil.exe", EXE)], [central(b"a.txt", EXE, 0)])
    (member,) = open_contents(data).items
    assert member.names == ("a.txt", "evil.exe")
    assert "zip.directory-disagrees" in names(member)


def test_both_methods_of_a_member_are_read():
    packed = deflated(EXE)
    header = local(b"a", EXE, 8, packed=packed)
    data = whole([header], [central(b"a", packed, 0, 0)])
    assert {content for _, content in found(data)} == {EXE, packed}
    assert "zip.directory-disagrees" in names(open_contents(data))


def test_an_encryption_flag_in_one_header_only_hides_nothing():
    for flags in ((1, 0), (0, 1), (1, 1)):
        data = whole([local(b"a.exe", EXE, flags=flags[0])], [central(b"a.exe", EXE, 0, flags=flags[1])])
        assert found(data) == [("a.exe", EXE)], flags
    assert names(open_contents(data)) == ["archive.encrypted"]


def test_an_encrypted_member_is_listed():
    secret = bytes(range(200, 250))
    header = local(b"a.exe", EXE, flags=1, packed=secret)
    (member,) = open_contents(whole([header], [central(b"a.exe", EXE, 0, flags=1, packed=len(secret))])).items
    assert (member.names, member.sha256, member.size, names(member)) == (
        ("a.exe",),
        "",
        len(EXE),
        ["archive.encrypted"],
    )


def test_the_directory_in_the_comment_of_another_is_read_too():
    first = whole([local(b"a.txt", HARMLESS)], [central(b"a.txt", HARMLESS, 0)])
    hidden = local(b"evil.exe", EXE)
    offset = len(first)
    record = central(b"evil.exe", EXE, offset)
    tail = hidden + record + end(1, len(record), offset + len(hidden))
    data = first[:-2] + struct.pack("<H", len(tail)) + tail
    assert set(found(data)) == {("a.txt", HARMLESS), ("evil.exe", EXE)}
    assert "zip.directory-disagrees" in names(open_contents(data))


def test_an_end_record_that_holds_another_in_its_comment_counts_too():
    """A strict program takes the first, whose comment reaches the end of the file; others search from the back."""
    header = local(b"a.txt", EXE)
    outer, inner = central(b"evil.exe", EXE, 0), central(b"a.txt", EXE, 0)
    offset = len(header) + len(outer) + 22
    data = header + outer + end(1, len(outer), len(header), inner + end(1, len(inner), offset))
    assert {name for one in open_contents(data).items for name in one.names} == {"a.txt", "evil.exe"}
    assert "zip.directory-disagrees" in names(open_contents(data))


@pytest.mark.parametrize("shifted", [False, True])
def test_something_before_the_archive_hides_nothing(shifted):
    junk = b"GARBAGE\n" * 100
    data = junk + zipped(("a.exe", EXE))
    if shifted:
        file = io.BytesIO(junk)
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("a.exe", EXE)
        data = file.getvalue()
    item = open_contents(data)
    assert (item.kind, found(data)) == ("zip", [("a.exe", EXE)])
    assert names(item) == ["zip.prefix"]


def test_a_zip_without_a_directory_is_read_from_the_front():
    data = local(b"a.exe", EXE, 8, packed=deflated(EXE)) + local(b"b.txt", HARMLESS)
    assert found(data) == [("a.exe", EXE), ("b.txt", HARMLESS)]
    assert "zip.no-directory" in names(open_contents(data))


def test_a_directory_without_members_behind_it_lists_them():
    data = whole([b"x" * 50], [central(b"a.exe", EXE, 7)])
    assert found(data) == [("a.exe", None)]
    assert "zip.directory-disagrees" in names(open_contents(data))


def test_more_members_than_claimed_are_read():
    headers = [local(b"a.txt", HARMLESS), local(b"evil.exe", EXE)]
    records = [central(b"a.txt", HARMLESS, 0), central(b"evil.exe", EXE, len(headers[0]))]
    body, listed = b"".join(headers), b"".join(records)
    data = body + listed + end(1, len(listed), len(body))
    assert found(data) == [("a.txt", HARMLESS), ("evil.exe", EXE)]
    assert names(open_contents(data)) == ["zip.directory-disagrees"]


def test_the_same_name_twice_is_told():
    headers = [local(b"a.exe", HARMLESS), local(b"a.exe", EXE)]
    data = whole(headers, [central(b"a.exe", HARMLESS, 0), central(b"a.exe", EXE, len(headers[0]))])
    assert found(data) == [("a.exe", HARMLESS), ("a.exe", EXE)]
    assert "zip.duplicate-name" in names(open_contents(data))


@pytest.mark.parametrize(
    ("name", "anomaly"),
    [
        (b"../../a.exe", "archive.path-traversal"),
        (b"..\\a.exe", "archive.path-traversal"),
        (b"/etc/passwd", "archive.path-traversal"),
        (b"C:\\a.exe", "archive.path-traversal"),
        (b"a.txt\0.exe", "name.control"),
        (b"a.exe. ", "name.trailing"),
        ("a\u202etxt.exe".encode(), "name.bidi"),
    ],
)
def test_a_name_that_means_harm_is_told(name, anomaly):
    flags = 0 if name.isascii() else 0x800
    (member,) = open_contents(whole([local(name, EXE, flags=flags)], [central(name, EXE, 0, flags=flags)])).items
    assert anomaly in names(member)
    assert (member.names, member.data) == ((name.decode(),), EXE)


def test_a_name_is_read_in_both_alphabets_and_from_its_extra_field():
    extra = struct.pack("<HHBI", 0x7075, 5 + 9, 1, 0) + b"third.exe"
    name = "ü.exe".encode()
    (member,) = open_contents(whole([local(name, EXE)], [central(name, EXE, 0, extra=extra)])).items
    assert member.names == ("├╝.exe", "ü.exe", "third.exe")


def test_members_that_share_their_data_are_a_bomb():
    packed = deflated(bytes(100_000))
    records = [central(b"%d" % n, bytes(100_000), 0, 8, packed=len(packed)) for n in range(50)]
    data = whole([local(b"0", bytes(100_000), 8, packed=packed)], records)
    assert "archive.bomb-overlap" in names(open_contents(data))


def test_many_members_are_looked_at_then_listed_then_counted():
    data = zipped(*((f"{n}.txt", b"") for n in range(60)))
    item = open_contents(data, limits=OpenLimits(entries=20, listed=30))
    assert [bool(one.sha256) for one in item.items] == [True] * 20 + [False] * 30
    assert [one.names[0] for one in item.items] == [f"{n}.txt" for n in range(50)]
    assert set(names(item)) == {"limit.entries", "limit.listed"}


def test_bombs_beside_each_other_end_within_the_limits():
    inner = [zipped((f"{n}", bytes(3_000_000) + bytes([n]))) for n in range(9)]
    item = open_contents(zipped(*((f"{n}.zip", one) for n, one in enumerate(inner))))
    assert "archive.bomb-ratio" in names(item)
    assert sum(one.size for one in item.walk() if one.sha256) < 15_000_000


def test_a_broken_member_is_an_anomaly_of_its_own():
    broken = deflated(HARMLESS)[:-5] + b"\xff" * 5
    headers = [local(b"a", HARMLESS, 8, packed=broken), local(b"b.exe", EXE)]
    data = whole(headers, [central(b"a", HARMLESS, 0, 8, packed=len(broken)), central(b"b.exe", EXE, len(headers[0]))])
    item = open_contents(data)
    assert [names(one)[:1] for one in item.items] in ([["kind.unreadable"], []], [["zip.bad-crc"], []])
    assert item.items[1].data == EXE


def test_a_method_that_nothing_here_knows_is_told():
    data = whole([local(b"a.exe", EXE, 9)], [central(b"a.exe", EXE, 0, 9)])
    (member,) = open_contents(data).items
    assert (member.names, names(member)) == (("a.exe",), ["archive.unsupported"])


def test_zip64_is_read():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, archive.open("a.exe", "w", force_zip64=True) as member:
        member.write(EXE)
    assert found(file.getvalue()) == [("a.exe", EXE)]
    assert names(open_contents(file.getvalue())) == []


def test_every_cut_of_a_zip_is_survived():
    data = zipped(("a.exe", EXE), ("b.zip", zipped(("c.txt", HARMLESS))))
    for size in range(len(data)):
        open_contents(data[:size])
        open_contents(data[size:])


def test_an_archive_of_nothing_is_sound():
    found = open_contents(b"PK\5\6" + bytes(18))
    assert (found.kind, found.items, found.anomalies) == ("zip", (), ())


def test_an_end_record_that_claims_members_which_are_not_there_is_told():
    found = open_contents(b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 3, 3, 138, 0, 0))
    assert [anomaly.name for anomaly in found.anomalies] == ["kind.unreadable"]
