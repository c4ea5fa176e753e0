"""Mail whose class is known, for the tests of `evaluate`."""

from pathlib import Path

from gatekeeper.values import Label

SPAM_WORDS = ["cheap", "pills", "winner", "lottery", "casino", "unclaimed", "inheritance", "transfer"]
HAM_WORDS = ["meeting", "agenda", "invoice", "draft", "review", "schedule", "minutes", "budget"]


def message(n: int, label: Label) -> bytes:
    """The `n`th message of this class; no two are the same."""
    words = SPAM_WORDS if label is Label.SPAM else HAM_WORDS
    body = " ".join(words[(n * k + k) % 8] for k in range(1, 5))
    return f"From: {label}{n}@example.net\r\nSubject: {words[n % 8]} {n}\r\n\r\n{body}\r\n".encode()


def order(directory: Path, count: int, name: str = "order.txt") -> Path:
    """An ORDER of so many messages, every third of them spam."""
    lines = []
    for n in range(count):
        label = Label.SPAM if n % 3 == 0 else Label.HAM
        path = directory / f"{n} of many.eml"
        path.write_bytes(message(n, label))
        lines.append(f"{label} {path}\n")
    file = directory / name
    file.write_text("".join(lines))
    return file
