"""ordering: whether the fronts of a configuration can carry out what its tables order beside judging.

Which action needs which front is in deploy/header_checks.md. Nothing here raises.
"""

from collections.abc import Iterable, Iterator, Mapping

from gatekeeper.config.schema import Config
from gatekeeper.tables import LookupTable, Mailertable, PatternTable, Restriction, TransportMap
from gatekeeper.tables.check_action import ROUTES, Deed, split
from gatekeeper.values import Problem

ABILITIES: Mapping[Deed, frozenset[str]] = {
    deed: frozenset(("proxy",) if deed is Deed.FILTER else ("proxy", "milter")) for deed in Deed
}
"""Which front can do what."""


def unable(
    config: Config,
    ways: Mailertable | TransportMap,
    line_checks: Mapping[str, tuple[PatternTable, ...]],
    restrictions: Iterable[Restriction],
) -> Iterator[Problem]:
    """What the fronts that are configured cannot do. `ways` say where mail goes."""
    tables: list[PatternTable | LookupTable] = [table for group in line_checks.values() for table in group]
    tables += (table for restriction in restrictions for table in restriction.tables)
    for table in {id(table): table for table in tables}.values():
        for line, value in table.texts:
            word, text = split(value)
            if word.upper() in ROUTES:
                for message, remedy in faults(config, ways, Deed(word.upper()), text.strip()):
                    yield Problem(table.source, line, "error", message, remedy)


def faults(config: Config, ways: Mailertable | TransportMap, deed: Deed, text: str) -> Iterator[tuple[str, str]]:
    """Why `deed` cannot be done with the address or next hop `text`, and what helps."""
    if config.milter.socket and "milter" not in ABILITIES[deed]:
        yield f"{deed} is nothing that a milter can do: the MTA has chosen the next hop", "leave the rule to the MTA"
    domain, local = text.rpartition("@")[2], text.rpartition("@")[0]
    if config.smtp.listen and deed is not Deed.FILTER and domain and ways.lookup(domain, local) is None:
        yield f"{deed} {text}: no entry says where mail for {domain} goes", f"add {domain} to the table of next hops"
