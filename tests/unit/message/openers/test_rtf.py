from struct import pack

import pytest

from gatekeeper.message.openers import rtf
from gatekeeper.message.openers.contract import LimitError, OpenLimits
from tests.unit.message.openers.reading import Found
from tests.unit.message.openers.test_ole import packaged


def text(data: bytes) -> bytes:
    return pack("<I", len(data)) + data


def ole1(program: bytes, body: bytes, form: int = 2, topic: bytes = b"") -> bytes:
    """An object of OLE 1."""
    return pack("<II", 0x501, form) + text(program + b"\0") + text(topic) + text(b"") + text(body)


PACKAGE = ole1(b"Package", packaged()[4:]).hex().encode()


def opened(body: bytes) -> Found:
    return Found(rtf, rb"{\rtf1 " + body + b"}", "rtf")


def held(digits: bytes) -> bytes:
    return rb"{\object\objemb{\*\objdata " + digits + b"}}"


def test_ordinary_text_is_nothing():
    assert opened(rb"hello \b world\b0 {\pict 0123} \\objdata 414243").everything == []


def test_a_package():
    found = opened(held(PACKAGE))
    assert [(m.label, m.names, m.data) for m in found.members] == [("rtf", ("a.exe",), b"MZ")]
    assert found.anomalies == ["rtf.object", "office.embedded-object"]


HALF = len(PACKAGE) // 4 * 2


@pytest.mark.parametrize(
    "digits",
    [
        PACKAGE.upper(),
        b"\r\n".join(PACKAGE[at : at + 2] for at in range(0, len(PACKAGE), 2)),
        PACKAGE[:HALF] + b"\x01zz--" + PACKAGE[HALF:],
        PACKAGE[:HALF] + b"{" + PACKAGE[HALF:] + b"}",
        PACKAGE[:HALF] + rb"\par " + PACKAGE[HALF:],
        PACKAGE[:HALF] + rb"{\*\other 4142}" + PACKAGE[HALF:],
        PACKAGE[:HALF] + rb"f\'41" + PACKAGE[HALF:],
        PACKAGE[:HALF] + rb"\bin2 " + bytes.fromhex(PACKAGE[HALF : HALF + 4].decode()) + PACKAGE[HALF + 4 :],
        PACKAGE + b"f",
        rb"\bin0 " + PACKAGE,
        rb"\bin-5 " + PACKAGE,
    ],
)
def test_digits_are_read_as_word_reads_them(digits):
    assert b"MZ" in opened(held(digits)).data.values()


def test_an_object_that_is_never_closed():
    assert opened(rb"\objdata" + PACKAGE).data == {"a.exe": b"MZ"}


def test_a_compound_file_is_cut_out():
    body = b"junk" + bytes.fromhex("d0cf11e0a1b11ae1") + b"rest"
    assert opened(held(ole1(b"Word.Document.8", body).hex().encode())).data == {"object1": body[4:]}
    assert opened(held(body.hex().encode())).data == {"object1": body[4:]}


def test_what_is_no_object_is_given_as_it_is():
    assert opened(held(b"414243")).data == {"object1": b"ABC"}


def test_the_equation_editor_and_an_object_that_loads_itself():
    found = opened(rb"{\object\objupdate{\*\objclass Equation.3}{\*\objdata 41}}")
    assert found.anomalies == ["rtf.object", "rtf.object-update", "office.equation"]
    assert "office.equation" in opened(held(ole1(b"eQuatiON.3", b"x").hex().encode())).anomalies


def test_a_link_to_elsewhere():
    found = opened(held(ole1(b"Word.Document", b"", form=1, topic=b"http://a.example/x\0").hex().encode()))
    assert (found.anomalies, found.links) == (["rtf.object", "office.remote-object"], ["http://a.example/x"])


@pytest.mark.parametrize(
    "target", [rb"http://a.example/t", rb"\'68ttp://a.example/t", rb"http:/\u47 ?/a.example/t", rb"\\\\host\\t"]
)
def test_a_template_elsewhere(target):
    assert opened(rb"{\*\template " + target + b"}").anomalies == ["office.remote-template"]


def test_a_template_here():
    assert opened(rb"{\*\template C:\\Normal.dot}").everything == []


@pytest.mark.parametrize("field", [rb"{\*\fldinst DDEAUTO cmd}", rb"{\*\fldinst {\b DDE}{\i AUTO cmd}}"])
def test_a_dde_field(field):
    assert opened(rb"{\field" + field + rb"{\fldrslt x}}").anomalies == ["office.dde"]


def test_a_hyperlink_is_a_link():
    found = opened(rb'{\field{\*\fldinst HYPERLINK "http://a.example/"}{\fldrslt x}}')
    assert (found.anomalies, found.links) == ([], ["http://a.example/"])


def test_the_work_is_bounded(monkeypatch):
    monkeypatch.setattr(rtf, "_TOKENS", 1000)
    with pytest.raises(LimitError, match=r"limit\.rtf"):
        opened(rb"\objdata " + rb"\'41" * 1001)


def test_many_objects_are_counted():
    with pytest.raises(LimitError, match=r"limit\.entries"):
        Found(rtf, rb"{\rtf1 " + held(b"41") * 20, "rtf", limits=OpenLimits(entries=10))
