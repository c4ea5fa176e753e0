import pytest

from gatekeeper.checks.names import BANNED, REASONS, Settings, build, extensions, is_disguised, printable
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Client, Envelope, Stage


def found(raw: bytes, **settings):
    check = build(Settings(**settings), Tables())[Stage.ATTACHMENT]
    return list(check(Mail(Envelope("id", "test", Client(), None), message=parse(raw))))


def attached(*header: bytes) -> bytes:
    lines = b"\r\n".join(header)
    return (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
        + lines
        + b"\r\n\r\nMZ\r\n--b--\r\n"
    )


def slugs(raw: bytes, **settings) -> list[str]:
    return [finding.name for finding in found(raw, **settings)]


def test_a_program_is_refused_and_shown():
    (finding,) = found(attached(b'Content-Disposition: attachment; filename="setup.exe"'))
    assert (finding.name, finding.certain, finding.danger) == ("banned-attachment", Action.REJECT, True)
    assert finding.evidence == "1.2: setup.exe"


@pytest.mark.parametrize("action", ["reject", "quarantine", "tag"])
def test_what_becomes_of_it_is_the_operators_choice(action):
    (finding,) = found(attached(b"Content-Disposition: attachment; filename=a.exe"), action=action)
    assert finding.certain is Action(action)


@pytest.mark.parametrize(
    "name", ["a.txt", "a.pdf", "exe", "a.exe.txt", "photo.jpg", "report.docx", ".profile", "x.tar.gz"]
)
def test_ordinary_names_pass(name):
    assert slugs(attached(b'Content-Disposition: attachment; filename="' + name.encode() + b'"')) == []


@pytest.mark.parametrize(
    "header",
    [
        [b'Content-Disposition: attachment; filename="a.txt"', b"Content-Type: image/png; name=a.exe"],
        [b"Content-Type: image/png; name=a.exe", b'Content-Disposition: attachment; filename="a.txt"'],
        [b"Content-Disposition: attachment; filename=a.txt; filename=a.exe"],
        [b"Content-Disposition: attachment; filename=a.txt", b"Content-Disposition: attachment; filename=a.exe"],
        [b"Content-Disposition: attachment; filename*0=a.e; filename*1=xe"],
        [b"Content-Disposition: attachment; filename*1=xe; filename*0=a.e"],
        [b"Content-Disposition: attachment; filename*=utf-8''a%2Eexe"],
        [b"Content-Disposition: attachment; filename*0*=utf-8''a%2E; filename*1*=%65xe"],
        [b'Content-Disposition: attachment; filename="=?utf-8?B?YS5leGU=?="'],
        [b'Content-Disposition: attachment; filename="=?utf-8?Q?a=2Ee?= =?utf-8?Q?xe?="'],
        [b"Content-Disposition: attachment; filename=a.e(comment)xe"],
        [b"Content-Disposition: attachment; file(comment)name=a.exe"],
        [b'Content-Disposition: attachment; filename="a".exe'],
        [b"Content-Disposition: attachment; filename='a.exe'"],
        [b'Content-Disposition: attachment; filename="a.e\\xe"'],
        [b"Content-Disposition: attachment; filename\r\n =a.exe"],
        [b"X: y\rContent-Disposition: attachment; filename=a.exe"],
        [b"junk", b"Content-Disposition: attachment; filename=a.exe"],
        [b"Content-Disposition attachment; filename=a.exe"],
        [b"CONTENT-DISPOSITION: ATTACHMENT; FILENAME=A.EXE"],
    ],
)
def test_a_hidden_name_is_found(header):
    assert "banned-attachment" in slugs(attached(*header))


@pytest.mark.parametrize(
    ("name", "extension"),
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
    ],
)
def test_what_windows_makes_of_a_name(name, extension):
    assert extension in extensions(name)


@pytest.mark.parametrize("name", ["exe", "", ".", "...", "a", "a/b.c/exe", "{}"])
def test_what_has_no_extension(name):
    assert not extensions(name) & REASONS.keys()


@pytest.mark.parametrize(
    "name", ["invoice.pdf.exe", "a.PDF .exe", "a.doc___.scr", "scan.jpg.html", "photo.jpg   .js", "exe.\u202etxt"]
)
def test_a_disguise_is_seen(name):
    assert is_disguised(name, frozenset(REASONS))


@pytest.mark.parametrize(
    "name", ["a.tar.gz", "report.v2.pdf", "a.pdf.zip", "index.html", "a.b.exe", "pdf.exe", "a.html.html"]
)
def test_what_is_no_disguise(name):
    assert not is_disguised(name, frozenset(REASONS))


def test_a_double_extension_scores_beside_the_ban():
    raw = attached(b'Content-Disposition: attachment; filename="invoice.pdf.exe"')
    banned, double = found(raw, disguise_score=2.5)
    assert banned.evidence == double.evidence == "1.2: invoice.pdf.exe"
    assert (double.name, double.score, double.certain, double.danger) == ("double-extension", 2.5, None, False)
    assert slugs(raw, allow=["exe"]) == []


def test_the_operator_adds_and_allows():
    exe, zipped = (attached(b"Content-Disposition: attachment; filename=a." + end) for end in (b"exe", b"zip"))
    assert slugs(exe, allow=[".EXE"]) == []
    assert slugs(zipped, also=["Zip"]) == ["banned-attachment"]


def test_a_forward_named_after_its_subject_is_no_program():
    forward = b'Content-Type: message/rfc822; name="Re: example.com"\r\n\r\nSubject: Re: example.com'
    assert slugs(attached(forward)) == []
    assert slugs(attached(b'Content-Type: message/rfc822; name="Re: example.exe"')) == ["banned-attachment"]
    assert slugs(attached(b'Content-Type: application/octet-stream; name="example.com"')) == ["banned-attachment"]


def test_a_uuencoded_program_inside_text_counts():
    raw = b"Subject: x\r\n\r\nhello\r\nbegin 644 setup.exe\r\n#0V%T\r\n`\r\nend\r\n"
    assert slugs(raw) == ["banned-attachment"]


def test_evidence_is_for_people():
    assert printable("a\u202eb\r\nc\0") == "a\\u202eb\\u000d\\u000ac\\u0000"
    assert len(printable("x" * 9999)) == 100


def test_a_flood_of_programs_is_not_a_flood_of_findings():
    one = b"--b\r\nContent-Disposition: attachment; filename=a.exe\r\n\r\n\r\n"
    assert len(found(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + one * 100)) == 10


def test_every_extension_stands_once_and_has_its_reason():
    listed = [extension for extensions_, _ in BANNED for extension in extensions_.split()]
    assert sorted(listed) == sorted(set(listed))
    assert all(reason and extension == extension.lower() for extension, reason in REASONS.items())
    assert {"exe", "scr", "js", "vbs", "lnk", "iso", "hta", "jar", "ps1", "xll", "chm", "msi"} <= REASONS.keys()
