"""What bytes are, whatever they are called."""

import gzip
import io
import lzma
import shutil
import struct
import subprocess
import tarfile
import zipfile

import pytest

from gatekeeper.message.kinds import KINDS, has_inside, hidden, kind_of, mismatch
from gatekeeper.message.openers.readers import kinds_read
from tests.unit.message.openers.archives import cab, lha, rar, written
from tests.unit.message.test_corpora import files


def zipped(*names, content=b"x"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


def tarred():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return file.getvalue()


def compound(*streams):
    """The header of a compound file and one sector of its directory ([MS-CFB])."""
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 62, 3, 0xFFFE, 9, 6)
    header += bytes(14) + struct.pack("<I", 0)
    entries = b""
    for name in ("Root Entry", *streams):
        raw = name.encode("utf-16-le") + b"\0\0"
        entries += raw.ljust(64, b"\0") + struct.pack("<HB", len(raw), 5 if name == "Root Entry" else 2) + bytes(61)
    return header.ljust(512, b"\0") + entries


OFFICE = "[Content_Types].xml"
SAMPLES = {
    "exe": b"MZ\x90\0" + bytes(60) + b"PE\0\0",
    "elf": b"\x7fELF\2\1\1" + bytes(50),
    "macho": b"\xcf\xfa\xed\xfe\7\0\0\1\3\0\0\0\2\0\0\0" + bytes(50),
    "java-class": b"\xca\xfe\xba\xbe\0\0\0\x34\0\x1d" + bytes(50),
    "jar": zipped("META-INF/MANIFEST.MF", "A.class"),
    "apk": zipped("AndroidManifest.xml", "classes.dex"),
    "msi": compound("\u4840\u3f3f\u4577\u446c\u3e6a"),
    "zip": zipped("a.txt"),
    "gzip": gzip.compress(b"x"),
    "bzip2": b"BZh91AY&SY" + bytes(20),
    "xz": lzma.compress(b"x"),
    "lzma": lzma.compress(b"x" * 100, lzma.FORMAT_ALONE),
    "zstd": b"\x28\xb5\x2f\xfd\x04\x58" + bytes(20),
    "lz4": b"\x04\x22\x4d\x18\x64\x40" + bytes(20),
    "lzip": b"LZIP\1\x0c" + bytes(20),
    "compress": b"\x1f\x9d\x90" + bytes(range(20)),
    "tar": tarred(),
    "7z": written("7zip"),
    "rar": rar(),
    "cab": cab(),
    "iso": written("iso9660"),
    "lha": lha(),
    "cpio": written("cpio_newc"),
    "ar": b"!<arch>\n" + b"a.o/".ljust(60),
    "arj": b"\x60\xea\x2b\0\x22\x0b\1\2\x10\0\2" + bytes(60),
    "ace": b"\x31\x31\x31\0\0\0\x90**ACE**\x14\x14" + bytes(40),
    "chm": b"ITSF\3\0\0\0\x60\0\0\0\1\0\0\0" + bytes(60),
    "wim": b"MSWIM\0\0\0\xd0\0\0\0" + bytes(60),
    "vhd": b"conectix\0\0\0\2\0\1\0\0" + bytes(500),
    "dmg": bytes(range(256)) * 4 + (b"koly\0\0\0\4\0\0\2\0" + bytes(500)),
    "xar": b"xar!\0\x1c\0\1" + bytes(40),
    "rpm": b"\xed\xab\xee\xdb\3\0\0\0" + bytes(100),
    "szdd": b"SZDD\x88\xf0\x27\x33A\0" + bytes(20),
    "ole": compound("Something"),
    "doc": compound("WordDocument", "1Table"),
    "xls": compound("Workbook"),
    "ppt": compound("PowerPoint Document"),
    "msg": compound("__nameid_version1.0", "__properties_version1.0"),
    "ooxml": zipped(OFFICE, "visio/document.xml"),
    "docx": zipped(OFFICE, "word/document.xml"),
    "docm": zipped(OFFICE, "word/document.xml", "word/vbaProject.bin"),
    "xlsx": zipped(OFFICE, "xl/workbook.xml"),
    "xlsm": zipped(OFFICE, "xl/workbook.xml", "xl/vbaProject.bin"),
    "xlsb": zipped(OFFICE, "xl/workbook.bin"),
    "pptx": zipped(OFFICE, "ppt/presentation.xml"),
    "pptm": zipped(OFFICE, "ppt/presentation.xml", "ppt/vbaProject.bin"),
    "odf": zipped("mimetype", content=b"application/vnd.oasis.opendocument.text"),
    "word-xml": b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>',
    "mso": b"ActiveMime\0\0\1\xf0" + bytes(40),
    "rtf": b"{\\rtf1\\ansi x}",
    "pdf": b"%PDF-1.7\n1 0 obj\n",
    "onenote": bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(100),
    "tnef": b"\x78\x9f\x3e\x22\1\0\1\6\x90\x08\0" + bytes(20),
    "mdb": b"\0\1\0\0Standard Jet DB\0" + bytes(100),
    "swf": b"FWS\x06\x10\0\0\0" + bytes(20),
    "ps": b"%!PS-Adobe-3.0\n",
    "html": b"<!DOCTYPE html><html><body>x",
    "xml": b'<?xml version="1.0"?><a/>',
    "svg": b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>',
    "eml": b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nx",
    "mbox": b"From a@example.com Thu Jan  1 00:00:00 1970\nFrom: a@example.com\nSubject: x\n\nx",
    "slk": b"ID;PWXL;N;E\r\nP;PGeneral\r\n",
    "script": b"#!/bin/sh\necho x\n",
    "lnk": b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F" + bytes(60),
    "url": b"[InternetShortcut]\r\nURL=http://example.com/",
    "scf": b"[Shell]\r\nCommand=2\r\nIconFile=\\\\192.0.2.1\\x\r\n",
    "ics": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
    "vcard": b"BEGIN:VCARD\r\nVERSION:3.0\r\n",
    "pem": b"-----BEGIN CERTIFICATE-----\nAAAA\n",
    "text": b"Hello, world",
    "data": b"\0\1\2\3",
    "empty": b"",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + bytes(20),
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(20),
    "gif": b"GIF89a\1\0\1\0" + bytes(20),
    "bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\2\0\0\0\2\0\0\0\1\0\x18\0" + bytes(40),
    "tiff": b"II*\0\x08\0\0\0" + bytes(20),
    "webp": b"RIFF\x1a\0\0\0WEBPVP8L" + bytes(20),
    "ico": b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0" + bytes(40),
    "emf": b"\1\0\0\0\x6c\0\0\0" + bytes(32) + b" EMF" + bytes(60),
    "wmf": b"\xd7\xcd\xc6\x9a\0\0" + bytes(40),
    "mp3": b"ID3\3\0\0\0\0\0\x21" + bytes(40),
    "wav": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0" + bytes(20),
    "avi": b"RIFF\x24\0\0\0AVI LIST" + bytes(20),
    "ogg": b"OggS\0\2" + bytes(22) + b"\1\x1e\1vorbis" + bytes(30),
    "flac": b"fLaC\0\0\0\x22\x10\0\x10\0" + bytes(30),
    "mp4": b"\0\0\0\x20ftypisom\0\0\2\0" + bytes(30),
    "midi": b"MThd\0\0\0\6\0\1\0\2\0\x60",
    "font": b"wOFF\0\1\0\0" + bytes(40),
    "vhdx": b"vhdxfile" + bytes(100),
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_bytes_say_what_they_are(kind):
    assert kind_of(SAMPLES[kind]) == kind
    assert kind_of(memoryview(SAMPLES[kind]), ["a.txt", "b.jpg"]) == kind


def test_a_project_of_macros_is_not_a_workbook():
    """Its module is called ThisWorkbook."""
    assert kind_of(compound("VBA", "ThisWorkbook")) == "ole"


def test_there_is_a_sample_of_every_kind_that_needs_no_name():
    assert KINDS.keys() - SAMPLES.keys() == {"csv", "mhtml"}


def test_every_kind_has_a_family():
    families = "program script shortcut archive document text image media font data"
    assert {kind.family for kind in KINDS.values()} == set(families.split())


def test_opened_is_what_a_reader_reads():
    opened = {slug for slug, kind in KINDS.items() if kind.opened}
    assert opened == kinds_read()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"var x = 1;\r\n", "a.js", "script"),
        (b"MsgBox 1\r\n", "a.VBS ", "script"),
        (b"a,b\r\n1,2\r\n", "a.csv", "csv"),
        (b"a,b\r\n1,2\r\n", "a", "text"),
        (b"\xff\xfe" + "<html><script>".encode("utf-16-le"), "", "html"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><x:svg/>", "", "svg"),
        (b"   \r\n<script>alert(1)</script>", "", "html"),
        (b"<html><body>x</body>\0\1\2" + bytes(600), "", "html"),
        (b"A sentence with a < b and b > c", "", "text"),
        (b"MZ is how a program begins.", "", "text"),
        (b"BM sounds like a picture.", "", "text"),
        (b"To: be\nor not to be\n", "", "text"),
        (b"Version %PDF-1.4 of the format is what we speak about.", "", "text"),
        (b"junk\n%PDF-1.4\n1 0 obj\n", "", "pdf"),
        (b"\0\0PK\5\6", "", "data"),
        (b"\r\n {\\rtf1 x}", "", "rtf"),
    ],
)
def test_what_only_looks_alike_is_told_apart(data, name, kind):
    assert kind_of(data, [name]) == kind


LESS = {"application/octet-stream", "application/zip", "application/x-ole-storage", "text/plain", "text/xml"}
"""What `file` says when it knows less than we do."""

ALSO = {  # what it says in other words, or in error
    "java-class": "application/x-java-applet",
    "dmg": "image/x-tga",  # by the filler of our sample
    "docm": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsm": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptm": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "script": "text/x-shellscript",
    "url": "application/x-mswinurl",
    "scf": "text/x-ms-scf",
    "empty": "application/x-empty",
}


@pytest.mark.skipif(not shutil.which("file"), reason="no file(1)")
@pytest.mark.parametrize("kind", SAMPLES)
def test_libmagic_agrees_or_knows_less(kind):
    done = subprocess.run(["file", "-b", "--mime-type", "-"], input=SAMPLES[kind], capture_output=True, check=True)
    assert done.stdout.decode().strip() in LESS | KINDS[kind].types | {ALSO.get(kind)}


@pytest.mark.parametrize(
    ("kind", "names", "types", "why"),
    [
        ("exe", ["a.jpg"], ["application/octet-stream"], "exe called jpeg"),
        ("exe", ["a.exe"], ["application/octet-stream"], ""),
        ("exe", ["a.bin"], [], ""),
        ("exe", ["a.exe"], ["image/jpeg"], "exe called jpeg"),
        ("exe", ["a.pdf", "a.exe"], [], ""),
        ("png", ["a.jpg"], ["image/gif"], ""),
        ("zip", ["a.pdf"], ["application/pdf"], "zip called pdf"),
        ("zip", ["a.xps"], [], ""),
        ("gzip", ["a.txt"], ["text/plain"], ""),
        ("lnk", ["a.txt"], [], "lnk called text"),
        ("script", ["a.txt"], ["text/plain"], ""),
        ("script", ["a.gif"], ["text/plain"], "script called gif"),
        ("html", ["a.doc"], ["application/msword"], ""),
        ("rtf", ["a.doc"], ["application/msword"], ""),
        ("jpeg", ["a.exe"], [], "jpeg called exe"),
        ("text", ["a.com"], ["text/plain"], ""),
    ],
)
def test_a_mismatch_is_told_only_where_it_matters(kind, names, types, why):
    assert mismatch(kind, names, types) == why


def test_an_archive_behind_a_picture_is_found_and_one_in_its_place_is_not():
    archive = zipped("a.exe")
    assert [one.kind for one in hidden(SAMPLES["png"] + archive, "png")] == ["zip"]
    assert has_inside(SAMPLES["jpeg"] + rar(), "jpeg")
    assert not has_inside(SAMPLES["jpeg"], "jpeg")
    assert hidden(archive, "zip") == ()
    assert [one.kind for one in hidden(SAMPLES["tar"] + archive, "tar")] == ["zip"]


def test_no_mark_hides_behind_another():
    archive = zipped("a.exe")
    assert [one.kind for one in hidden(SAMPLES["png"] + archive + b"PK\5\6" + bytes(18), "png")] == ["zip"]
    assert [one.kind for one in hidden(SAMPLES["png"] + archive + bytes(70_000), "png")] == ["zip"]
    sevenfold = b"7z\xbc\xaf\x27\x1c" + bytes(40)
    places = hidden(SAMPLES["jpeg"] + sevenfold + written("7zip"), "jpeg")
    assert [(one.kind, one.offset) for one in places] == [("7z", len(SAMPLES["jpeg"] + sevenfold))]


def test_nothing_that_a_message_of_the_corpora_holds_is_misnamed_by_more_than_one_in_a_thousand():
    from gatekeeper.message import parse

    for name in ("usrp-2024/ham", "spamassassin-public/ham"):
        paths = files(name)
        odd = [
            path
            for path in paths
            for part in parse(path.read_bytes()).walk()
            for decoding in part.decodings()
            if mismatch(kind_of(decoding.data, part.names()), part.names(), part.types())
        ]
        assert len(odd) <= len(paths) / 1000, odd
