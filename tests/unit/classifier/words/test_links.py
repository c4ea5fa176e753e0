"""Where a message leads, what it brings along and what it hides."""

from gatekeeper.classifier.words.links import attachment_words, hidden_words, link_words
from gatekeeper.message import parse
from gatekeeper.message.text import MessageText, texts

_HTML = b"Content-Type: text/html\n\n"


def text(raw: bytes) -> MessageText:
    return texts(parse(raw))


def test_hosts_and_their_domains():
    said = list(link_words(text(b"\nsee http://www.shop.example.co.uk/foo and http://192.0.2.1:8080/")))
    assert said == [b"link:text", b"url:www.shop.example.co.uk", b"url:example.co.uk", b"url:192.0.2.1"]


def test_what_kind_of_link_it_is():
    assert b"link:form" in list(link_words(text(_HTML + b"<form action='http://a.example/'>")))


def test_a_host_is_one_word_however_often_and_however_written():
    page = b"<a href='http://user@A.example/1?x'>1</a><a href='//a.example'>2</a><a href='mailto:b@c.example'>3</a>"
    assert list(link_words(text(_HTML + page))) == [b"link:a", b"url:a.example"]


def test_how_text_is_hidden():
    assert list(hidden_words(text(_HTML + b"<p style='display:none'>foo</p>"))) == [b"hidden:display"]


def test_files_by_ending_and_content():
    raw = b"""Content-Type: multipart/mixed; boundary=edge

--edge
Content-Type: application/octet-stream; name="Invoice.PDF.exe"

MZ\x90\0
--edge
Content-Type: text/plain; name="note.txt"

hello
--edge--
"""
    assert next(attachment_words(parse(raw))) == b"ext:exe"
    assert b"ext:txt" not in list(attachment_words(parse(raw)))


def test_a_message_that_leads_everywhere_is_read_in_part():
    raw = b"\n" + b" ".join(b"http://h%d.example/" % number for number in range(2000))
    assert len(set(link_words(text(raw)))) < 1100
