"""What libarchive reads: each format from memory, in every nesting, encrypted, linked, cut off."""

import io
import struct
import tarfile
import zlib

import pytest

from gatekeeper.message.openers.contract import OpenLimits
from gatekeeper.message.openers.open import open_contents
from tests.unit.message.openers.archives import EXE, FILES, cab, lha, rar, written
from tests.unit.message.openers.test_open import names

WRITTEN = {"tar": "ustar", "7z": "7zip", "iso": "iso9660", "cpio": "cpio_newc"}


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_file_of_an_archive_is_found(kind):
    item = open_contents(written(WRITTEN[kind]))
    assert item.kind == kind
    assert {(one.names[0].lower(), one.data) for one in item.items} >= set(FILES)
    assert names(item) == []


@pytest.mark.parametrize(("kind", "data"), [("lha", lha()), ("cab", cab()), ("rar", rar())])
def test_formats_that_only_others_write_are_read(kind, data):
    item = open_contents(data)
    assert (item.kind, names(item)) == (kind, [])
    assert [(one.names, one.data, one.kind) for one in item.items] == [(("setup.exe",), EXE, "exe")]


def test_ar_is_read():
    data = b"!<arch>\n" + b"setup.exe/".ljust(16) + b"0".ljust(12) + b"0".ljust(6) * 2 + b"644".ljust(8)
    item = open_contents(data + str(len(EXE)).encode().ljust(10) + b"`\n" + EXE)
    assert [(one.names, one.data) for one in item.items] == [(("setup.exe",), EXE)]


def test_archives_in_archives_are_opened():
    data = written("7zip", files=(("a.rar", rar()), ("b.cab", cab()), ("c.lzh", lha())))
    found = [one.path for one in open_contents(data).walk() if one.data == EXE]
    assert found == ["7z:a.rar/rar:setup.exe", "7z:b.cab/cab:setup.exe", "7z:c.lzh/lha:setup.exe"]


def test_an_encrypted_entry_is_listed_by_its_name():
    item = open_contents(rar(flags=0x404))
    (entry,) = item.items
    assert (entry.names, entry.sha256, names(entry)) == (("setup.exe",), "", ["archive.encrypted"])


def test_encrypted_names_are_told():
    assert "archive.encrypted-names" in names(open_contents(rar(archive_flags=0x80)))


def tarred(*members):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind, target, data in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, target, len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def test_paths_and_links_that_lead_out_are_told():
    data = tarred(
        ("../../etc/cron.d/x", tarfile.REGTYPE, "", b"x"),
        ("plain", tarfile.REGTYPE, "", b"y"),
        ("link", tarfile.SYMTYPE, "/etc/passwd", b""),
        ("inner", tarfile.SYMTYPE, "plain", b""),
    )
    found = {one.names[0]: names(one) for one in open_contents(data).items}
    wrong = ["archive.path-traversal"]
    assert found == {"../../etc/cron.d/x": wrong, "plain": [], "link": wrong, "inner": []}


def test_what_came_before_the_break_is_kept():
    data = written("ustar", files=(("a.exe", EXE), ("b.bin", bytes(5000))))
    item = open_contents(data[:3000])
    assert item.items[0].data == EXE
    assert "kind.unreadable" in names(item)


def test_when_the_bytes_are_used_up_the_rest_is_listed():
    data = written("7zip", files=[(f"{n}.bin", bytes([n]) * 1000) for n in range(9)])
    item = open_contents(data, limits=OpenLimits(expanded=2500))
    assert [one.size for one in item.items] == [1000, 1000, 500, *[1000] * 6]
    assert [bool(one.sha256) for one in item.items] == [True] * 3 + [False] * 6
    assert names(item) == ["limit.expanded"]


def test_names_in_other_alphabets_survive():
    data = written("7zip", files=(("счёт.exe", EXE),))
    assert open_contents(data).items[0].names == ("счёт.exe",)


@pytest.mark.parametrize(
    "head", [b"7z\xbc\xaf\x27\x1c\0\4", b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\1\0", b"MSCF\0\0\0\0", b"070701"]
)
def test_a_broken_archive_is_an_anomaly(head):
    assert "kind.unreadable" in names(open_contents(head + bytes(range(200))))


@pytest.mark.parametrize(("data", "kind"), [(b"\x60\xea\x2b\0\x22\x0b\1\2\x10\0\2", "arj"), (b"ITSF\3\0\0\0", "chm")])
def test_what_nothing_reads_is_told(data, kind):
    item = open_contents(data)
    assert (item.kind, names(item)) == (kind, ["archive.unsupported"])


def test_a_disc_is_read_as_windows_does_and_as_others_do():
    """The file is long in one tree and cut to eight letters in the other."""
    found = {one.names[0] for one in open_contents(written("iso9660", files=(("a-long-name.exe", EXE),))).items}
    assert {"a-long-name.exe", "A_LONG_N.EXE"} <= found


def test_a_disc_with_a_tree_that_is_not_read_is_told():
    data = bytearray(written("iso9660"))
    data[32_769 + 2048 * 4 : 32_769 + 2048 * 4 + 5] = b"NSR02"
    item = open_contents(bytes(data))
    assert "archive.unsupported" in names(item)


def test_after_a_fatal_error_libarchive_is_asked_nothing_more():
    """Its reader of cabinets (3.6.2) would crash the process when asked for the file behind a broken block."""
    data = bytearray(cab())
    data[-len(EXE) - 4] ^= 0xFF  # the packed size of the block
    item = open_contents(bytes(data))
    assert item.items[0].names == ("setup.exe",)
    assert names(item).count("kind.unreadable") == 2  # of the member, and of all that may follow it


def test_a_7z_with_encrypted_names_is_told():
    """Its list of members is itself packed by AES (coder 06F10701)."""
    secret = bytes(range(16))
    streams = b"\x06\x00\x01\x09\x10\x00" + b"\x07\x0b\x01\x00\x01\x24\x06\xf1\x07\x01\x02\x13\x00\x0c\x20\x00"
    packed = b"\x17" + streams + b"\x00"
    start = struct.pack("<QQI", len(secret), len(packed), zlib.crc32(packed))
    data = b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + secret + packed
    assert names(open_contents(data)) == ["archive.encrypted-names"]
