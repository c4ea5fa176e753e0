"""letters: what the desk itself writes: to administrators about a held message, and to who gets one part of it. Pure.

Each is `Auto-Submitted` (RFC 3834), from the gateway's own postmaster. Nothing that a sender wrote stands in a header
field; a held message is attached as it came, byte for byte. It cannot fail.
"""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from gatekeeper.quarantine.hold import Held

_LONGEST = 200


def forwarding(held: Held, raw: bytes, asked: str, hostname: str, to: str) -> bytes:
    """The held message, attached to a word about it."""
    text = _about(held, f"{asked} forwards this message, which is held in the quarantine. It is attached as it came.")
    boundary = _boundary(raw)
    encoding = "7bit" if raw.isascii() else "8bit"
    head = _head(f"Held message {held.id}", hostname, to)
    head.append(("Content-Type", f'multipart/mixed; boundary="{boundary}"'))
    attached = [
        ("Content-Type", "message/rfc822"),
        ("Content-Transfer-Encoding", encoding),
        ("Content-Disposition", f'attachment; filename="{held.id}.eml"'),
    ]
    line = f"--{boundary}".encode()
    word = MIMEText(text, "plain", "utf-8", policy=SMTP).as_bytes()
    pieces = (
        _lines(head),
        line + b"\r\n",
        word,
        b"\r\n",
        line + b"\r\n",
        _lines(attached),
        raw,
        b"\r\n",
        line + b"--\r\n",
    )
    return b"".join(pieces)


def asking(held: Held, asked: str, recipients: tuple[str, ...], hostname: str, to: str) -> bytes:
    """Somebody asks for it to be released."""
    words = f"{asked} asks for this message to be released to {', '.join(recipients)}."
    how = f"To do so: gatekeeper quarantine release {held.id}"
    letter = _letter(f"Please release {held.id}", hostname, to)
    letter.set_content(f"{_about(held, words)}\n{how}\n", cte="base64")
    return letter.as_bytes(policy=SMTP)


def enclosing(held: Held, name: str, data: bytes, hostname: str, to: str) -> bytes:
    """One part of it, by itself."""
    letter = _letter(f"An attachment of message {held.id}", hostname, to)
    letter.set_content(_about(held, "This was attached to a message for you, and has been released."), cte="base64")
    letter.add_attachment(data, "application", "octet-stream", filename=file_name(name))
    return letter.as_bytes(policy=SMTP)


def file_name(name: str) -> str:
    """What a sender calls a part, as a file may be called anywhere; "attachment" if nothing is left of it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    sound = "".join(letter if letter.isprintable() and letter not in '<>:"|?*' else "_" for letter in last)
    return sound.strip(" .")[:_LONGEST] or "attachment"


def _about(held: Held, words: str) -> str:
    reasons = ", ".join(dict.fromkeys(verdict.reason for verdict in held.verdicts.values()))
    facts = (("From", held.envelope.sender or "<>"), ("Subject", held.subject), ("Held for", reasons), ("Id", held.id))
    return "\n".join([words, "", *(f"{name}: {_line(value)}" for name, value in facts), ""])


def _line(text: str) -> str:
    """On one line, with nothing that does not show."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:_LONGEST]


def _head(subject: str, hostname: str, to: str) -> list[tuple[str, str]]:
    return [
        ("From", f"postmaster@{hostname}"),
        ("To", to),
        ("Subject", subject),
        ("Date", format_datetime(datetime.now(UTC))),
        ("Message-ID", make_msgid(domain=hostname)),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ]


def _letter(subject: str, hostname: str, to: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    for name, value in _head(subject, hostname, to)[:-1]:
        letter[name] = value
    return letter


def _lines(fields: list[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode() + b"\r\n"


def _boundary(raw: bytes) -> str:
    return next(boundary for boundary in _boundaries() if boundary.encode() not in raw)


def _boundaries() -> Iterator[str]:
    while True:
        yield secrets.token_hex(16)
