"""Tricks with line ends, boundaries and headers that hide an attachment from one reader and not from another."""

import base64
import quopri

import pytest

from .hiding import B64, ENCODED, FILE, LINES, UU, found, mixed, names

# Line ends and NUL

PLAIN = mixed(ENCODED)
NAMELESS = b"\nbegin 644 a.zip\n" + UU + b"end\n"
LINE_ENDS = {
    "CR alone": PLAIN.replace(b"\n", b"\r"),
    "CR alone in the body": PLAIN.partition(b"\n\n")[0] + b"\n\n" + PLAIN.partition(b"\n\n")[2].replace(b"\n", b"\r"),
    "CR alone in the header": PLAIN.partition(b"\n\n")[0].replace(b"\n", b"\r")
    + b"\r\n\r\n"
    + PLAIN.partition(b"\n\n")[2],
    "CR CR LF": PLAIN.replace(b"\n", b"\r\r\n"),
    "CR CR LF in the body": PLAIN.replace(b"\n--b", b"\r\r\n--b").replace(b"b\nC", b"b\r\r\nC"),
    "LF CR": PLAIN.replace(b"\n", b"\n\r"),
    "LF in the header, CRLF in the body": PLAIN.partition(b"\n\n")[0]
    + b"\n\n"
    + PLAIN.partition(b"\n\n")[2].replace(b"\n", b"\r\n"),
    "CR before a delimiter": PLAIN.replace(b"\n--b", b"\r--b"),
    "CR behind a delimiter": PLAIN.replace(b"--b\n", b"--b\r"),
    "CR between the fields of the part": PLAIN.replace(b"stream\nC", b"stream\rC").replace(b'"\nC', b'"\rC'),
    "CR alone around a uuencoded file": (b"Subject: x\n\nhello" + NAMELESS).replace(b"\n", b"\r"),
    "CR alone around a uuencoded file, in the body": b"Subject: x\n\n" + (b"hello" + NAMELESS).replace(b"\n", b"\r"),
    "NUL in the declaration": PLAIN.replace(b"boundary=b", b"bound\0ary=b"),
    "NUL in the boundary": PLAIN.replace(b"boundary=b", b"boundary=\0b"),
    "NUL in the delimiter": PLAIN.replace(b"\n--b", b"\n--\0b"),
    "NUL behind the delimiter": PLAIN.replace(b"--b\n", b"--b\0\n"),
    "NUL in the name of the field": PLAIN.replace(b"Content-T", b"Con\0tent-T"),
    "NUL in the body": PLAIN.replace(LINES[1], LINES[1][:7] + b"\0" + LINES[1][7:]),
    "UTF-16 little endian": PLAIN.decode("ascii").encode("utf-16-le"),
    "UTF-16 big endian, marked": b"\xfe\xff" + PLAIN.decode("ascii").encode("utf-16-be"),
    "the body in UTF-16": PLAIN.partition(b"\n\n")[0]
    + b"\n\n"
    + PLAIN.partition(b"\n\n")[2].decode().encode("utf-16-le"),
    "a marked header": b"\xef\xbb\xbf" + PLAIN[PLAIN.index(b"Content-Type") :],
}


@pytest.mark.parametrize("trick", LINE_ENDS)
def test_hidden_by_line_ends(trick):
    assert found(LINE_ENDS[trick])
    assert "a.zip" in names(LINE_ENDS[trick])


# Boundaries and structure

STRUCTURES = {
    "a second declaration, its parts without a header": mixed(
        NAMELESS, declaration=b"multipart/mixed; boundary=other\nContent-Type: multipart/mixed; boundary=b"
    ),
    "both declared boundaries occur": b"Content-Type: multipart/mixed; boundary=a\n"
    b"Content-Type: multipart/mixed; boundary=b\n\n--a\n\ntext\n--a--\n--b\n" + ENCODED + b"--b--\n",
    "the second boundary cuts a part of the first": b"Content-Type: multipart/mixed; boundary=a\n"
    b"Content-Type: multipart/mixed; boundary=b\n\n--a\nContent-Type: text/plain\n\nx\n--b\n"
    + ENCODED
    + b"--b--\n--a--\n",
    "the boundary of the last field": b"Content-Type: text/plain\nContent-Type: text/html\nContent-Type: "
    b"multipart/mixed; boundary=b\n\n--b\n" + ENCODED + b"--b--\n",
    "space before the dashes of the end": PLAIN.replace(b"--b--", b"--b --"),
    "space that belongs to the boundary": mixed(
        ENCODED, declaration=b'multipart/mixed; boundary="b "', delimiter=b"b "
    ),
    "tab behind the delimiter": PLAIN.replace(b"--b\n", b"--b\t\n"),
    "junk behind the end": PLAIN.replace(b"--b--", b"--b--x") + b"\n",
    "no end": PLAIN.replace(b"\n--b--", b""),
    "the first delimiter opens the body": b"Content-Type: multipart/mixed; boundary=b\n--b\n" + ENCODED + b"--b--\n",
    "a delimiter longer than the boundary": mixed(ENCODED, delimiter=b"bbb"),
    "a boundary longer than the delimiter": mixed(ENCODED, declaration=b"multipart/mixed; boundary=bbb"),
    "another case": mixed(ENCODED, delimiter=b"B"),
    "the declaration encoded": mixed(ENCODED, declaration=b"=?utf-8?Q?multipart/mixed;_boundary=3Db?="),
    "the boundary encoded": mixed(ENCODED, declaration=b"multipart/mixed; boundary==?utf-8?B?Yg==?="),
    "no declaration": b"Subject: x\n\n--b\n" + ENCODED + b"--b--\n",
    "the wrong case of multipart": mixed(ENCODED, declaration=b"MULTIPART/MIXED; BOUNDARY=b"),
    "an odd subtype": mixed(ENCODED, declaration=b"multipart/x-mixed-replace; boundary=b"),
    "appledouble": mixed(ENCODED, declaration=b"multipart/appledouble; boundary=b"),
    "no subtype": mixed(ENCODED, declaration=b"multipart; boundary=b"),
    "slash and space": mixed(ENCODED, declaration=b"multipart / mixed; boundary=b"),
    "preamble": b"Content-Type: multipart/mixed; boundary=b\n\n--x\n" + ENCODED + b"--x--\n\n--b\n\ntext\n--b--\n",
    "epilogue": mixed() + b"\n--b\n" + ENCODED + b"--b--\n",
    "uuencoded in the preamble": b"Content-Type: multipart/mixed; boundary=b\n" + NAMELESS + b"\n--b\n\ntext\n--b--\n",
    "uuencoded in the epilogue": mixed() + NAMELESS,
    "nested with one boundary": mixed(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + ENCODED + b"--b--\n"),
    "nested with a boundary that goes on": mixed(
        b"Content-Type: multipart/mixed; boundary=bb\n\n--bb\n" + ENCODED + b"--bb--\n"
    ),
    "nested with a boundary that is shorter": mixed(
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + ENCODED + b"--b--\n",
        declaration=b"multipart/mixed; boundary=bb",
        delimiter=b"bb",
    ),
    "no end of the inner one": mixed(b"Content-Type: multipart/mixed; boundary=i\n\n--i\n" + ENCODED),
    "an encoded multipart in an encoded multipart": b"Content-Type: multipart/mixed; boundary=a\n"
    b"Content-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(
        b"--a\nContent-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(b"--b\n" + ENCODED + b"--b--\n")
        + b"--a--\n"
    ),
    "a boundary in Latin-1": mixed(
        NAMELESS, ENCODED, declaration=b'multipart/mixed; boundary="\xfc"', delimiter=b"\xfc"
    ),
    "an encoded multipart": b"Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(b"--b\n" + ENCODED + b"--b--\n"),
    "an encoded multipart, quoted-printable": b"Content-Type: multipart/mixed; boundary=b\n"
    b"Content-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(b"--b\n" + ENCODED + b"--b--\n"),
    "an encoded message": b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(ENCODED),
    "a message in a message": b"Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n" + ENCODED,
    "a message that begins with From": b"Content-Type: message/rfc822\n\nFrom me Mon Jan  1 00:00:00 2024\n" + ENCODED,
    "a message that begins with an empty line": b"Content-Type: message/rfc822\n\n\n" + ENCODED,
    "an unknown kind of message": b"Content-Type: message/x-other\n\n" + ENCODED,
    "the first fragment": b"Content-Type: message/partial; id=a; number=1; total=1\n\n" + ENCODED,
    "an empty line before the header": b"\n" + PLAIN,
    "an empty line before the part's header": mixed(b"\n" + ENCODED),
    "a line of space before the part's header": mixed(b" \n" + ENCODED),
    "digest": mixed(ENCODED, declaration=b"multipart/digest; boundary=b"),
    "digest, as it should be": mixed(b"\n" + ENCODED, declaration=b"multipart/digest; boundary=b"),
}


@pytest.mark.parametrize("trick", STRUCTURES)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_hidden_by_the_structure(trick, end):
    raw = STRUCTURES[trick].replace(b"\n", end)
    assert found(raw)
    assert "a.zip" in names(raw)


# The header of the part

HEADERS = {
    "space before the colon": ENCODED.replace(b":", b" :"),
    "tab before the colon": ENCODED.replace(b":", b"\t:"),
    "two colons": ENCODED.replace(b":", b"::"),
    "space between": ENCODED.replace(b":", b": :"),
    "no colon": ENCODED.replace(b":", b""),
    "folded at once": ENCODED.replace(b": ", b":\n "),
    "folded twice": ENCODED.replace(b": ", b":\n \n "),
    "folded with a tab": ENCODED.replace(b": ", b":\n\t"),
    "a line of space before the body": ENCODED.replace(b"\n\n", b"\n \n\n"),
    "a line of space for the empty one": ENCODED.replace(b"\n\n", b"\n \n"),
    "a line of a tab for the empty one": ENCODED.replace(b"\n\n", b"\n\t\n"),
    "no empty line": ENCODED.replace(b"\n\n", b"\n"),
    "a line of junk on top": b"junk\n" + ENCODED,
    "a line of junk in between": ENCODED.replace(b"\nContent-D", b"\njunk\nContent-D"),
    "a line of 8-bit junk in between": ENCODED.replace(b"\nContent-D", b"\n\xff\xfe\x80\nContent-D"),
    "a line of junk at the end": ENCODED.replace(b"\n\n", b"\njunk\n\n"),
    "a line of base64 at the end": ENCODED.replace(b"\n\n", b"\nABC=\n\n"),
    "two lines of base64 at the end": ENCODED.replace(b"\n\n", b"\nABC=\nABC=\n\n"),
    "a line of base64 for the empty one": ENCODED.replace(b"\n\n", b"\nABCD\n"),
    "a short line of base64 for the empty one": ENCODED.replace(b"\n\n", b"\nABC\n"),
    "an envelope line": b"From me\n" + ENCODED,
    "a quoted envelope line": b">From me\n" + ENCODED,
    "indented": b" " + ENCODED.replace(b"\nC", b"\n C"),
    "8-bit before the name": ENCODED.replace(b"Content", b"\xa0Content"),
    "no-break space before the colon": ENCODED.replace(b":", b"\xa0:"),
    "fields twice, the first false": b"Content-Type: text/plain\nContent-Transfer-Encoding: 7bit\n" + ENCODED,
    "fields twice, the last false": ENCODED.replace(
        b"\n\n", b"\nContent-Type: text/plain\nContent-Transfer-Encoding: 7bit\n\n"
    ),
    "behind a CR": b"X: y\r" + ENCODED.replace(b"\nC", b"\rC"),
    "upper case": FILE.upper().replace(b"A.ZIP", b"a.zip") + b"CONTENT-TRANSFER-ENCODING: BASE64\n\n" + B64,
    "form feed before the value": ENCODED.replace(b": ", b":\f"),
}


@pytest.mark.parametrize("trick", HEADERS)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_hidden_by_the_header(trick, end):
    raw = mixed(HEADERS[trick]).replace(b"\n", end)
    assert found(raw)
    assert "a.zip" in names(raw)


def test_two_tricks_at_once():
    missed = [
        (structure, header)
        for structure, raw in STRUCTURES.items()
        for header, part in HEADERS.items()
        if ENCODED in raw and not found(raw.replace(ENCODED, part))
    ]
    assert missed == []
