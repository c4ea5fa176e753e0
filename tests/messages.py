"""messages: the mail that tests and benchmarks send, made here and always the same for the same number.

Every function returns a whole message as SMTP carries it: bytes, lines ended by CRLF, not dot-stuffed.
"""

import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"  # in one piece it alarms

_PROSE = """
    the of and to a in is that it for was on are as with they at be this from have or by one had not but what all were
    when we there can an your which their said if do will each about how up out them then she many some so meeting
    invoice contract delivery report budget harbour window Monday draft figures attached regards please translation
    schedule kitchen bicycle library ticket garden engine weather minutes proposal signature address
"""
_WORDS = _PROSE.split()
_EPOCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def ham(number: int = 0) -> bytes:
    """A clean message with what careless relays damage: folded fields, odd spacing, 8-bit text, dots, long lines."""
    extra = (
        "X-Folded: one\r\n\ttwo\r\n  three\r\n"
        "x-oddly-CASED:no space here\r\n"
        "X-Spaces:   kept   \r\n"
        "X-Empty:\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n"
    )
    body = (
        f"Dear Kim,\r\n\r\n{_prose(number, 12)}\r\n"
        ".\r\n..\r\n.hidden\r\n \t\r\nGrüße aus Århus\r\n"
        + "y" * 900
        + "\r\nFrom here on it is the end\r\n-- \r\nAnn\r\n\r\n"
    )
    return _message(number, "Minutes of Monday", extra, body)


def gtube(number: int = 0) -> bytes:
    """What every filter must call spam."""
    return _message(number, "An offer", "", f"Buy now.\r\n\r\n{GTUBE}\r\n")


def attached(name: str, content: bytes, number: int = 0) -> bytes:
    """A letter with one attachment in base64."""
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n").decode()
    boundary = f"=_part_{number:06}"
    body = (
        f"This is a message in MIME format.\r\n--{boundary}\r\nContent-Type: text/plain\r\n\r\nSee the attachment.\r\n"
        f"--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n{encoded}--{boundary}--\r\n'
    )
    kind = f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"\r\n'
    return _message(number, "A file for you", kind, body)


def exe(number: int = 0) -> bytes:
    """A program dressed as a document."""
    return attached("invoice.pdf.exe", b"MZ\x90\x00" + bytes(range(256)), number)


def eicar(number: int = 0) -> bytes:
    """The antivirus test file under a harmless name."""
    return attached("notes.txt", EICAR, number)


def typical(number: int) -> bytes:
    """A message as they come: 1 to 30 KB, about 6 KB in the mean; every third in two parts, every ninth with a file."""
    chance = random.Random(number)
    size = min(30_000, max(700, int(chance.lognormvariate(8.6, 0.7))))
    if number % 9 == 0:
        return attached(f"figures-{number}.csv", chance.randbytes(size * 3 // 5), number)
    lines = max(4, size // 75)
    if number % 3:
        plain = "Content-Type: text/plain; charset=us-ascii\r\n"
        return _message(number, "Draft of the report", plain, _prose(number, lines))
    text, page = _prose(number, lines // 2), _prose(number + 1, lines // 2)
    boundary = f"=_alternative_{number:06}"
    body = (
        f"--{boundary}\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--{boundary}\r\nContent-Type: text/html\r\n\r\n"
        f'<html><body><p>{page}</p><a href="http://www.out.test/{number}">more</a></body></html>\r\n--{boundary}--\r\n'
    )
    return _message(number, "Schedule", f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n', body)


def malformed() -> dict[str, bytes]:
    """Messages that break the rules of the format, not of SMTP: they can be sent and must arrive as they are."""
    top = b"From: ann@out.test\r\nTo: kim@example.org\r\n"
    mixed = b'Content-Type: multipart/mixed; boundary="b"\r\n'
    return {
        "no header at all": b"\r\nJust text.\r\n",
        "nothing but text": b"Just a line without a colon\r\nand another\r\n",
        "no blank line": top + b"Subject: nothing follows\r\n",
        "a line without colon among the fields": top + b"This is no field\r\nSubject: after it\r\n\r\nText.\r\n",
        "space before the colon": top + b"Subject : spaced\r\n\r\nText.\r\n",
        "8-bit in a field": top + b"Subject: caf\xe9 \xff\xfe\r\n\r\nText.\r\n",
        "8-bit in a field name": top + b"S\xfcbject: x\r\n\r\nText.\r\n",
        "a very long field": top + b"X-Long: " + b"word " * 4000 + b"\r\n\r\nText.\r\n",
        "a very long body line": top + b"\r\n" + b"z" * 20_000 + b"\r\n",
        "every singular field twice": top * 2 + b"Subject: a\r\nSubject: b\r\nDate: x\r\nDate: y\r\n\r\nText.\r\n",
        "multipart that never ends": top + mixed + b"\r\n--b\r\nContent-Type: text/plain\r\n\r\nText.\r\n",
        "multipart without a boundary": top + b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nText.\r\n--b--\r\n",
        "multipart without a part": top + mixed + b"\r\n--b--\r\n",
        "boundaries nested a hundred deep": top + _nested(100),
        "broken base64": top + b"Content-Transfer-Encoding: base64\r\n\r\n!!!=====A\r\n",
        "broken encoded word": top + b"Subject: =?utf-8?B?\xff?= =?x?Q?=ZZ?=\r\n\r\nText.\r\n",
        "unknown charset": top + b"Content-Type: text/plain; charset=martian\r\n\r\n\x80\x81\r\n",
        "continuation before any field": b" leading white space\r\n" + top + b"\r\nText.\r\n",
        "an empty field name": top + b": nameless\r\n\r\nText.\r\n",
        "fields folded to nothing": top + b"X-Fold:\r\n \r\n\t\r\nSubject: x\r\n\r\nText.\r\n",
        "control characters": top + b"\r\n\x01\x02\x07\x0b\x0c\x1b[31m\x7f\r\n",
        "only dots": top + b"\r\n.\r\n..\r\n...\r\n",
    }


def unsafe() -> dict[str, bytes]:
    """Messages that two servers may read differently: SMTP has no place for them (RFC 5321 §2.3.8, §4.1.1.4)."""
    top = b"From: ann@out.test\r\nTo: kim@example.org\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    top += b"Message-ID: <unsafe@out.test>\r\n"
    return {
        "bare LF": top + b"\r\nText\nmore\r\n",
        "bare CR": top + b"\r\nText\rmore\r\n",
        "NUL": top + b"\r\nText\x00more\r\n",
        "bare LF in a field": top + b"Subject: one\ntwo: three\r\n\r\nText\r\n",
        "bare CR in a field": top + b"Subject: one\rtwo: three\r\n\r\nText\r\n",
        "NUL in a field": top + b"Subject: one\x00two\r\n\r\nText\r\n",
    }


def variety(count: int) -> Iterator[tuple[str, bytes]]:
    """`count` messages of every kind, each with its name: mostly typical ones, each other kind again and again."""
    odd = list(malformed().items())
    for number in range(count):
        match number % 10:
            case 1:
                yield f"ham {number}", ham(number)
            case 3:
                yield odd[number // 10 % len(odd)]
            case 5:
                yield f"gtube {number}", gtube(number)
            case 7:
                yield (f"exe {number}", exe(number)) if number % 20 == 7 else (f"eicar {number}", eicar(number))
            case _:
                yield f"typical {number}", typical(number)


def _message(number: int, subject: str, extra: str, body: str) -> bytes:
    fields = (
        f"From: Ann <ann@out.test>\r\nTo: Kim <kim@example.org>\r\nSubject: {subject} {number}\r\n"
        f"Date: {format_datetime(_EPOCH + timedelta(minutes=number))}\r\nMessage-ID: <{number}@out.test>\r\n"
        f"MIME-Version: 1.0\r\n{extra}"
    )
    return f"{fields}\r\n{body}".encode()


def _prose(number: int, lines: int) -> str:
    chance = random.Random(number)
    return "".join(" ".join(chance.choices(_WORDS, k=12)) + "\r\n" for _ in range(lines))


def _nested(depth: int) -> bytes:
    opening = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(depth))
    return opening + b"\r\nText.\r\n" + b"".join(b"--%d--\r\n" % n for n in reversed(range(depth)))
