"""Too much is put off with 451 and gets through later, counted over all workers, through proxy and milter."""

import pytest

from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import connect, send
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until

PUT_OFF = "451 4.7.1 Too much mail, try again later [rate-exceeded] ("


def sent(port: int, **options: list[str]) -> bool:
    """Whether it was taken; if not, it was put off in the words of a limit."""
    said = send(port, ham(), **options)
    assert said.startswith(("250 ", PUT_OFF)), said
    return said.startswith("250 ")


@pytest.mark.parametrize("world", [worlds.proxy, worlds.postfix_milter], ids=["proxy", "postfix"])
def test_a_client_that_sends_too_much_waits_and_gets_through(sink: Exchange, world: worlds.MakeWorld) -> None:
    with world(sink.port, '[checks.rates]\nclient = "3/3s"\n') as here:
        wait_until(lambda: not sent(here.port), "one is too much")
        wait_until(lambda: sent(here.port), "it gets through later")
        refused = here.gateway.journal(reason="rate-exceeded")[0]
        (finding,) = (f for f in refused["verdicts"]["kim@example.org"]["findings"] if f["name"] == "rate-exceeded")
        assert finding["evidence"].startswith("client 127.0.0.")
        assert not any(f["name"].startswith("history-") for f in refused["verdicts"]["kim@example.org"]["findings"])


def test_workers_count_together(sink: Exchange) -> None:
    """Each connection is new, so that both workers have some."""
    with worlds.proxy(sink.port, '[checks.rates]\nrecipient = "4/1h"\n') as here:
        wait_until(lambda: not sent(here.port), "one is too much")
        taken = len(sink.messages)
        assert 4 <= taken <= 8, "each worker knows at least of its own"
        wait_until(lambda: not sum(sent(here.port) for _ in range(8)), "both workers know of all")
        assert sent(here.port, to=["lee@example.org"]), "another recipient has a limit of their own"


def test_one_recipient_is_put_off_and_the_other_gets_the_message(sink: Exchange) -> None:
    with worlds.proxy(sink.port, '[gateway]\nworkers = 1\n[checks.rates]\nrecipient = "1/1h"\n') as here:
        wait_until(lambda: not sent(here.port), "one is too much")
        with connect(here.port) as session:
            session.mail("ann@out.test")
            assert session.rcpt("kim@example.org")[0] == 451
            assert session.rcpt("lee@example.org")[0] == 250
            assert session.data(ham())[0] == 250


def test_who_is_trusted_is_not_limited(sink: Exchange) -> None:
    settings = '[gateway]\nown_networks = ["127.0.0.0/8"]\n[checks.rates]\nclient = "1/1h"\n'
    with worlds.proxy(sink.port, settings) as here:
        assert all(sent(here.port) for _ in range(5))
