"""smtp_way: where a message goes on, by the table of next hops or as another table orders. Nothing raises."""

import logging
from collections.abc import Mapping

from gatekeeper.fronts.service import Service
from gatekeeper.fronts.smtp_judged import Judged
from gatekeeper.relay.route import Route
from gatekeeper.tables.check_action import filter_hop
from gatekeeper.tables.hop import Hop
from gatekeeper.tables.text import Reader
from gatekeeper.values import Verdict

_log = logging.getLogger(__name__)


def way(
    service: Service, judged: Judged, passing: Mapping[str, Verdict]
) -> tuple[Hop, dict[str, str], dict[str, Mapping[str, str]]] | None:
    """The hop, whom each recipient is there, and what was said with RCPT; None if there is no way now."""
    orders = judged.orders
    if orders.redirect:
        route = beyond(service, orders.redirect)
        return (route.hop, dict.fromkeys(passing, route.address), {}) if route else None
    hop = filter_hop(orders.next_hop, Reader("")) if orders.next_hop else None
    targets = {address: judged.routes[address].address for address in passing}
    parameters = {targets[address]: judged.parameters[address] for address in passing}
    return hop or judged.routes[next(iter(passing))].hop, targets, parameters


def beyond(service: Service, address: str) -> Route | None:
    """Where mail goes that a table orders to this address; None, and logged, if nobody knows."""
    assert service.routes is not None
    route = service.routes.beyond(address)
    if isinstance(route, Route):
        return route
    _log.error("a table orders mail to %s, but: %s", address, route.reply)
    return None


def copies_of(judged: Judged, passing: Mapping[str, Verdict]) -> list[str]:
    """Who gets a copy. A redirection is for all recipients, so also for these."""
    if not passing or judged.orders.redirect:
        return []
    there = {address.lower() for address in (*judged.verdicts, *(judged.routes[one].address for one in passing))}
    return [address for address in judged.orders.copies if address.lower() not in there]
