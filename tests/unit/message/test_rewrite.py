import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message import parse
from gatekeeper.message.edit import body_start
from gatekeeper.message.forms import extensions
from gatekeeper.message.rewrite import Rewritten, UnchangeableError, rewrite
from gatekeeper.values import Change

from .mails import attachments, multipart

NOTICE = "This message was changed on its way to you: Grüße."
TEXT = b"Content-Type: text/plain\r\n\r\nHello, here it is.\r\n"
EXE = (
    b"Content-Type: application/octet-stream; name=invoice.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAE"
)
ZIP = (
    b'Content-Type: application/zip; name="report.zip"\r\nContent-Transfer-Encoding: base64\r\n'
    b'Content-Disposition: attachment; filename*0="repo"; filename*1="rt.zip"\r\nContent-ID: <a@b>\r\n\r\nUEsDBAoAAAAA'
)
STRIP = Change("1.2", "strip", "a Windows program")
RENAME = Change("1.2", "rename", "an archive", "report.zip.txt")


def _rewritten(raw: bytes, *changes: Change) -> tuple[bytes, Rewritten]:
    result = rewrite(parse(raw), changes, NOTICE)
    return b"".join(result.applied(raw).segments), result


def _read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def _texts(raw: bytes) -> list[str]:
    return [part.get_content() for part in _read(raw).walk() if part.get_content_type() == "text/plain"]


def test_a_stripped_part_leaves_a_note_in_its_place_and_a_notice_in_front() -> None:
    raw = b"Subject: x\r\n" + multipart(TEXT, EXE)
    after, result = _rewritten(raw, STRIP)
    first, text, note = _texts(after)
    assert first.startswith(NOTICE)
    assert "invoice.exe: removed (a Windows program)" in first
    assert text == "Hello, here it is.\r\n"
    assert note.startswith("invoice.exe: removed")
    assert result.done == ("1.2 invoice.exe: removed (a Windows program)",)
    assert b"TVqQ" not in after


def test_every_other_byte_of_a_stripped_message_is_as_it_came() -> None:
    raw = b"Subject: x\r\n" + multipart(TEXT, EXE, ZIP)
    after, _ = _rewritten(raw, STRIP)
    assert after.startswith(raw[: body_start(raw)])
    assert TEXT in after
    assert after.endswith(b"--b\r\n" + ZIP + b"\r\n--b--\r\n")


def test_a_message_of_one_attachment_becomes_the_notice() -> None:
    after, _ = _rewritten(b"Subject: x\r\n" + EXE, Change("1", "strip", "a Windows program"))
    read = _read(after)
    assert read["Subject"] == "x"
    assert read.get_content_type() == "text/plain"
    assert read["MIME-Version"] == "1.0"
    assert NOTICE in read.get_content()
    assert "invoice.exe: removed" in read.get_content()
    assert [part.names() for part in parse(after).walk()] == [()]


@pytest.mark.parametrize("subtype", ["alternative", "related", "report; report-type=x"])
def test_a_notice_does_not_become_one_of_the_alternatives(subtype: str) -> None:
    raw = multipart(TEXT, EXE).replace(b"mixed", subtype.encode())
    after, _ = _rewritten(raw, STRIP)
    root = _read(after)
    assert root.get_content_type() == "multipart/mixed"
    notice, inner = root.iter_parts()
    assert NOTICE in notice.get_content()
    assert inner.get_content_subtype() == subtype.partition(";")[0]
    assert [part.get_content_type() for part in inner.iter_parts()] == ["text/plain", "text/plain"]
    assert not parse(after).anomalies


def test_a_renamed_part_has_one_name_everywhere() -> None:
    raw = b"Subject: x\r\n" + multipart(TEXT, ZIP)
    after, result = _rewritten(raw, RENAME)
    part = list(parse(after).walk())[2]
    assert part.names() == ("report.zip.txt",)
    assert part.types() == ("text/plain",)
    assert part.decodings() == list(parse(raw).walk())[2].decodings()
    assert part.values(b"content-id") == [b" <a@b>"]
    assert result.done == ("1.2 report.zip: renamed to report.zip.txt (an archive)",)
    assert after.count(b"report.zip") == after.count(b"report.zip.txt") == 2
    assert NOTICE not in after.decode()


def test_a_message_that_is_the_attachment_is_renamed_in_its_header() -> None:
    raw = b"Subject: x\r\n" + ZIP
    after, result = _rewritten(raw, Change("1", "rename", "", "report.zip.txt"))
    assert after.endswith(b"\r\n\r\nUEsDBAoAAAAA")
    assert parse(after).root.names() == ("report.zip.txt",)
    assert b"content-type" in result.drop


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Rechnung für März.zip.txt", "Rechnung für März.zip.txt"),
        ('../a"b\r\nX: y.txt', ".._abX_ y.txt"),
        ("\u202etxt.exe.txt", "txt.exe.txt"),
        ("", "attachment"),
        ("x" * 500 + ".txt", "x" * 146 + ".txt"),
    ],
)
def test_a_new_name_is_one_that_all_readers_see_alike(name: str, seen: str) -> None:
    after, _ = _rewritten(multipart(TEXT, ZIP), Change("1.2", "rename", "", name))
    part = list(parse(after).walk())[2]
    assert part.names()[0] == seen
    assert {extension for name in part.names() for extension in extensions(name)} <= {"txt"}
    assert _read(after).get_payload()[1].get_filename() == seen  # type: ignore[index,union-attr]


def test_a_forwarded_message_is_changed_inside() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\n" + multipart(TEXT, EXE, boundary=b"inner")
    after, _ = _rewritten(multipart(TEXT, inner), Change("1.2.1.2", "strip"))
    assert b"TVqQ" not in after
    assert "invoice.exe: removed" in _texts(after)[-1]


def test_several_parts_are_changed_at_once_and_one_inside_another_goes_with_it() -> None:
    raw = multipart(TEXT, EXE, ZIP, b"Content-Type: message/rfc822\r\n\r\n" + EXE)
    changes = (STRIP, Change("1.3", "rename", "", "r.txt"), Change("1.4", "strip"), Change("1.4.1", "rename", "", "y"))
    after, result = _rewritten(raw, *changes)
    assert [done.split()[0] for done in result.done] == ["1.2", "1.3", "1.4"]
    assert [name for part in parse(after).walk() for name in part.names()] == ["r.txt"]


def test_who_asks_to_strip_and_to_rename_gets_it_stripped() -> None:
    after, _ = _rewritten(multipart(TEXT, EXE), STRIP, Change("1.2", "rename", "", "x.txt"))
    assert b"TVqQ" not in after


@pytest.mark.parametrize("kind", [b"multipart/signed", b"multipart/encrypted"])
def test_what_is_signed_is_not_changed(kind: bytes) -> None:
    raw = multipart(TEXT, multipart(TEXT, EXE, boundary=b"s").replace(b"multipart/mixed", kind))
    with pytest.raises(UnchangeableError, match="signed"):
        rewrite(parse(raw), [Change("1.2.2", "strip")], NOTICE)


def test_an_opaque_signature_is_not_changed() -> None:
    raw = multipart(TEXT, EXE.replace(b"application/octet-stream", b"application/pkcs7-mime"))
    with pytest.raises(UnchangeableError, match="signed"):
        rewrite(parse(raw), [STRIP], NOTICE)


def test_a_part_that_only_some_readers_see_is_not_changed() -> None:
    raw = multipart(TEXT, TEXT).replace(b"--b--", b"--hidden\r\n" + EXE + b"\r\n--b--")
    stray = next(part for part in parse(raw).walk() if "~" in part.path)
    with pytest.raises(UnchangeableError, match="do not agree"):
        rewrite(parse(raw), [Change(stray.path, "strip")], NOTICE)


def test_a_part_with_a_header_that_readers_take_differently_is_not_renamed() -> None:
    raw = multipart(TEXT, b"Content-Transfer-Encoding: base64\r\n" + ZIP.replace(b"base64", b"8bit"))
    with pytest.raises(UnchangeableError, match="do not agree"):
        rewrite(parse(raw), [RENAME], NOTICE)


def test_what_another_reading_would_still_show_is_not_called_stripped() -> None:
    """The same bytes stand a second time in a part that nobody asked to strip."""
    raw = multipart(TEXT, EXE, EXE.replace(b"invoice.exe", b"innocent.txt"))
    with pytest.raises(UnchangeableError, match="would still see"):
        rewrite(parse(raw), [STRIP], NOTICE)


def test_a_part_in_an_encoded_multipart_is_not_changed() -> None:
    hidden = b"LS1iDQpDb250ZW50LVR5cGU6IGEvYjsgbmFtZT1hLmV4ZQ0KDQpNWg0KLS1iLS0NCg=="
    raw = b"Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + hidden
    message = parse(raw)
    part = next(part for part in message.walk() if "a.exe" in part.names())
    with pytest.raises(UnchangeableError):
        rewrite(message, [Change(part.path, "strip")], NOTICE)


def test_the_boundary_of_the_new_multipart_does_not_occur_in_the_message() -> None:
    raw = multipart(TEXT, EXE).replace(b"mixed", b"related")
    once, _ = _rewritten(raw, STRIP)
    twice, _ = _rewritten(once.replace(b"mixed", b"related"), Change("1.1", "strip"))
    boundaries = [value for part in parse(twice).walk() for value in part.values(b"content-type") if b"=_" in value]
    assert len(boundaries) == 2
    assert len(set(boundaries)) == 2


@given(st.lists(attachments, min_size=1, max_size=4), st.data())
def test_whatever_python_attaches_can_be_stripped_and_is_gone(parts: list[EmailMessage], data: st.DataObject) -> None:
    rendered = [TEXT, *(part.as_bytes(policy=email.policy.SMTP) for part in parts)]
    raw = multipart(*rendered, boundary=b"outer")
    number = data.draw(st.integers(2, len(rendered)))
    message = parse(raw)
    target = next(part for part in message.walk() if part.path == f"1.{number}")
    try:
        after, _ = _rewritten(raw, Change(target.path, "strip"))
    except UnchangeableError:
        others = [d.data for part in message.walk() if part is not target for d in part.decodings()]
        assert any(decoding.data in others for decoding in target.decodings())
        return
    paths = [part.path for part in parse(after).walk()]
    assert paths == ["1", *(f"1.{count}" for count in range(1, len(rendered) + 2))]
    changed = next(part for part in parse(after).walk() if part.path == f"1.{number + 1}")
    assert changed.types() == ("text/plain",)
    assert changed.names() == ()


def test_no_name_becomes_a_part_of_the_note() -> None:
    """A boundary that soft line breaks of quoted-printable could complete, and names that are header and body."""
    line = b"x" * 73 + b"="
    hostile = (b"--" + b"x" * 73 + b"X-A: y.exe", b"Content-Type: text/html; a=b.exe", b"<script src=x></script>.exe")
    parts = [
        b'Content-Disposition: attachment; filename="' + name + b'"\r\n\r\nMZ%d' % n for n, name in enumerate(hostile)
    ]
    raw = multipart(TEXT, *parts, boundary=line).replace(b"boundary=" + line, b'boundary="' + line + b'"')
    after, _ = _rewritten(raw, *(Change(f"1.{number}", "strip") for number in (2, 3, 4)))
    found = list(parse(after).walk())
    assert [part.path for part in found] == ["1", "1.1", "1.2", "1.3", "1.4", "1.5"]
    assert {part.types() for part in found[1:]} == {("text/plain",)}
