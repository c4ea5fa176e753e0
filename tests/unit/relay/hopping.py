"""hopping: what the tests of the relay share: settings that are quick to lose patience, and hops at stand-ins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from gatekeeper.config.schema import Relay
from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.relay.connect import Connector
from gatekeeper.relay.hops import Hops
from gatekeeper.relay.pool import Pool
from gatekeeper.tables.hop import Hop
from gatekeeper.values import Answer, Dns, Failed
from tests.servers.exchange import Exchange

T = TypeVar("T")

MESSAGE = b"Subject: hello\r\n\r\n.a dot\r\n..two\r\n.\r\nend\r\n"
ONE = Delivery("a@b.test", ("c@own.test",))
TWO = Delivery("a@b.test", ("c@own.test", "d@own.test"))


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """In a loop of its own, for no longer than a test may hang."""
    return asyncio.run(asyncio.wait_for(coroutine, 30))


def settings(**changes: Any) -> Relay:
    return Relay(**{"wait": 5.0, "connect_timeout": 5.0, "command_timeout": 5.0, "hop_timeout": 10.0, **changes})


def hop_at(server: Any, **changes: Any) -> Hop:
    return Hop(**{"mailer": "esmtp", "host": "127.0.0.1", "port": server.port, **changes})


async def no_dns(question: Dns) -> Answer:
    return Failed("nobody asks DNS here")


def connector(relay: Relay | None = None, **changes: Any) -> Connector:
    return Connector(
        **{
            "settings": relay or settings(),
            "hostname": "gate.test",
            "ask": no_dns,
            "listeners": (),
            "context": None,
            **changes,
        }
    )


def pool_at(server: Exchange, limit: int = 15, relay: Relay | None = None) -> Pool:
    relay = relay or settings()
    opener, hop = connector(relay), hop_at(server)
    return Pool(lambda deadline: opener.open(hop, deadline), limit, relay.idle, relay.messages)


def soon(seconds: float = 10.0) -> float:
    """A deadline."""
    return asyncio.get_running_loop().time() + seconds


@asynccontextmanager
async def hops_for(*hops: Hop, **changes: Any) -> AsyncIterator[Hops]:
    """`changes` are settings, or `connections`, `listeners`, `context`, `ask` of `Hops`."""
    own = {name: changes.pop(name) for name in ("connections", "listeners", "context") if name in changes}
    facade = Hops(settings(**changes), "gate.test", hops, no_dns, **own)
    try:
        yield facade
    finally:
        await facade.close()


async def until(condition: Any) -> None:
    """Wait, by short steps, for something that another thread does; for 10 s at most."""
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came true")
