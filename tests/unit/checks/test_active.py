from base64 import b64encode

import pytest

from gatekeeper.checks.active import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Anomaly, Client, Envelope, Failed, Item, Opened, Stage
from tests.unit.message.test_corpora import files

EXE = b64encode(b"MZ" + bytes(100))
MAKES = b"<script>a.href=URL.createObjectURL(new Blob([atob('%b')]));a.download='%b';a.click()</script>"  # bytes, name
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'>%b</svg>"


def mail(raw: bytes) -> Mail:
    return Mail(Envelope("id", "test", Client(), None), message=parse(raw))


def run(raw: bytes, inside: Item | None = None, **settings):
    """The findings; whatever is asked is answered with `inside`, or with a failure."""
    found = build(Settings(**settings), Tables())[Stage.ATTACHMENT](mail(raw))
    try:
        questions = next(found)
        answer = Opened(inside) if inside else Failed("nobody there")
        found.send(dict.fromkeys(questions, answer))
    except StopIteration as stop:
        return stop.value
    raise AssertionError("asked twice")


def attached(data: bytes, name: bytes = b"open.html", kind: bytes = b"text/html") -> bytes:
    return (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Type: " + kind + b"\r\n"
        b'Content-Disposition: attachment; filename="'
        + name
        + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + b64encode(data)
        + b"\r\n--b--\r\n"
    )


def body(data: bytes) -> bytes:
    return b"Content-Type: text/html\r\n\r\n" + data


def scores(raw: bytes, **settings) -> dict[str, float]:
    return {finding.name: finding.score for finding in run(raw, **settings)}


@pytest.mark.parametrize("action", ["reject", "quarantine", "tag"])
def test_an_attached_page_that_makes_a_program_is_certain(action):
    finding, *_ = run(attached(MAKES % (EXE, b"invoice.exe")), smuggling=action)
    assert (finding.name, finding.certain, finding.danger) == ("html-smuggling", Action(action), True)
    assert finding.evidence == "1.2: invoice.exe (exe)"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (EXE, b"photo.jpg"),
        (b64encode(b"PK\x03\x04" + bytes(100)), b"report"),
        (b"0" * 100, b"invoice.js"),
        (b"' + x + '", b"invoice.iso"),
    ],
)
def test_what_it_makes_is_known_by_its_bytes_or_its_name(content, name):
    assert "html-smuggling" in scores(attached(MAKES % (content, name)))


@pytest.mark.parametrize("page", [b"<a href='data:application/octet-stream;base64,%b'>", b"<script>x = '%b'</script>"])
def test_a_page_that_carries_a_program_needs_no_more(page):
    finding, *_ = run(attached(page % EXE))
    assert (finding.name, finding.evidence) == ("html-smuggling", "1.2: unnamed (exe)")


def test_an_archive_that_is_only_carried_is_not_certain():
    archive = b64encode(b"PK\x03\x04" + bytes(100))
    assert scores(attached(b"<html><script>x = '%b'</script>" % archive)) == {"active-script": 1.0}


def test_pages_in_pages_are_read_some_layers_deep():
    page = MAKES % (EXE, b"invoice.exe")
    for _ in range(3):
        page = b"<html><script>document.write(atob('" + b64encode(page) + b"'))</script>"
    assert "html-smuggling" in scores(attached(page))


def test_a_page_that_makes_a_picture_is_only_suspicious():
    picture = b64encode(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert scores(attached(MAKES % (picture, b"plot.png"))) == {"active-makes-file": 4.0, "active-script": 1.0}


def test_a_page_that_holds_a_page_that_makes_a_program_is_found():
    inner = b64encode(MAKES % (EXE, b"invoice.exe"))
    page = b"<script>document.write(atob('" + inner + b"'))</script>"
    findings = {finding.name: finding for finding in run(attached(page))}
    assert findings["html-smuggling"].evidence == "1.2/html:: invoice.exe (exe)"
    assert "active-hidden-script" in findings


@pytest.mark.parametrize(
    ("page", "finding", "in_body"),
    [
        (b"<html><script>go()</script>", "active-script", {}),
        (b"<html><body onload=go()>", "active-script", {}),
        (b"<html><iframe src=https://host.example>", "active-redirect", {}),
        (b"<html><meta http-equiv=refresh content='0;url=https://host.example'>", "active-redirect", {}),
        (
            b"<html><form action=//a.example><input type=password>",
            "active-login-form",
            {"active-in-body": 1.0},
        ),
        (b"<html><script>new ActiveXObject('a')</script>", "active-starts-programs", {"active-in-body": 1.0}),
        (b"<html><script>eval(function(p,a,c,k,e,d){})</script>", "active-hidden-script", {"active-in-body": 1.0}),
    ],
)
def test_an_attached_page_is_weighed_by_class_and_one_in_the_body_hardly(page, finding, in_body):
    assert finding in scores(attached(page))
    assert scores(body(page)) == in_body


@pytest.mark.parametrize("page", [b"<script>go()</script>", b"<rect onclick='go()'/>", b"<a href='javascript:go()'/>"])
def test_a_picture_with_a_script_weighs_heavily(page):
    assert scores(attached(SVG % page, b"logo.svg", b"image/svg+xml")) == {"active-picture-script": 6.0}
    assert scores(attached(SVG % page, b"logo.png", b"image/png")) == {"active-picture-script": 6.0}


def test_a_page_without_html_is_one_if_it_is_called_so():
    page = b"<form action=//a.example><input type=password></form>"
    assert "active-login-form" in scores(attached(page, b"open.htm", b"application/octet-stream"))
    assert "active-login-form" in scores(attached(page, b"open", b"text/html"))


def test_a_picture_that_only_shows_something_passes():
    assert scores(attached(SVG % b"<rect/>", b"logo.svg", b"image/svg+xml")) == {}


@pytest.mark.parametrize("page", [b"<html><p>hello", b"<html><script type=application/ld+json>{}</script>"])
def test_ordinary_pages_pass(page):
    assert scores(body(page)) == scores(attached(page)) == {}


def test_a_page_in_an_archive_counts_as_attached():
    made = Item("zip:a.html/html:x.exe", ("x.exe",), "exe", 1, "")
    page = Item("zip:a.html", ("a.html",), "html", 1, "", (Anomaly("html.smuggling", "x.exe"),), items=(made,))
    whole = Item("", ("a.zip",), "zip", 1, "", items=(page,))
    found = run(attached(b"PK\x03\x04" + bytes(40), b"a.zip", b"application/zip"), whole)
    assert [(finding.name, finding.evidence) for finding in found] == [
        ("html-smuggling", "1.2/zip:a.html: x.exe (exe)"),
        ("active-makes-file", "1.2/zip:a.html: html.smuggling (x.exe)"),
    ]


def test_a_shortcut_that_runs_a_command_is_a_finding():
    whole = Item("", ("a.zip",), "zip", 1, "", (Anomaly("lnk.command", "cmd.exe /c x"),))
    found = run(attached(b"PK\x03\x04" + bytes(40), b"a.zip", b"application/zip"), whole)
    assert [(finding.name, finding.score) for finding in found] == [("active-shortcut", 5.0)]


def test_what_could_not_be_opened_is_not_judged_here():
    assert run(attached(b"PK\x03\x04" + bytes(40), b"a.zip", b"application/zip")) == []


def test_a_class_without_a_score_is_no_finding():
    assert scores(attached(b"<html><script>go()</script>"), script_score=0.0) == {}


def test_evidence_holds_no_line_ends():
    page = b"<html><a href='javascript:\r\n\x1b[2J go()'>"
    assert all(finding.evidence.isprintable() for finding in run(attached(page)))


def test_without_a_message_there_is_nothing():
    check = build(Settings(), Tables())[Stage.ATTACHMENT]
    with pytest.raises(StopIteration) as stop:
        next(check(Mail(Envelope("id", "test", Client(), None))))
    assert stop.value.value == []


@pytest.mark.parametrize(
    ("name", "finding"), [("html-smuggling", "active-makes-file"), ("svg-script", "active-picture-script")]
)
def test_the_samples_are_found(name, finding):
    (path,) = [path for path in files("attachments/synthetic") if path.stem == name]
    assert finding in scores(path.read_bytes())


@pytest.mark.parametrize("wrapped", [attached, body])
def test_a_page_that_is_not_read_to_its_end_is_a_finding(wrapped):
    page = b"<html>" + b"<iframe src=a></iframe>" * 1100
    assert scores(wrapped(page))["active-unread"] == 3.0
    assert "active-unread" not in scores(wrapped(page[:2000]))
