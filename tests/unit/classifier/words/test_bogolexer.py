"""Our words against those that the real program prints, on mail made for it."""

import base64
import subprocess
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from gatekeeper.classifier.words import bogofilter_words_of, words_of
from gatekeeper.message import parse
from tests.programs import needs

pytestmark = needs("bogolexer", "bogofilter")

_TEXT = """Dear Ms. O'Neill,

don't miss our FREE-offer!!! Only $19.99 (was $1,299.00), 50% off until 2024-05-01 at 12:30.
Visit http://www.example.com/path/index.html?id=foo&ref=12ab or mail info@example.org; server 192.0.2.17.
Version 1.2.3, build x86_64, file_name.tar.gz, foo...bar, "quoted", 'single', *bold*, [list], {set}, a~b `tick`.
https://lists.example.net/mailman/listinfo/some-list  averyveryverylongwordthatisnotread notsoverylong
"""

_PAGE = """<html><head><title>Special offer</title><style>p {color: red}</style></head>
<body bgcolor="#ffffff"><!-- nothing to see --><p>Lo<b>w</b>est prices &amp; best quality&nbsp;here<br>
<a href="http://shop.example.com/buy/now.html?x=%41bcd" target=_blank>Click here</a>
<img src="http://192.0.2.9/pixel.gif" width=1 height=1 alt="a picture">
<font color="red" face="Arial, Helvetica" size=+2>Bargain</font> &#65;pple it&#39;s over</p>
<table width="100%"><tr><td>one</td><td>two</td></tr></table></body></html>
"""

_TRACE = """Received: from mail.example.com (mail.example.com [192.0.2.1])
\tby mx.example.org (Postfix) with ESMTP id 4ABCdef123
\tfor <user@example.org>; Wed, 1 May 2024 12:30:00 +0200 (CEST)
Received: from [10.1.2.3] (helo=pc7) by mail.example.com with smtp (Exim 4.96) id 1abcDE-0001Fg-2H;
 Wed, 1 May 2024 12:29:58 +0200
Return-Path: <some-list-bounces@lists.example.net>
"""


def composed() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Jörg Müller <joerg.mueller@example.com>"
    message["To"] = '"User, A." <user@example.org>, other@example.org'
    message["Cc"] = "third@example.net"
    message["Subject"] = "Re: [list] Größte offer: 50% off"
    message["Date"] = format_datetime(datetime(2024, 5, 1, 12, 30, tzinfo=UTC))
    message["Message-ID"] = "<20240501.abc@example.com>"
    message["In-Reply-To"] = "<20240430.xyz@example.org>"
    message["References"] = "<a.b@example.org> <a.very.long.name.00112233@example.org> <xyz@example.org>"
    message["X-Mailer"] = "Foo Mailer 1.2.3 (build 45)"
    message["List-Unsubscribe"] = "<http://lists.example.net/leave?id=1>"
    return message


def plain() -> bytes:
    message = composed()
    message.set_content(_TEXT)
    return _TRACE.encode() + message.as_bytes()


def both() -> bytes:
    message = composed()
    message.set_content(_TEXT + "Prix très bas\n")
    message.add_alternative(_PAGE, subtype="html")
    return _TRACE.encode() + message.as_bytes()


def with_file() -> bytes:
    message = composed()
    message.set_content(_PAGE, subtype="html", cte="quoted-printable")
    message.add_attachment(b"%PDF words that are not read", maintype="application", subtype="pdf", filename="bill.pdf")
    return message.as_bytes()


def forwarded() -> bytes:
    outer = composed()
    outer.set_content("See below.\n")
    inner = EmailMessage()
    inner["From"] = "someone@example.com"
    inner["Subject"] = "An inner subject"
    inner.set_content("Some inner words.\n")
    outer.add_attachment(inner)
    return outer.as_bytes()


def in_base64() -> bytes:
    head = b"From: foo@example.com\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    return head + base64.encodebytes((_TEXT + "voilà “quoted” naïve\n").encode())


def in_koi8() -> bytes:
    head = b"From: foo@example.com\nContent-Type: text/plain; charset=koi8-r\n\n"
    return head + "обычные слова по-русски\n".encode("koi8-r")


def undeclared() -> bytes:
    return b"From: foo@example.com\nSubject: Gr\xfc\xdfe\n\nviele Gr\xfc\xdfe aus K\xf6ln\n"


def with_crlf() -> bytes:
    return plain().replace(b"\n", b"\r\n")


def list_digest() -> bytes:
    message = plain()
    return message + b"\n-- \n_______________________________________________\nsome-list mailing list\n> quoted line\n"


def to_a_bounce_address() -> bytes:
    return b"Return-Path: <list-return-12345-user=example.org@lists.example.net>\n" + plain()


_MAIL = (plain, both, with_file, forwarded, in_base64, in_koi8, undeclared, with_crlf, list_digest)


def printed(raw: bytes) -> set[bytes]:
    done = subprocess.run(["bogolexer", "-C", "-p"], input=raw, stdout=subprocess.PIPE, check=True)
    return set(done.stdout.split(b"\n")[:-1])


@pytest.mark.parametrize("make", [*_MAIL, to_a_bounce_address], ids=lambda make: make.__name__)
def test_every_word_that_bogofilter_finds_is_found(make):
    raw = make()
    theirs = printed(raw)
    assert len(theirs) > 5
    assert theirs - set(words_of(parse(raw))) == set()


@pytest.mark.parametrize("make", _MAIL, ids=lambda make: make.__name__)
def test_and_no_other_is_called_bogofilters(make):
    raw = make()
    assert set(bogofilter_words_of(parse(raw))) - printed(raw) == set()
