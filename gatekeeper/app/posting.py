"""posting: bring a mail of our own to one of our own addresses: by its next hop, or by the MTA that we are a milter of.

The MTA gets it with a token by which our own milter lets it pass, so that we never hold what we have written. The null
sender: nobody is to answer. Belongs to one event loop. What becomes of it is an `Outcome`; fails with `StoreError`
where there is no key to sign the token with.
"""

from gatekeeper.app import state
from gatekeeper.app.build import Setup, resolver
from gatekeeper.config.addresses import host_port
from gatekeeper.pipeline.headers import RELEASE
from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.quarantine.release import OURS
from gatekeeper.relay.handover import Ending
from gatekeeper.relay.hops import Hops
from gatekeeper.relay.route import Denied, Routes
from gatekeeper.tables.hop import Hop
from gatekeeper.values import Fate, Outcome

_FATES = {Ending.DELIVERED: Fate.DELIVERED, Ending.UNCERTAIN: Fate.UNCERTAIN}


class Posting:
    """For one configuration."""

    def __init__(self, setup: Setup) -> None:
        config = setup.config
        self._routes = Routes(setup.tables.mailertable, config.relay.domains, virtual=setup.tables.virtusertable)
        self._hops = Hops(config.relay, setup.hostname, (), resolver(config).look_up)
        self._quarantine = state.quarantine(config)
        self._mta = Hop("esmtp", *host_port(config.quarantine.mta)) if config.quarantine.release_via == "mta" else None

    async def post(self, address: str, raw: bytes) -> Outcome:
        """What became of it."""
        route = self._routes.route(address, may_relay=True)
        if self._mta is not None:
            hop, raw = self._mta, self._signed(address, raw)
        elif isinstance(route, Denied):
            return Outcome(Fate.REFUSED, reply=str(route.reply))
        elif not route.hop.smtp:
            return Outcome(Fate.DISCARDED, str(route.hop), "what goes there is thrown away")
        else:
            hop, address = route.hop, route.address
        delivery = Delivery("", (address,), size=len(raw))
        (handover,) = await self._hops.deliver(hop, delivery, [memoryview(raw)])
        return Outcome(_FATES.get(handover.ending, Fate.REFUSED), str(hop), str(handover.reply))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._hops.close()
        self._quarantine.close()

    def _signed(self, address: str, raw: bytes) -> bytes:
        """With a line on top that our own milter takes out again."""
        token = self._quarantine.token(OURS, raw, [address])
        return b"%b: %b\r\n%b" % (RELEASE, token.encode(), raw)
