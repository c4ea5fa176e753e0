"""sa_learn_folders: from what `sa-learn` is given to the mailboxes of each class.

A file of folders has one a line: `ham:dir:/path`, `spam:mbox:/path`, `ham:/path`, `/path`, with `*` and `?` as in a
shell. Fails with `OSError`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

_CLASSES = ("spam", "ham")
_TYPES = ("dir", "file", "mbox", "mbx", "detect")


@dataclass(slots=True)
class Folders:
    """Names of mailboxes; `-` is standard input."""

    spam: list[str] = field(default_factory=list)
    ham: list[str] = field(default_factory=list)
    forget: list[str] = field(default_factory=list)

    def add(self, what: str, name: str) -> None:
        """One more of a class, or to be forgotten."""
        {"spam": self.spam, "ham": self.ham, "forget": self.forget}[what].append(name)


def folders_of(what: str | None, files: Sequence[str], listed: str | None) -> Folders:
    """`what` is the class of all that does not say its own; the names that are `listed` in a file come first."""
    found = Folders()
    lines = Path(listed).read_text("utf-8", "surrogateescape").splitlines() if listed else []
    for line in filter(None, map(str.strip, lines)):
        _add(found, line, what)
    for name in files or ([] if listed else ["-"]):
        found.add(what or "ham", name)
    return found


def _add(found: Folders, line: str, what: str | None) -> None:
    head, colon, rest = line.partition(":")
    own = head if colon and head in _CLASSES else None
    name = rest if own else line
    kind, colon, rest = name.partition(":")
    if colon and kind in _TYPES:
        name = rest
    label = own or what
    if what == "forget":
        label = what
    if label:
        for one in sorted(glob(name)) or [name]:  # noqa: PTH207 — as sa-learn writes them, absolute or not
            found.add(label, one)
