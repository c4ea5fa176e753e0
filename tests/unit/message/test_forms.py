import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message.forms import extension, extensions, forms, is_disguised, printable

BANNED = frozenset({"exe", "scr", "js", "pif"})


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("A.EXE", "exe"),
        ("a.exe.", "exe"),
        ("a.exe . . ", "exe"),
        ("a.exe\0.txt", "exe"),
        ("a.e\0xe", "exe"),
        ("a.exe:stream", "exe"),
        ("a.exe::$DATA", "exe"),
        ("a.ex\u200be", "exe"),
        ("invoice\u202exslx.exe", "exe"),
        ("a.exe/", "exe"),
        ("C:\\x.y\\a.exe", "exe"),
        ('a.exe"', "exe"),
        ("a\uff0eexe", "exe"),
        ("a.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}", "clsid"),
        ("a.txt                         .pif", "pif"),
        ("x" * 5000 + ".exe", "exe"),
    ],
)
def test_what_windows_makes_of_a_name(name, found):
    assert found in extensions(name)


@pytest.mark.parametrize("name", ["exe", "", ".", "...", "a", "a/b.c/exe", "{}"])
def test_what_has_no_extension(name):
    assert extensions(name) == frozenset()


def test_an_ordinary_name_has_one_form():
    assert forms("Report 2024.PDF") == ("report 2024.pdf",)
    assert extension("report 2024.pdf") == "pdf"


def test_the_forms_of_a_name_stand_in_one_order():
    assert forms("a.txt:b.exe\0.c") == ("a.txt:b.exe", "a.txt", "a.txt:b.exe.c")


def test_a_long_name_is_cut_in_the_middle():
    (form,) = forms("a" * 400 + "b" * 99_999 + "c" * 400)
    assert form == "a" * 300 + "c" * 300


@pytest.mark.parametrize(
    "name", ["invoice.pdf.exe", "a.PDF .exe", "a.doc___.scr", "scan.jpg.html", "photo.jpg   .js", "exe.\u202etxt"]
)
def test_a_disguise_is_seen(name):
    assert is_disguised(name, BANNED)


@pytest.mark.parametrize(
    "name", ["a.tar.gz", "report.v2.pdf", "a.pdf.zip", "index.html", "a.b.exe", "pdf.exe", "a.html.html"]
)
def test_what_is_no_disguise(name):
    assert not is_disguised(name, BANNED)


def test_a_name_is_shown_so_that_it_can_be_read():
    assert printable("a\u202eb\r\nc\0") == "a\\u202eb\\u000d\\u000ac\\u0000"
    assert len(printable("x" * 9999)) == 100


@given(st.text(st.characters(categories=("L", "N", "P", "Z", "C"))))
def test_no_name_is_too_odd(name):
    assert forms(name)
    assert printable(name).isprintable()
    assert is_disguised(name, BANNED) in (True, False)
