"""mailertable: which next hop a domain's mail goes to, in sendmail's own text.

For `a.b.c` the keys `a.b.c`, `.b.c`, `.c` and `.` are tried; `%1` in the value is what was stripped on the way, `%2`
the label stripped last, `%0` the key (sendmail `cf/README`, "USING MAILERTABLES"; `cf/m4/proto.m4`, ruleset 90).
An address literal is no domain and has no entry. Parsing never fails; a line that cannot be used is a `Problem`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from gatekeeper.tables.address import parents
from gatekeeper.tables.hop import Hop, target
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem, Reply

_NOT_IN_DOMAINS = frozenset("[]:@%")
_LONGEST_DOMAIN = 255  # RFC 5321 §4.5.3.1.2


@dataclass(frozen=True, slots=True)
class Mailertable:
    """The table as read, by key. `templates` are the values with a `%`, which are resolved for each domain; `lines`
    says where each key stands.
    """

    targets: Mapping[str, Hop | Reply] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, text: str, source: str) -> Self:
        reader = Reader(source)
        targets: dict[str, Hop | Reply] = {}
        templates: dict[str, str] = {}
        lines: dict[str, int] = {}
        known: dict[str, Hop | Reply] = {}  # by value: a long table has few different ones
        for row in reader.rows(text):
            _check_key(row.key, reader)
            before = len(reader.problems)
            resolved = known.get(row.value) or target(expand(row.value, _sample(row.key)), reader)
            if resolved is None:
                continue
            if "%" not in row.value and len(reader.problems) == before:
                known[row.value] = resolved
            lines[row.key] = row.line
            if "%" in row.value:
                templates[row.key] = row.value
            else:
                targets[row.key] = resolved
        return cls(targets, templates, lines, tuple(reader.problems))

    def lookup(self, domain: str, local: str = "") -> Hop | Reply | None:  # noqa: ARG002  # as a transport map is asked
        """The next hop for mail to `domain`, the reply that refuses it, or None where no entry is."""
        return self._walk(domain, ".")

    def line(self, domain: str) -> int:
        """The line that `lookup` goes by; 0 if there is none."""
        rest = domain.lower().removesuffix(".")
        keys = [rest, *(f".{above}" for above in parents(rest)[1:]), "."]
        return next((self.lines[key] for key in keys if key in self.lines), 0)

    def names(self, domain: str) -> bool:
        """Whether an entry other than the catch-all `.` is for `domain`: then it is one of ours."""
        return self._walk(domain, "") is not None

    @property
    def hops(self) -> frozenset[Hop]:
        """Every next hop that can be known without a domain: all but those with a `%`."""
        return frozenset(hop for hop in self.targets.values() if isinstance(hop, Hop) and hop.smtp)

    def _walk(self, domain: str, last: str) -> Hop | Reply | None:
        rest = domain.lower().removesuffix(".")
        if not rest or len(rest) > _LONGEST_DOMAIN or not _NOT_IN_DOMAINS.isdisjoint(rest):
            return None
        whole = rest
        if (found := self._entry(rest, "", "")) is not None:
            return found
        stripped = ""
        while "." in rest:
            label, _, rest = rest.partition(".")
            stripped = f"{stripped}.{label}" if stripped else label
            if (found := self._entry(f".{rest}", stripped, label)) is not None:
                return found
        return self._entry(last, whole, "") if last else None

    def _entry(self, key: str, stripped: str, label: str) -> Hop | Reply | None:
        template = self.templates.get(key)
        if template is None:
            return self.targets.get(key)
        return target(expand(template, (key, stripped, label)), Reader(""))


def expand(value: str, arguments: Sequence[str]) -> str:
    """`value` with `%0` to `%9` replaced and `%%` made `%`; what has no argument is empty."""
    head, *tail = value.split("%")
    parts = [head]
    pieces = iter(tail)
    for piece in pieces:
        if not piece:
            parts.append("%" + next(pieces, ""))
        elif piece[0] in "0123456789":
            parts.append((arguments[int(piece[0])] if int(piece[0]) < len(arguments) else "") + piece[1:])
        else:
            parts.append("%" + piece)
    return "".join(parts)


def _sample(key: str) -> tuple[str, str, str]:
    """Arguments such as a lookup that ends at `key` would have."""
    return (key, "a.b" if key.startswith(".") else "", "b" if key.startswith(".") and key != "." else "")


def _check_key(key: str, reader: Reader) -> None:
    if "@" in key:
        reader.error(f"{key!r} never matches: the table is asked for domains only", "write the domain alone")
    elif key != "." and key.endswith("."):
        reader.error(f"{key!r} never matches: domains are looked up without a final dot", f"write {key[:-1]!r}")
    elif key.startswith("*"):
        reader.error(f"{key!r} never matches", f"write {key.lstrip('*') or '.'!r}")
    elif "[" in key:
        reader.error(f"{key!r} never matches: an address literal is not looked up", "name domains")
