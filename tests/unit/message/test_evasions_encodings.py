"""Tricks with transfer encodings that hide an attachment from one reader and not from another: it is found by union."""

import base64
import quopri

import pytest

from .hiding import B64, FILE, LINES, PAYLOAD, QP, UU, contents, found, mixed, names

# Transfer encodings

ENCODINGS = [
    b"BASE64",
    b"base64;",
    b"base64,",
    b";base64",
    b",base64",
    b"base64 x",
    b"x base64",
    b"base64; x=y",
    b'"base64"',
    b"'base64'",
    b"(x) base64",
    b"base64 (x)",
    b"bas(x)e64",
    b"base\\64",
    b"x-base64",
    b"base-64",
    b"base64\0",
    b"base\x0064",
    b"=?us-ascii?Q?base64?=",
    b"=?us-ascii?B?YmFzZTY0?=",
    b"base64\n x",
    b"\n base64",
    b"base64 quoted-printable",
    b"7bit, base64",
    b"base64\nContent-Transfer-Encoding: 7bit",
    b"7bit\nContent-Transfer-Encoding: base64",
    b"8bit\nX: y\nContent-Transfer-Encoding: base64",
    b"\xa0base64",
    b"base64\xa0",
    b"b64",
    b"mime64",
    b"bse64",
    b"baes46",
    b"",
    b"7bit",
    b"quux",
]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_hidden_by_the_name_of_base64(encoding):
    assert found(mixed(FILE + b"Content-Transfer-Encoding: " + encoding + b"\n\n" + B64))


@pytest.mark.parametrize(
    "field",
    [
        b"Content-Transfer-Encodings",
        b"Content-Encoding",
        b"Content-Transfer",
        b"Transfer-Encoding",
        b"Contents-Transfer-Encoding",
        b"Content_Transfer_Encoding",
    ],
)
def test_hidden_by_the_name_of_the_field(field):
    assert found(mixed(FILE + field + b": base64\n\n" + B64))


@pytest.mark.parametrize(
    "encoding",
    [
        b"quoted-printable",
        b"QUOTED-PRINTABLE",
        b"quoted",
        b"qp",
        b"x-qp",
        b"quoted_printable",
        b"quoted printable",
        b"quoted-printable (x)",
        b"printable",
    ],
)
def test_hidden_by_the_name_of_quoted_printable(encoding):
    assert found(mixed(FILE + b"Content-Transfer-Encoding: " + encoding + b"\n\n" + QP))


UUENCODED = {
    "all": b"begin 644 a.zip\n" + UU + b"end\n",
    "no end": b"begin 644 a.zip\n" + UU,
    "no last line": b"begin 644 a.zip\n" + UU.replace(b"`\n", b"") + b"end\n",
    "spaces": b"begin 644 a.zip\n" + UU.replace(b"`", b" ") + b"end\n",
    "no begin": UU + b"end\n",
    "only lines": UU,
    "a long mode": b"begin 100644 a.zip\n" + UU + b"end\n",
    "two spaces": b"begin  644  a.zip\n" + UU + b"end\n",
    "a tab": b"begin\t644\ta.zip\n" + UU + b"end\n",
    "no mode": b"begin a.zip\n" + UU + b"end\n",
    "a character more in each line": b"begin 644 a.zip\n" + UU.replace(b"\n", b"x\n") + b"end\n",
    "text before": b"hello\n\nbegin 644 a.zip\n" + UU + b"end\n",
    "base64": b"begin-base64 644 a.zip\n" + B64 + b"====\n",
    "base64, no end": b"begin-base64 644 a.zip\n" + B64,
}


@pytest.mark.parametrize("trick", UUENCODED)
@pytest.mark.parametrize("encoding", [b"x-uuencode", b"uuencode", b"uue", b"x-uue", b"x-uu", b"uu", b"7bit", b"base64"])
def test_uuencoded(trick, encoding):
    if trick in ("no begin", "only lines"):
        encoding = b"uuencode"  # nobody would know it for uuencoded otherwise
    raw = mixed(FILE + b"Content-Transfer-Encoding: " + encoding + b"\n\n" + UUENCODED[trick])
    assert any(data.startswith(PAYLOAD) for data in contents(raw))


@pytest.mark.parametrize("trick", ["all", "no end", "two spaces", "no mode", "text before", "base64"])
def test_uuencoded_in_a_text_with_its_name(trick):
    raw = b"Subject: x\n\n" + UUENCODED[trick]
    assert any(data.startswith(PAYLOAD) for data in contents(raw))
    assert names(raw) == ["a.zip"]


# Base64


def lines(length: int, text: bytes = B64.replace(b"\n", b"")) -> bytes:
    return b"\n".join(text[i : i + length] for i in range(0, len(text), length)) + b"\n"


ONE = B64.replace(b"\n", b"")
BODIES = {
    **{f"lines of {n}": lines(n) for n in (1, 2, 3, 4, 5, 7, 64, 76, 77, 1000)},
    **{
        f"junk {chr(junk)!r}": B64.replace(b"\n", bytes((junk,)) + b"\n")
        for junk in b"!#$%&'()*,-.:;<>?@[\\]^_`{|}~\0\x01\x7f\x80\xff"
    },
    **{
        f"junk {chr(junk)!r} in every group": b"\n".join(
            bytes((junk,)).join(line[i : i + 3] for i in range(0, len(line), 3)) for line in LINES
        )
        for junk in b"!#%*-.:_~\0 \x80"
    },
    "a blank in every group": ONE.replace(b"A", b" A"),
    "padding at every end of line": b"".join(
        base64.b64encode(PAYLOAD[i : i + 10]) + b"\n" for i in range(0, len(PAYLOAD), 10)
    ),
    "padding in every group": b"".join(base64.b64encode(PAYLOAD[i : i + 1]) for i in range(len(PAYLOAD))),
    "padding of two in every group": b"".join(base64.b64encode(PAYLOAD[i : i + 2]) for i in range(len(PAYLOAD))[::2]),
    "no padding": B64.rstrip(b"=\n") + b"\n",
    "surplus padding": B64.rstrip(b"\n") + b"====\n",
    "padding at the ends of full lines": B64.replace(b"\n", b"=\n"),
    "much padding at the ends of full lines": B64.replace(b"\n", b"====\n"),
    "a group of padding on top": b"====\n" + B64,
    "empty lines": B64.replace(b"\n", b"\n\n"),
    "empty lines on top": b"\n\n\n" + B64,
    "lines of space": B64.replace(b"\n", b"\n \n"),
    "a line of junk on top": b"This is no base64!\n" + B64,
    "a line of 8-bit junk on top": b"\xff\x80\xfe\n" + B64,
    "a line of letters on top": b"ABC\n\n" + B64,
    "a line of one letter on top": b"A\n\n" + B64,
    "a line of two letters on top": b"AB\n\n" + B64,
    "a line of junk in the middle": LINES[0] + b"\n(junk!)\n" + b"\n".join(LINES[1:]) + b"\n",
    "junk behind the padding": B64.rstrip(b"\n") + b"\n!junk!\n",
    "letters behind the padding": B64.rstrip(b"\n=") + b"==\nQUJD\n",
    "a footer": B64 + b"\n____________\nlist mailing list, unsubscribe here.\n",
    "a delimiter that some know": B64 + b"--other--\n",
    "armour": b"begin-base64 644 a.zip\n" + B64 + b"====\n",
    "PEM": b"-----BEGIN FILE-----\n" + B64 + b"-----END FILE-----\n",
    "carriage returns": B64.replace(b"\n", b"\r"),
    "vertical tabs": B64.replace(b"\n", b"\v\n"),
    "the alphabet for URLs": base64.urlsafe_b64encode(PAYLOAD) + b"\n",
    "in UTF-16": B64.decode().encode("utf-16-le"),
}


@pytest.mark.parametrize("trick", BODIES)
def test_hidden_in_base64(trick):
    assert found(mixed(FILE + b"Content-Transfer-Encoding: base64\n\n" + BODIES[trick]))


@pytest.mark.parametrize(
    "trick",
    [
        "lower case",
        "blanks behind the soft break",
        "junk escapes",
        "plain where it can be",
        "CR in the soft break",
        "CR alone in the soft break",
        "many CRs in the soft break",
    ],
)
def test_hidden_in_quoted_printable(trick):
    body = {
        "lower case": QP.lower(),
        "blanks behind the soft break": QP.replace(b"=\n", b"= \t\n"),
        "junk escapes": QP.replace(b"=\n", b"=\n=XY", 1),
        "plain where it can be": quopri.encodestring(PAYLOAD),
        "CR in the soft break": QP.replace(b"=\n", b"=\r\n"),
        "CR alone in the soft break": QP.replace(b"=\n", b"=\r"),
        "many CRs in the soft break": QP.replace(b"=\n", b"=\r\r\n"),
    }[trick]
    raw = mixed(FILE + b"Content-Transfer-Encoding: quoted-printable\n\n" + body)
    assert any(data.replace(b"=XY", b"").rstrip(b"\n") == PAYLOAD.rstrip(b"\n") for data in contents(raw))


def test_encoded_twice_where_both_are_declared():
    inner = base64.encodebytes(PAYLOAD)
    assert found(mixed(FILE + b"Content-Transfer-Encoding: base64, quoted-printable\n\n" + quopri.encodestring(inner)))
    assert found(mixed(FILE + b"Content-Transfer-Encoding: base64, quoted-printable\n\n" + base64.encodebytes(QP)))
