import pytest

from gatekeeper.message.openers import sheets
from gatekeeper.message.openers.contract import LimitError
from tests.unit.message.openers.reading import Found


@pytest.mark.parametrize(
    "cell",
    [
        b"=cmd|'/C calc'!A0",
        b"a,b,=cmd|'/C calc'!A0,c",
        b"x;\"=cmd|' /C calc'!A0\"",
        b"@SUM(1+1)*cmd|' /C calc'!A0",
        b"+1+cmd|'/C calc'!A0",
        b"-2+3+cmd|'/C calc'!A0",
        b"a\r\n =  MSEXCEL|'\\..\\calc.exe'!''",
        b"=cmd|calc!A0",
    ],
)
def test_dde_in_a_cell(cell):
    assert Found(sheets, cell, "csv").anomalies == ["office.dde"]


@pytest.mark.parametrize("text", [b"a|b!c", b"name|'x'", b"1,2,3\n=SUM(A1:A2)\n", b"what a day|yes!no", b"a,b|'c'!d"])
def test_other_cells_are_nothing(text):
    assert Found(sheets, text, "csv").everything == []


def test_macros_of_sylk():
    text = b'ID;PWXL;N;E\nO;E\nNN;NAuto_open;ER1C1\nC;Y1;X1;KFALSE;EEXEC("calc.exe")\nE\n'
    assert Found(sheets, text, "slk").anomalies == ["office.xlm", "office.macros-autorun", "office.macros-suspicious"]
    assert Found(sheets, b"ID;P\nC;Y1;X1;K1\nE\n", "slk").everything == []


def test_dde_of_sylk():
    assert Found(sheets, b"ID;P\nC;Y1;X1;K0;Ecmd|'/C calc'!A0\nE\n", "slk").anomalies == ["office.dde"]


def test_references_are_bounded(monkeypatch):
    monkeypatch.setattr(sheets, "_MOST", 10)
    with pytest.raises(LimitError, match=r"limit\.dde"):
        Found(sheets, b"x|'a'!" * 11, "csv")
