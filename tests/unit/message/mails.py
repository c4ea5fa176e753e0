"""mails: strategies that make mail, sound and broken, and small builders for samples."""

from email.message import Message as EmailMessage
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from hypothesis import strategies as st

LINES = [
    b"Content-Type: multipart/mixed; boundary=b",
    b'Content-Type: multipart/alternative; boundary="c d"',
    b"Content-Type: multipart/digest; boundary*0=b; boundary*1=e",
    b"content-type: message/rfc822",
    b"Content-Type: text/plain; name=a.exe; name*=utf-16''%00%41",
    b'Content-Disposition: attachment; filename="=?utf-8?B?YS5leGU=?="',
    b"Content-Disposition: attachment; filename*1=b; filename*0*=x'y'%z",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: x-uuencode gzip",
    b"X: y\rContent-Type: multipart/mixed; boundary=b",
    b" Content-Type: multipart/mixed; boundary=b",
    b"Subject: x",
    b"From x",
    b"folded:",
    b"\tby a tab",
    b"",
    b"--b",
    b"--b--",
    b"--be",
    b"--c d",
    b"--",
    b"begin 644 a.exe",
    b"begin-base64 644 a",
    b"#0V%T",
    b"`",
    b"end",
    b"====",
    b"=ybegin line=1 size=2 name=z",
    b"=yend",
    b"(This file must be converted with BinHex 4.0)",
    b":#'0XB@dZCAKP!!:",
    b"QUJDREVGR0g=",
    b"QU=JD#RE",
    b"=41=4=\x00=",
    b"text \xff\xfe \x00 \x90\x90",
]

broken = st.lists(st.sampled_from(LINES) | st.binary(max_size=20), max_size=30).flatmap(
    lambda lines: st.sampled_from([b"\r\n", b"\n", b"\r"]).map(lambda end: end.join(lines))
)
"""Mail made of everything that is wrong with mail, and of noise."""

names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30) | st.sampled_from(
    [
        "a b.exe",
        'quo"ted.exe',
        "back\\slash.exe",
        "semi;colon.exe",
        "naïve.exe",
        "日本語の名前がとても長いので折り返す.exe" * 3,
    ]
)


def _attachment(content: bytes, name: str, charset: str) -> EmailMessage:
    part = MIMEApplication(content)
    if charset:
        part.add_header("Content-Disposition", "attachment", filename=(charset, "", name))
    else:
        part.add_header("Content-Disposition", "attachment", filename=name.encode("ascii", "ignore").decode() or "x")
    return part


attachments = st.builds(_attachment, st.binary(max_size=200), names, st.sampled_from(["", "utf-8"]))
texts = st.builds(MIMEText, st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=200))


def _multipart(parts: list[EmailMessage], subtype: str) -> EmailMessage:
    whole = MIMEMultipart(subtype)
    for part in parts:
        whole.attach(part)
    return whole


sound = st.recursive(
    attachments | texts,
    lambda inner: (
        st.builds(_multipart, st.lists(inner, min_size=1, max_size=4), st.sampled_from(["mixed", "alternative"]))
        | st.builds(MIMEMessage, inner)
    ),
    max_leaves=6,
)
"""Mail as Python's own library writes it."""


def multipart(*parts: bytes, boundary: bytes = b"b", end: bytes = b"\r\n") -> bytes:
    """A multipart message; each of `parts` is header lines, an empty line and a body."""
    lines = b"".join(b"--" + boundary + end + part + end for part in parts)
    return b"Content-Type: multipart/mixed; boundary=" + boundary + end + end + lines + b"--" + boundary + b"--" + end
