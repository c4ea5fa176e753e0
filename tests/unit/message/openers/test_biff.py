import pytest

from gatekeeper.message.openers import biff
from gatekeeper.message.openers.contract import LimitError, Link
from gatekeeper.values import Anomaly
from tests.unit.message.openers.workbooks import BOF5, EOF, formula, linked, name, record, workbook

EXEC = formula(b"\x17\x04\x00calc\x42\x01\x6e\x00")


def said(stream: bytes) -> dict[str, str]:
    return {found.name: found.detail for found in biff.workbook(stream) if isinstance(found, Anomaly)}


@pytest.mark.parametrize(("hidden", "shown"), [(0, "M1"), (1, "M1 (hidden)"), (2, "M1 (very hidden)")])
def test_a_macro_sheet(hidden, shown):
    assert said(workbook(sheets={b"M1": (hidden, 1, b"")})) == {"office.xlm": shown}


def test_a_macro_sheet_of_excel_5():
    assert said(workbook(sheets={b"M1": (0, 1, b"")}, bof=BOF5)) == {"office.xlm": "M1"}


def test_its_calls_and_what_starts_it():
    assert said(workbook(name(b"\x01", builtin=True), sheets={b"M": (0, 1, EXEC)})) == {
        "office.xlm": "M",
        "office.macros-autorun": "Auto_Open",
        "office.macros-suspicious": "EXEC",
    }


def test_a_name_may_be_spelt_out():
    assert said(workbook(name(b"Auto_Open21"), sheets={b"M": (0, 1, b"")}))["office.macros-autorun"] == "Auto_Open"


def test_ordinary_sheets_and_names_are_nothing():
    assert said(workbook(name(b"\x06", builtin=True), name(b"Auto_Open"), sheets={b"Sheet1": (0, 0, EXEC)})) == {}


def test_dde():
    assert said(workbook(linked(b"cmd\x03/c calc"))) == {"office.dde": "cmd /c calc"}


def test_another_workbook_is_a_link():
    path = linked(b"\x01\x01D\x03folder\x03book.xls")
    assert list(biff.workbook(workbook(path))) == [Link("D\\folder\\book.xls")]


@pytest.mark.parametrize("data", [b"\x01\0\x01\x04", b"\x01\0\x01\x3a", b"", b"\0\0", b"\0\0\xff\0"])
def test_the_book_itself_is_no_link(data):
    assert list(biff.workbook(workbook(record(0x01AE, data)))) == []


def test_encryption_is_said_in_the_first_part():
    assert biff.encrypted(workbook(record(0x002F, b"\1\0")))
    assert not biff.encrypted(workbook() + record(0x002F, b"\1\0"))
    assert not biff.encrypted(b"")


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_what_is_cut_off_raises_nothing(cut):
    whole = workbook(name(b"\x01", builtin=True), linked(b"cmd\x03x"), sheets={b"M": (0, 1, EXEC)})
    list(biff.workbook(whole[:-cut] if cut else whole))
    list(biff.workbook(whole[cut:]))


def test_short_records_raise_nothing():
    kinds = (0x0006, 0x0018, 0x0023, 0x002F, 0x0085, 0x01AE, 0x0017, 0x0809)
    stream = b"".join(record(kind, b"\x20\1\1"[:size]) for kind in kinds for size in range(4))
    assert list(biff.workbook(stream + EOF)) == []


def test_records_are_bounded(monkeypatch):
    monkeypatch.setattr(biff, "_MOST", 100)
    with pytest.raises(LimitError, match=r"limit\.biff"):
        said(workbook(*[record(0x0006, b"")] * 100))
