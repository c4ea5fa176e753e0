from pathlib import Path

import pytest

from gatekeeper.app.tables import shipped
from gatekeeper.checks.attachments import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import AttachmentRules, Tables
from gatekeeper.values import (
    Action,
    Anomaly,
    Change,
    Client,
    Contents,
    Envelope,
    Exceeded,
    Finding,
    Item,
    Opened,
    Stage,
)

SHIPPED = AttachmentRules.parse(shipped("attachments.rules").read_text(), "attachments.rules")
ZIP = b"PK\3\4" + bytes(26) + b"x" * 30 + b"PK\5\6" + bytes(18)
PROGRAM = b"MZ\x90\0" + bytes(56) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(64)


def rules(text: str) -> AttachmentRules:
    parsed = AttachmentRules.parse(text, "rules")
    assert parsed.problems == ()
    return parsed


def found(raw: bytes, asked: AttachmentRules = SHIPPED, inside: Item | None = None, **settings) -> list[Finding]:
    """The findings about `raw`; every container in it is opened as `inside`, or cannot be opened."""
    check = build(Settings(**settings), Tables(attachments=asked))[Stage.ATTACHMENT]
    steps = check(Mail(Envelope("id", "test", Client(), None), message=parse(raw)))
    try:
        questions = next(steps)
        assert all(isinstance(question, Contents) for question in questions)
        steps.send(dict.fromkeys(questions, Opened(inside) if inside else Exceeded("time")))
    except StopIteration as end:
        return list(end.value)
    raise AssertionError("asked twice")


def mixed(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    return b"Content-Type: multipart/%b; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n%b\r\n--b--\r\n" % (
        kind,
        b"\r\n--b\r\n".join(parts),
    )


def part(*header: bytes, body: bytes = b"text") -> bytes:
    return b"\r\n".join(header) + b"\r\n\r\n" + body


def named(name: str, body: bytes = b"text") -> bytes:
    return part(b'Content-Disposition: attachment; filename="' + name.encode() + b'"', body=body)


def item(path: str, kind: str = "text", size: int = 9, items: tuple[Item, ...] = (), **fields) -> Item:
    name = path.rpartition("/")[2].partition(":")[2]
    return Item(path, (name,) if name else (), kind, size, "00", items=items, **fields)


def holding(*items: Item, **fields) -> Item:
    return item("", "zip", items=items, **fields)


def slugs(raw: bytes, *arguments, **settings) -> list[str]:
    return [finding.name for finding in found(raw, *arguments, **settings)]


def test_a_program_is_refused_and_shown():
    (finding,) = found(mixed(named("setup.exe")))
    assert (finding.name, finding.certain, finding.danger) == ("banned-attachment", Action.REJECT, True)
    assert finding.evidence == "1.2: setup.exe: a Windows program"


@pytest.mark.parametrize(
    ("deed", "action"),
    [("reject", Action.REJECT), ("quarantine", Action.QUARANTINE), ("discard", Action.DISCARD)],
)
def test_what_becomes_of_it_is_the_rules_choice(deed, action):
    (finding,) = found(mixed(named("a.exe")), rules(f"{deed} ext exe -- x\n"))
    assert (finding.name, finding.certain, finding.change) == ("banned-attachment", action, None)


@pytest.mark.parametrize(
    "name", ["a.txt", "a.pdf", "exe", "a.exe.txt", "photo.jpg", "report.docx", ".profile", "x.tar.gz", "0001-x.patch"]
)
def test_ordinary_names_pass(name):
    assert slugs(mixed(named(name))) == []


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
    assert "banned-attachment" in slugs(mixed(part(*header)))


@pytest.mark.parametrize("name", ["A.EXE. ", "a.exe:stream", "a.ex\u200be", "a\uff0eexe", "a\\b.exe"])
def test_a_name_is_judged_as_windows_takes_it(name):
    assert "banned-attachment" in slugs(mixed(named(name)))


def test_a_uuencoded_program_inside_text_counts():
    raw = b"Subject: x\r\n\r\nhello\r\nbegin 644 setup.exe\r\n#0V%T\r\n`\r\nend\r\n"
    assert slugs(raw) == ["banned-attachment"]


def test_a_forward_named_after_its_subject_is_no_program():
    forward = b'Content-Type: message/rfc822; name="Re: example.com"\r\n\r\nSubject: Re: example.com'
    assert slugs(mixed(forward)) == []
    assert slugs(mixed(b'Content-Type: message/rfc822; name="Re: example.exe"')) == ["banned-attachment"]
    assert slugs(mixed(part(b'Content-Type: application/octet-stream; name="example.com"'))) == ["banned-attachment"]


def test_a_program_called_a_picture_is_refused_for_what_it_is():
    (finding,) = found(mixed(named("photo.jpg", PROGRAM)))
    assert (finding.certain, finding.evidence) == (Action.REJECT, "1.2: photo.jpg (exe): a Windows program")


def test_a_name_that_is_allowed_does_not_allow_what_is_called_so():
    lenient = rules("allow name *.jpg -- pictures\n").followed_by(SHIPPED)
    assert slugs(mixed(named("photo.jpg", PROGRAM)), lenient) == ["banned-attachment"]
    assert slugs(mixed(named("photo.jpg", PROGRAM)), rules("allow kind exe -- x\n").followed_by(SHIPPED)) == []


def test_one_reading_that_is_allowed_does_not_allow_another():
    lenient = rules("allow ext txt -- text\n").followed_by(SHIPPED)
    two = part(b"Content-Disposition: attachment; filename=a.txt; filename=a.exe")
    assert slugs(mixed(two), lenient) == ["banned-attachment"]


def test_a_declared_type_may_be_stripped():
    recipe = rules("strip type audio/x-wav audio/x-midi -- sounds\n")
    sound = part(b"Content-Type: audio/x-wav; name=hello.wav", body=b"RIFF")
    (finding,) = found(mixed(sound), recipe)
    assert (finding.name, finding.certain, finding.danger) == ("stripped-attachment", None, True)
    assert finding.change == Change("1.2", "strip", "sounds")
    assert finding.evidence == "1.2: hello.wav (audio/x-wav): sounds"


def test_a_zip_may_be_renamed():
    (finding,) = found(mixed(named("report.zip")), rules("rename ext zip -- open it with care\n"))
    assert finding.name == "renamed-attachment"
    assert finding.change == Change("1.2", "rename", "open it with care", "report.zip.txt")
    (finding,) = found(mixed(named("report.zip")), rules("rename ext zip -- x\n"), rename="checked-{name}.save")
    assert finding.change.name == "checked-report.zip.save"


def test_what_has_no_name_gets_one_when_it_is_renamed():
    (finding,) = found(mixed(part(b"Content-Type: application/zip")), rules("rename type application/zip -- x\n"))
    assert finding.change.name == "attachment.txt"


def test_the_setting_must_keep_the_old_name():
    with pytest.raises(ValueError, match=r"has no \{name\}"):
        Settings(rename="renamed.txt")


@pytest.mark.parametrize(
    "sealed",
    [
        mixed(named("a.zip"), kind=b"signed"),
        mixed(named("a.zip"), kind=b"encrypted"),
        mixed(part(b"Content-Type: application/pkcs7-mime; name=a.zip")),
        mixed(part(b"Content-Type: multipart/signed; boundary=c", body=b"--c\r\n" + named("a.zip") + b"\r\n--c--")),
    ],
    ids=["signed", "encrypted", "smime", "nested"],
)
@pytest.mark.parametrize("deed", ["strip", "rename"])
def test_what_is_signed_is_held_and_not_changed(sealed, deed):
    (finding,) = found(sealed, rules(f"{deed} ext zip -- x\n"))
    assert (finding.name, finding.certain, finding.danger) == ("signed-attachment", Action.QUARANTINE, True)
    assert finding.change is None


def test_of_several_rules_about_a_part_the_sternest_holds():
    several = rules("rename name a* -- one\nstrip type text/plain -- two\nquarantine name b* -- three\n")
    two = part(b"Content-Disposition: attachment; filename=a.x; filename=b.x")
    (finding,) = found(b"Content-Type: text/html; boundary=b\r\n" + two, several)
    assert finding.certain is Action.QUARANTINE
    assert finding.evidence.endswith("three")


def test_all_changes_are_collected_and_the_sternest_finding_stands_first():
    several = rules("rename ext zip -- one\nstrip ext js -- two\nquarantine ext py -- three\n")
    findings = found(mixed(named("a.zip"), named("b.js"), named("c.py")), several)
    assert [finding.certain for finding in findings] == [Action.QUARANTINE, None, None]
    assert [f.change.path for f in findings if f.change] == ["1.3", "1.2"]


# what is inside


def test_a_program_in_an_archive_is_refused():
    (finding,) = found(mixed(named("a.zip", ZIP)), inside=holding(item("zip:setup.exe")))
    assert finding.certain is Action.REJECT
    assert finding.evidence == "1.2/zip:setup.exe: a Windows program"


def test_a_program_deep_inside_is_known_by_its_bytes():
    deep = holding(item("zip:a.docx", "docx", items=(item("zip:a.docx/object:photo.jpg", "exe"),)))
    (finding,) = found(mixed(named("a.zip", ZIP)), inside=deep)
    assert finding.evidence == "1.2/zip:a.docx/object:photo.jpg (exe): a Windows program"


def test_a_member_that_is_to_be_changed_changes_the_whole_attachment():
    inside = holding(item("zip:a.txt"), item("zip:song.mp3"))
    (finding,) = found(mixed(named("a.zip", ZIP)), rules("strip ext mp3 -- no music\n"), inside)
    assert finding.change == Change("1.2", "strip", "no music")
    (finding,) = found(mixed(named("a.zip", ZIP)), rules("rename member ext mp3 -- x\n"), inside)
    assert finding.change == Change("1.2", "rename", "x", "a.zip.txt")


def test_scripts_in_an_archive_of_sources_are_nothing_odd():
    sources = holding(item("zip:x/setup.py"), item("zip:x/configure.pl"), item("zip:x/lib.dll"))
    assert slugs(mixed(named("x.zip", ZIP)), SHIPPED, sources) == []
    assert slugs(mixed(named("setup.py"))) == ["banned-attachment"]


@pytest.mark.parametrize("path", ["tnef:run.py", "msg:run.py", "msg.msg:run.py", "mail:a.eml/mail:run.py"])
def test_what_is_in_a_letter_is_as_good_as_attached(path):
    assert slugs(mixed(named("x.zip", ZIP)), SHIPPED, holding(item(path))) == ["banned-attachment"]
    assert slugs(mixed(named("x.zip", ZIP)), SHIPPED, holding(item(f"zip:a/{path}"))) == []


def test_a_folder_is_no_program():
    site = holding(Item("zip:example.com", ("example.com/",), "empty", 0, "00"))
    assert slugs(mixed(named("x.zip", ZIP)), SHIPPED, site) == []


def test_a_member_that_cannot_be_read_is_judged_by_its_name():
    locked = holding(Item("zip:invoice.pdf.exe", ("invoice.pdf.exe",), "data", 9, "", (Anomaly("archive.encrypted"),)))
    banned, double = found(mixed(named("x.zip", ZIP)), inside=locked)
    assert banned.certain is Action.REJECT
    assert (double.name, double.evidence) == ("double-extension", "1.2/zip:invoice.pdf.exe")


def test_encrypted_archives_are_a_class():
    locked = holding(Item("zip:a.txt", ("a.txt",), "data", 9, "", (Anomaly("archive.encrypted"),)))
    (finding,) = found(mixed(named("x.zip", ZIP)), rules("quarantine class encrypted-archive -- x\n"), locked)
    assert finding.evidence == "1.2 (encrypted-archive): x"
    nested = holding(item("zip:in.zip", "zip", items=(item("zip:in.zip/zip:a", anomalies=locked.items[0].anomalies),)))
    asked = rules("quarantine member class encrypted-archive -- x\n")
    assert slugs(mixed(named("x.zip", ZIP)), asked, nested) == ["banned-attachment"]
    assert slugs(mixed(named("x.zip", ZIP)), asked, locked) == []
    document = item("", "doc", anomalies=(Anomaly("office.encrypted"),))
    asked = rules("quarantine part class encrypted-document -- x\n")
    assert slugs(mixed(named("x.zip", ZIP)), asked, document) == ["banned-attachment"]


def test_what_could_not_be_opened_is_judged_elsewhere():
    assert found(mixed(named("a.zip", ZIP))) == []


def test_nothing_is_opened_when_a_part_is_refused_already():
    both = mixed(named("a.exe"), named("b.zip", ZIP))
    assert len(found(both, inside=holding(item("zip:c.exe")))) == 1
    lenient = rules("strip ext exe -- x\n")
    assert len(found(both, lenient, inside=holding(item("zip:c.exe")))) == 2


# disguises and floods


def test_a_double_extension_scores_beside_the_ban():
    raw = mixed(named("invoice.pdf.exe"))
    banned, double = found(raw, disguise_score=2.5)
    assert banned.evidence == "1.2: invoice.pdf.exe: a Windows program"
    assert (double.name, double.score, double.certain, double.danger) == ("double-extension", 2.5, None, False)
    assert slugs(raw, rules("allow ext exe -- x\n").followed_by(SHIPPED)) == []


def test_a_flood_of_programs_is_not_a_flood_of_findings():
    findings = found(mixed(*[named("a.zip.exe")] * 100))
    assert [finding.name for finding in findings] == ["banned-attachment"] * 10 + ["double-extension"] * 10


def test_the_sternest_is_not_lost_in_a_flood():
    findings = found(mixed(*[named("a.py")] * 50, named("a.exe"), *[named("a.pl")] * 50))
    assert findings[0].certain is Action.REJECT
    assert len(findings) == 10


def test_more_changes_than_are_reported_hold_the_message():
    findings = found(mixed(*[named("a.zip")] * 11), rules("strip ext zip -- x\n"))
    assert (findings[0].certain, findings[0].evidence) == (
        Action.QUARANTINE,
        "11 attachments would have to be changed",
    )
    assert all(finding.certain is None for finding in found(mixed(*[named("a.zip")] * 10), rules("strip ext zip -- x")))


def test_without_rules_there_is_no_check():
    assert build(Settings(), Tables()) == {}


# the set that is shipped


def test_the_shipped_set_has_no_mistakes_and_a_reason_for_each_line():
    assert SHIPPED.problems == ()
    assert all(rule.reason for rule in SHIPPED.rules)
    assert not any(rule.deed in ("strip", "rename", "discard") for rule in SHIPPED.rules), "nothing is changed unasked"
    assert Path(SHIPPED.rules[0].source).name == "attachments.rules"


BLOCKED_BY_OUTLOOK = """
ade adp app application appref-ms asp aspx asx bas bat bgi cab chm cmd cnt com cpl csh diagcab exe fxp gadget grp hlp
hpj hta htc inf ins iso isp its jar jnlp js jse ksh library-ms lnk mad maf mag mam maq mar mas mat mau mav maw mcf mda
mdb mde mdt mdw mdz msc msh msh1 msh2 mshxml msh1xml msh2xml msi msp mst msu ops osd pcd pif pl plg prf prg
printerexport ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 pst py pyc pyo pyw pyz pyzw reg scf scr sct search-ms
settingcontent-ms shb shs theme tmp udl url vb vbe vbp vbs vhd vhdx vsmacros vsw webpnp website ws wsb wsc wsf wsh xbap
xll xnk
"""


def test_what_outlook_blocks_does_not_get_in():
    """But for certificates: cer, crt and der hold no code, and people send them to each other."""
    assert set(BLOCKED_BY_OUTLOOK.split()) <= SHIPPED.banned
    assert {"one", "slk", "iqy", "ace", "img", "clsid", "rdp", "msix", "appinstaller"} <= SHIPPED.banned
    assert not {"cer", "crt", "der", "zip", "docx", "pdf", "html", "txt", "eml", "ics", "p7m", "wav"} & SHIPPED.banned


@pytest.mark.parametrize(
    ("declared", "action"), [("application/HTA", Action.REJECT), ("text/javascript", Action.QUARANTINE)]
)
def test_a_script_without_a_name_is_known_by_its_type(declared, action):
    (finding,) = found(mixed(part(b"Content-Type: " + declared.encode())))
    assert (finding.certain, finding.evidence.partition(":")[0]) == (action, f"1.2 ({declared.lower()})")


def test_what_is_refused_inside_is_never_milder_as_an_attachment():
    order = ["quarantine", "reject"]
    for name in {value for rule in SHIPPED.rules if rule.subject == "ext" for value in rule.values}:
        inside, attached = (SHIPPED.of_name(f"a.{name}", name, member) for member in (True, False))
        assert attached is not None, name
        assert inside is None or order.index(inside.deed) <= order.index(attached.deed), name
