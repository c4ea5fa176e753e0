"""list_trial: try a block list by hand: what the lists say of an address, and whether a list is in order.

Asks the world anew, whatever is known of the lists. Never raises: what is no answer is a typed failure.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper.lookups.dns import Resolver
from gatekeeper.lookups.list_guard import ListGuard
from gatekeeper.lookups.list_health import Patience
from gatekeeper.tables.dns_zones import Zone, reversed_name
from gatekeeper.tables.list_zones import Kind, ListZone
from gatekeeper.values import Address, Answer, Dns, Found


@dataclass(frozen=True, slots=True)
class Entry:
    """What one list says of an address; `text` is what it says for people."""

    zone: Zone
    answer: Answer
    text: str = ""

    @property
    def listed(self) -> bool:
        """It counts, by the filter of the entry."""
        return isinstance(self.answer, Found) and any(map(self.zone.counts, self.answer.values))


async def entries(address: Address, zones: Iterable[Zone], names: Resolver) -> list[Entry]:
    """What each list says of `address`."""
    return list(await asyncio.gather(*(_entry(address, zone, names) for zone in zones)))


async def in_order(zone: ListZone, names: Resolver) -> dict[Kind, Answer | None]:
    """For each kind of question: None if the list is in order, `Suspended` with what is wrong, or a failure."""
    guards = [ListGuard(zone, kind, names, Patience()) for kind in Kind]
    return dict(zip(Kind, await asyncio.gather(*(guard.tried() for guard in guards)), strict=True))


async def _entry(address: Address, zone: Zone, names: Resolver) -> Entry:
    name = f"{reversed_name(address)}.{zone.name}"
    answer, _ = await names.fetch(Dns(name))
    found = Entry(zone, answer)
    if not found.listed:
        return found
    text, _ = await names.fetch(Dns(name, "TXT"))
    return Entry(zone, answer, " ".join(text.values) if isinstance(text, Found) else "")
