import zlib
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from gatekeeper.message.openers import pdf, pdf_raw
from gatekeeper.message.openers.contract import LimitError, OpenLimits
from tests.unit.message.openers.reading import Found

LINK = Dictionary(S=Name.URI, URI="http://a.example/x")
LAUNCH = Dictionary(S=Name.Launch, F="cmd.exe", Win=Dictionary(F="cmd.exe", P="/c calc"))
SCRIPT = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def made(change=lambda document: None, **saving) -> bytes:
    """A PDF of one page, after `change(document)`."""
    out = BytesIO()
    with Pdf.new() as document:
        document.add_blank_page()
        change(document)
        document.save(out, **saving)
    return out.getvalue()


def set_root(**entries):
    def change(document: Pdf) -> None:
        for key, value in entries.items():
            document.Root[f"/{key}"] = value

    return change


def opened(data: bytes, **limits: int) -> Found:
    return Found(pdf, data, "pdf", limits=OpenLimits(**limits))


def annotated(action: Dictionary):
    return set_root(X=Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=action)]))


MODES = [
    {},
    {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
    {"encryption": pikepdf.Encryption(owner="x", user="")},
]


@pytest.mark.parametrize("saving", MODES)
def test_an_ordinary_document_is_nothing(saving):
    page = Array([Name.XYZ, 0, 0, 0])
    assert opened(made(set_root(OpenAction=page, AA=Dictionary()), **saving)).everything == []


@pytest.mark.parametrize("saving", MODES)
def test_a_link(saving):
    found = opened(made(annotated(LINK), **saving))
    assert (found.anomalies, found.links) == ([], ["http://a.example/x"])


@pytest.mark.parametrize("saving", MODES)
def test_a_script_that_starts_with_the_document(saving):
    found = opened(made(set_root(OpenAction=SCRIPT), **saving))
    assert sorted(found.anomalies) == ["pdf.javascript", "pdf.open-action"]
    assert found.data == {"JavaScript 1": b"app.alert(1)"}


def test_a_script_in_a_stream():
    def change(document: Pdf) -> None:
        stream = Stream(document, b"x=1;" * 100)
        document.Root.Names = Dictionary(
            JavaScript=Dictionary(Names=Array(["a", Dictionary(S=Name.JavaScript, JS=stream)]))
        )

    found = opened(made(change, compress_streams=True))
    assert (found.anomalies, found.data) == (["pdf.javascript"], {"JavaScript 1": b"x=1;" * 100})


def test_a_program_that_is_started():
    (anomaly,) = opened(made(annotated(LAUNCH))).everything
    assert (anomaly.name, anomaly.detail) == ("pdf.launch", "cmd.exe cmd.exe /c calc")


def test_a_page_that_acts_when_it_is_opened():
    def change(document: Pdf) -> None:
        document.pages[0].obj.AA = Dictionary(O=LAUNCH)

    assert sorted(opened(made(change)).anomalies) == ["pdf.launch", "pdf.open-action"]


def test_a_form_that_is_sent():
    target = Dictionary(FS=Name.URL, F="http://a.example/form")
    found = opened(made(annotated(Dictionary(S=Name.SubmitForm, F=target))))
    assert (found.anomalies, found.links) == (["pdf.submit-form"], ["http://a.example/form"])


def embedded(data: bytes, filters=None):
    def change(document: Pdf) -> None:
        stream = document.make_indirect(Stream(document, data))
        if filters is not None:
            stream.Filter = filters
        files = Dictionary(F=stream, UF=stream)
        document.Root.X = document.make_indirect(Dictionary(Type=Name.Filespec, F="a.exe", UF="b\u00e9.exe", EF=files))

    return change


@pytest.mark.parametrize("saving", [*MODES, {"compress_streams": True}])
def test_an_embedded_file_has_all_its_names_and_comes_once(saving):
    found = opened(made(embedded(b"MZ" * 50), **saving))
    assert [(m.label, m.names, m.data) for m in found.members] == [("pdf", ("b\u00e9.exe", "a.exe"), b"MZ" * 50)]
    assert found.anomalies == ["pdf.embedded-file"]


@pytest.mark.parametrize(
    ("data", "filters"),
    [
        (b"4d5 a0>", Name.ASCIIHexDecode),
        (zlib.compress(b"MZ\0"), Name.FlateDecode),
        (zlib.compress(zlib.compress(b"MZ\0")), Array([Name.FlateDecode, Name.FlateDecode])),
        (zlib.compress(b"4d5a00>"), Array([Name.FlateDecode, Name.ASCIIHexDecode])),
        (b"\x02MZ\0\x80", Name.RunLengthDecode),
        (b"MZ\0", Name.FlateDecode),
        (b"MZ\0", Name.Unknown),
    ],
)
def test_filters(data, filters):
    stored = made(embedded(data, filters), compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert opened(stored).members[0].data == b"MZ\0"


def test_a_bomb_ends_at_the_limit():
    once = made(embedded(zlib.compress(bytes(9_000_000)), Name.FlateDecode), compress_streams=False)
    with pytest.raises(LimitError, match=r"limit\.member"):
        opened(once, member=2_000_000)


def test_a_password_is_said():
    locked = made(annotated(LAUNCH), encryption=pikepdf.Encryption(owner="x", user="secret"))
    assert opened(locked).anomalies == ["pdf.encrypted"]


def test_other_marks():
    found = opened(made(set_root(AcroForm=Dictionary(XFA="x"), Y=Dictionary(Type=Name.Annot, Subtype=Name.RichMedia))))
    assert sorted(found.anomalies) == ["pdf.rich-media", "pdf.xfa"]


def test_what_qpdf_cannot_read_is_scanned():
    broken = b"%PDF-1.4\n<< /Open#41ction << /S /J#61vaScript /JS (x) >> /URI (http://a.example/) >>"
    found = opened(broken)
    assert found.anomalies == ["pdf.damaged", "pdf.javascript", "pdf.open-action"]
    assert found.links == ["http://a.example/"]
    assert found.everything[0].detail == "unable to find trailer dictionary while recovering damaged file"


def test_its_streams_are_scanned_too():
    broken = b"%PDF-1.4\nstream\r\n" + zlib.compress(b"<</S/Launch>>" * 9) + b"\nendstream"
    assert opened(broken).anomalies == ["pdf.damaged", "pdf.launch"]


def test_a_file_that_is_repaired_is_scanned_as_well():
    whole = made()
    assert opened(whole[:-30] + b"/Launch").anomalies == ["pdf.launch"]


def test_the_raw_scan_survives_anything():
    class Empty:
        KINDS = frozenset({"pdf"})

        @staticmethod
        def read(thing, allowance):
            return pdf_raw.scan(thing.data, allowance)

    for data in (b"", b"stream\nx", b"stream\r\nx\x9c\0\0", b"#4#41" * 100):
        assert Found(Empty, data, "pdf").everything == []
