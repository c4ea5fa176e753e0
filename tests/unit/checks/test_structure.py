"""A message that two readers see differently is found out; one that is merely sloppy is not punished."""

import base64
import os
from pathlib import Path

import pytest

from gatekeeper.checks import structure
from gatekeeper.message import Limits, Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import Envelope, Finding, Stage

CORPORA = Path(
    os.environ.get("GATEKEEPER_CORPORA")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gatekeeper-corpora"
)
ENVELOPE = Envelope(id="0" * 13, front="test", peer=None, client=None)
ZIP = b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(range(200))
FILE = b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
BODY = base64.encodebytes(ZIP).replace(b"\n", b"\r\n")
PADDED = base64.encodebytes(ZIP[:1]) + base64.encodebytes(ZIP[1:])
HTML = b"Content-Type: text/html\r\n\r\n<p>hello</p>\r\n"


def found(raw: bytes, settings: structure.Settings = structure.Settings(), **limits: int) -> dict[str, Finding]:  # noqa: B008
    check = structure.build(settings, Tables())[Stage.ATTACHMENT]
    findings = check(Mail(ENVELOPE, message=parse(raw, Limits(**limits))))
    return {finding.name: finding for finding in findings}


def multipart(*parts: bytes, declaration: bytes = b"multipart/mixed; boundary=b", close: bytes = b"--b--\r\n") -> bytes:
    return (
        b"Content-Type: " + declaration + b"\r\n\r\n" + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + close
    )


def test_clean_mail_has_no_finding():
    assert found(multipart(HTML, FILE + BODY)) == {}


@pytest.mark.parametrize(
    ("raw", "evidence"),
    [
        (multipart(FILE.replace(b"\r\n", b"\r\nContent-Type: text/plain\r\n", 1) + BODY), "1.1: two types"),
        (
            multipart(b"Content-Disposition: attachment; filename=a.txt; filename=a.exe\r\n\r\nx"),
            "1.1: two extensions",
        ),
        (multipart(b"junk\r\n" + FILE + BODY), "1.1: a field that only some see"),
        (multipart(FILE.replace(b"base64", b"x-unknown") + BODY), "1.1: content that only some decode"),
        (multipart(FILE + PADDED), "1.1: content that only some decode"),
        (multipart(FILE + BODY, declaration=b"text/plain"), "1: a file that only some find"),
        (multipart(FILE + BODY, declaration=b"multipart/mixed; boundary =b"), "1: a boundary that only some read"),
        (multipart(FILE + BODY, declaration=b"multipart/mixed; boundary=a; boundary=b"), "1: a boundary that only"),
        (multipart(FILE + BODY).replace(b"\r\n", b"\r"), "1: a file that only some find"),
        (
            b"Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(b"--b\r\n" + FILE + BODY + b"--b--\r\n"),
            "1: parts inside an encoding that is not allowed there",
        ),
    ],
)
def test_what_two_readers_see_differently(raw, evidence):
    finding = found(raw)["ambiguous-structure"]
    assert finding.score == structure.Settings().score
    assert evidence in finding.evidence
    assert finding.evidence.isprintable()


@pytest.mark.parametrize(
    ("raw", "anomaly"),
    [
        (multipart(HTML, FILE + BODY, close=b""), "mime.boundary-unclosed"),
        (multipart(HTML, declaration=b"multipart/mixed; boundary =b"), "mime.field-syntax"),
        (multipart(FILE + BODY + b"-- \r\n____\r\na footer\r\n"), "mime.base64-junk"),
        (multipart(HTML, declaration=b"text/plain"), "mime.boundary-ambiguous"),
        (multipart(b"Content-Disposition: attachment; filename=a file.txt\r\n\r\nx"), "mime.field-syntax"),
        (b"Subject: x\r\nno field\r\n", "header.no-empty-line"),
        (b"Subject: x\r\n\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n", "mime.file-in-text"),
        (
            multipart(b'Content-Type: a/b; name="s.asc"\r\nContent-Disposition: attachment; filename="s"\r\n\r\nx'),
            "mime.filename-disagrees",
        ),
    ],
)
def test_sloppiness_is_told_and_weighs_nothing(raw, anomaly):
    findings = found(raw)
    assert list(findings) == ["odd-structure"]
    assert anomaly in findings["odd-structure"].evidence
    assert findings["odd-structure"].score == 0


def test_an_envelope_line_is_not_even_told():
    assert found(b"From me Mon Jan  1 00:00:00 2024\r\nSubject: x\r\n\r\nhello\r\n") == {}


def test_fragments_and_what_lies_elsewhere():
    assert "partial-message" in found(b"Content-Type: message/partial; id=a; number=2; total=3\r\n\r\nQUJD\r\n")
    raw = b"Content-Type: message/external-body; access-type=anon-ftp; name=a.exe\r\n\r\nContent-Type: a/b\r\n\r\n"
    assert "external-body" in found(raw)


@pytest.mark.parametrize(("limit", "value"), [("parts", 3), ("depth", 1), ("fields", 2), ("header", 10)])
def test_a_limit_is_never_a_pass(limit, value):
    inner = multipart(multipart(HTML).replace(b"--b", b"--c").replace(b"=b", b"=c"), HTML, HTML, HTML)
    finding = found(inner, **{limit: value})["limit-exceeded"]
    assert finding.evidence == f"limit.{limit}"
    assert finding.score == structure.Settings().limit_score


def test_files_inside_one_text_are_no_ambiguity():
    files = b"".join(b"begin 644 a." + end + b"\r\n#0V%T\r\n`\r\nend\r\n" for end in (b"txt", b"zip"))
    assert "ambiguous-structure" not in found(b"Subject: x\r\n\r\n" + files)


def test_the_operator_weighs():
    settings = structure.Settings(score=1.5)
    assert found(multipart(FILE + BODY, declaration=b"text/plain"), settings)["ambiguous-structure"].score == 1.5


def test_evidence_is_short():
    raw = multipart(*[b"Content-Type: a/b\r\nContent-Type: c/d\r\n\r\nx"] * 1000)
    assert len(found(raw)["ambiguous-structure"].evidence) < 300


@pytest.mark.parametrize("name", ["spamassassin-public/ham", "vger-2019-2022/ham", "usrp-2024/ham"])
def test_ham_is_hardly_ever_ambiguous(name):
    paths = [path for path in (CORPORA / name).rglob("*") if path.is_file() and path.name != ".complete"]
    if not paths:
        pytest.skip(f"no {name} in {CORPORA}; set GATEKEEPER_CORPORA")
    weighing = [path for path in paths if any(finding.score for finding in found(path.read_bytes()).values())]
    assert len(weighing) * 1000 < len(paths), weighing
