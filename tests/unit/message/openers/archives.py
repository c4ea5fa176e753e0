"""archives: sample archives, written by libarchive where it can write them, by hand where it cannot.

Tests that use these are skipped without the system's libarchive, except where everything must be there.
"""

import os
import struct
import zlib

import pytest

try:
    import libarchive
except Exception as error:  # ctypes raises what it likes
    if os.environ.get("GATEKEEPER_REQUIRE_SERVERS"):
        raise
    pytest.skip(f"no libarchive ({error}); type: sudo apt-get install libarchive13", allow_module_level=True)

EXE = b"MZ" + bytes(62) + b"PE\0\0"
FILES = (("docs/readme.txt", b"Read me.\n"), ("setup.exe", EXE))


def written(form, filters=None, files=FILES, **options):
    """An archive by libarchive's writer."""
    pieces = []

    def write(data):
        pieces.append(bytes(data))
        return len(data)

    with libarchive.custom_writer(write, form, filters, **options) as archive:
        for name, data in files:
            archive.add_file_from_memory(name, len(data), data)
    return b"".join(pieces)


def lha(name=b"setup.exe", data=EXE):
    """A level 0 header and a stored file (-lh0-)."""
    body = b"-lh0-" + struct.pack("<IIHHBB", len(data), len(data), 0, 0, 0x20, 0) + bytes([len(name)]) + name
    body += struct.pack("<H", _arc_crc(data))
    return bytes([len(body), sum(body) & 0xFF]) + body + data + b"\0"


def _arc_crc(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return crc


def cab(name=b"setup.exe", data=EXE):
    """A cabinet with one folder of one stored block ([MS-CAB])."""
    file = struct.pack("<IIHHHH", len(data), 0, 0, 0x5A21, 0x6000, 0x20) + name + b"\0"
    blocks = 36 + 8 + len(file)
    header = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, blocks + 8 + len(data), 0, 44, 0, 3, 1, 1, 1, 0, 1, 0)
    return header + struct.pack("<IHH", blocks, 1, 0) + file + struct.pack("<IHH", 0, len(data), len(data)) + data


def rar(name=b"setup.exe", data=EXE, flags=0, archive_flags=0):
    """A RAR 4 archive with one stored file. Flag 4 of the file says that it is encrypted, 0x80 of the archive all."""
    main = struct.pack("<BHHHI", 0x73, archive_flags, 13, 0, 0)
    file = struct.pack("<BHH", 0x74, 0x8000 | flags, 32 + len(name) + (8 if flags & 0x400 else 0))
    file += struct.pack("<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0x5A215A21, 29, 0x30, len(name), 0x20)
    file += name + (b"saltsalt" if flags & 0x400 else b"")
    return b"Rar!\x1a\x07\0" + _checked(main) + _checked(file) + data + _checked(struct.pack("<BHH", 0x7B, 0x4000, 7))


def _checked(block):
    return struct.pack("<H", zlib.crc32(block) & 0xFFFF) + block
