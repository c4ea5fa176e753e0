from base64 import b64encode
from collections.abc import Generator

import pytest

from gatekeeper.checks.documents import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.message.openers.open import open_contents
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Anomaly, Client, Contents, Envelope, Failed, Item, Opened, Stage, TimedOut
from tests.unit.message.openers.compounds import compound
from tests.unit.message.openers.projects import storage

RTF = rb"{\rtf1 hello}"


def attached(*files: bytes) -> bytes:
    """A message with these files attached."""
    parts = (
        b"\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.doc\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b64encode(data)
        for data in files
    )
    text = b"\r\n--b\r\n\r\nhello"
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + text + b"".join(parts) + b"\r\n--b--\r\n"


def checked(raw: bytes, answer, **settings):
    """The findings, and how many questions were asked; `answer(question)` opens."""
    steps = build(Settings(**settings), Tables())[Stage.ATTACHMENT](
        Mail(Envelope("i", "t", Client(), None), message=parse(raw))
    )
    assert isinstance(steps, Generator)
    try:
        questions = next(steps)
    except StopIteration as end:
        return end.value, 0
    try:
        steps.send({question: answer(question) for question in questions})
    except StopIteration as end:
        return end.value, len(questions)
    raise AssertionError("it asks once")


def holding(*slugs: str, path: str = ""):
    """An answer: a thing in which these were found."""
    item = Item(path, ("a",), "ole", 1, "", tuple(Anomaly(slug, "detail") for slug in slugs))
    return lambda _: Opened(Item("", ("a.doc",), "zip", 1, "", items=(item,)))


def really(question: Contents) -> Opened:
    return Opened(open_contents(question.data, question.names))


def found(*slugs: str, **settings):
    findings, _ = checked(attached(RTF), holding(*slugs), **settings)
    return {finding.name: finding for finding in findings}


def test_a_message_without_documents_asks_nothing():
    assert checked(b"Subject: x\r\n\r\nhello", None) == ([], 0)


def test_no_message_no_findings():
    steps = build(Settings(), Tables())[Stage.ATTACHMENT](Mail(Envelope("i", "t", Client(), None)))
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == []


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("office.macros", "document-macros"),
        ("office.macros-autorun", "document-autorun"),
        ("office.macros-suspicious", "document-suspicious"),
        ("office.macros-stomped", "document-stomped"),
        ("office.xlm", "document-xlm"),
        ("office.dde", "document-dde"),
        ("office.remote-template", "document-remote-template"),
        ("office.remote-object", "document-remote-object"),
        ("office.equation", "document-exploit"),
        ("office.default-password", "document-password"),
        ("rtf.object-update", "document-rtf-update"),
        ("onenote.embedded-file", "document-onenote"),
        ("pdf.launch", "document-pdf-launch"),
        ("pdf.javascript", "document-pdf-script"),
    ],
)
def test_each_class_has_its_finding_and_its_score(slug, name):
    (finding,) = found(slug, **{name.removeprefix("document-").replace("-", "_") + "_score": 1.25}).values()
    assert (finding.name, finding.score, finding.certain) == (name, 1.25, None)
    assert finding.evidence == "1.2: detail"


@pytest.mark.parametrize("slug", ["office.embedded-object", "archive.encrypted", "pdf.encrypted", "kind.mismatch"])
def test_the_rest_is_judged_elsewhere(slug):
    assert found(slug) == {}


@pytest.mark.parametrize("action", ["reject", "quarantine", "tag"])
def test_what_becomes_of_a_dropper_is_the_operators_choice(action):
    findings = found("office.macros-autorun", "office.macros-suspicious", dropper=action)
    assert findings["document-dropper"].certain is Action(action)


def test_a_dropper_is_one_thing():
    """One document starts by itself, another runs programs: neither does both."""
    two = (
        Item("zip:a", ("a",), "ole", 1, "", (Anomaly("office.macros-autorun"),)),
        Item("zip:b", ("b",), "ole", 1, "", (Anomaly("office.macros-suspicious"),)),
    )
    findings, _ = checked(attached(RTF), lambda _: Opened(Item("", (), "zip", 1, "", items=two)))
    assert "document-dropper" not in {finding.name for finding in findings}


def test_a_class_counts_once_for_a_part():
    many = tuple(Item(f"zip:{n}", (), "ole", 1, "", (Anomaly("office.macros"),)) for n in range(9))
    findings, _ = checked(attached(RTF, RTF), lambda _: Opened(Item("", (), "zip", 1, "", items=many)))
    assert [finding.evidence for finding in findings] == ["1.2/zip:0", "1.3/zip:0"]


def test_evidence_is_fit_to_be_shown():
    findings, _ = checked(
        attached(RTF), lambda _: Opened(Item("", (), "pdf", 1, "", (Anomaly("pdf.launch", "a\r\nb"),)))
    )
    assert findings[0].evidence == "1.2: a\\u000d\\u000ab"


@pytest.mark.parametrize("answer", [TimedOut(), Failed("killed")])
def test_a_failure_is_no_finding_here(answer):
    assert checked(attached(RTF), lambda _: answer)[0] == []


def test_from_the_mail_to_the_verdict():
    worm = compound(
        {"WordDocument": bytes(600), "Macros": {"VBA": storage(M='Sub AutoOpen()\r\nShell "x"\r\nEnd Sub')}}
    )
    findings, asked = checked(attached(worm), really)
    assert asked == 1
    assert {finding.name for finding in findings} >= {"document-dropper", "document-autorun", "document-macros"}
    assert [f.certain for f in findings if f.name == "document-dropper"] == [Action.QUARANTINE]
