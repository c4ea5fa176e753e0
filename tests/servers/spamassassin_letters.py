# ruff: noqa: E501  # what stands in a message stands in one line here
"""spamassassin_letters: messages made up for SpamAssassin's rules to look at: all that rules ask about, in many forms.

None is anybody's mail. Every one is bytes as a mailbox holds them: lines ended by LF, a header, a body.
"""

import base64
import quopri
import tomllib
from collections.abc import Iterator
from pathlib import Path

_RULES = Path(__file__).parents[2] / "rules"

_HEAD = {
    "Received": (
        "from mx.sender.example (mx.sender.example [203.0.113.9])\n"
        "\tby mail.example.org (Postfix) with ESMTP id 4A1B2C3D4E\n"
        "\tfor <kim@example.org>; Mon, 2 Mar 2026 10:00:05 +0000 (UTC)"
    ),
    "From": "Ann Lee <ann@sender.example>",
    "To": "Kim Roe <kim@example.org>",
    "Subject": "Minutes of Monday's meeting",
    "Date": "Mon, 2 Mar 2026 10:00:00 +0000",
    "Message-ID": "<20260302100000.4711@sender.example>",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
}
_PLAIN = "Dear Kim,\n\nplease find the minutes of the meeting below. We met at ten.\n\nBest regards,\nAnn\n"
_PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    + (640).to_bytes(4, "big")
    + (480).to_bytes(4, "big")
    + b"\x08\2\0\0\0"
    + bytes(500)
).decode()
_GIF = base64.b64encode(b"GIF89a" + (300).to_bytes(2, "little") + (250).to_bytes(2, "little") + bytes(900)).decode()
_JPEG = base64.b64encode(
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08\1\0\2\0\3\1\x22\0\2\x11\1\3\x11\1" + bytes(700)
).decode()


def letter(body: str = _PLAIN, **fields: str | None) -> bytes:
    """A message with that body; a field that is None is left out, `_` in its name is `-`."""
    head = _HEAD | {name.replace("_", "-"): value for name, value in fields.items()}  # type: ignore[operator]
    lines = [f"{name}: {value}" for name, value in head.items() if value is not None]
    return ("\n".join(lines) + "\n\n" + body).encode("latin-1", "backslashreplace")


def page(body: str, head: str = "", **fields: str | None) -> bytes:
    """A message that is one HTML page."""
    text = f"<html><head>{head}</head><body>{body}</body></html>\n"
    return letter(text, **{"Content_Type": "text/html; charset=utf-8", **fields})


def parts(*inside: tuple[str, str], kind: str = "mixed", boundary: str = "=_b0undary", end: bool = True) -> bytes:
    """A multipart of header and body each."""
    body = "".join(f"--{boundary}\n{head}\n\n{text}\n" for head, text in inside)
    return letter(
        "This is a message in parts.\n" + body + (f"--{boundary}--\n" if end else ""),
        Content_Type=f'multipart/{kind}; boundary="{boundary}"',
    )


def _subjects() -> Iterator[bytes]:
    for subject in (
        "",
        "RE: your order",
        "FWD: FWD: REPLICA WATCHES AT LOW PRICES!!!",
        "You WON $1,000,000 USD today",
        "C1al1s and V1agra",
        "=?utf-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?=",
        "=?iso-8859-1?Q?Caf=E9_au_lait?= =?iso-8859-1?Q?_now?=",
        "=?x-unknown?Q?abc?=",
        "=?utf-8?q?broken",
        "ann you must see this",
        "Re: Re: Fwd: hello",
        "h e l l o  f r i e n d",
        "Undelivered Mail Returned to Sender",
        "Get a loan approved 100% GUARANTEED",
        "caf\xe9 in raw octets",
        "  leading blanks and\n\ta fold",
        "[list] 12345 abcdefgh1234",
        "Last chance: kim@example.org, your mailbox is full",
        "?",
        "$$$",
        "Urgent business proposal",
        "Viagra",
        "Your parcel xqzjkvbw",
        "Lose weight fast with pills",
        "\u202e",
        "adv: buy now",
    ):
        yield letter(Subject=subject)
    yield letter(Subject=None)


def _fields() -> Iterator[bytes]:
    yield letter(Date=None)
    for date in (
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "Mon, 2 Mar 2026 10:00:00",
        "2 Mar 26 10:00 GMT",
        "yesterday",
        "Mon, 2 Mar 2026 13:30:00 +0000",
        "Tue, 10 Mar 2026 10:00:00 -0500",
        "Sun, 1 Mar 2026 04:00:00 +0530",
        "Fri, 20 Feb 2026 10:00:00 +0000",
        "Mon, 2 Mar 2026 10:00:00 +9900",
        "Mon,  2 Mar 2026 10:00:00 \t+0000",
        "Mon, 30 Feb 2026 10:00:00 +0000",
    ):
        yield letter(Date=date)
    yield letter(Message_ID=None)
    for name in (
        "<>",
        "<@x>",
        "<000001c1$12345678$0100007f@host>",
        "<ABCDEFGHIJKLMNOPQRSTUVWXYZ@QWERTY.COM>",
        "no brackets",
        "<a@b> <c@d>",
        "<20260302.12345.qmail@web1.mail.example>",
        "<!&!AAAAAAAAAAAYAAAAAAAAA@sender.example>",
        "<1234567890@example.org>",
    ):
        yield letter(Message_ID=name)
    for sender in (
        "ann@sender.example",
        '"kim@example.org" <x@other.example>',
        "<ann@sender.example>",
        "Ann <ann@gmail.com>",
        "Ann Lee",
        "12345678abc@sender.example",
        "=?utf-8?Q?Ann?= <ann@sender.example>",
        "A <a@b.example>, C <c@d.example>",
        "<>",
        "",
        '"PayPal Service" <service@pay.example>',
        "Ann <ann@localhost>",
        "ann@[203.0.113.9]",
        "MAILER-DAEMON@example.org",
        "Cron Daemon <root@host.example>",
        "info@sender.example (Ann Lee)",
        '"Ann \\"Q\\" Lee" <ann@sender.example>',
        "ANN@SENDER.EXAMPLE",
        "ann@sender.xyz",
        "Ann <ann@yahoo.com>",
    ):
        yield letter(From=sender)
    yield letter(From=None)
    for recipient in (
        "undisclosed-recipients:;",
        "kim@example.org, kin@example.org, kip@example.org, kit@example.org, kiv@example.org",
        "",
        "<kim@example.org>",
        "Undisclosed.Recipients@example.org",
        ", ".join(f"user{n}@example.org" for n in range(60)),
        "kim",
        "friend@public.example",
    ):
        yield letter(To=recipient)
    yield letter(To=None)
    yield letter(To=None, Cc="kim@example.org")
    for extra in (
        {"Reply_To": "ann@hotmail.com"},
        {"Reply_To": "Ann <prize@claims.example>"},
        {"X_Mailer": "Microsoft Outlook Express 6.00.2800.1106"},
        {"X_Mailer": "The Bat! (v3.0)"},
        {"X_Mailer": "PHPMailer 5.2.9"},
        {"User_Agent": "Mozilla/5.0 Thunderbird/102.0"},
        {"X_Priority": "1 (High)"},
        {"X_MSMail_Priority": "High", "X_Mailer": "Microsoft Outlook, Build 10.0.2616"},
        {"Precedence": "bulk", "List_Id": "<list.example.org>"},
        {"List_Unsubscribe": "<mailto:leave@list.example>, <https://list.example/u>"},
        {"In_Reply_To": "<1@example.org>", "References": "<0@example.org>\n\t<1@example.org>"},
        {"X_Originating_IP": "[198.51.100.7]"},
        {"Return_Path": "<bounce@sender.example>"},
        {"Sender": "list-owner@list.example"},
        {"Auto_Submitted": "auto-replied"},
        {"Resent_From": "x@y.example", "Resent_To": "kim@example.org"},
        {"X_Spam_Status": "No"},
        {"Importance": "high", "Sensitivity": "private"},
        {"Content_Transfer_Encoding": "8bit"},
        {"Errors_To": "err@sender.example"},
        {"Delivered_To": "kim@example.org", "Envelope_To": "kim@example.org"},
        {"X_Mailer": "Apple Mail (2.3445)"},
        {"Organization": "Example Ltd"},
        {"Thread_Index": "AcXyz12345==", "Thread_Topic": "Minutes"},
        {"DKIM_Signature": "v=1; a=rsa-sha256; d=sender.example; s=x; h=from; bh=AA==; b=BB=="},
        {"X_MimeOLE": "Produced By Microsoft MimeOLE V6.00.2800.1106"},
        {"MIME_Version": None},
        {"X_UIDL": "12345"},
        {"X_Cron_Env": "<HOME=/root>"},
    ):
        yield letter(**extra)  # type: ignore[arg-type]
    yield letter(_PLAIN, Subject="twice\nSubject: again")
    yield letter(_PLAIN, X_Long="x" * 20000)
    yield b"\n" + _PLAIN.encode()
    yield b"no header at all\nbut two lines\n"
    yield b"Subject: only\n"
    yield b"Subject : spaced\nFrom\t: a@b.example\n\nhi\n"
    yield b"From ann@sender.example Mon Mar  2 10:00:00 2026\n" + letter()
    yield letter().replace(b"\n", b"\r\n")


def _relays() -> Iterator[bytes]:
    by = "by mail.example.org (8.17/8.17) with ESMTP id x; Mon, 2 Mar 2026 10:00:05 +0000"
    for relay in (
        f"from [203.0.113.9] (helo=friend) {by}",
        f"from 203.0.113.9 (unknown [203.0.113.9]) {by}",
        f"from localhost (localhost [127.0.0.1]) {by}",
        f"from a.b.c.d.dynamic.isp.example (pool-203-0-113-9.dsl.isp.example [203.0.113.9]) {by}",
        f"from HELOHOST ([203.0.113.9]) {by}",
        f"from mail.example.org (mail.example.org [10.1.2.3]) {by}",
        f"from yahoo.com (nobody.example [203.0.113.9]) {by}",
        f"from user.example (203-0-113-9.cable.example [203.0.113.9] (may be forged)) {by}",
        f"from x ([IPv6:2001:db8::9]) {by}",
        f"from smtp.gmail.com (mail-qt1.google.com [209.85.160.1]) {by}",
        f"from x.example (EHLO y.example) (203.0.113.9) {by}",
        "by web.example with HTTP; Mon, 2 Mar 2026 10:00:00 +0000",
        f"from unknown (HELO 1.2.3.4) (203.0.113.9) {by}",
        "(qmail 1234 invoked by uid 0); 2 Mar 2026 10:00:00 -0000",
        f"from hotmail.com (hotmail.com [203.0.113.9]) {by}",
        f"from mx.sender.example (203.0.113.9) {by}",
        "nonsense",
    ):
        yield letter(Received=relay)
    second = "from inner.example (inner.example [198.51.100.4]) by mx.sender.example with SMTP id 1; Mon, 2 Mar 2026 09:00:00 +0000"
    yield letter(Received=f"{_HEAD['Received']}\nReceived: {second}")
    yield letter(Received=f"{_HEAD['Received']}\nReceived: {second}\nReceived: {second}")
    yield letter(Received=None)


_BODIES = (
    "",
    "\n\n\n",
    "hi",
    "Buy now! Click here: http://shop.example/buy?id=12345\n",
    "DEAR FRIEND,\n\nI AM MR. PAUL, A BARRISTER TO THE LATE NEXT OF KIN. THE SUM OF TEN MILLION DOLLARS ($10,000,000.00) IS IN THE BANK. CONTACT ME BY PHONE.\n",
    "You have been selected as a winner of the national lottery. Send your full name, address, age, occupation and telephone number.\n",
    "Visit http://203.0.113.9/login.php and https://www.example.com:8443/a%20b and www.plain.example or mail sales@shop.example today.\n",
    "http://user:pass@host.example/ http://0x7f000001/ http://xn--bcher-kva.example/ ftp://files.example/a.exe mailto:x@y.example?subject=hi\n",
    "Unsubscribe: http://list.example/unsubscribe?u=kim@example.org\n\nThis message was sent to kim@example.org.\n",
    "x" * 3000 + "\n",
    "word " * 2000 + "\n",
    "V I A G R A   and c-i-a-l-i-s, no prescription needed, lowest prices, money back guarantee, 100% satisfied\n",
    "aaaa bbbb cccc\n" * 300,
    "I have recorded you with your own camera. Send $900 in bitcoin to 1BoatSLRHtKNngkdXEeobR76b53LETtpyT within 48 hours.\n",
    "Caf\xc3\xa9 M\xc3\xbcnchen \xe2\x82\xac 100 \xc2\xa3 200\n",
    "\xe9\xe8\xe0 latin one\n",
    "line one\rline two\x00null\n",
    "begin 644 a.txt\n#0V%T\n`\nend\n",
    "Hello,\n\n> quoted text\n> more of it\n\nOn Monday, Ann wrote:\n> > deeper\n",
    "Free! Free!! Free!!! Act now, limited time offer, call 1-800-555-0100\n",
    "We are a leading manufacturer of LED lamps in Shenzhen. Please contact our sales department for the price list.\n",
    "-- \nAnn\n",
    "Your account has been suspended. Please verify your password at https://secure-login.bank.example.attacker.example/verify\n",
    "this is a test of gappy t e x t with c.o.l.o.u.r.s and m0ney\n\nsecond paragraph\n\n\n\nthird\n",
    "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n",
    "short links: http://bit.ly/abcd1234 https://t.co/xyz http://tinyurl.com/abc\n",
    "price: EUR 5,000,000 and US$ 2.5 million pounds sterling\n",
)

_PAGES = (
    "<p>Hello <b>Kim</b></p>",
    "<font color=#ffffff>hidden words here</font><p>seen</p>",
    "<a href='http://evil.example/'>https://www.bank.example/</a>",
    "<img src='http://t.example/1.gif' width=1 height=1><img src=cid:abc>",
    "<div style='display:none'>" + "secret words " * 30 + "</div>text",
    "<table><tr><td><center><font size=7 face='Comic Sans MS'>BIG</font></center></td></tr></table>",
    "a<!-- comment -->b<!-- >two -->c",
    "<script>document.write('x')</script><form action='http://p.example/' method=post><input type=password></form>",
    "V<b></b>IA<i></i>GR<!-- x -->A",
    "&#86;&#x49;agra &amp; &euro;100 &nbsp;&zwnj;&bogus; caf&eacute;",
    "<p>unclosed <b>tags <i>everywhere <div>",
    "<iframe src='http://f.example/'></iframe><object></object><embed src=x.swf>",
    "<a href=\"http://a.example/?x=1&amp;y=2#frag\">one</a> <a href=http://b.example>two</a> <area href='http://c.example/'>",
    "<base href='http://base.example/d/'><a href='rel/path'>rel</a>",
    "<a href='mailto:kim@example.org'>mail</a> <a href='javascript:x()'>js</a> <a href='h\nttp://split.example/'>split</a>",
    "<title>A title</title><p style='font-size:1px;color:red'>tiny</p>",
    "<p>" + "words and more words " * 200 + "</p>",
    "<img src='http://i.example/big.jpg' width=600 height=800>",
    "<h1>Click <a href='http://x.example/u'>here</a> to unsubscribe</h1>",
    "<bgsound src=x><marquee>run</marquee><blink>b</blink><tbody><madeup>m</madeup><o:p></o:p>",
    "<body bgcolor=black text=black>black on black",
    "<p>&lt;not a tag&gt; http://in.text.example/x</p>",
    "<span style=\"color:rgb(250,250,250);background-color:white\">faint</span><span style='visibility:hidden'>gone</span>",
    "<ul><li>one<li>two</ul><hr><br><br>x<pre>a\n  b</pre>",
)


def _bodies() -> Iterator[bytes]:
    yield from map(letter, _BODIES)
    yield from map(page, _PAGES)
    for charset in ("iso-8859-1", "windows-1252", "us-ascii", "koi8-r", "gb2312", "utf-16", "no-such"):
        yield letter("caf\xe9 \x93quoted\x94\n", Content_Type=f"text/plain; charset={charset}")
    for text in (_PLAIN, _BODIES[4], "=" * 50, _BODIES[15]):
        octets = text.encode("latin-1")
        yield letter(base64.encodebytes(octets).decode(), Content_Transfer_Encoding="base64")
        yield letter(quopri.encodestring(octets).decode("latin-1"), Content_Transfer_Encoding="quoted-printable")
    yield letter("not base64 at all!!\n", Content_Transfer_Encoding="base64")
    yield letter(_PLAIN, Content_Type=None)
    yield letter(_PLAIN, Content_Type="text/plain; charset=utf-8; format=flowed; name=x.txt")
    yield letter(_PLAIN, Content_Type="TEXT/HTML")
    yield letter(
        base64.encodebytes(_PAGES[1].encode()).decode(), Content_Type="text/html", Content_Transfer_Encoding="base64"
    )


def _multiparts() -> Iterator[bytes]:
    text, html = (
        ("Content-Type: text/plain", _PLAIN),
        ("Content-Type: text/html", "<p>please find the minutes below</p>"),
    )
    image = 'Content-Type: image/{0}; name="a.{0}"\nContent-Transfer-Encoding: base64\nContent-ID: <i@x>'
    yield parts(text, html, kind="alternative")
    yield parts(html, text, kind="alternative")
    yield parts(
        text, ("Content-Type: text/html", "<p>wholly other words stand in here and none agree</p>"), kind="alternative"
    )
    yield parts(html)
    yield parts(text, end=False)
    yield parts(text, boundary="----=_NextPart_000_0001_01C5A1B2.C3D4E5F6")
    yield parts(text, boundary="--123456789012345")
    yield parts(html, (image.format("png"), _PNG), kind="related")
    yield parts(("Content-Type: text/html", "<img src=cid:i@x>"), (image.format("gif"), _GIF), kind="related")
    yield parts(
        ("Content-Type: text/html", "<img src=cid:i@x>"), (image.format("jpeg"), _JPEG), (image.format("gif"), _GIF)
    )
    yield parts(
        text, ('Content-Type: application/pdf; name="invoice.pdf"\nContent-Transfer-Encoding: base64', "JVBERi0xLjQK")
    )
    yield parts(
        text,
        (
            'Content-Type: application/octet-stream; name="a.exe"\nContent-Disposition: attachment; filename="a.exe"',
            "MZ",
        ),
    )
    yield parts(text, ('Content-Type: application/zip\nContent-Disposition: attachment; filename="doc.zip"', "PK"))
    yield parts(text, ("Content-Type: message/rfc822", letter().decode()))
    yield parts(("Content-Type: text/plain; charset=us-ascii", "caf\xe9 in ascii"))
    yield parts(("Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable", "a=20b=\nc=3D=ZZ caf=C3=A9"))
    yield parts(("Content-Type: text/plain\nContent-Transfer-Encoding: base64", base64.b64encode(b"x" * 79).decode()))
    yield parts(("", "no header in this part"))
    yield parts(
        text, ("Content-Type: multipart/alternative; boundary=in", "--in\nContent-Type: text/plain\n\ninner\n--in--\n")
    )
    yield parts(("Content-Type: text/calendar; method=REQUEST", "BEGIN:VCALENDAR\nEND:VCALENDAR\n"), text)
    yield parts()
    yield letter(_PLAIN, Content_Type="multipart/mixed")
    yield letter(
        _PLAIN,
        Content_Type='multipart/report; report-type=delivery-status; boundary="r"',
        From="MAILER-DAEMON@x.example",
    )


def _samples() -> Iterator[bytes]:
    """What our own rules are tested with."""
    for path in sorted(_RULES.glob("*.toml")):
        for rule in tomllib.loads(path.read_text()).get("rule", ()):
            for text in (*rule.get("hits", ()), *rule.get("misses", ())):
                yield text.lstrip("\n").encode()


def letters() -> list[bytes]:
    """All of them, each once."""
    made = (_subjects(), _fields(), _relays(), _bodies(), _multiparts())
    return list(dict.fromkeys(one for group in made for one in group))


def samples() -> list[bytes]:
    """Those of our own rules, each once."""
    return list(dict.fromkeys(_samples()))
