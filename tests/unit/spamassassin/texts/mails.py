# ruff: noqa: E501 — a line of a message is a line here
"""mails: messages of our own in which a reader's habits show, each named for the habit."""

_TOP = b"From: Anna <anna@example.org>\nTo: Bert <bert@example.com>\nSubject: A word\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n"


def plain(body: bytes, *fields: bytes, top: bytes = _TOP) -> bytes:
    """A message with these fields more."""
    return top + b"".join(field + b"\n" for field in fields) + b"\n" + body


def mixed(*parts: bytes, kind: bytes = b"mixed", end: bytes = b"--cut--\n") -> bytes:
    """A multipart of these parts, each with its header."""
    body = b"".join(b"--cut\n" + part + b"\n" for part in parts)
    return plain(body + end, b"MIME-Version: 1.0", b"Content-Type: multipart/%b; boundary=cut" % kind)


def received(*lines: bytes) -> bytes:
    """A message that came by these servers, the latest first."""
    return plain(b"hello\n", top=b"".join(b"Received: " + line + b"\n" for line in lines) + _TOP)


STRUCTURE = {
    "plain": plain(b"One.\n\nTwo,\nand more.\n"),
    "no body": _TOP,
    "a header that the message ends in": b"From: a\nSubject: b\n c",
    "no header": b"\nOnly text.\n",
    "empty": b"",
    "mbox": b"From anna@example.org Mon Nov  2 10:00:00 2026\n" + plain(b"hello\n"),
    "an mbox separator that is a field": b"From  : anna@example.org\n" + plain(b"hello\n"),
    "carriage returns in a field": plain(b"x\n", b"X-Odd: a\rb\rReceived: c", b"X-Mailer: \r"),
    "mixed line ends": b"Subject: a\r\nno\nno\nno\nno\r\nFrom: b\n\nc\r\n",
    "crlf": plain(b"One.\n\nTwo.\n").replace(b"\n", b"\r\n"),
    "crlf in the body alone": plain(b"One.\r\n\r\nTwo.\r\n"),
    "a continuation first": b" odd\n" + plain(b"hello\n"),
    "lines that are no field": b"Subject: A\nno field\nno field\nno field\nFrom: x@example.org\n\nhello\n",
    "too many lines that are no field": b"Subject: A\nno\nno\nno\nno\nFrom: x@example.org\n\nhello\n",
    "a delimiter in the header": b"Subject: A\n--cut\nFrom: x@example.org\n\nhello\n",
    "space before a colon": b"Subject : A\nFrom\t: x@example.org\n\nhello\n",
    "a long field": plain(b"hello\n", b"X-Long: " + b"a b " * 4000, b"X-" + b"n" * 400 + b": v"),
    "a long header": plain(b"hello\n", *(b"X-N%d: " % n + b"y" * 6000 for n in range(14))),
    "empty lines": plain(b"a\n" + b"\n" * 50 + b"b\n" + b"\n" * 22 + b"c\n"),
    "empty lines first": plain(b"\n" * 40 + b"a\n"),
    "parts": mixed(b"\none\n", b"Content-Type: text/plain\n\ntwo\n"),
    "text before the parts": plain(
        b"preamble\n--cut\n\none\n--cut--\nepilogue\n", b"Content-Type: multipart/mixed; boundary=cut"
    ),
    "no first delimiter": plain(b"one\ntwo\n", b"Content-Type: multipart/mixed; boundary=cut"),
    "no last delimiter": mixed(b"\none\n", b"\ntwo\n", end=b""),
    "no boundary": plain(b"--cut\n\none\n--cut--\n", b"Content-Type: multipart/mixed"),
    "an empty line in the boundary's": plain(
        b"--cut\nX: y\n--cut\n\ntwo\n--cut--\n", b"Content-Type: multipart/x; boundary=cut"
    ),
    "no header in a part": mixed(b"text at once\n"),
    "no empty line in a part": mixed(b"Content-Type: text/plain\ntext at once\n"),
    "a delimiter with spaces": plain(
        b"--cut  \n\none\n--cut \t\n\ntwo\n--cut-- \n", b'Content-Type: multipart/mixed; boundary="cut"'
    ),
    "parts in parts": mixed(
        b"Content-Type: multipart/alternative; boundary=in\n\n--in\n\na\n--in\nContent-Type: text/html\n\n<b>b</b>\n--in--\n",
        b"\nend\n",
    ),
    "parts in parts without a boundary": mixed(b"Content-Type: multipart/alternative\n\na\n", b"\nb\n"),
    "the same boundary inside": mixed(
        b"Content-Type: multipart/alternative; boundary=cut\n\n--cut\n\na\n--cut--\n", b"\nb\n"
    ),
    "a message inside": mixed(
        b"Content-Type: message/rfc822\n\nSubject: In\nContent-Type: text/html\n\n<p>inner\n", b"\nend\n"
    ),
    "a message inside, encoded": mixed(
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogSW4KCmlubmVyCg==\n"
    ),
    "a digest": mixed(b"\nSubject: In\n\ninner\n", kind=b"digest"),
    "a type of its own": mixed(
        b"Content-Type: TEXT/Enriched\n\n<bold>a</bold>\n", b"Content-Type: text/calendar\n\nBEGIN:\n"
    ),
    "odd types": mixed(
        b"Content-Type: text\n\na\n", b"Content-Type: ; x=y\n\nb\n", b'Content-Type: "text/html"\n\n<i>c</i>\n'
    ),
    "two types": plain(b"<p>a</p>\n", b"Content-Type: text/plain", b"Content-Type: text/html"),
    "named as a page": mixed(b"Content-Type: application/octet-stream; name=a.htm\n\n<p>x &amp; y</p>\n"),
    "names": mixed(
        b'Content-Type: application/zip; name="a b.zip"\n\nx\n',
        b"Content-Disposition: attachment; filename=c.pdf\n\nx\n",
        b"Content-Type: image/png; name*0=d; name*1=.png\n\nx\n",
    ),
    "a long line": plain(b"word " * 1000 + b"\n" + b"x" * 5000 + b"\n"),
    "a long line in a part": mixed(b"\n" + b"word " * 1000 + b"\n"),
    "a long text": plain(b"".join(b"Line number %d of a long text.\n" % n for n in range(3000))),
    "a long text without lines": plain(b"word " * 12000),
    "a long text without spaces": plain(b"x" * 60000),
}

ENCODINGS = {
    "quoted-printable": plain(b"a=20b=\nc  \n=C3=A9=ZZ=e9\n", b"Content-Transfer-Encoding: quoted-printable"),
    "quoted-printable with space": plain(b"a= \nb=09\n\t \n", b"Content-Transfer-Encoding: Quoted-Printable"),
    "base64": plain(b"aGVsbG8K\nd29y\nbGQ=\n", b"Content-Transfer-Encoding: base64"),
    "base64 with padding inside": plain(b"aGVsbG8=d29ybGQ=\n", b"Content-Transfer-Encoding: base64"),
    "base64 with odd letters": plain(b"aGV*sbG8=\n.d29y\n=bGQ\n", b"Content-Transfer-Encoding: base64"),
    "base64 with one letter more": plain(b"aGVsbG8Kd\n", b"Content-Transfer-Encoding: base64"),
    "base64 of CRLF": plain(b"YQ0KYg0KDQpj\n", b"Content-Transfer-Encoding: base64"),
    "an unknown encoding": plain(b"a=20b\n", b"Content-Transfer-Encoding: x-other"),
}

_CHARSETS = (
    (b"utf-8", "Grüße, 日本, \u00a0x\u2003y".encode()),
    (b"iso-8859-1", "Grüße \u00a0 x".encode("latin-1")),
    (b"windows-1252", "\u201cGrüße\u201d \u20ac".encode("cp1252")),
    (b"us-ascii", "Grüße".encode("latin-1")),
    (b"us-ascii", b"\x81\x8d odd \xff"),
    (b"utf-8", b"broken \xe9\xe8 \xc3"),
    (b"utf-8", b"\xef\xbb\xbfmarked \xef\xbf\xbe"),
    (b"koi8-r", "Привет, мир".encode("koi8-r")),
    (b"windows-1251", "Привет".encode("cp1251")),
    (b"gb2312", "你好世界".encode("gb2312")),
    (b"gb18030", "你好世界".encode("gbk")),
    (b"big5", "你好世界".encode("big5")),
    (b"iso-2022-jp", "日本語".encode("iso2022_jp")),
    (b"shift_jis", "日本語".encode("shift_jis")),
    (b"euc-kr", "안녕".encode("euc_kr")),
    (b"utf-16", "wide text".encode("utf-16-le")),
    (b"utf-16", "wide text".encode("utf-16")),
    (b"utf-16be", "wide text".encode("utf-16-be")),
    (b"utf-7", b"+AGEAYg- c"),
    (b"x-unknown", "Grüße".encode()),
    (b"x-unknown", b"\xc4\xe3\xba\xc3"),
    (b"unknown-8bit", b"plain ascii"),
    (b'"utf-8"', "é".encode()),
)
ENCODINGS |= {
    f"charset {number} {charset.decode()}": plain(text + b"\n", b"Content-Type: text/plain; charset=" + charset)
    for number, (charset, text) in enumerate(_CHARSETS)
}

FIELDS = {
    "encoded words": plain(
        b"x\n",
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_?= =?UTF-8?B?YW4gYWxsZQ==?= and =?iso-8859-1?q?=E9?=",
        b"X-Word: =?utf-8?B?w?= =?utf-8?B?qQ==?= =?x-no?q?a=E9?= =?us-ascii?q?=E9?=",
        b"Message-ID: <=?utf-8?q?a?=@example.org>",
        b"List-Id: =?utf-8?q?list?= <l.example.org>",
        b"Reply-To: =?utf-8*en?q?=22A=2C_B=22?= <r@example.net>",
    ),
    "raw eight bits": plain(b"x\n", "Sender: Grüße <g@example.org>".encode("latin-1"), "X-Mailer: Grüße".encode()),
    "folds": plain(
        b"x\n", b"References: <a@example.org>\n\t<b@example.org>\n  <c@example.org>", b"X-Mailer: a\n b\n\n c"
    ),
    "many fields of one name": plain(b"x\n", b"To: c@example.net, d@example.net", b"To: e@example.net"),
    "no subject": b"From: a@example.org\n\nhello\n",
    "addresses": plain(
        b"x\n",
        b'Reply-To: "Last, First" <one@example.org>, two@example.org (Two, really), Three <three@example.org>',
        b"Cc: undisclosed: ; four@example.co.uk;five@example.org",
        b"Sender: 'Six' <six@host.example.com> <seven@example.com>, 'Six and a half' quoted 'twice' <x@example.com>",
        b"Resent-From: eight@example.org",
    ),
    "odd addresses": plain(
        b"x\n",
        b"From: nine@example.org <ten@example.org>",
        b'Reply-To: "eleven@example.org"',
        b"Cc: <twelve at example>, <@example.org>, , thirteen@[192.0.2.1], a@b@example.org",
        b'Sender: =?utf-8?q?"x"_<fourteen@example.org>?=',
        b'Resent-From: "un closed <fifteen@example.org>',
        b"X-Originating-IP: [192.0.2.44]",
    ),
    "brackets": plain(
        b"x\n",
        b"From: <a@example.org><b@example.org>",
        b"Reply-To: <a@example.org>>, x",
        b"Cc: A < a@example.org > (c), B <b@example.org> <c@example.org>, <>",
        b"Sender: <a(x)@example.org> (one) (two)",
        b"References: <a@example.org> <b@example.org> <c@example.org> <d@example.org> <e@example.org> <f@example.org>"
        b" <g@example.org> <h@example.org> <i@example.org> <j@example.org> <k@example.org>",
    ),
    "message ids": plain(
        b"x\n", b"Message-Id: <1@host.example.org>", b"X-Message-Id: <2@example.net>", b"Resent-Message-Id: <3@x>"
    ),
    "envelope senders": plain(b"x\n", top=b"Return-Path: <bounce@lists.example.org>\n" + _TOP),
    "an envelope sender below a Received": plain(
        b"x\n",
        top=b"Received: from a (b [192.0.2.1]) by c (Postfix) with SMTP id X\nReturn-Path: <r@example.org>\n" + _TOP,
    ),
    "hosts": plain(
        b"x\n", b"X-Mailer: see www.example.com or mail.example.co.uk. not example.invalid", b"Sender: a@localhost"
    ),
    "addresses of hosts": plain(
        b"x\n", b"X-Originating-IP: 2001:db8::1", b"X-Mailer: 1.2.3.4.5 and 10.20.30.40 and ::ffff:192.0.2.1"
    ),
}

_STEPS = (
    b"from mx.example.org (mx.example.org [192.0.2.1]) by mail.example.com (Postfix) with ESMTP id 4F2A; Mon, 2 Nov 2026 10:00:00 +0000",
    b"from mx.example.org (unknown [192.0.2.1]) by mail.example.com (Postfix) with ESMTPSA id 4F2A",
    b"from friend (unknown[192.0.2.1]) by mail.example.com (Postfix) with SMTP id 4F2A; Mon, 2 Nov 2026 10:00:00 +0000 (GMT)",
    b"from mx.example.org (IDENT:joe@host.example.org [192.0.2.2] (may be forged)) by mail.example.com (8.12/8.12) with SMTP id g1",
    b"from mx.example.org ([192.0.2.2]) by mail.example.com (8.12/8.12) with SMTP id g1",
    b"from a.example ([192.0.2.3]) by mail.example.com with Microsoft SMTPSVC(6.0.3790.0); Mon, 2 Nov 2026 10:00:00 +0000",
    b"from mail pickup service by mail.example.com with Microsoft SMTPSVC; Mon, 2 Nov 2026 10:00:00 +0000",
    b"from EX.example.net (192.0.2.4) by EX2.example.net (10.0.0.4) with Microsoft SMTP Server (version=TLS1_2) id 15.1.2.3",
    b"from EX.example.net ([fe80::1:2]) by EX2.example.net ([fe80::1:2%6]) with mapi id 15.20.1.2",
    b"from h.example (192.0.2.5:2319) by mx.example with [XMail 1.20 ESMTP Server] id <S72E> for <a@example> from <b@example>; x",
    b"from ([192.0.2.6:33672] helo=dev.example) by m12.example (ecelerity 2.1) with ESMTP id 52/92; Mon, 2 Nov 2026 10:00:00 +0000",
    b"from [192.0.2.7] (helo=host ident=joe) by mx.example with smtp (Exim 4.50) id 1GzV; Mon, 2 Nov 2026 10:00:00 +0000",
    b"from h.example ([192.0.2.8] helo=other.example) by mx.example with esmtps (Exim 4.50) id 1GzV",
    b"from h.example ([192.0.2.8]:52313) by mx.example with esmtpsa (TLS) (Exim 4.50) (envelope-from <e@example.org>) id 1GzV",
    b"from h.example [192.0.2.9] by mx.example with esmtp (Exim 3.35) id 18SW",
    b"from joe by mx.example with local (Exim 4.12) id 18xe",
    b"from odd.example (odd.helo) [192.0.2.10.619] (mail) by mx.example with esmtp (Exim 3.35) id 1CO5",
    b"from PC ( 192.0.2.11) by mail.example (Scalix SMTP Relay 10.0) via ESMTP",
    b"from d.example ([192.0.2.12]) by mail.example (Lotus Domino Release 8) with ESMTP id 2008",
    b"from 192.0.2.13 ([192.0.2.13]) by webmail.example (IMP) with HTTP for <a@example>; x",
    b"from 192.0.2.14 (SquirrelMail authenticated user joe) by mail.example with HTTP; Sat, 3 Apr 2004 10:33:43 -0500",
    b"from unknown (HELO machine.example) (joe@192.0.2.15) by mail.example with SMTP; 14 Nov 2003 08:05:50 -0000",
    b"from host.example (HELO machine.example) (192.0.2.15) by mail.example with SMTP; 14 Nov 2003 08:05:50 -0000",
    b"from host.example (192.0.2.15) by mail.example with SMTP; 14 Nov 2003 08:05:50 -0000",
    b"from host.example (joe@192.0.2.15) by mail.example with QMQP; 14 Nov 2003 08:05:50 -0000",
    b"from unknown (HELO t.example) (joe@[192.0.2.16]) (envelope-sender <joe@example.org>) by mail.example (qmail-ldap-1.03) with SMTP",
    b"from h.example (EHLO pc) [192.0.2.17] by mail.gmx.net (mp010) with SMTP; 03 Feb 2007 13:13:47 +0100",
    b"from [192.0.2.18] by web.example via HTTP; Wed, 12 Feb 2003 14:22:21 PST",
    b"from [192.0.2.19] by relay.example (MessageWall 1.1.0) with SMTP",
    b"from ([192.0.2.20]) by out.example with ESMTP id 4420961.8281",
    b"from acecomms [192.0.2.21] by scan.example [192.0.2.22] with SMTP (MDaemon) for <a@example>",
    b"from h.example (softdnserr [::ffff:192.0.2.23]) by mail.example with esmtp",
    b"from h.example (h.example [IPv6:2001:db8::5]) by mail.example with esmtp id 7",
    b"from pop.example (192.0.2.24) by here.example with POP3; 14 Apr 2010 11:14:29 -0000",
    b"from snake.example(192.0.2.25) by x.example via smap (V1.3) id xma093673",
    b"from h.example.com (192.0.2.26) by cp.example (6.7.018)",
    b"from h.example (unverified [192.0.2.27]) by ni.example <B0014@ni.example>",
    b"from [192.0.2.28] (account joe [192.0.2.28] verified) by x.example (CommuniGate Pro SMTP 4.0.3) with ESMTP-TLS id 5",
    b'from UNKNOWN(192.0.2.29), claiming to be "foo.example" via SMTP by st.example, id smtpd1P',
    b"from localhost (localhost [127.0.0.1]) by mail.example (Postfix) with ESMTP id 1",
    b"from joe@example.org by h.example (mail_out) id 7.53; Sat, 11 Jan 2003 23:24:31 -0500",
    b"from h.example by a.example by uid 7791 with qmail-scanner-1.14 (Clear). Processed",
    b"from 192.0.2.30 by h.example (envelope-from <q@example.org>, uid 502) with qmail-scanner-1.24 (clam); 06 Feb 2005 21:11:38 -0000",
    b"from A.example by B.example with local id 18tO",
    b"from A.example by B.example ; Thu, 20 Feb 2003 23:32:58 +0100",
    b"FROM hackers.example (smtp.example [192.0.2.31]) BY mad.example ID 434B508E.174A6 ; 11 Oct 2005 01:41:34 -0400",
    b"(from joe@localhost) by home.example (8.12.11/8.12.11/Submit) id iBAD",
    b"(qmail 27981 invoked by uid 225); 14 Mar 2003 07:24:34 -0000",
    b"by 192.0.2.32 with SMTP id x; Mon, 2 Nov 2026 10:00:00 -0800 (PST)",
    b"from something that nobody writes [192.0.2.33] at all",
    b"from something that nobody writes by anybody",
    b"from rev.example (pool.example [192.0.2.34] (may be forged)) (authenticated) by mail.example (8.11.4/8.11.4) with ESMTP id h0",
    b"from h.example ([192.0.2.35]) (Authenticated sender: joe@example.org) by mail.example (Postfix) with ESMTPA id 8",
    b"from h.example (h.example. [192.0.2.36]) by mx.google.com with ESMTPS id a1sm1234567abc.12.2026.11.02.10.00.00"
    b" for <b@example.com> (version=TLS1_3 cipher=X); Mon, 02 Nov 2026 10:00:00 -0800 (PST)",
)

RECEIVED = {f"step {number}": received(step) for number, step in enumerate(_STEPS)}
RECEIVED |= {
    "steps": received(*_STEPS),
    "private steps first": received(
        b"from a (a.local [10.0.0.1]) by b (Postfix) with ESMTP id 1",
        b"from c (c.local [192.168.1.1]) by a (Postfix) with ESMTP id 2",
        b"from d (d.example [192.0.2.40]) by c (Postfix) with ESMTP id 3",
        b"from e (e.local [172.16.0.1]) by d (Postfix) with ESMTP id 4",
    ),
    "fetched from another mailbox": received(
        b"from a (a.local [10.0.0.1]) by b (Postfix) with ESMTP id 1",
        b"from pop.example [192.0.2.50] by localhost with IMAP (fetchmail-5.9.0) for joe@localhost",
        b"from d (d.example [192.0.2.51]) by c (Postfix) with ESMTP id 3",
    ),
    "who logged in": received(
        b"from a ([192.0.2.60]) (Authenticated sender: joe) by b (Postfix) with ESMTPSA id 1",
        b"from c (c.example [192.0.2.61]) by a (Postfix) with ESMTP id 2",
    ),
}

MAILS = STRUCTURE | ENCODINGS | FIELDS | RECEIVED
