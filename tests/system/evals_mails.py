# ruff: noqa: E501 — a line of a message is a line here
"""Messages of our own that functions of SpamAssassin's plugins hit, each by the name of what it shows."""

from base64 import encodebytes
from struct import pack

WAY = b"from mx.other.net (mx.other.net [203.0.113.9]) by mail.example.org (Postfix) with ESMTP id 4F1B2; Mon, 3 Jun 2024 12:00:00 +0000"
"""How a message came, at noon."""


def mail(
    body: bytes = b"This is a short text, and no more than that is said.\n",
    *fields: bytes,
    author: bytes = b"Joe Doe <joe@example.org>",
    to: bytes = b"Ann <ann@example.org>",
    subject: bytes = b"Hello to you",
    date: bytes = b"Mon, 3 Jun 2024 12:00:00 +0000",
    received: tuple[bytes, ...] = (WAY,),
) -> bytes:
    top = [b"Received: " + line for line in received]
    named = ((b"From", author), (b"To", to), (b"Subject", subject), (b"Date", date))
    sender = [field for field in fields if field.startswith(b"Return-Path")]
    rest = [field for field in fields if field not in sender]
    lines = [*sender, *top, *(name + b": " + value for name, value in named if value), *rest]
    return b"\n".join(lines) + b"\n\n" + body


def page(html: bytes, **fields: bytes) -> bytes:
    return mail(html, b"Content-Type: text/html; charset=us-ascii", **fields)  # type: ignore[arg-type]


def parts(*every: bytes, kind: bytes = b"mixed", end: bytes = b"--cut--\n", **fields: bytes) -> bytes:
    body = b"".join(b"--cut\n" + part + b"\n" for part in every)
    return mail(body + end, b"MIME-Version: 1.0", b"Content-Type: multipart/%b; boundary=cut" % kind, **fields)  # type: ignore[arg-type]


def attached(kind: bytes, name: bytes, data: bytes, disposition: bytes = b"attachment") -> bytes:
    header = b'Content-Type: %b; name="%b"\nContent-Disposition: %b; filename="%b"\n' % (kind, name, disposition, name)
    return header + b"Content-Transfer-Encoding: base64\n\n" + encodebytes(data)


def came(*lines: bytes, **fields: bytes) -> bytes:
    return mail(received=lines, **fields)  # type: ignore[arg-type]


def hop(name: bytes, address: bytes, by: bytes, helo: bytes = b"") -> bytes:
    stamp = b"with ESMTP id 4F1B2; Mon, 3 Jun 2024 12:00:00 +0000"
    return b"from %b (%b [%b]) by %b (Postfix) %b" % (helo or name, name or b"unknown", address, by, stamp)


TEXT = b"Content-Type: text/plain\n\none two three four\n"
GIF = b"GIF89a" + pack("<HHBBB", 100, 50, 0, 0, 0)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + pack(">IIBBBBB", 30, 20, 8, 2, 0, 0, 0) + b"crc."
JPEG = b"\xff\xd8\xff\xe0" + pack(">H", 6) + b"JFIF" + b"\xff\xc0" + pack(">HBHHB", 17, 8, 40, 60, 3) + b"\0" * 9
PDF = b"%PDF-1.4\n1 0 obj\n/Author (Joe \\(the\\051 boss)/Title<FEFF00480069>\n/CreationDate (D:20240603)\n/Encrypt 1 0 R\n"
PDF += b"/Subtype/Image\n200 0 0 100 0 0 cm\nstream\n\xff\xfe\nendstream\n"

HEADERS = {
    "plain": mail(),
    "later than it came": mail(date=b"Mon, 3 Jun 2024 16:30:00 +0000"),
    "earlier than it came": mail(date=b"Mon, 3 Jun 2024 03:00:00 +0000"),
    "days later": mail(date=b"Mon, 10 Jun 2024 03:00:00 +0000"),
    "days earlier": mail(date=b"Mon, 27 May 24 03:00:00 EST"),
    "no time": mail(date=b"yesterday"),
    "sent again": mail(b"x\n", b"Resent-Date: Mon, 3 Jun 2024 17:00:00 +0000"),
    "two relays": came(WAY, WAY.replace(b"12:00:00", b"07:00:00"), date=b"Mon, 3 Jun 2024 07:00:00 +0000"),
    "fetched": came(
        b"from localhost (localhost [127.0.0.1]) by me.test (Postfix); Mon, 3 Jun 2024 20:00:00 +0000",
        b"from x by localhost with POP3 (fetchmail-6.4.1) for <a@localhost>; Mon, 3 Jun 2024 20:00:00 +0000",
        WAY,
        date=b"Mon, 3 Jun 2024 16:30:00 +0000",
    ),
    "octets": mail(subject=b"caf\xe9 \xfcber alles", author=b"\xe9\xe8\xfc\xe9\xe8\xfc <joe@example.org>"),
    "utf-8": mail(subject="café über alles".encode()),
    "one pound": mail(subject=b"\xa3 and \xe9"),
    "controls": mail(subject=b"a\x01b\x02c"),
    "capitals": mail(subject=b"Re: BUY IT NOW TODAY"),
    "capitals in cyrillic": mail(subject=b"=?koi8-r?B?8PLp9+X0IPfz5e0g7ODk8e0=?="),
    "one word": mail(subject=b"BUYITNOWTODAY"),
    "called": mail(subject=b"ann, have a look"),
    "called by address": mail(subject=b"for ann@example.org only"),
    "called in passing": mail(subject=b"we met ann there"),
    "outlook": mail(b"x\n", b"Message-ID: <000101c0a1b2$12345678$9abcdef0@example.org>"),
    "outlook in time": mail(
        b"x\n", b"Message-ID: <000101dab5ad$12345678$9abcdef0@example.org>", date=b"Mon, 3 Jun 2024 12:00:00 +0000"
    ),
    "list": mail(b"x\n", b"List-Unsubscribe: <mailto:leave-1@lists.test>"),
    "two subjects": mail(b"x\n", b"Subject: Another"),
    "the same subject twice": mail(b"x\n", b"Subject: Hello to you"),
    "template": mail(b"x\n", b"X-Mailer: %MAILER_NAME"),
    "template in a reference": mail(b"x\n", b"References: <%REF_1@example.org>"),
    "ratware": mail(
        b"x\n", b"Message-ID: <ABCDEFGHIJKLMNOPQRSTUVWXYZAB.joe@example.org>", author=b'"Joe" <joe@example.org>'
    ),
    "turned round": mail(b"x\n", b"Return-Path: <bounce-example.org.ann@lists.test>"),
    "same sender": mail(b"x\n", b"Return-Path: <Joe@Example.org>"),
    "other sender": mail(b"x\n", b"Return-Path: <joe@a.example.net>"),
    "two authors": mail(b"x\n", b"Return-Path: <joe@example.org>", author=b"joe@example.org, ann@example.net"),
    "no recipient": mail(to=b""),
    "sorted": mail(to=b", ".join(b"a%d@h%d.org" % (place, place) for place in range(8))),
    "alike": mail(to=b", ".join(b"joe%d@same%d.org" % (place, place) for place in range(9, 1, -1))),
    "unlike": mail(to=b"zoe@aa.org, ann@bb.net, eve@cc.com, dan@dd.org, bob@ee.org"),
    "far away": mail(subject=b"=?koi8-r?Q?hello?="),
    "japanese": mail(subject=b"=?iso-2022-jp?Q?hello?="),
    "a long field": mail(b"x\n", b"X-Long: " + b"a" * 9000),
}

PROVIDERS = {
    "aol": came(b"from rly-ab01.mx.aol.com (rly [203.0.113.9]) by b.test; Mon, 3 Jun 2024 12:00:00 +0000"),
    "aol by its way": came(b"from rly-ab01.mx.aol.com (v1/AOL-5.0.0) by b.test; Mon, 3 Jun 2024 12:00:00 +0000"),
    "hotmail in received": came(hop(b"x.hotmail.com", b"203.0.113.9", b"mail.example.org")),
    "hotmail in from": mail(author=b"joe@hotmail.com"),
    "hotmail by pickup": came(
        b"from mail pickup service by hotmail.com with Microsoft SMTPSVC; Mon, 3 Jun 2024 12:00:00 +0000",
        author=b"joe@hotmail.com",
    ),
    "hotmail by outlook": mail(
        b"x\n",
        b"X-OriginatorOrg: hotmail.com",
        author=b"joe@hotmail.com",
        received=(
            b"from a.outbound.protection.outlook.com (b.outbound.protection.outlook.com [203.0.113.9]) by b.test; Mon, 3 Jun 2024 12:00:00 +0000",
        ),
    ),
    "yahoo": mail(author=b"joe@yahoo.com"),
    "yahoo by web": came(
        b"from [203.0.113.9] by web1.mail.yahoo.com via HTTP; Mon, 3 Jun 2024 12:00:00 PDT", author=b"joe@yahoo.com"
    ),
    "yahoo by relay": came(hop(b"mx1.yahoo.com", b"203.0.113.9", b"mail.example.org"), author=b"joe@yahoo.com"),
    "juno": mail(author=b"joe@juno.com"),
    "juno by its way": mail(
        b"x\n",
        b"X-Originating-IP: 203.0.113.9",
        b"X-Mailer: Juno 5.0",
        author=b"joe@juno.com",
        received=(hop(b"m.juno.com", b"203.0.113.9", b"mail.example.org"),),
    ),
    "eudora": mail(author=b"joe@eudoramail.com"),
    "eudora by its way": mail(
        b"x\n",
        b"X-Sender-Ip: 203.0.113.9",
        author=b"joe@eudoramail.com",
        received=(b"from x by mail.whowhere.com; Mon, 3 Jun 2024 12:00:00 +0000",),
    ),
    "gmail": mail(author=b"joe@gmail.com"),
    "gmail by its way": mail(b"x\n", b"X-Received: by 2002:a05:6402:1 with SMTP id abc; Mon", author=b"joe@gmail.com"),
    "gmail by tokens": mail(
        b"x\n", b"X-Gm-Message-State: " + b"a" * 70, b"X-Google-Smtp-Source: " + b"b" * 70, author=b"joe@gmail.com"
    ),
    "msn groups": mail(
        b"x\n",
        b"Message-Id: <cats-1@groups.msn.com>",
        b"Return-Path: <cats-bounce@groups.msn.com>",
        to=b"<cats@groups.msn.com>",
        received=(b"from mail pickup service by p01.groups.msn.com with SMTP; Mon, 3 Jun 2024 12:00:00 +0000",),
    ),
    "ezmlm": mail(
        b"x\n",
        b"Mailing-List: contact a-help@example.org; run by ezmlm",
        b"Delivered-To: mailing list a@example.org",
        received=(b"(qmail 123 invoked by alias); 3 Jun 2024 10:20:30 -0000",),
    ),
    "gw05": came(WAY, b"from a.test by gw05 with ESMTP; Mon,  3 Jun 2024 12:00:00 -0000"),
}

RELAYS = {
    "none": came(),
    "trusted": came(hop(b"a.local", b"10.0.0.1", b"mail.example.org")),
    "unparseable": came(b"so it came somehow; Mon, 3 Jun 2024 12:00:00 +0000"),
    "numeric": came(hop(b"a.com", b"203.0.113.9", b"mail.example.org", b"198.51.100.7")),
    "numeric and near": came(hop(b"a.com", b"203.0.113.9", b"mail.example.org", b"203.0.113.8")),
    "numeric and private": came(hop(b"a.com", b"203.0.113.9", b"mail.example.org", b"10.1.2.3")),
    "dotcom": came(hop(b"", b"203.0.113.9", b"mail.example.org", b"mx.hotmail.com")),
    "trail": came(*(hop(b"a.n%d.com" % place, b"203.0.113.9", b"b.m%d.com" % place) for place in range(4))),
    "straight trail": came(
        hop(b"a.one.com", b"203.0.113.9", b"mail.example.org"), hop(b"b.two.com", b"203.0.113.7", b"c.one.com")
    ),
    "first without a name": came(
        hop(b"a.one.com", b"203.0.113.9", b"mail.example.org"), hop(b"", b"203.0.113.7", b"c.one.com", b"pc")
    ),
    "partner": came(hop(b"mx.partner.com", b"203.0.113.9", b"in.partner.com"), author=b"joe@partner.com"),
    "partner, forged": came(hop(b"mx.other.com", b"203.0.113.9", b"mail.example.org"), author=b"joe@partner.com"),
    "partner, exempt": came(hop(b"mx.other.com", b"203.0.113.9", b"mail.example.org"), author=b"boss@partner.com"),
    "network": came(hop(b"", b"203.0.113.9", b"mail.example.org", b"pc"), author=b"joe@network.com"),
    "literal": came(hop(b"", b"198.51.100.7", b"mail.example.org", b"pc"), author=b"joe@literal.com"),
    "literal, forged": came(hop(b"", b"198.51.100.8", b"mail.example.org", b"pc"), author=b"joe@literal.com"),
    "shop": came(hop(b"mx.shop.com", b"203.0.113.9", b"mail.example.org"), author=b"joe@shop.com"),
    "shop, forged": came(hop(b"mx.other.com", b"203.0.113.9", b"mail.example.org"), author=b"joe@shop.com"),
    "sender of the relay": mail(b"x\n", b"Return-Path: <joe@lists.other.net>"),
}

ADDRESSES = {
    "freemail": mail(author=b"Joe1@Freemail.test"),
    "freemail by glob": mail(author=b"joe@a.wild.test", to=b"x@free.org"),
    "freemail spared": mail(author=b"spared@freemail.test"),
    "freemail office": mail(author=b"support@freemail.test"),
    "freemail bulk": mail(
        b"joe@freemail.test\n",
        b"Reply-To: ann@freemail.test",
        b"Return-Path: <bounce-1@lists.test>",
        author=b"bob@free.org",
    ),
    "freemail sender": mail(b"x\n", b"Return-Path: <joe1@free.org>"),
    "two freemails": mail(b"x\n", b"Reply-To: Ann <ann@freemail.test>", author=b"joe@free.org"),
    "one freemail twice": mail(b"x\n", b"Reply-To: Joe@Free.org", author=b"joe@free.org"),
    "another in the text": mail(b"Write to joe@free.org, soon.\n", b"Reply-To: ann@freemail.test"),
    "the same in the text": mail(b"Write to ann@freemail.test, soon.\n", b"Reply-To: ann@freemail.test"),
    "author and text": mail(b"Write to joe@free.org, soon.\n", author=b"ann@freemail.test"),
    "quoted in the text": mail(
        b"joe@free.org wrote: hello\n<joe@free.org> said\nsee http://a.com/joe@free.org now\n",
        author=b"ann@freemail.test",
    ),
    "labelled in the text": mail(b"joe@free.org  tel: 5\nmailto:joe@free.org>\n", author=b"ann@freemail.test"),
    "many in the text": mail(
        b"".join(b"a%d@example.org\n\n" % n for n in range(9)) + b"joe@free.org\n", author=b"ann@freemail.test"
    ),
    "very many in the text": mail(
        b"".join(b"<a%d@example.org> b%d@example.org\n\n" % (n, n) for n in range(99)), author=b"ann@freemail.test"
    ),
    "odd ones in the text": mail(
        b"..joe..@free.org a..joe@free.org x@free.orgy x@free.org.invalid " + b"y" * 70 + b".bob@free.org\n",
        author=b"ann@freemail.test",
    ),
    "spoof": mail(author=b'"boss@bank.com" <joe@spam.com>', to=b"boss@bank.com"),
    "spoof of one owner": mail(b"x\n", b"Reply-To: boss@bank.com", author=b'"boss@bank.com" <joe@savings.com>'),
    "spoof of one domain": mail(author=b'"boss@bank.com" <joe@mail.bank.com>'),
    "spoof by chance": mail(author=b'"%b boss@bank.com" <joe@spam.com>' % (b"x" * 60)),
    "own address": mail(author=b'"joe@spam.com" <Joe@spam.com>'),
    "friend": mail(author=b"friend@example.org"),
    "no friend any more": mail(author=b"gone@example.org"),
    "nobody": mail(to=b"nobody@example.org"),
    "everybody": mail(to=b"all@example.org, more@example.org, everybody@example.org"),
    "for somebody": came(WAY.replace(b"; Mon", b" for <nobody@example.org>; Mon")),
    "banks": mail(b"x\n", b"Reply-To: a@b.bank.com", author=b"a@bank.com", to=b"x@bank.com"),
    "resent": mail(b"x\n", b"Resent-From: a@spam.com", b"Resent-To: nobody@example.org"),
    "cats": mail(subject=b"Re: [Cats] today"),
    "dogs": mail(subject=b"my black and white dogs"),
    "buy": mail(subject=b"Buy now"),
}

LINKS = {
    "listed": mail(b"See http://a.one.com/x and http://good.one.com/y\n"),
    "exempt": mail(b"See http://a.good.one.com/y\n"),
    "listed address": mail(b"See http://192.0.2.80/y\n"),
    "bad and well": mail(b"See http://www.bad.com/ http://well.com/\n"),
    "redirector": mail(b"See http://one.org/?u=http://two.com/ there\n"),
    "no redirector": mail(b"See http://a.one.org/?u=http://b.one.org/ there\n"),
    "https to an address": page(b'<html><a href="http://192.0.2.9/x">https://bank.com/</a></html>'),
    "https to another": page(b'<html><a href="http://evil.com/x">https://www.bank.com/</a></html>'),
    "https to the same": page(b'<html><a href="http://a.bank.com/x">https://www.bank.com/</a></html>'),
    "https among many": page(
        b"<html>" + b"".join(b'<a href="http://h%d.com/">https://bank.com</a>' % n for n in range(12)) + b"</html>"
    ),
    "long link": page(b'<html><a href="http://a.com/' + b"x" * 9000 + b'">x</a></html>'),
    "iframe": page(b'<html><iframe src="http://a.com/"></iframe></html>'),
    "our relay": mail(b"Received: from mx.relay.example.org by there.test with SMTP\n"),
    "our relay, folded": mail(b"text\n\n> and\n\nReceived: from x.com\n\tby mx.relay.example.org with SMTP\n"),
    "their relay": mail(b"Received: from mx.relay.example.net by there.test with SMTP\n"),
}

BODIES = {
    "short": mail(b"x\n"),
    "spaced": mail(b"b u y i t n o w a n d h e r e\n"),
    "blank": mail(b"a\n\n\n\n\n\n\n"),
    "tip": mail(b"Company Name: Example\nSymbol: EXMP\nCurrent Price: 1\n"),
    "signed": mail(b"This is a text of some length.\n-- \nJoe\nDoe, Example\n"),
    "signed twice": mail(b"text\n-- \nmore\n-- \nJoe Doe\n--\nx\n"),
    "loud": mail(b"THIS IS ALL IN UPPER CASE AND LONG ENOUGH. " * 8),
    "half loud": mail(b"THIS IS IN UPPER CASE and this is in lower case, too. " * 8),
    "loud in cyrillic": mail(
        b"THIS IS ALL IN UPPER CASE AND LONG ENOUGH. " * 8, b"Content-Type: text/plain; charset=koi8-r"
    ),
    "far away text": mail(b"\xf0\xd2\xc9\xd7\xc5\xd4 \xcd\xc9\xd2\n", b"Content-Type: text/plain; charset=koi8-r"),
    "not ascii": mail(b"caf\xe9\n"),
    "entities": mail(b"hello &#x0430;&#x0431; you\n"),
    "quoted-printable": mail(
        b"=41=42=43 and so on=20\n" + b"x" * 90 + b"\n", b"Content-Transfer-Encoding: quoted-printable"
    ),
    "quoted-printable without need": mail(b"=41=42=43 =20\n", b"Content-Transfer-Encoding: quoted-printable"),
    "base64": mail(
        encodebytes(b"hello you there\n"), b"Content-Transfer-Encoding: base64", b"Content-Type: text/plain"
    ),
    "wide base64": mail(
        b"YWFh" * 19 + b"YQ\n", b"Content-Transfer-Encoding: base64", b"Content-Type: text/plain; charset=utf-8"
    ),
    "wider base64": mail(
        b"YWFh" * 20 + b"\n", b"Content-Transfer-Encoding: base64", b"Content-Type: text/plain; charset=utf-8"
    ),
    "odd charset": mail(b"x\n", b"Content-Type: text/plain; charset=iso-1-x"),
}

PARTS = {
    "alternatives that differ": parts(TEXT, b"Content-Type: text/html\n\n<p>five six seven</p>\n", kind=b"alternative"),
    "alternatives alike": parts(TEXT, b"Content-Type: text/html\n\n<p>one two three four</p>\n", kind=b"alternative"),
    "long text, short page": parts(
        b"Content-Type: text/plain\n\n" + b"".join(b"word%d " % n for n in range(30)) + b"\n",
        b"Content-Type: text/html\n\n<p>a b c</p>\n",
        kind=b"alternative",
    ),
    "short text, long page": parts(
        b"Content-Type: text/plain\n\na\n",
        b"Content-Type: text/html\n\n<p>" + b"word " * 99 + b"</p>\n",
        kind=b"alternative",
    ),
    "an image for a page": parts(TEXT, b"Content-Type: text/html\n\n<img src=cid:a>\n", kind=b"alternative"),
    "an alternative that is no text": parts(TEXT, attached(b"image/gif", b"one.gif", GIF), kind=b"alternative"),
    "an invitation": parts(
        b"Content-Type: text/html\n\n<p>a</p>\n", b"Content-Type: text/calendar\n\nBEGIN:\n", kind=b"alternative"
    ),
    "not closed": parts(TEXT, end=b""),
    "epilogue": parts(TEXT, end=b"--cut--\nmore\n"),
    "no header": parts(b"text at once\n"),
    "images": parts(
        TEXT,
        attached(b"image/gif", b"one.gif", GIF),
        attached(b"image/png", b"two.png", PNG),
        attached(b"image/jpeg", b"three.jpg", JPEG),
    ),
    "one image": parts(TEXT, attached(b"image/gif", b"other.gif", GIF)),
    "a broken image": parts(TEXT, attached(b"image/png", b"two.png", PNG[:20])),
    "pdf": parts(TEXT, attached(b"application/pdf", b"a.pdf", PDF)),
    "pdf alone": parts(attached(b"application/octet-stream", b"a.PDF", PDF)),
    "no pdf": parts(TEXT, attached(b"application/pdf", b"b.pdf", b"hello")),
    "program": parts(TEXT, attached(b"application/octet-stream", b"a.exe", b"x")),
    "program by its octets": parts(
        TEXT,
        attached(b"application/octet-stream", b"a", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\0" * 50),
    ),
    "misnamed": parts(TEXT, attached(b"text/plain", b"a.jpg", b"x"), attached(b"image/gif", b"a.txt", b"x")),
}

PAGES = {
    "page": page(
        b"<html><head><title>A title</title><style>p{}</style></head><body><center><p>Hello</p></body></html>"
    ),
    "image only": page(b'<html><img src="http://a.com/x" width=600 height=400>Hi</html>'),
    "huge": page(b'<html><font size="+4" face="$%&">Hello</font></html>'),
    "hidden": page(b'<html><font color="#ffffff">Hello</font><font color="nonsense">x</font></html>'),
    "embed": page(b'<html><embed src="http://a.com/x.swf"><form action="mailto:a@b.com">x</form></html>'),
    "comments": page(b"<html><!x><!-- hello -->Hello</html>"),
    "linked image": page(b'<html><a href="http://a.com/"><img src="http://a.com/b.gif"></a></html>'),
    "long title": page(
        b"<html><title>THIS TITLE IS MUCH LONGER THAN THE SUBJECT IS, AND THAN ANYTHING</title>x</html>",
        subject=b"short",
    ),
    "closed too often": page(b"<html></p></p></b></b></i>Hello</html>"),
    "tags that are none": page(b"<html><xa><xb><xc><xd><xe>Hello</html>"),
    "obfuscated": page(b"<html>b<xq>u<xw>y<xe> n<xr>o<xt>w</html>"),
    "far away page": page(b'<html><meta http-equiv="Content-Type" content="text/html; charset=koi8-r">Hello</html>'),
    "page in parts": parts(TEXT, b"Content-Type: text/html\n\n<html><center><b>Hello</html>\n"),
}

MAILS = {**HEADERS, **PROVIDERS, **RELAYS, **ADDRESSES, **LINKS, **BODIES, **PARTS, **PAGES}
