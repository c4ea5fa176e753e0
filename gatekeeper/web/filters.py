"""filters: what a list is asked for, from the address of a page; and back again for the links that lead on.

What makes no sense is left out and said, so that a link that somebody shortened shows a list all the same. The scope of
whoever asks is always part of it. It cannot fail.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from gatekeeper.config.matrix import Matrix
from gatekeeper.quarantine.acts import May, Reviewer, Role
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.listing import STATES, Query
from gatekeeper.quarantine.permission import permission
from gatekeeper.stores.journal_lists import Asked
from gatekeeper.values import Action, Fate

_LONGEST = 200

HELD = ("text", "kind", "state", "reason", "sender", "recipient", "from", "to")
JOURNAL = ("text", "action", "fate", "reason", "from", "to")


@dataclass(slots=True)
class Filters:
    """What was asked for, by the names of the fields; and what could not be understood."""

    given: dict[str, str]
    mistakes: list[str] = field(default_factory=list)

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        return urlencode(self.given)

    @property
    def further(self) -> bool:
        """Whether anything is asked that is not in sight at once."""
        return not self.given.keys().isdisjoint(("reason", "sender", "recipient", "from", "to"))

    def without(self, *names: str) -> str:
        """The query of an address that asks for less."""
        return urlencode({name: value for name, value in self.given.items() if name not in names})

    def value(self, name: str) -> str:
        """What a field shows."""
        return self.given.get(name, "")

    def one_of(self, name: str, choices: Collection[str]) -> str:
        """One of these, or nothing."""
        value = self.given.get(name, "")
        if value and value not in choices:
            self._drop(name, f"There is no {name} “{value[:40]}”.")
            return ""
        return value

    def day(self, name: str, days: int = 0) -> float | None:
        """The beginning of a day, or of one so many days later."""
        value = self.given.get(name, "")
        if not value:
            return None
        try:
            found = date.fromisoformat(value) + timedelta(days)
            return datetime(found.year, found.month, found.day).astimezone().timestamp()
        except (ValueError, OverflowError):
            self._drop(name, f"“{value[:40]}” is no date: write it like 2026-11-28.")
            return None

    def _drop(self, name: str, said: str) -> None:
        del self.given[name]
        self.mistakes.append(said)


def filters(sent: Mapping[str, str], names: Iterable[str]) -> Filters:
    """Those of the fields that say anything."""
    given = {name: " ".join(sent.get(name, "").split())[:_LONGEST] for name in names}
    return Filters({name: value for name, value in given.items() if value})


def held(asked: Filters, who: Reviewer, matrix: Matrix) -> Query:
    """What of the quarantine is asked for, as far as they may see it."""
    kind = asked.one_of("kind", [*Kind])
    return Query(
        text=asked.value("text"),
        kind=Kind(kind) if kind else None,
        reason=asked.value("reason"),
        sender=asked.value("sender"),
        state=asked.one_of("state", STATES) or "waiting",
        since=asked.day("from"),
        until=asked.day("to", days=1),
        recipients=recipients(asked.value("recipient"), who),
        hidden=hidden(who, matrix),
    )


def journal(asked: Filters, who: Reviewer) -> Asked:
    """What of the journal is asked for."""
    action, fate = asked.one_of("action", [*Action]), asked.one_of("fate", [*Fate])
    return Asked(
        text=asked.value("text"),
        action=Action(action) if action else None,
        reason=asked.value("reason"),
        fate=Fate(fate) if fate else None,
        since=asked.day("from"),
        until=asked.day("to", days=1),
        recipients=scope(who),
    )


def number(text: str) -> int:
    """A number that was written into an address or a form; 0 for what is none, or more than a store can count to."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def hidden(who: Reviewer, matrix: Matrix) -> tuple[Kind, ...]:
    """The kinds of reasons of which they see nothing."""
    granted = permission(matrix)
    return tuple(kind for kind in Kind if not granted.may(who.role, kind, May.SEE))


def scope(who: Reviewer) -> tuple[str, ...] | None:
    """The addresses whose mail they see; None: everybody's."""
    return tuple(sorted(who.mailboxes)) if who.role is Role.USER else None


def recipients(named: str, who: Reviewer) -> tuple[str, ...] | None:
    """The recipient that is asked for, as far as they see it."""
    own = scope(who)
    if not named:
        return own
    return (named,) if own is None or named.lower() in {address.lower() for address in own} else ()
