"""Whatever Python's email package finds in sound mail, we find."""

import email
import email.message
from email.header import decode_header, make_header
from email.utils import collapse_rfc2231_value, unquote

from hypothesis import given, settings

from gatekeeper.message import parse

from .mails import broken, sound


def filename_of(part: email.message.Message) -> str | None:
    name = part.get_filename()
    return None if name is None else collapse_rfc2231_value(name)


@given(sound)
@settings(max_examples=300, deadline=None)
def test_names_and_bodies_of_sound_mail(mail):
    raw = mail.as_bytes()
    theirs = list(email.message_from_bytes(raw).walk())
    ours = list(parse(raw).walk())
    assert len(theirs) == len(ours)
    for their, our in zip(theirs, ours, strict=True):
        assert their.get_content_type() == our.types()[0]
        if (name := filename_of(their)) is not None:
            assert name in our.names() or name in map(unquote, our.names())  # they take `<` and `>` off, too
        if not their.is_multipart():
            assert their.get_payload(decode=True) in [reading.data for reading in our.decodings()]


@given(sound)
@settings(deadline=None)
def test_header_fields_of_sound_mail(mail):
    raw = mail.as_bytes()
    theirs = [(name, str(value)) for name, value in email.message_from_bytes(raw).raw_items()]
    ours = [(field.name.decode(), field.value.decode().lstrip(" \t")) for field in parse(raw).fields]
    assert ours == theirs


@given(broken)
@settings(max_examples=300, deadline=None)
def test_types_of_broken_mail(raw):
    """Also where the mail is broken: what they take a message for is among what we take it for."""
    theirs = email.message_from_bytes(raw)
    types = parse(raw).root.types()
    declared = theirs.get("content-type")
    if declared is None or b"\r" in raw.replace(b"\r\n", b""):
        return
    kind = theirs.get_content_type().split()[0]  # they keep a fold
    assert kind in types or kind == theirs.get_default_type()


def test_encoded_words_as_they_decode_them():
    for text in (b"=?utf-8?B?YS5leGU=?=", b"=?utf-8?Q?a=2Ee?= =?utf-8?Q?xe?=", b"=?iso-8859-1?q?caf=E9?="):
        wanted = str(make_header(decode_header(text.decode())))
        raw = b'Content-Disposition: attachment; filename="' + text + b'"\r\n\r\n'
        assert wanted in parse(raw).root.names()
