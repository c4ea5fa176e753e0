"""cases: inputs that were too much once. A description, the target, the bytes.

Those that a run finds are added here, cut down to what matters.
"""

_LONG = b"l" * 16_000

CASES: dict[str, tuple[str, bytes]] = {
    "a long word without its equals sign was tried from each of its letters": (
        "message",
        (b"Content-Type: a/b; %s\r\nContent-Disposition: attachment; %s name=\r\n" % (_LONG, _LONG)) * 5 + b"\r\n",
    ),
    "so was one where sections of a value are looked for": (
        "message",
        b"Content-Disposition: attachment; filename*0*=" + b"utffffff" * 20_000 + b"\r\n\r\n",
    ),
    "each name= of a yEnc line that a bare CR ends was tried": (
        "message",
        b"Content-Type: text/plain\r\n\r\n=ybegin " + b"name=" * 40_000 + b"\rx\r\n",
    ),
    "odd base64 in many parts cost more than was charged for it": (
        "message",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + (b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QU=JD#RE\r\n" * 400) * 900,
    ),
    "the same uuencoded file between two parts was given as often as it stood there": (
        "message",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"begin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n" * 2
        + b"--b\r\n\r\nx\r\n--b--\r\n",
    ),
    "each accent of a text that is noise was looked up anew": (
        "text",
        b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + bytes(32 + (n * 131 + n // 97 * 31) % 224 for n in range(1_200_000)),
    ),
}
