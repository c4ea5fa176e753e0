"""Made mail of two classes, easily told apart, in the forms that people keep mail in."""

from pathlib import Path

from gatekeeper.values import Label

SPAM, HAM = Label.SPAM, Label.HAM
_WORDS = {SPAM: "pills cheap winner casino loan", HAM: "meeting draft report thursday minutes"}


def mail(number: int, label: Label) -> bytes:
    words = _WORDS[label].split()
    text = " ".join(words[(number + n) % 5] for n in range(4))
    return (
        f"From: kim{number}@{label}.test\nSubject: {words[number % 5]} {number}\nMessage-ID: <{number}@{label}.test>\n"
        f"Date: Thu, 1 Jan 2026 00:00:{number % 60:02} +0000\n\n{text}\nunique{label}{number}\n"
    ).encode()


def mails(label: Label, count: int) -> list[bytes]:
    return [mail(number, label) for number in range(count)]


def mbox(path: Path, messages: list[bytes]) -> str:
    from_line = b"From kim@c.test Thu Jan  1 00:00:00 1970\n"
    path.write_bytes(b"".join(from_line + raw.replace(b"\nFrom ", b"\n>From ") + b"\n" for raw in messages))
    return str(path)


def directory(path: Path, messages: dict[str, bytes]) -> str:
    for name, raw in messages.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(raw)
    return str(path)
