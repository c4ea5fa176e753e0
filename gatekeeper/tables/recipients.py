"""recipients: the mailboxes that exist, as a text list.

One entry a line: `joe@example.org`, `joe` (in every domain the list is used for), `@example.org` (every address of
that domain). What follows white space is passed over, so a Postfix `relay_recipient_maps` text serves too. Case never
counts. With a delimiter (`+`) mail to `joe+news` belongs to `joe`. Parsing never fails; a bad line is a `Problem`.
"""

from collections.abc import Set
from dataclasses import dataclass
from typing import Self

from gatekeeper.tables.address import split
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem


@dataclass(frozen=True, slots=True)
class RecipientList:
    """The list as read: `joe@example.org`, `joe` and `@example.org` in lower case."""

    keys: Set[str] = frozenset()
    delimiter: str = ""
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, text: str, source: str, delimiter: str = "") -> Self:
        """`delimiter` separates a mailbox from what its owner adds to it; empty: nothing does."""
        reader = Reader(source)
        keys: set[str] = set()
        for line in reader.lines(text):
            written = line.replace("\t", " ").partition(" ")[0]
            local, domain = ("", written[1:].lower()) if written.startswith("@") else split(written)
            if written.count("@") > 1 or not (local or domain):
                reader.error(f"{written!r} is no address", "write joe@example.org, joe or @example.org")
            elif "@" in written and not domain:
                reader.error(f"{written!r} has no domain", f"write {local!r} for every domain of this list")
            else:
                keys.add(f"{local}@{domain}" if domain else local)
        return cls(frozenset(keys), delimiter, tuple(reader.problems))

    def owner(self, address: str) -> str | None:
        """The mailbox that `address` belongs to, as `local@domain` in lower case, or None if there is none."""
        local, domain = split(address)
        bare = local.partition(self.delimiter)[0] if self.delimiter else local
        for mailbox in (local, bare):
            if mailbox and (f"{mailbox}@{domain}" in self.keys or mailbox in self.keys):
                return f"{mailbox}@{domain}"
        return f"{local}@{domain}" if local and f"@{domain}" in self.keys else None

    def __contains__(self, address: object) -> bool:
        return isinstance(address, str) and self.owner(address) is not None
