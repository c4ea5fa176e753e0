"""restriction: Postfix's check_client_access, check_helo_access, check_sender_access or check_recipient_access.

Its tables are asked in turn, each with every key until one is there: OK and DISCARD end the search, DUNNO ends it in
that table, a refusal ends it for good; whatever else a table says is done, and the next table is asked. Never fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.tables.access_action import AccessAction, Subject, access_action
from gatekeeper.tables.access_keys import Keys, address_keys, mailbox_keys, name_keys
from gatekeeper.tables.lookup_table import LookupTable
from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.pattern_table import Hit

_UNKNOWN = "unknown"
_ENDING = ("OK", "REJECT", "DISCARD")
Said = tuple[Hit, AccessAction]


@dataclass(frozen=True, slots=True)
class Restriction:
    """`delimiter` is Postfix's recipient_delimiter."""

    subject: Subject
    tables: tuple[LookupTable, ...] = ()
    delimiter: str = ""

    def client(self, name: str | None, address: str, budget: Budget) -> list[Said]:
        """By the verified name of a client, `unknown` if it has none, then by its address. None: nobody can tell now
        whether it has one.
        """
        named = () if name is None else tuple(name_keys(name or _UNKNOWN))
        return list(self._said((*named, *address_keys(address)), budget))

    def helo(self, name: str, budget: Budget) -> list[Said]:
        """By what a client calls itself."""
        return list(self._said(tuple(name_keys(name)), budget))

    def mailbox(self, address: str, budget: Budget) -> list[Said]:
        """By the address of a sender or recipient."""
        return list(self._said(tuple(mailbox_keys(address, self.delimiter)), budget))

    def _said(self, keys: tuple[tuple[str, bool], ...], budget: Budget) -> Iterator[Said]:
        for table in self.tables:
            hit = _first(table, keys, budget)
            action = access_action(hit.text) if hit else None
            if hit and action and action.word != "DUNNO":
                yield hit, action
                if action.word in _ENDING:
                    return


def _first(table: LookupTable, keys: Keys | tuple[tuple[str, bool], ...], budget: Budget) -> Hit | None:
    found = (table.look_up(key, budget) for key, whole in keys if whole or table.keyed)
    return next((hit for hit in found if hit), None)
