import zlib
from struct import pack

import pytest

from gatekeeper.message.openers import ole
from gatekeeper.message.openers.contract import LimitError, OpenLimits
from tests.unit.message.openers.compounds import compound
from tests.unit.message.openers.projects import storage
from tests.unit.message.openers.reading import Found
from tests.unit.message.openers.workbooks import linked, record, workbook


def opened(tree: dict, kind: str = "ole", **limits: int) -> Found:
    return Found(ole, compound(tree), kind, limits=OpenLimits(**limits))


def packaged(name: str = "a.exe", data: bytes = b"MZ", sort: int = 3) -> bytes:
    path = f"C:\\dir\\{name}\0".encode()
    head = b"\2\0" + name.encode() + b"\0" + path + b"\0\0" + pack("<H", sort)
    body = head + pack("<I", len(path)) + path + pack("<I", len(data)) + data
    return pack("<I", len(body)) + body


def document(text: bytes = b"", flags: int = 0) -> bytes:
    return (b"\xec\xa5" + bytes(8) + pack("<H", flags)).ljust(0x600, b"\0") + text


@pytest.mark.parametrize("path", ["Macros", "_VBA_PROJECT_CUR", "anything"])
def test_macros_wherever_they_lie(path):
    found = opened({"WordDocument": document(), path: {"VBA": storage(M="Sub AutoOpen()\r\nShell 1")}}, "doc")
    assert found.anomalies == ["office.macros", "office.macros-autorun", "office.macros-suspicious"]
    assert found.data == {"M": b'Attribute VB_Name = "M"\r\nSub AutoOpen()\r\nShell 1'}


def test_an_ordinary_document_is_nothing():
    assert opened({"WordDocument": document(b"hello"), "1Table": b"", "Data": b"x"}, "doc").everything == []


def test_a_package_has_all_its_names():
    found = opened({"ObjectPool": {"_1": {"\1Ole10Native": packaged()}}}, "doc")
    assert [(m.label, m.names, m.data) for m in found.members] == [("doc", ("a.exe",), b"MZ")]
    assert found.anomalies == ["office.embedded-object"]


def test_a_package_that_is_a_link_keeps_the_name():
    found = opened({"\1Ole10Native": packaged(sort=1)})
    assert (found.members[0].names, found.links) == (("a.exe",), ["C:\\dir\\a.exe"])


def test_what_is_no_package_is_given_whole():
    assert opened({"\1Ole10Native": pack("<I", 5) + b"hello"}).data == {"object": b"hello"}


def test_a_document_in_a_stream():
    assert opened({"MBD1": {"Package": b"PK\3\4"}}, "xls").data == {"MBD1/package": b"PK\3\4"}


def test_dde_in_word_and_in_excel():
    assert opened({"WordDocument": document(b"\x13DDE cmd\x15")}).anomalies == ["office.dde"]
    assert opened({"Workbook": workbook(linked(b"cmd\3x"))}).anomalies == ["office.dde"]


def test_a_template_elsewhere():
    target = "http://a.example/t.dot"
    strings = b"\xff\xff\2\0\0\0" + pack("<H", 0) + pack("<H", len(target)) + target.encode("utf-16-le")
    block = bytearray(document(flags=0x0200))
    block[0x19A:0x1A2] = pack("<II", 4, len(strings))
    found = opened({"WordDocument": bytes(block), "1Table": b"junk" + strings})
    assert (found.anomalies, found.links) == (["office.remote-template"], [target])


@pytest.mark.parametrize("streams", [{"Equation Native": b""}, {"\1CompObj": b"...Equation.3\0"}])
def test_the_equation_editor(streams):
    assert opened({"_1": streams}).anomalies == ["office.equation"]


def test_a_moniker_that_fetches():
    url = "http://a.example/x.hta"
    moniker = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b") + pack("<I", 99) + url.encode("utf-16-le") + b"\0\0"
    found = opened({"_1": {"\1Ole": bytes(20) + moniker}})
    assert (found.anomalies, found.links) == (["office.remote-object"], [url])


@pytest.mark.parametrize(
    "tree",
    [
        {"WordDocument": document(flags=0x0100)},
        {"Workbook": workbook(record(0x002F, bytes(54)))},
        {"Current User": bytes(12) + pack("<I", 0xF3D1C4DF)},
        {"EncryptionInfo": b"", "EncryptedPackage": b""},
    ],
)
def test_what_is_encrypted_is_said(tree):
    assert opened(tree).anomalies == ["office.encrypted"]


@pytest.mark.parametrize("instance", [0, 1])
def test_objects_of_a_presentation(instance):
    inner = compound({"VBA": storage(M="Sub A()")})
    body = pack("<I", len(inner)) + zlib.compress(inner) if instance else inner
    atom = pack("<HHI", instance << 4, 0x1011, len(body)) + body
    stream = pack("<HHI", 0xF, 1000, 99) + pack("<HHI", 0, 1, 3) + b"abc" + atom
    assert opened({"PowerPoint Document": stream}, "ppt").data == {"object1": inner}


def test_the_objects_of_word_2003():
    assert opened({"_12": pack("<I", 5) + zlib.compress(b"hello")}).data == {"_12": b"hello"}


def test_limits_hold():
    tree = {f"s{number}": b"x" * 10 for number in range(5)}
    with pytest.raises(LimitError, match=r"limit\.entries"):
        opened(tree, entries=4)
    with pytest.raises(LimitError, match=r"limit\.expanded"):
        opened(tree, expanded=49)
    with pytest.raises(LimitError, match=r"limit\.member"):
        opened({"_1": pack("<I", 0) + zlib.compress(bytes(9_000_000))}, member=2_000_000)


def test_what_is_cut_off_hides_nothing_else():
    whole = compound({"VBA": storage(M="Sub A()"), "Data": b"x" * 9000})
    cut = whole[:-300]
    assert Found(ole, cut, "doc").anomalies == ["office.macros"]
