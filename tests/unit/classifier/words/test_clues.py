"""How a message is made."""

from gatekeeper.classifier.words.clues import charset_clues, header_clues, part_clues
from gatekeeper.classifier.words.headers import sent
from gatekeeper.message import parse
from gatekeeper.message.text import texts

_HEADER = b"""Received: from a.example by b.example
Return-Path: <x@a.example>
From: a@a.example
To: b@b.example, c@b.example
Subject: foo
Message-ID: <1234@Host.Example>
X-Mailer: foo

"""


def clues(header: bytes) -> list[bytes]:
    return header_clues(sent(parse(header).fields))


def test_what_is_missing():
    said = clues(_HEADER)
    assert b"no:date" in said
    assert b"no:from" not in said


def test_the_order_of_what_the_sender_wrote():
    assert b"order:from>to>subject>message-id>x-mailer" in clues(_HEADER)


def test_nothing_is_said_of_what_the_receiving_site_adds():
    bare = _HEADER.partition(b"\n")[2].partition(b"\n")[2]
    added = b"X-Gatekeeper-Id: foo\nX-Spam-Flag: YES\nDelivered-To: foo\n"
    assert clues(bare) == clues(_HEADER) == clues(added + _HEADER)


def test_how_many_it_is_written_to():
    assert b"count:to2" in clues(_HEADER)
    assert b"count:cc5" in clues(b"Cc: " + b"a@b.example, " * 50 + b"\n\n")


def test_who_named_it():
    assert b"mid:host.example" in clues(_HEADER)
    assert b"mid:none" in clues(b"Message-ID: <>\n\n")


def test_charsets():
    raw = b"Content-Type: text/html; charset=koi8-r\n\n" + "привет".encode("koi8-r")
    assert b"charset:koi8-r/html" in list(charset_clues(texts(parse(raw))))


def test_whether_people_are_called_by_name():
    assert {b"uncalled:from", b"uncalled:to"} <= set(clues(_HEADER))
    assert {b"called:from", b"called:to"} <= set(clues(b'From: "Joe" <a@b.example>\nTo: Ann <b@b.example>\n\n'))


def test_the_domain_of_the_sender():
    assert {b"sender:example.co.uk", b"sender:.uk"} <= set(clues(b"From: Joe <joe@mail.example.co.uk>\n\n"))
    assert b"sender:example.com" in clues(b"From: joe@mail.example.com\n\n")
    assert b"sender:localhost" in clues(b"From: joe@localhost\n\n")
    assert not any(clue.startswith(b"sender:") for clue in clues(b"From: @\n\n"))


def test_a_content_type_as_a_whole_unless_it_is_new_each_time():
    assert b"type:text_plain_charset_us-ascii" in clues(b"Content-Type: text/plain; charset=us-ascii\n\n")
    assert not any(clue.startswith(b"type:") for clue in clues(b"Content-Type: multipart/mixed; Boundary=1\n\n"))


def test_the_tree_of_parts():
    raw = b"Content-Type: multipart/mixed; boundary=edge\n\n--edge\n\nfoo\n--edge\nContent-Type: a/b\n\nfoo\n--edge--\n"
    assert part_clues(parse(raw)) == (b"parts:3", b"tree:multipart_mixed,text_plain,a_b")
