"""Compressed streams: names, several streams in one file, bombs, streams that break."""

import bz2
import gzip
import lzma
import zlib
from random import Random

import pytest

from gatekeeper.message.openers.contract import OpenLimits
from gatekeeper.message.openers.open import open_contents
from tests.unit.message.openers.archives import EXE, written
from tests.unit.message.openers.test_open import names

TEXT = b"Some text, and more of it.\n" * 400


def raw(filters):
    return written("pax", filters, (("a.exe", EXE),))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(gzip.compress(TEXT), "gzip", id="gzip"),
        pytest.param(bz2.compress(TEXT), "bzip2", id="bzip2"),
        pytest.param(lzma.compress(TEXT), "xz", id="xz"),
        pytest.param(lzma.compress(TEXT, lzma.FORMAT_ALONE), "lzma", id="lzma"),
    ],
)
def test_the_stream_is_unpacked(data, kind):
    item = open_contents(data, ("a.txt.gz",))
    assert (item.kind, item.items[0].names, item.items[0].data) == (kind, ("a.txt",), TEXT)


@pytest.mark.parametrize("kind", ["zstd", "lz4", "lzip", "compress"])
def test_libarchive_unpacks_the_others(kind):
    item = open_contents(raw(kind), ("x.tar.zst",))
    assert item.kind == kind
    assert [one.data for one in item.walk() if one.kind == "exe"] == [EXE]


@pytest.mark.parametrize(
    ("name", "inner"),
    [("a.tgz", "a.tar"), ("a.tar.GZ", "a.tar"), ("p.svgz", "p.svg"), ("a.doc", "a.doc"), ("a.exe.gz . ", "a.exe")],
)
def test_the_content_is_named_after_the_file(name, inner):
    assert open_contents(gzip.compress(TEXT), (name,)).items[0].names == (inner,)


def test_the_name_in_a_gzip_is_a_name_too():
    deflated = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflated.compress(EXE) + deflated.flush()
    header = b"\x1f\x8b\x08\x0c\0\0\0\0\0\xff" + b"\3\0abc" + b"../evil.exe\0"
    data = header + body + zlib.crc32(EXE).to_bytes(4, "little") + len(EXE).to_bytes(4, "little")
    (inner,) = open_contents(data, ("a.txt.gz",)).items
    assert inner.names == ("a.txt", "../evil.exe")
    assert names(inner) == ["archive.path-traversal"]


def test_streams_behind_each_other_are_one_file():
    assert open_contents(gzip.compress(b"MZ\0") + gzip.compress(b"\0\0")).items[0].data == b"MZ\0\0\0"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_stream_that_ends_early_gives_what_it_has(pack):
    whole = Random(1).randbytes(1_500_000)
    (inner,) = (item := open_contents(pack(whole)[:-20], ("a.gz",), keep=2_000_000)).items
    assert names(item) == ["kind.unreadable"]
    assert 500_000 < inner.size <= len(whole)
    assert whole.startswith(inner.data)


def test_a_bomb_is_cut_by_its_ratio():
    item = open_contents(gzip.compress(bytes(30_000_000)))
    assert names(item) == ["archive.bomb-ratio"]
    assert 8_000_000 < item.items[0].size < 11_000_000


def test_a_member_is_cut_at_its_limit():
    item = open_contents(gzip.compress(TEXT), limits=OpenLimits(member=100))
    assert (names(item), item.items[0].data) == (["limit.member"], TEXT[:100])


def test_a_bomb_in_a_bomb_ends_within_the_limits():
    data = gzip.compress(gzip.compress(gzip.compress(bytes(60_000_000))))
    item = open_contents(data)
    assert "archive.bomb-ratio" in names(item)
    assert sum(one.size for one in item.walk()) < 12_000_000
