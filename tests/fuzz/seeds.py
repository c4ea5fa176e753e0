"""seeds: small samples that the fuzz targets begin with, all made here."""

import base64
import binascii
import gzip
import io
import tarfile
import zipfile
from pathlib import Path

from tests.unit.message.mails import LINES, multipart
from tests.unit.message.openers import rtfs, tnefs

_PAYLOAD = b"PK\x03\x04" + bytes(n * 151 % 256 for n in range(150))
_BASE64 = base64.encodebytes(_PAYLOAD)
_UU = b"begin 644 a.exe\n" + b"".join(binascii.b2a_uu(_PAYLOAD[n : n + 45]) for n in range(0, 154, 45)) + b"`\nend\n"
_FILE = b'Content-Type: application/octet-stream; name="a.exe"\r\nContent-Disposition: attachment; filename="a.exe"\r\n'
_HTML = (
    b"Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b'<html><style>p{color:#fff}</style><p style=3D"display:none">caf=E9 <a href=3D"http://a.example/b?c">here</a></p>'
)
_LARGEST = 50_000


def mails() -> list[bytes]:
    """Sound mail of every sort, and a line of each trick."""
    text = b"Content-Type: text/plain; charset=utf-8\r\n\r\nHello, http://www.example.com/\r\n"
    encoded = _FILE + b"Content-Transfer-Encoding: base64\r\n\r\n" + _BASE64
    names = b"Content-Disposition: attachment; filename*0*=utf-8''a%2E; filename*1=e; filename*2=\"xe\"\r\n\r\nx"
    words = b'Content-Disposition: attachment; filename="=?utf-8?B?YS5leGU=?= =?iso-8859-1?q?=E9?="\r\n\r\nx'
    nested = b"Content-Type: message/rfc822\r\n\r\n" + multipart(text, encoded)
    top = b"Received: by b;\r\n\tMon, 1 Jan 2024 00:00:00 +0000\r\nFrom: a@b.example\r\nSubject: =?utf-8?q?x=41?=\r\n"
    whole = [multipart(text, _HTML, encoded), multipart(names, words, nested), text + _UU, encoded, nested, _HTML]
    return [*whole, *(top + mail for mail in whole), b"\r\n".join(LINES), b"\n".join(LINES[::-1]), top + b"\r\n" + _UU]


def containers() -> list[bytes]:
    """An archive or a document of each sort that the standard library can make, one inside another, and TNEF."""
    zipped, tarred = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.exe", b"MZ" * 50)
        archive.writestr("c.txt", b"text")
    with tarfile.open(fileobj=tarred, mode="w") as archive:
        for name in ("x.zip", "../y"):
            member = tarfile.TarInfo(name)
            member.size = len(zipped.getvalue())
            archive.addfile(member, io.BytesIO(zipped.getvalue()))
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", b'<Types><Override PartName="/word/document.xml" ContentType="x"/></Types>'
        )
        archive.writestr("word/document.xml", b"<w:document><w:instrText>DDEAUTO c</w:instrText></w:document>")
        archive.writestr(
            "word/_rels/settings.xml.rels",
            b'<Relationships><Relationship TargetMode="External" Target="http://a/"/></Relationships>',
        )
    pdf = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    rtf = (
        b"{\\rtf1{\\object\\objocx{\\*\\objdata 0105000002000000080000005061636b61676500}}{\\field{\\*\\fldinst DDE}}}"
    )
    winmail = tnefs.tnef(
        tnefs.attachment(b"a.zip", zipped.getvalue()),
        tnefs.attribute(
            tnefs.ATTACHMENT_PROPERTIES,
            tnefs.properties(tnefs.prop(0x3707, tnefs.UNICODE, tnefs.wide("a.exe\0")), tnefs.number(0x3705, 1)),
        ),
        tnefs.attribute(tnefs.MESSAGE_PROPERTIES, tnefs.properties(tnefs.prop(0x1009, tnefs.BINARY, rtfs.LITERAL_RTF))),
    )
    return [
        *(zipped.getvalue(), gzip.compress(tarred.getvalue()), tarred.getvalue(), word.getvalue(), pdf, rtf, winmail),
        *(rtfs.LITERAL_RTF, *mails()[:3]),
    ]


def signed() -> list[bytes]:
    """The example of RFC 8463, a chain, results, and records of domains."""
    mail = (Path(__file__).parents[1] / "unit/authentication/data/rfc6376.signed.msg").read_bytes()
    tags = b"i=1; a=rsa-sha256; c=relaxed/relaxed; d=b.example; s=s; t=1; h=from : to; bh=AAAA; b=AA AA\r\n"
    chain = b"ARC-Seal: cv=none; " + tags.replace(b" h=from : to; bh=AAAA;", b"") + b"ARC-Message-Signature: " + tags
    results = (
        b'mx.example 1; dkim/1=pass (2048 bits) reason="a;b" header.d=a.example; spf=fail smtp.mailfrom=a@b.example\r\n'
    )
    chain += b"ARC-Authentication-Results: i=1; " + results
    return [
        mail.replace(b"\n", b"\r\n"),
        chain + b"Authentication-Results: " + results + mail,
        b"ip4:192.0.2.0/24 a:%{l1r-}.b.example/24//64 mx include:c.example exists:%{ir}.d.example ptr",
        b"p=reject; sp=none; np=quarantine; pct=50; adkim=s; aspf=r; t=y; rua=mailto:a@b.example",
    ]


def seeds_of(target: str, corpora: str = "") -> list[bytes]:
    """The samples of one target, and, if `corpora` is a directory, the small files below it."""
    made = {"kind": containers, "contents": containers, "authentic": signed}.get(target, mails)()
    paths = sorted(path for path in Path(corpora).rglob("*") if path.is_file()) if corpora else []
    return made + [path.read_bytes() for path in paths if path.stat().st_size <= _LARGEST]
