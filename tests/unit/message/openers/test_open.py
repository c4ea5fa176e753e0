"""The driver: recursion, limits, what a broken reader does."""

import gzip
import io
import zipfile
from hashlib import sha256

import pytest

from gatekeeper.message.openers import open as driver
from gatekeeper.message.openers.contract import LimitError, Link, Member, OpenLimits
from gatekeeper.message.openers.open import open_contents
from gatekeeper.values import Anomaly
from tests.unit.message.openers.archives import EXE, cab, rar, written


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def nested(levels):
    data = b"innermost"
    for level in range(levels):
        data = zipped((f"{level}.zip" if level else "a.txt", data))
    return data


def names(item, kind=None):
    return [found.name for one in item.walk() for found in one.anomalies]


def reading(monkeypatch, read):
    monkeypatch.setattr(driver, "readers_of", lambda kind: [read] if kind == "zip" else [])


def test_a_thing_without_an_inside_is_one_item():
    item = open_contents(b"hello", ("a.txt",))
    assert (item.path, item.names, item.kind, item.size, item.items) == ("", ("a.txt",), "text", 5, ())
    assert item.sha256 == sha256(b"hello").hexdigest()


def test_members_are_opened_and_their_paths_lead_to_them():
    item = open_contents(zipped(("in/b.zip", zipped(("a.exe", EXE)))), ("c.zip",))
    assert [one.path for one in item.walk()] == ["", "zip:in\\u002fb.zip", "zip:in\\u002fb.zip/zip:a.exe"]
    inner = item.items[0].items[0]
    assert (inner.kind, inner.data, inner.sha256) == ("exe", EXE, sha256(EXE).hexdigest())


def test_the_depth_ends_it_and_says_so():
    assert names(open_contents(nested(3), limits=OpenLimits(depth=3))) == []
    item = open_contents(nested(4), limits=OpenLimits(depth=3))
    assert names(item) == ["limit.depth"]
    assert [one.kind for one in item.walk()] == ["zip"] * 4


def test_the_same_bytes_are_opened_once():
    inner = zipped(("a.exe", EXE))
    item = open_contents(zipped(("1.zip", inner), ("2.zip", inner)))
    assert [len(one.items) for one in item.items] == [1, 0]


def test_entries_and_bytes_are_limited_over_the_whole_tree():
    inner = [zipped(*((f"{n}.{m}", b"%d.%d" % (n, m) * 100) for m in range(5))) for n in range(4)]
    data = zipped(*((f"{n}.zip", one) for n, one in enumerate(inner)))
    assert "limit.entries" in names(open_contents(data, limits=OpenLimits(entries=12)))
    item = open_contents(data, limits=OpenLimits(expanded=3000))
    assert "limit.expanded" in names(item)
    assert sum(one.size for one in item.walk() if one.sha256) <= len(data) + 3000


def test_a_reader_that_charges_nothing_is_charged_for(monkeypatch):
    reading(monkeypatch, lambda thing, allowance: (Member("x", (), bytes(1000)) for _ in range(100)))
    item = open_contents(zipped(), limits=OpenLimits(expanded=5000))
    assert len(item.items) == 6
    assert names(item) == ["limit.expanded"]
    assert len(open_contents(zipped(), limits=OpenLimits(entries=3)).items) == 4


def test_what_a_reader_raises_is_an_anomaly_and_what_it_found_is_kept(monkeypatch):
    def read(thing, allowance):
        yield Member("x", ("a.exe",), EXE)
        yield Link("http://example.com/")
        yield Anomaly("x.odd")
        raise ZeroDivisionError("of no use")

    reading(monkeypatch, read)
    item = open_contents(zipped())
    assert [one.names for one in item.items] == [("a.exe",)]
    assert item.links == ("http://example.com/",)
    assert [one.name for one in item.anomalies] == ["x.odd", "kind.unreadable"]
    assert "ZeroDivisionError" in item.anomalies[1].detail


def test_a_limit_that_a_reader_passes_is_an_anomaly(monkeypatch):
    def read(thing, allowance):
        raise LimitError("limit.member")
        yield

    reading(monkeypatch, read)
    assert names(open_contents(zipped())) == ["limit.member"]


def test_what_cannot_be_read_is_listed(monkeypatch):
    reading(monkeypatch, lambda thing, allowance: iter([Member("x", ("a.exe",), None, size=7)]))
    (item,) = open_contents(zipped()).items
    assert (item.names, item.kind, item.size, item.sha256) == (("a.exe",), "data", 7, "")


def test_only_so_much_data_is_kept():
    data = zipped(("a.bin", bytes(5000)), ("b.bin", bytes(6000)))
    assert [len(one.data) for one in open_contents(data, keep=1000).items] == [1000, 1000]
    assert [one.size for one in open_contents(data, keep=0).items] == [5000, 6000]


def test_a_name_in_a_path_is_safe_to_show():
    (item,) = open_contents(zipped(("a/../\u202eb\n.exe", b"x"))).items
    assert item.path == "zip:a\\u002f..\\u002f\\u202eb\\u000a.exe"


def test_a_program_under_a_harmless_name_is_a_mismatch():
    (item,) = open_contents(zipped(("holiday.jpg", EXE))).items
    assert item.anomalies == (Anomaly("kind.mismatch", "exe called jpeg"),)


PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.mark.parametrize("host", [PNG, b"GIF89a" + bytes(50), b"<html><body>x</body></html>\n", b"%PDF-1.4\n1 0 obj\n"])
@pytest.mark.parametrize("archive", ["zip", "rar", "7z", "cab"])
def test_an_archive_behind_something_harmless_is_opened(host, archive):
    packed = {"zip": zipped(("a.exe", EXE)), "rar": rar(), "7z": written("7zip", files=(("a.exe", EXE),)), "cab": cab()}
    item = open_contents(host + packed[archive])
    assert item.kind in ("png", "gif", "html", "pdf")
    assert "kind.polyglot" in names(item)
    assert [one.kind for one in item.items] == ["exe"]


def test_a_self_extracting_archive_is_opened():
    item = open_contents(EXE + bytes(500) + rar())
    assert (item.kind, names(item)) == ("exe", ["archive.self-extracting"])
    assert [one.path for one in item.items] == ["rar:setup.exe"]


def test_a_mark_that_nothing_follows_means_nothing():
    item = open_contents(EXE + b"Rar!\x1a\x07\0" + b"7z\xbc\xaf\x27\x1c" + b"MSCF\0\0\0\0" + b"PK\5\6")
    assert (item.kind, names(item), item.items) == ("exe", [], ())


def test_the_same_stream_under_another_name_holds_another_file():
    packed = gzip.compress(b"new ActiveXObject()")
    item = open_contents(zipped(("a.txt.gz", packed), ("evil.hta.gz", packed)))
    assert "evil.hta" in [name for found in item.walk() for name in found.names]


def test_what_is_not_installed_is_said(monkeypatch):
    def absent(thing, allowance):
        raise ModuleNotFoundError(name="libarchive")
        yield

    reading(monkeypatch, absent)
    assert [anomaly.name for anomaly in open_contents(zipped(("a", b"b"))).anomalies] == ["open.not-installed"]


def test_a_process_that_has_used_up_its_descriptors_is_finished(monkeypatch):
    def starved(thing, allowance):
        raise OSError(24, "Too many open files")
        yield

    reading(monkeypatch, starved)
    with pytest.raises(OSError, match="Too many"):
        open_contents(zipped(("a", b"b")))
