"""virtusertable: sendmail's text that gives recipients of whole domains other addresses.

For `user+detail@domain` the keys `user+detail@domain`, `user++@domain`, `user+*@domain`, `user@domain`, `++@domain`,
`+*@domain` and `@domain` are tried (sendmail `cf/m4/proto.m4`, ruleset 0); in the value `%1` is the user, `%2` the
detail and `%3` the detail with its `+`. What comes out is looked up again. `error:` refuses. Parsing never fails.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from gatekeeper.tables.mailertable import expand
from gatekeeper.tables.reply import error_reply
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem, Reply

_MOST = 10  # lookups for one recipient
_ERROR = "error:"
_CIRCLE = Reply(451, "4.3.5", ("The address goes round in circles, try again later",))


@dataclass(frozen=True, slots=True)
class Virtusertable:
    """`values` by key in lower case, `lines` says where each stands, `domains` are those that some key is for."""

    source: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    domains: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, text: str, source: str) -> Self:
        reader = Reader(source)
        values: dict[str, str] = {}
        lines: dict[str, int] = {}
        for row in reader.rows(text):
            local, at, domain = row.key.rpartition("@")
            if not at or not domain:
                remedy = f"write {local or row.key}@example.org"
                reader.error(f"{row.key!r} never matches here: no domain is local", remedy)
            elif _judge(row.value, reader):
                values[row.key], lines[row.key] = row.value, row.line
        domains = frozenset(key.rpartition("@")[2] for key in values)
        return cls(source, values, lines, domains, tuple(reader.problems))

    def look_up(self, address: str) -> str | Reply | None:
        """Whom `address` stands for in the end, the reply that refuses it, or None if it stands for itself."""
        found: str | None = None
        for _ in range(_MOST):
            answer = self._once(found or address)
            if answer is None or answer == (found or address):
                return found
            if isinstance(answer, Reply):
                return answer
            found = answer
        return _CIRCLE

    def _once(self, address: str) -> str | Reply | None:
        local, _, domain = address.rpartition("@")
        domain = domain.lower().removesuffix(".")
        if domain not in self.domains:
            return None
        user, plus, detail = local.partition("+")
        arguments = (user, detail, f"+{detail}") if plus and user else (local, "", "")
        for key in _keys(local.lower(), domain):
            if key in self.values:
                # with a detail, or for the user alone, %1 is the user; for the address as a whole it is all of it
                whole = key == f"{local.lower()}@{domain}"
                return _answer(expand(self.values[key], (key, *((local, "", "") if whole else arguments))))
        return None


def _keys(local: str, domain: str) -> Iterator[str]:
    yield f"{local}@{domain}"
    user, plus, detail = local.partition("+")
    if plus and user:
        if detail:
            yield f"{user}++@{domain}"
        yield from (f"{user}+*@{domain}", f"{user}@{domain}")
        if detail:
            yield f"++@{domain}"
        yield f"+*@{domain}"
    yield f"@{domain}"


def _answer(value: str) -> str | Reply | None:
    return _reply(value, Reader("")) if value.lower().startswith(_ERROR) else value


def _reply(value: str, reader: Reader) -> Reply | None:
    """`error:nouser 550 text` beside what a mailertable has."""
    text = value[len(_ERROR) :].strip()
    word, _, rest = text.partition(" ")
    if rest and word.isalpha():
        text = f"{word}:{rest.strip()}"
    return error_reply(text, reader, keywords=True)


def _judge(value: str, reader: Reader) -> bool:
    """Whether it is something that can be done here; else that is told of the line being read."""
    if value.lower().startswith(_ERROR):
        return _reply(value, reader) is not None
    if " " in value or "," in value:
        reader.error(f"{value!r} is more than one address", "name one; sendmail takes no list here either")
    elif not value.rpartition("@")[2] or "@" not in value:
        message = f"{value!r} is a mailbox on this machine, which the proxy cannot deliver to"
        reader.error(message, "write joe@example.org")
    else:
        return True
    return False
