import pytest

from gatekeeper.message.openers.contract import Member
from gatekeeper.message.openers.macros import judged, project
from gatekeeper.values import Anomaly
from tests.unit.message.openers.projects import storage


def found(compiled: bytes = b"", **sources: str) -> list:
    return list(project({name.lower(): data for name, data in storage(compiled, **sources).items()}))


def slugs(things) -> list[str]:
    return [thing.name for thing in things if isinstance(thing, Anomaly)]


def test_the_source_is_given_as_text():
    everything = found(Module1="Sub A()\r\nEnd Sub")
    (member,) = [thing for thing in everything if isinstance(thing, Member)]
    assert (member.label, member.names) == ("vba", ("Module1",))
    assert member.data == b'Attribute VB_Name = "Module1"\r\nSub A()\r\nEnd Sub'
    assert slugs(everything) == ["office.macros"]


@pytest.mark.parametrize("source", ["", "Option Explicit\r\n", "' only a remark\r\nAttribute VB_X = 1\r\n\r\n"])
def test_a_project_without_code_is_nothing(source):
    assert found(ThisDocument=source) == []


@pytest.mark.parametrize(
    "name",
    ["AutoOpen", "autoopen", "Document_Open", "Workbook_Open", "Auto_Open", "AutoExec", "Document_Close", "x_Layout"],
)
def test_what_starts_by_itself_is_named(name):
    assert [a.detail for a in judged(f"Private Sub {name}()\r\n".encode())] == [name.lower()]


def test_a_name_on_the_next_line_counts():
    assert slugs(judged(b"Sub _\r\n AutoOpen()")) == ["office.macros-autorun"]


@pytest.mark.parametrize("source", [b"Sub NotAutoOpenAtAll()", b"Sub AutoOpener()", b"x = 1", b"Sub Button1_Click()"])
def test_what_the_user_starts_is_not(source):
    assert list(judged(source)) == []


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (b'Shell "calc"', "shell"),
        (b'CreateObject("WScript.Shell")', "shell, wscript"),
        (b'x = "pow" & "ersh" + "ell"', "powershell"),
        (b'x = "pow" & _\r\n    "ershell"', "powershell"),
        (b"CreateObject(decode(x))", "createobject"),
        (b'Declare Function URLDownloadToFileA Lib "urlmon"', "urldownloadtofilea"),
        (b'"cmd.exe /c x"', "cmd.exe /c"),
    ],
)
def test_words_of_droppers_are_found(source, word):
    assert [anomaly.detail for anomaly in judged(source)] == [word]


@pytest.mark.parametrize("source", [b'CreateObject("Scripting.Dictionary")', b"MsgBox 1", b"Eggshells = 3"])
def test_words_of_honest_macros_are_not(source):
    assert list(judged(source)) == []


def test_compiled_code_that_its_source_does_not_show():
    things = found(compiled=b"\x0bDocument_Open\0", ThisDocument="")
    assert slugs(things) == ["office.macros", "office.macros-stomped", "office.macros-autorun"]
    assert slugs(found(compiled=b"Document_Open", ThisDocument="Sub Document_Open()\r\nEnd Sub")) == [
        "office.macros",
        "office.macros-autorun",
    ]
