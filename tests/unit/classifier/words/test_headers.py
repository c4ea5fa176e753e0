"""What bogolexer 1.2.5 makes of a header, rule by rule, and what of it we never read."""

import pytest

from gatekeeper.classifier.words.headers import header_words, part_words, sent
from gatekeeper.message import parse


def words(header: bytes) -> list[bytes]:
    return header_words(sent(parse(header + b"\n\n").fields))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"Subject: Hello World", [b"subj:Hello", b"subj:World"]),
        (b"SUBJECT: Hello", [b"subj:Hello"]),
        (b"From: Joe <joe@a.example>", [b"from:Joe", b"from:joe", b"from:a.example"]),
        (b"To: foo@b.example\nCc: bar", [b"to:foo", b"to:b.example", b"to:bar"]),
        (b"Return-Path: <foo@b.example>", [b"rtrn:foo", b"rtrn:b.example"]),
        (b"X-Mailer: Foo", [b"head:X-Mailer", b"head:Foo"]),
        (b"Bcc: foo", [b"head:Bcc", b"head:foo"]),
        (b"Disposition-Notification-To: foo", [b"head:foo"]),
    ],
)
def test_the_prefix_of_a_field(header, expected):
    assert words(header) == expected


def test_queue_ids_are_not_read():
    header = b"Received: from a.example by bbb (Postfix) id ABCDE1\n\tid <FOO.2>; for id\n BAR3 ident"
    assert words(header) == [b"rcvd:" + word for word in (b"from", b"a.example", b"bbb", b"Postfix", b"for", b"ident")]
    assert words(b"X-Foo: the id ABCDE1") == [b"head:X-Foo", b"head:the"]


@pytest.mark.parametrize(
    "name", [b"Date", b"Message-ID", b"References", b"In-Reply-To", b"Delivery-Date", b"X-Keywords"]
)
def test_of_what_never_comes_again_only_the_name_is_read_and_folded_lines(name):
    assert words(name + b": foo.bar\n baz") == [b"head:" + name, b"head:baz"]


def test_boundaries_and_the_word_name_are_not_read():
    header = b'Content-Type: multipart/mixed;\n\tboundary="foo bar"; charset=utf-8; name="file.txt"'
    assert words(header) == [
        b"head:" + word for word in (b"Content-Type", b"multipart", b"mixed", b"charset", b"utf-8", b"file.txt")
    ]


def test_encoded_words_are_decoded_and_joined():
    assert words(b"Subject: =?utf-8?q?caf=C3=A9?= =?iso-8859-1?q?caf=E9_foo?=") == [
        "subj:cafécafé".encode(),
        b"subj:foo",
    ]


def test_bytes_are_latin_1_until_a_content_type_says_otherwise():
    assert words("Subject: Grüße".encode("latin-1")) == ["subj:Grüße".encode()]
    assert words("Subject: Grüße".encode()) == ["subj:Grüße".encode().decode("latin-1").encode()]
    assert words(b"Content-Type: text/plain; charset=utf-8\nSubject: " + "Grüße".encode())[-1] == "subj:Grüße".encode()


@pytest.mark.parametrize(
    ("address", "word"),
    [
        (b"list-return-12345-user=example.org@b.example", b"rtrn:list-#-user"),
        (b"sentto-123-45-678-joe=example.org@b.example", b"rtrn:sentto-#-joe"),
    ],
)
def test_an_address_made_for_its_recipient_is_read_without_its_numbers(address, word):
    assert word in words(b"Return-Path: <" + address + b">")


def test_an_address_without_numbers_stays_as_it_is():
    assert not any(b"#" in word for word in words(b"Return-Path: <some-list-user=example.org@b.example>"))


_VERDICTS = """
X-Gatekeeper-Verdict X-GATEKEEPER-Id x-spam-status X-SPAM-Flag X-Bogosity X-Spamd-Result X-Rspamd-Server X-Virus-Scanned
X-Amavis-Alert Authentication-Results ARC-Seal Received-SPF X-MS-Exchange-Organization-SCL X-Forefront-Antispam
X-Microsoft-Antispam X-YMail-OSG X-Apparently-To DKIM-Filter X-Gmail-Labels X-GM-THRID X-Mozilla-Status X-Label
"""


@pytest.mark.parametrize("name", _VERDICTS.split())
def test_what_was_added_to_it_later_is_never_read(name):
    assert words(name.encode() + b": Verdict\n folded\nX-Foo: bar") == [b"head:X-Foo", b"head:bar"]


def test_the_header_of_a_part_has_one_prefix_for_all():
    fields = sent(parse(b"Content-Type: text/html\nSubject: foo\nX-Spam-Flag: YES\n\n").fields)
    assert part_words(fields, b"mime:") == [b"mime:" + word for word in (b"Content-Type", b"text", b"html", b"foo")]
