"""key_table: by which keys we sign, as opendkim's KeyTable has them.

A line is a name, white space, and `domain:selector:/path/to/key.pem`. A domain has one key; `%` for the sender's own
domain is not known here. Parsing never fails; a bad line is a `Problem`.
"""

from dataclasses import dataclass, field
from typing import Self

from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

_EXAMPLE = "write NAME example.org:SELECTOR:/etc/gatekeeper/example.org.pem"


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """Mail of `domain` (lower case) and what is below it is signed by the private key in `file`."""

    domain: str
    selector: str
    file: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class KeyTable:
    """The entries as written."""

    entries: tuple[KeyEntry, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @classmethod
    def parse(cls, text: str, source: str) -> Self:
        """Every line; the first that names a domain counts."""
        reader = Reader(source)
        entries: dict[str, KeyEntry] = {}
        for row in reader.rows(text):
            domain, _, rest = row.value.partition(":")
            selector, _, file = rest.partition(":")
            name = domain.lower().removesuffix(".")
            if not (_is_name(name) and _is_name(selector.lower()) and file.startswith("/")):
                reader.error(f"{row.value!r} is no key", _EXAMPLE)
            elif name in entries:
                reader.error(f"{name} has a key in line {entries[name].line} already", "keep one of the two")
            else:
                entries[name] = KeyEntry(name, selector, file, row.line)
        return cls(tuple(entries.values()), tuple(reader.problems))


def _is_name(text: str) -> bool:
    labels = text.split(".")
    return text.isascii() and all(label and label.replace("-", "").replace("_", "").isalnum() for label in labels)
