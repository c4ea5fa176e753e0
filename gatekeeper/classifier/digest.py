"""digest: a message known again by what its reader sees, after servers have re-made its header and its MIME.

Exchange keeps subject, sender, date, text and attachments, and makes all else anew: Received and X- fields, boundaries,
transfer encodings, charsets, folding, and the plain text that goes with a page. So those are left out. It cannot fail.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from gatekeeper.message import Message, Part
from gatekeeper.message.text import Text, texts
from gatekeeper.message.words import decoded_words

SIZE = 16
_TEXTS = ("text/", "multipart/", "message/")
_NUL = b"\0"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def digest_of(message: Message) -> bytes:
    """16 octets, the same for the same message however it is encoded."""
    hashed = hashlib.blake2b(digest_size=SIZE)
    for name in (b"subject", b"from", b"date"):
        value = next(iter(message.values(name)), b"")
        hashed.update(_HEADER[name](value).encode("utf-8", "surrogatepass") + _NUL)
    for text in _shown(message):
        hashed.update(" ".join(text.visible.split()).encode("utf-8", "surrogatepass") + _NUL)
    for attachment in sorted(set(_attachments(message))):
        hashed.update(attachment)
    return hashed.digest()


def _subject(value: bytes) -> str:
    return " ".join(decoded_words(value).split())


def _address(value: bytes) -> str:
    """The last thing in angle brackets, or all of it."""
    text = decoded_words(value).lower()
    return (text.rpartition("<")[2].partition(">")[0] if "<" in text else text).strip()


def _date(value: bytes) -> str:
    """In the zone of Greenwich (RFC 5322 §3.3); "" for what cannot be read."""
    words = value[:100].decode("ascii", "replace").lower().replace(",", " ").split()
    try:
        day, month, year, clock, zone = [*words[not words[0].isdecimal() :], "+0000"][:5]
        hour, minute, second = (int(part) for part in [*clock.split(":"), "0"][:3])
        east = timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[3:5])) if zone[0] in "+-" else timedelta()
        local = datetime(int(year), _MONTHS.index(month[:3]) + 1, int(day), hour, minute, second, tzinfo=UTC)
        return (local - east).isoformat()
    except (ValueError, IndexError, OverflowError):
        return ""


_HEADER = {b"subject": _subject, b"from": _address, b"date": _date}


def _shown(message: Message) -> Iterator[Text]:
    """One reading of each text, without the plain one of a page."""
    seen = {path for part in message.walk() for path in _replaced(part)}
    for text in texts(message).parts:
        if text.path not in seen and text.visible.strip():
            seen.add(text.path)
            yield text


def _replaced(part: Part) -> Iterator[str]:
    """The plain texts of which there is a page beside."""
    if part.types()[0] == "multipart/alternative" and any(below.types()[0] == "text/html" for below in part.walk()):
        yield from (child.path for child in part.parts if child.types()[0] == "text/plain")


def _attachments(message: Message) -> Iterator[bytes]:
    for part in message.walk():
        if not part.parts and not part.types()[0].startswith(_TEXTS):
            yield from (hashlib.sha256(found.data).digest() for found in part.decodings()[:1])
