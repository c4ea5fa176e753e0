from struct import pack

import pytest

from gatekeeper.message.openers import ooxml
from tests.unit.message.openers.reading import Found
from tests.unit.message.openers.zips import office, package, relation

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def opened(parts: dict) -> Found:
    return Found(ooxml, office(parts), "docx")


def run(*pieces: str) -> str:
    """A Word document whose field marks are `{`, `|`, `}`."""
    marks = {"{": "begin", "|": "separate", "}": "end"}
    body = (
        f'<w:r><w:fldChar w:fldCharType="{marks[piece]}"/></w:r>'
        if piece in marks
        else f"<w:r><w:instrText>{piece}</w:instrText></w:r>"
        for piece in pieces
    )
    return f"<w:document {W}>{''.join(body)}</w:document>"


def test_an_ordinary_document_is_nothing():
    text = f"<w:document {W}><w:t>DDEAUTO cmd</w:t></w:document>"
    assert opened({"word/document.xml": text, "word/_rels/document.xml.rels": "<Relationships/>"}).everything == []


@pytest.mark.parametrize("kind", ["attachedTemplate", "AttachedTemplate"])
def test_a_template_elsewhere(kind):
    found = opened({"word/_rels/settings.xml.rels": relation(kind, "http://a.example/t.dotm")})
    assert (found.anomalies, found.links) == (["office.remote-template"], ["http://a.example/t.dotm"])


@pytest.mark.parametrize("kind", ["oleObject", "frame", "subDocument", "package"])
def test_what_is_fetched(kind):
    assert opened({"x.rels": relation(kind, "mhtml:http://a.example!x")}).anomalies == ["office.remote-object"]


@pytest.mark.parametrize("kind", ["hyperlink", "image", "externalLinkPath"])
def test_what_is_a_link_alone(kind):
    found = opened({"x.rels": relation(kind, "http://a.example/")})
    assert (found.anomalies, found.links) == ([], ["http://a.example/"])


def test_the_authors_own_template_is_no_danger():
    assert opened({"x.rels": relation("attachedTemplate", "file:///C:/Users/a/Normal.dotm")}).anomalies == []
    assert opened({"x.rels": relation("attachedTemplate", "http://a.example", "Internal")}).everything == []


@pytest.mark.parametrize("part", ["word/document.xml", "word/header1.xml", "anywhere/else.xml", "Word\\Document.XML"])
def test_a_dde_field_in_any_part(part):
    assert opened({part: run("{", "DDE", "AUTO cmd", "}")}).anomalies == ["office.dde"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_in_any_encoding(encoding):
    text = run("{", "DDEAUTO c&#109;d", "|", "}").encode(encoding)
    (anomaly,) = opened({"word/document.xml": text}).everything
    assert anomaly.detail == "DDEAUTO cmd"


def test_a_field_made_of_fields():
    assert opened({"d.xml": run("{", "{", "QUOTE 68 68 69", "}", " cmd", "}")}).anomalies == ["office.dde"]


def test_a_simple_field():
    text = f'<w:p {W}><w:fldSimple w:instr="DDE cmd x"><w:r/></w:fldSimple></w:p>'
    assert opened({"word/document.xml": text}).anomalies == ["office.dde"]


def test_dde_of_a_workbook():
    text = '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    (anomaly,) = opened({"xl/externalLinks/externalLink1.xml": text}).everything
    assert (anomaly.name, anomaly.detail) == ("office.dde", "cmd /c calc")


def test_macro_sheets():
    found = opened(
        {
            "xl/_rels/workbook.xml.rels": relation("xlMacrosheet", "macrosheets/sheet1.xml", "Internal"),
            "xl/workbook.xml": '<workbook><definedName name="_xlnm.Auto_Open">M!A1</definedName></workbook>',
            "xl/macrosheets/sheet1.xml": '<macrosheet><f>EXEC("calc")</f><f>HALT()</f></macrosheet>',
        }
    )
    assert found.anomalies == ["office.xlm", "office.macros-autorun", "office.macros-suspicious"]
    assert found.data == {"sheet1": b'EXEC("calc")\nHALT()'}


def biff12(*records: tuple[int, bytes]) -> bytes:
    out = b""
    for kind, data in records:
        head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size = bytes([len(data)]) if len(data) < 0x80 else bytes([len(data) & 0x7F | 0x80, len(data) >> 7])
        out += head + size + data
    return out


def wide(text: str) -> bytes:
    return pack("<I", len(text)) + text.encode("utf-16-le")


def test_dde_of_a_binary_workbook():
    part = biff12((1, bytes(200)), (360, pack("<H", 1) + wide("cmd") + wide("/c calc")))
    (anomaly,) = opened({"xl/externalLinks/externalLink1.bin": part}).everything
    assert anomaly.detail == "cmd /c calc"
    other = biff12((360, pack("<H", 0) + wide("rId1") + wide("")))
    assert opened({"xl/externalLinks/externalLink1.bin": other}).everything == []


def test_macro_sheets_of_a_binary_workbook():
    parts = {
        "xl/workbook.bin": biff12((39, bytes(9) + wide("_xlnm.Auto_Open"))),
        "xl/macrosheets/sheet1.bin": biff12((8, bytes(12) + b"\x42\x01\x6e\x00")),
    }
    assert opened(parts).everything == []
    parts["xl/_rels/workbook.bin.rels"] = relation("xlMacrosheet", "macrosheets/sheet1.bin", "Internal")
    assert opened(parts).anomalies == ["office.xlm", "office.macros-autorun", "office.macros-suspicious"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ('<ax:ocx xmlns:ax="x" ax:classid="{D27CDB6E-AE6D-11CF-96B8-444553540000}"/>', "office.activex"),
        ('<ocx classid="{0002CE02-0000-0000-C000-000000000046}"/>', "office.equation"),
        ('<customUI onLoad="Start"/>', "office.macros-autorun"),
        ('<webPr url="http://a.example/x"/>', "office.external-data"),
        ('<hlinkClick action="ppaction://program"/>', "office.run-program"),
    ],
)
def test_marks_of_danger(text, slug):
    assert opened({"a/b.xml": text}).anomalies == [slug]


def test_a_harmless_control_and_link_are_nothing():
    assert (
        opened({"a.xml": '<a><ocx classid="{8BD21D40}"/><hlinkClick action="ppaction://hlinksldjump"/></a>'}).everything
        == []
    )


def test_another_zip_is_nothing_and_no_zip_raises():
    assert Found(ooxml, package({"x.rels": relation("attachedTemplate", "http://a.example")}), "zip").everything == []
    with pytest.raises(ValueError, match="no member"):
        Found(ooxml, b"PK [Content_Types].xml", "docx")


def test_a_broken_member_hides_nothing():
    whole = office(
        {"word/media/a.png": "x" * 1000, "word/_rels/x.rels": relation("attachedTemplate", "http://a.example")}
    )
    first = whole.index(b"word/media/a.png") + 16
    broken = whole[:first] + b"\xff\xff" + whole[first + 2 :]
    assert Found(ooxml, broken, "docx").anomalies == ["office.remote-template"]
    renamed = whole.replace(b"word/media/a.png", b"word/media/b.png", 1)
    assert Found(ooxml, renamed, "docx").anomalies == ["office.remote-template"]


def test_entities_are_never_expanded():
    bomb = '<!DOCTYPE a [<!ENTITY b "DDEAUTO cmd">]><a><fldSimple instr="&b;"/></a>'
    assert opened({"word/document.xml": bomb}).everything == []
