"""A reload of the proxy under load: no client is sent away, and none goes without its reply."""

from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import connect, submit
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.system.test_reload import RELOADS, Loading


def test_fifty_reloads_under_load_lose_no_reply_and_put_nobody_off(sink: Exchange) -> None:
    with worlds.proxy(sink.port) as world:
        with Loading(world.port) as loading:
            for _ in range(RELOADS):
                arrived = sink.count
                world.gateway.reload()
                wait_until(lambda arrived=arrived: sink.count > arrived, "mail flows")  # type: ignore[misc]
        assert set(loading.result.codes) == {250}
        assert sink.count == loading.result.codes[250]


def test_a_session_that_lasts_over_a_reload_goes_on(sink: Exchange) -> None:
    with worlds.proxy(sink.port) as world, connect(world.port) as session:
        assert submit(session, ham(1)).startswith("250")
        world.gateway.reload()
        assert submit(session, ham(2)).startswith("250")
        session.mail("ann@out.test")
        session.rcpt("kim@example.org")
        world.gateway.reload()
        assert session.data(ham(3))[0] == 250
