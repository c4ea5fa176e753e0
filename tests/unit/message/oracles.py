"""oracles: what other libraries get out of a message, in one form, and whether we get it too.

Python's `email`, fast-mail-parser (Rust), MIME::Parser (Perl). Each reads a message in one way; whatever name or bytes
it gives to an attachment must be among what we give, by union over our readings. `EXCUSED` says where not.
"""

import base64
import email
import email.message
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from pathlib import Path
from struct import pack
from typing import NamedTuple

import fast_mail_parser

from gatekeeper.message import parse
from gatekeeper.message.words import decoded_words

_LEAST = 8
"""A body of fewer bytes is no evidence."""

_SCRIPT = Path(__file__).with_name("mime_parser.pl")


class Extracted(NamedTuple):
    """One part as an oracle sees it: its name, "" without one, and its body decoded, None where that is no evidence."""

    name: str
    data: bytes | None


def by_email(raw: bytes) -> list[Extracted]:
    """By Python's `email`, with the policy compat32. What it raises on counts as nothing found."""
    found = []
    for part in email.message_from_bytes(raw).walk():
        try:
            name = str(make_header(decode_header(part.get_filename() or "")))
            data = None if part.is_multipart() else part.get_payload(decode=True)
        except Exception:  # it is known to raise on broken mail, and is not ours to mend
            continue
        found.append(Extracted(name, data if isinstance(data, bytes) else None))
    return found


def by_fast_mail_parser(raw: bytes) -> list[Extracted]:
    """By fast-mail-parser; what it refuses is nothing found."""
    try:
        mail = fast_mail_parser.parse_email(raw)
    except fast_mail_parser.ParseError:
        return []
    return [
        Extracted(found.filename or "", None if found.mimetype.startswith("message/") else bytes(found.content))
        for found in mail.attachments
    ]


class MimeParser:
    """One Perl process that reads message after message."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(["perl", str(_SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, raw: bytes) -> list[Extracted]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(pack(">I", len(raw)) + raw)
        self._process.stdin.flush()
        found = json.loads(self._process.stdout.readline())
        parts = [] if isinstance(found, dict) else found
        return [Extracted(_text(base64.b64decode(name or "")), base64.b64decode(body)) for name, body in parts]

    def close(self) -> None:
        self._process.communicate()
        self._process.wait()

    @staticmethod
    def missing() -> bool:
        """Whether there is no Perl with MIME::Parser."""
        try:
            probe = ["perl", "-MMIME::Parser", "-MJSON::PP", "-e1"]
            return subprocess.run(probe, capture_output=True, check=False).returncode != 0
        except FileNotFoundError:
            return True


def _text(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def missed(raw: bytes, oracle: Callable[[bytes], list[Extracted]]) -> Iterator[str]:
    """What the oracle extracts and we do not, unless it is excused."""
    names: set[str] = set()
    bodies: set[bytes] = set()
    for part in parse(raw).walk():
        names.update(map(plain_name, part.names()))
        bodies.update(plain_body(decoding.data) for decoding in part.decodings())
    ours = Ours(frozenset(names), b"\0\0".join(bodies), plain_body(raw))
    for name, data in oracle(raw):
        if (
            plain_name(name) not in names
            and name
            and not any(good(plain_name(name), ours) for good in NAMES_EXCUSED.values())
        ):
            yield f"name {name!r}"
        if data and plain_body(data) not in ours.bodies:
            body = plain_body(data)
            if not any(good(body, ours) for good in BODIES_EXCUSED.values()):
                yield f"body {data[:60]!r} of {len(data)}"


def plain_name(name: str) -> str:
    """Without white space, which programs drop or keep as they like."""
    return "".join(name.split()).strip("\0").encode("utf-8", "replace").decode()


def plain_body(data: bytes) -> bytes:
    """With line ends of one kind, no white space before them, and none at the end: all that is treated variously."""
    return re.sub(rb"(?<![ \t\r])[ \t\r]++\n", b"\n", data).rstrip()


class Ours(NamedTuple):
    """What we give: names, all bodies one behind the other, and the message itself, all of them plain."""

    names: frozenset[str]
    bodies: bytes
    raw: bytes


def _stands_there(body: bytes, ours: Ours) -> bool:
    text = sum(octet < 9 or octet > 126 for octet in body) * 20 < len(body)
    framed = re.search(rb"(?:\A|\n)[^\n]{0,20}(?:--|content-)", body, re.IGNORECASE)
    return bool(text or framed) and b"".join(body.split()) in b"".join(ours.raw.split())


def _keeps_equals(body: bytes, ours: Ours) -> bool:
    return b"=" in body and body.translate(None, b"=\r\n\t ") in ours.bodies.translate(None, b"=\r\n\t ")


def _keeps_junk(body: bytes, ours: Ours) -> bool:
    loose = re.sub(rb"=[0-9A-FX \t]{0,2}", b"", body, flags=re.IGNORECASE)
    return loose != body and loose in re.sub(rb"=[0-9A-FX \t]{0,2}", b"", ours.bodies, flags=re.IGNORECASE)


def _longer(body: bytes, ours: Ours) -> bool:
    return any(body[: len(body) - size].rstrip(b"\0") in ours.bodies for size in range(17) if size < len(body) // 2)


def _left_encoded(name: str, ours: Ours) -> bool:
    return "=?" in name and plain_name(decoded_words(name.encode())) in ours.names


def _bare_return(found: object, ours: Ours) -> bool:
    return re.search(rb"\r(?!\n)", ours.raw) is not None


def _cut_short(name: str, ours: Ours) -> bool:
    return "." not in name and any(mine.startswith(name.lstrip('"')) for mine in ours.names)


BODIES_EXCUSED: dict[str, Callable[[bytes, Ours], bool]] = {
    "text that stands in the message, undecoded: its header or a multipart ended elsewhere for them": _stands_there,
    "quoted-printable whose broken escapes they keep in another way, character for character": _keeps_equals,
    "quoted-printable whose broken escapes they keep with what follows": _keeps_junk,
    "a little behind the end: a checksum, a last line that was cut off": _longer,
    "a few bytes, which are no file": lambda body, _: len(body) < _LEAST,
    "a header line ended by a bare CR, which is refused before anything is parsed": _bare_return,
    "MIME::Parser prints a reference in place of some uuencoded files": lambda body, _: body.startswith(b"ARRAY(0x"),
}
NAMES_EXCUSED: dict[str, Callable[[str, Ours], bool]] = {
    "a name that ends where it could not go on, and so has no extension": _cut_short,
    "encoded words that they left encoded, and we decode": _left_encoded,
    "a header line ended by a bare CR, which is refused before anything is parsed": _bare_return,
    "a character that could not be decoded": lambda name, _: "\ufffd" in name or "\\x" in name,
    "MIME::Parser prints a reference in place of some names": lambda name, _: name.startswith("ARRAY(0x"),
}
