"""signatures: what bytes begin with, by kind. It cannot fail.

From the formats' own documents and from observation; only the bytes that every file of the kind has.
"""

from collections.abc import Mapping
from typing import NamedTuple

_SHORT = 4
"""A shorter signature may be the beginning of a text."""


class Signature(NamedTuple):
    """`magic` stands at `offset`; `also`, if any, at `also_offset`."""

    offset: int
    magic: bytes
    kind: str
    also_offset: int = 0
    also: bytes = b""


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The head of a compound file ([MS-CFB] §2.2)."""

_SIGNATURES = (
    Signature(0, b"MZ", "exe"),
    Signature(0, b"ZM", "exe"),
    Signature(0, b"\x7fELF", "elf"),
    Signature(0, b"\xfe\xed\xfa\xce", "macho"),
    Signature(0, b"\xfe\xed\xfa\xcf", "macho"),
    Signature(0, b"\xce\xfa\xed\xfe", "macho"),
    Signature(0, b"\xcf\xfa\xed\xfe", "macho"),
    *(Signature(0, b"\xca\xfe\xba\xbe\0\0\0" + bytes([count]), "macho") for count in range(1, 20)),
    Signature(0, b"\xca\xfe\xba\xbe", "java-class"),  # a major version of 45 or more, where macho counts to few
    Signature(0, b"PK\3\4", "zip"),
    Signature(0, b"PK\5\6", "zip"),
    Signature(0, b"PK\7\x08PK\3\4", "zip"),
    Signature(0, b"PK00PK\3\4", "zip"),
    Signature(0, b"\x1f\x8b", "gzip"),
    Signature(0, b"\x1f\x9d", "compress"),
    Signature(0, b"\x1f\xa0", "compress"),
    Signature(0, b"BZh", "bzip2", 4, b"1AY&SY"),
    Signature(0, b"BZh", "bzip2", 4, b"\x17\x72\x45\x38\x50\x90"),
    Signature(0, b"\xfd7zXZ\0", "xz"),
    Signature(0, b"]\0\0", "lzma", 13, b"\0"),
    Signature(0, b"\x28\xb5\x2f\xfd", "zstd"),
    Signature(0, b"\x04\x22\x4d\x18", "lz4"),
    Signature(0, b"LZIP", "lzip"),
    Signature(0, b"ActiveMime", "mso"),
    Signature(0, b"7z\xbc\xaf\x27\x1c", "7z"),
    Signature(0, b"Rar!\x1a\x07", "rar"),
    Signature(0, b"RE~^", "rar"),
    Signature(0, b"MSCF\0\0\0\0", "cab"),
    Signature(0, b"ISc(", "cab"),
    Signature(257, b"ustar", "tar"),
    Signature(32769, b"CD001", "iso"),
    Signature(34817, b"CD001", "iso"),
    Signature(32769, b"BEA01", "iso"),
    Signature(32769, b"NSR0", "iso"),
    Signature(2, b"-lh", "lha", 6, b"-"),
    Signature(2, b"-lz", "lha", 6, b"-"),
    Signature(2, b"-pm", "lha", 6, b"-"),
    Signature(0, b"070701", "cpio"),
    Signature(0, b"070702", "cpio"),
    Signature(0, b"070707", "cpio"),
    Signature(0, b"\xc7\x71", "cpio", 21, b"\0"),
    Signature(0, b"\x71\xc7", "cpio", 20, b"\0"),
    Signature(0, b"!<arch>\n", "ar"),
    Signature(0, b"xar!", "xar"),
    Signature(0, b"\xed\xab\xee\xdb", "rpm"),
    Signature(0, b"\x60\xea", "arj", 10, b"\2"),
    Signature(7, b"**ACE**", "ace"),
    Signature(0, b"ITSF", "chm"),
    Signature(0, b"MSWIM\0\0\0", "wim"),
    Signature(0, b"WLPWM\0\0\0", "wim"),
    Signature(0, b"conectix", "vhd"),
    Signature(0, b"vhdxfile", "vhdx"),
    Signature(0, b"SZDD\x88\xf0\x27\x33", "szdd"),
    Signature(0, b"KWAJ\x88\xf0\x27\xd1", "szdd"),
    Signature(0, OLE, "ole"),
    Signature(0, b"{\\rt", "rtf"),
    Signature(0, b"%PDF-", "pdf"),
    Signature(0, b"%FDF-", "pdf"),
    Signature(0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "onenote"),
    Signature(0, b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f", "onenote"),
    Signature(0, b"\x78\x9f\x3e\x22", "tnef"),
    Signature(4, b"Standard Jet DB", "mdb"),
    Signature(4, b"Standard ACE DB", "mdb"),
    Signature(0, b"FWS", "swf"),
    Signature(0, b"CWS", "swf"),
    Signature(0, b"ZWS", "swf"),
    Signature(0, b"%!PS", "ps"),
    Signature(0, b"\xc5\xd0\xd3\xc6", "ps"),
    Signature(0, b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F", "lnk"),
    Signature(0, b"\x89PNG\r\n\x1a\n", "png"),
    Signature(0, b"\xff\xd8\xff", "jpeg"),
    Signature(0, b"GIF87a", "gif"),
    Signature(0, b"GIF89a", "gif"),
    Signature(0, b"BM", "bmp", 5, b"\0\0\0\0"),
    Signature(0, b"II*\0", "tiff"),
    Signature(0, b"MM\0*", "tiff"),
    Signature(0, b"RIFF", "webp", 8, b"WEBP"),
    Signature(0, b"RIFF", "wav", 8, b"WAVE"),
    Signature(0, b"RIFF", "avi", 8, b"AVI "),
    Signature(0, b"\0\0\1\0", "ico", 5, b"\0"),
    Signature(0, b"\0\0\2\0", "ico", 5, b"\0"),
    Signature(0, b"\1\0\0\0", "emf", 40, b" EMF"),
    Signature(0, b"\xd7\xcd\xc6\x9a", "wmf"),
    Signature(0, b"\1\0\x09\0\0\3", "wmf"),
    Signature(0, b"\2\0\x09\0\0\3", "wmf"),
    Signature(0, b"ID3", "mp3"),
    Signature(0, b"\xff\xfb", "mp3"),
    Signature(0, b"\xff\xf3", "mp3"),
    Signature(0, b"OggS", "ogg"),
    Signature(0, b"fLaC", "flac"),
    Signature(4, b"ftyp", "mp4"),
    Signature(4, b"moov", "mp4"),
    Signature(0, b"MThd", "midi"),
    Signature(0, b"\0\1\0\0\0", "font"),
    Signature(0, b"OTTO\0", "font"),
    Signature(0, b"true\0", "font"),
    Signature(0, b"ttcf\0", "font"),
    Signature(0, b"wOFF", "font"),
    Signature(0, b"wOF2", "font"),
)


_ANYWHERE = tuple(signature for signature in _SIGNATURES if signature.offset)
_BY_FIRST: Mapping[int, tuple[Signature, ...]] = {
    byte: tuple(s for s in _SIGNATURES if s.offset or s.magic[0] == byte)
    for byte in {s.magic[0] for s in _SIGNATURES if not s.offset}
}


def signed(data: bytes, text: bool) -> str:
    """The kind whose signature stands at the head of `data` (its first 64 KB are enough); "" without one.

    `text` says that all of the head could be text: then a short signature does not count.
    """
    if not data:
        return ""
    for offset, magic, kind, also_offset, also in _BY_FIRST.get(data[0], _ANYWHERE):
        if data.startswith(magic, offset) and data.startswith(also, also_offset):  # noqa: SIM102 — the rare case inside
            if not text or len(magic) + len(also) >= _SHORT:
                return kind
    return ""
