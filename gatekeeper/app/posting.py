"""posting: bring a mail of our own to one of our own addresses: by its next hop, or by the MTA that we are a milter of.

The null sender: nobody is to answer. Belongs to one event loop; what becomes of it is an `Outcome`, never an exception.
"""

from gatekeeper.app.build import Setup, resolver
from gatekeeper.config.addresses import host_port
from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.relay.handover import Ending
from gatekeeper.relay.hops import Hops
from gatekeeper.relay.route import Denied, Routes
from gatekeeper.tables.hop import Hop
from gatekeeper.values import Fate, Outcome


class Posting:
    """For one configuration."""

    def __init__(self, setup: Setup) -> None:
        config = setup.config
        self._routes = Routes(setup.tables.mailertable, config.relay.domains, virtual=setup.tables.virtusertable)
        self._hops = Hops(config.relay, setup.hostname, (), resolver(config).look_up)
        self._mta = Hop("esmtp", *host_port(config.quarantine.mta)) if config.quarantine.mta else None

    async def post(self, address: str, raw: bytes) -> Outcome:
        """What became of it."""
        route = self._routes.route(address, may_relay=True)
        if self._mta is not None:
            hop, address = self._mta, address
        elif isinstance(route, Denied):
            return Outcome(Fate.REFUSED, reply=str(route.reply))
        elif not route.hop.smtp:
            return Outcome(Fate.DISCARDED, str(route.hop), "what goes there is thrown away")
        else:
            hop, address = route.hop, route.address
        delivery = Delivery("", (address,), size=len(raw))
        (handover,) = await self._hops.deliver(hop, delivery, [memoryview(raw)])
        fate = Fate.DELIVERED if handover.ending is Ending.DELIVERED else Fate.REFUSED
        return Outcome(fate, str(hop), str(handover.reply))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._hops.close()
