"""Messages of all the shapes that Pyzor's digest makes a difference between, made from a number."""

import base64
import quopri
from random import Random

_SAID = (
    "cheap pills offer today click here http://a.example/x?id=77 joe@example.org congratulations&nbsp;winner a b it's "
    "the of unsubscribe-from-this-list-1234567 free! $100.00 caf\xe9 \u4e2d\u6587 na\xefve mailto:x@y www.example.org "
    "ABCDEFGHIJ ninechars Ab:c x@y 10characts \u2028 \x0c \x00 \t < > & &amp; &#65; &lt;b&gt; = == --"
)
WORDS = _SAID.split(" ")
CHARSETS = ("us-ascii", "utf-8", "iso-8859-1", "windows-1252", "no-such-charset", "utf-16", "")
TAGS = (
    "<p>", "</p>", "<br/>", "<b>", "</b>", '<a href="http://x.example/?a=1&b=2">', "</a>", "<img src='a>b.gif' alt=x>",
    "<!-- note > -->", "<!DOCTYPE html>", "<?xml version='1.0'?>", "<style>p { color: red }</style>", "<td nowrap>",
    "<script type=text/javascript>if (a < b) document.write('<p>')</script>", "< ", "<3", "<div class=\"a b\" id=c>",
    "<![if mso]>", "<![endif]>", "</>", "<a b=c/>", "<o:p>",
)  # fmt: skip


def text(random: Random, lines: int) -> str:
    return "\n".join(" ".join(random.choices(WORDS, k=random.randrange(12))) for _ in range(lines))


def page(random: Random, lines: int) -> str:
    pieces = [random.choice((text(random, 1), random.choice(TAGS), "\n")) for _ in range(lines * 3)]
    return "<html><body>" + "".join(pieces) + random.choice(("</body></html>", "", "<a href=x", "&am", "<!-- ", "<"))


def leaf(random: Random) -> bytes:
    lines, html = random.choice((0, 1, 3, 4, 5, 9, 40)), random.random() < 0.4
    kind = random.choice(("text/html", "TEXT/HTML")) if html else random.choice(("text/plain", "text/csv", "bad", ""))
    charset = random.choice(CHARSETS)
    said = page(random, lines) if html else text(random, lines)
    body = said.encode(random.choice(("utf-8", "latin-1")), "replace")
    encoding = random.choice(("", "7bit", "base64", "quoted-printable", "8bit", "odd"))
    if encoding == "base64":
        body = base64.encodebytes(body)[: -random.choice((1, 2, 3)) or None]
    elif encoding == "quoted-printable":
        body = quopri.encodestring(body)
    if random.random() < 0.1:
        kind = random.choice(("application/octet-stream", "image/gif"))
    header = f"Content-Type: {kind}; charset={charset}\n" if charset else f"Content-Type: {kind}\n" if kind else ""
    return (header + (f"Content-Transfer-Encoding: {encoding}\n" if encoding else "")).encode() + b"\n" + body


def tree(random: Random, depth: int = 0) -> bytes:
    shape = random.random()
    if depth > 2 or shape < 0.4:
        return leaf(random)
    if shape < 0.5:
        return b"Content-Type: message/rfc822\n\nSubject: inner\n" + tree(random, depth + 1)
    boundary = f"b{depth}-{random.randrange(1000)}"
    kind = random.choice(("mixed", "alternative", "related"))
    parts = b"".join(f"\n--{boundary}\n".encode() + tree(random, depth + 1) for _ in range(random.randrange(1, 4)))
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\npreamble of no concern to anybody\n'
    return head.encode() + parts + f"\n--{boundary}--\nepilogue of no concern\n".encode()


def mail(seed: int) -> bytes:
    random = Random(seed)
    raw = b"From: Bob <bob@example.com>\nSubject: an offer\nMIME-Version: 1.0\n" + tree(random)
    return raw.replace(b"\n", b"\r\n") if random.random() < 0.5 else raw
