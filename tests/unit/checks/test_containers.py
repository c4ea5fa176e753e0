"""What was met inside containers becomes findings; what was not looked into does too."""

import base64
import binascii

import pytest

from gatekeeper.checks.containers import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import (
    Action,
    Anomaly,
    Client,
    Envelope,
    Exceeded,
    Failed,
    Finding,
    Item,
    Opened,
    Refused,
    Stage,
    TimedOut,
)

ZIP = b"PK\x03\x04" + b"\0" * 40
EXE = b"MZ\x90\0" + b"\0" * 60


def attached(data: bytes, name: str, declared: str = "application/octet-stream") -> bytes:
    return (
        f'Content-Type: {declared}\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + base64.encodebytes(data)


def judged(raw: bytes, answer=None, **settings) -> list[Finding]:
    check = build(Settings(**settings), Tables())[Stage.ATTACHMENT]
    steps = check(Mail(Envelope("id", "test", Client(), None), message=parse(raw)))
    try:
        asked = next(steps)
        assert answer is not None, f"asked {asked}"
        steps.send(dict.fromkeys(asked, answer))
    except StopIteration as end:
        return list(end.value)
    raise AssertionError("asked twice")


def opened(*anomalies: Anomaly, inner: tuple[Item, ...] = ()) -> Opened:
    return Opened(Item("", ("a.zip",), "zip", 44, "5e1f", anomalies, (), inner))


def test_ordinary_mail_asks_nothing_and_finds_nothing():
    assert judged(b"Subject: x\r\n\r\nHello\r\n") == []


def test_an_ordinary_archive_is_nothing():
    assert judged(attached(ZIP, "a.zip", "application/zip"), opened()) == []


@pytest.mark.parametrize(
    ("anomaly", "finding"),
    [
        ("archive.bomb-ratio", Finding("archive-bomb", 0.0, "1: archive.bomb-ratio !", Action.REJECT, True)),
        ("archive.encrypted", Finding("encrypted-archive", 3.0, "1: archive.encrypted !")),
        ("archive.encrypted-names", Finding("encrypted-archive", 3.0, "1: archive.encrypted-names !")),
        ("archive.unsupported", Finding("unreadable-container", 3.0, "1: archive.unsupported !")),
        ("kind.unreadable", Finding("unreadable-container", 3.0, "1: kind.unreadable !")),
        ("limit.expanded", Finding("limit-exceeded", 8.0, "1: limit.expanded !")),
        ("archive.path-traversal", Finding("odd-archive", 2.0, "1: archive.path-traversal !")),
        ("zip.names-differ", Finding("odd-archive", 2.0, "1: zip.names-differ !")),
    ],
)
def test_each_anomaly_has_its_finding(anomaly, finding):
    assert judged(attached(ZIP, "a.zip"), opened(Anomaly(anomaly, "!"))) == [finding]


def test_what_belongs_to_other_checks_is_left_to_them():
    assert judged(attached(ZIP, "a.zip"), opened(Anomaly("office.macros"), Anomaly("name.bidi"))) == []


def test_one_finding_of_a_kind_with_the_first_place_and_their_number():
    inner = tuple(
        Item(f"zip:{name}", (name,), "zip", 1, "00", (Anomaly("archive.encrypted"),)) for name in ("b.zip", "c.zip")
    )
    (finding,) = judged(attached(ZIP, "a.zip"), opened(inner=inner))
    assert finding.evidence == "1/zip:b.zip: archive.encrypted (and 1 more)"


def test_evidence_has_no_line_ends_and_an_end():
    detail = "x\r\nX-Forged: y" + "z" * 1000
    inner = (Item("zip:" + "n" * 1000, ("n",), "zip", 1, "00", (Anomaly("kind.unreadable", detail),)),)
    (finding,) = judged(attached(ZIP, "a.zip"), opened(inner=inner))
    assert finding.evidence.isprintable()
    assert len(finding.evidence) < 400


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (Exceeded("memory"), "not-opened"),
        (Failed("crashed: SIGSEGV"), "not-opened"),
        (TimedOut("deadline of the message"), "not-opened-yet"),
        (Refused("too many attachments are waiting"), "not-opened-yet"),
    ],
)
def test_what_was_not_opened_has_its_place_and_a_score(answer, name):
    (finding,) = judged(attached(ZIP, "a.zip"), answer)
    assert (finding.name, finding.certain, finding.score) == (name, None, 5.0)
    assert finding.evidence == f"1: {answer.why}"


def test_settings_decide_what_is_certain():
    (bomb,) = judged(attached(ZIP, "a.zip"), opened(Anomaly("archive.bomb-ratio")), bomb="quarantine")
    assert bomb.certain is Action.QUARANTINE
    (locked,) = judged(attached(ZIP, "a.zip"), opened(Anomaly("archive.encrypted")), encrypted="reject")
    assert locked.certain is Action.REJECT
    (failed,) = judged(attached(ZIP, "a.zip"), Failed("x"), failure_score=1.5)
    assert (failed.certain, failed.score) == (None, 1.5)


def test_a_program_called_a_picture_is_a_finding():
    (finding,) = judged(attached(EXE, "a.jpg", "image/jpeg"), opened())
    assert (finding.name, finding.score, finding.evidence) == ("type-mismatch", 4.0, "1: exe called jpeg")


def test_and_so_is_one_inside_an_archive():
    inner = (Item("zip:a.jpg", ("a.jpg",), "exe", 1, "00", (Anomaly("kind.mismatch", "exe called jpeg"),)),)
    (finding,) = judged(attached(ZIP, "a.zip"), opened(inner=inner))
    assert finding.evidence == "1/zip:a.jpg: kind.mismatch exe called jpeg"


def test_a_file_inside_a_text_is_judged_by_its_own_name():
    armour = b"begin 644 b.jpg\r\n" + _uu(EXE) + b"`\r\nend\r\n"
    raw = b'Content-Type: text/plain; name="note.txt"\r\n\r\nSee:\r\n' + armour
    assert [finding.name for finding in judged(raw, opened())] == ["type-mismatch"]


def _uu(data: bytes) -> bytes:
    lines = (data[i : i + 45] for i in range(0, len(data), 45))
    return b"".join(binascii.b2a_uu(line).rstrip(b"\n") + b"\r\n" for line in lines)


def test_every_reading_is_asked_about():
    """Two archives in one part, by its two encodings: one of them a bomb."""
    raw = attached(ZIP, "a.zip").replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", 1)
    (finding,) = judged(raw, opened(Anomaly("archive.bomb-ratio")))
    assert finding.name == "archive-bomb"


def test_more_archives_than_are_opened_are_a_limit():
    part = b"--b\r\n" + attached(ZIP, "a.zip") + b"\r\n"
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 202 + b"--b--\r\n"
    (finding,) = judged(raw, opened())
    assert (finding.name, finding.evidence) == ("limit-exceeded", "1.201: open.too-many (and 1 more)")
