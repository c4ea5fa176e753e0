"""The strings are put together here too, so that no scanner takes this file for a worm."""

import base64
import io
import marshal
import quopri
import zipfile
from pathlib import Path

import pytest

from gatekeeper.checks import signatures
from gatekeeper.checks.signatures import EICAR, GTUBE, Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.message.openers.open import open_contents
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Client, Envelope, Exceeded, Opened, Stage


def found(raw: bytes):
    check = build(Settings(), Tables())[Stage.BODY]
    return list(check(Mail(Envelope("id", "test", Client(), None), message=parse(raw))))


def test_gtube_in_plain_text_is_refused():
    (finding,) = found(b"Subject: x\r\n\r\n" + GTUBE + b"\r\n")
    assert (finding.name, finding.score, finding.certain, finding.danger) == ("gtube", 1000.0, Action.REJECT, False)


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + GTUBE + b"\r\n\r\nhello",
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"hello " + GTUBE),
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=".join([b"", *[b"%02X" % c for c in GTUBE]]),
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\nbefore " + GTUBE + b"\r\n--b\r\n\r\nx\r\n--b--\r\n",
        b"Content-Type: message/rfc822\r\n\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(GTUBE),
    ],
    ids=["subject", "base64", "quoted-printable", "preamble", "forwarded"],
)
def test_gtube_is_found_wherever_a_reader_sees_it(raw):
    assert [finding.name for finding in found(raw)] == ["gtube"]


def test_eicar_in_an_attachment_is_danger_and_names_the_part():
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(EICAR) + b"--b--\r\n"
    )
    (finding,) = found(raw)
    assert (finding.name, finding.certain, finding.danger, finding.evidence) == ("eicar", Action.REJECT, True, "1.2")


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n" + EICAR,
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + quopri.encodestring(EICAR, quotetabs=True),
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(EICAR).replace(b"A", b"A#"),
        b"Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + base64.encodebytes(EICAR),
    ],
    ids=["plain", "quoted-printable", "base64-junk", "two-encodings"],
)
def test_eicar_is_found_in_every_decoding(raw):
    assert [finding.name for finding in found(raw)] == ["eicar"]


@pytest.mark.parametrize("near", [GTUBE[:-1], GTUBE.lower(), EICAR[1:], EICAR.replace(b"!", b"?")])
def test_what_is_almost_it_is_nothing(near):
    assert found(b"\r\n" + near) == []


def test_both_at_once():
    assert [finding.name for finding in found(b"\r\n" + GTUBE + b"\r\n" + EICAR)] == ["gtube", "eicar"]


def test_nothing_without_a_message():
    check = build(Settings(), Tables())[Stage.BODY]
    assert list(check(Mail(Envelope("id", "test", Client(), None)))) == []


def test_no_file_holds_them_whole():
    source = Path(signatures.__file__).read_bytes()
    compiled = marshal.dumps(compile(source, "signatures.py", "exec"))
    for signature in (GTUBE, EICAR):
        assert signature not in source
        assert signature not in compiled


def inside(raw: bytes, answer):
    check = build(Settings(), Tables())[Stage.ATTACHMENT]
    steps = check(Mail(Envelope("id", "test", Client(), None), message=parse(raw)))
    try:
        asked = next(steps)
        steps.send({question: answer(question) for question in asked})
    except StopIteration as end:
        return list(end.value)
    raise AssertionError("asked twice")


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.com", data)
    return b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(
        packed.getvalue()
    )


def test_eicar_in_an_archive_is_danger_and_names_the_member():
    (finding,) = inside(zipped(EICAR), lambda asked: Opened(open_contents(asked.data, asked.names)))
    assert (finding.name, finding.certain, finding.danger) == ("eicar", Action.REJECT, True)
    assert finding.evidence == "1/zip:a.com"


def test_other_archives_and_what_cannot_be_opened_are_no_eicar():
    assert inside(zipped(b"hello"), lambda asked: Opened(open_contents(asked.data, asked.names))) == []
    assert inside(zipped(EICAR), lambda _: Exceeded("memory")) == []


def test_without_archives_nothing_is_asked():
    assert inside(b"\r\nhello", None) == []
