"""What bytes are, whatever they are called."""

import pytest

from gatekeeper.message.kinds import KINDS, kind_of, mismatch

SAMPLES = {
    "exe": b"MZ\x90\0" + bytes(60) + b"PE\0\0",
    "elf": b"\x7fELF\2\1\1" + bytes(50),
    "zip": b"PK\3\4" + bytes(30),
    "pdf": b"%PDF-1.7\n",
    "rtf": b"{\\rtf1 x}",
    "html": b"<!DOCTYPE html><html><body>x",
    "svg": b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>',
    "xml": b'<?xml version="1.0"?><a/>',
    "text": b"Hello, world",
    "data": b"\0\1\2\3",
    "empty": b"",
    "eml": b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nx",
    "script": b"#!/bin/sh\necho",
    "url": b"[InternetShortcut]\r\nURL=http://example.com/",
    "png": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_bytes_say_what_they_are(kind):
    assert kind_of(SAMPLES[kind]) == kind
    assert kind_of(memoryview(SAMPLES[kind])) == kind


def test_every_kind_has_a_family():
    families = "program script shortcut archive document text image media font data"
    assert {kind.family for kind in KINDS.values()} == set(families.split())


@pytest.mark.parametrize(
    ("kind", "names", "types", "why"),
    [
        ("exe", ["a.jpg"], ["application/octet-stream"], "exe called jpeg"),
        ("exe", ["a.exe"], ["application/octet-stream"], ""),
        ("exe", ["a.bin"], [], ""),
        ("exe", ["a.exe"], ["image/jpeg"], "exe called jpeg"),
        ("png", ["a.jpg"], ["image/gif"], ""),
        ("zip", ["a.pdf"], ["application/pdf"], "zip called pdf"),
        ("script", ["a.txt"], ["text/plain"], ""),
        ("html", ["a.doc"], ["application/msword"], ""),
        ("jpeg", ["a.exe"], [], "jpeg called exe"),
    ],
)
def test_a_mismatch_is_told_only_where_it_matters(kind, names, types, why):
    assert mismatch(kind, names, types) == why
