import pytest

from gatekeeper.message.openers import fields
from gatekeeper.message.openers.contract import LimitError, Link
from gatekeeper.message.openers.fields import Fields, in_binary, is_remote, judged
from gatekeeper.values import Anomaly


@pytest.mark.parametrize("text", ["DDEAUTO c:\\\\cmd.exe x", " dde  excel sheet", '"DDEAUTO" x', "ddeauto x"])
def test_dde_starts_a_program(text):
    assert [found.name for found in judged(text)] == ["office.dde"]


@pytest.mark.parametrize("text", ["", "   ", "PAGE", "ADDENDUM", "TOC \\o", "DATE DDE", 'MERGEFIELD "dde"'])
def test_other_fields_do_not(text):
    assert list(judged(text)) == []


def test_a_hyperlink_is_a_link():
    assert list(judged(' HYPERLINK "http://a.example/x y" \\o "tip"')) == [Link("http://a.example/x y")]
    assert list(judged(" HYPERLINK \\l bookmark")) == []


def test_what_is_fetched_from_elsewhere():
    found = list(judged('INCLUDEPICTURE "http://a.example/p.png" \\d'))
    assert found == [
        Link("http://a.example/p.png"),
        Anomaly("office.remote-object", "INCLUDEPICTURE http://a.example/p.png"),
    ]
    assert list(judged('INCLUDEPICTURE "C:\\\\p.png"')) == []


@pytest.mark.parametrize(
    "target",
    [
        "http://a.example",
        "\\\\host\\share",
        "\\\\\\\\host\\\\share",
        "file://host/x",
        "file:////host/x",
        "mhtml:http://x!y",
        "file:///\\\\host\\x",
        "//host/x",
        "ms-msdt:/id",
        "search-ms:query",
    ],
)
def test_elsewhere(target):
    assert is_remote(target)


@pytest.mark.parametrize("target", ["", "a.docx", "C:\\x", "file:///C:/x", "file://C:/x", "../x", "/x", "file:x"])
def test_here(target):
    assert not is_remote(target)


def field(*pieces: str) -> list:
    marks, found = Fields(), []
    for piece in pieces:
        if piece == "{":
            marks.begin()
        elif piece == "|":
            marks.separate()
        elif piece == "}":
            found += marks.end()
        else:
            marks.text(piece)
    return [anomaly.name for anomaly in found]


@pytest.mark.parametrize(
    "pieces",
    [
        ("{", "DD", "EAUTO cmd", "|", "result", "}"),
        ("{", "{", "QUOTE 68 68 69", "}", " cmd", "}"),
        ("{", "{", "QUOTE DDE", "}", "{", "QUOTE AUTO", "}", " cmd", "}"),
        ("{", "{", "SET x 1", "|", "DDE", "}", " cmd", "}"),
        ("{", "PAGE", "}", "{", "DDE x", "}"),
        (*["{", "x"] * 100, "{", "DDE x", "}"),
    ],
)
def test_instructions_are_put_together(pieces):
    assert field(*pieces) == ["office.dde"]


@pytest.mark.parametrize(
    "pieces", [("DDE x",), ("{", "PAGE", "|", "DDE x", "}"), ("}", "|", "DDE x", "}"), ("{", "DDE")]
)
def test_text_is_not_an_instruction(pieces):
    assert field(*pieces) == []


@pytest.mark.parametrize("text", ["\x13 DDEAUTO cmd \x14r\x15", "\x13\x13QUOTE 68 68 69\x15 cmd\x15"])
@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le"])
def test_fields_of_old_documents(text, encoding):
    assert [found.name for found in in_binary(b"\xec\xa5" + text.encode(encoding))] == ["office.dde"]


def test_marks_are_bounded(monkeypatch):
    monkeypatch.setattr(fields, "_PIECES", 1000)
    assert list(in_binary(b"DDE" + b"\x13" * 500 + b"\x15" * 499)) == []
    with pytest.raises(LimitError, match=r"limit\.fields"):
        list(in_binary(b"DDE" + b"\x13" * 500 + b"\x15" * 500))
