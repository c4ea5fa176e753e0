"""A block list goes bad while mail comes in: nobody is refused for it, it is suspended, and it returns.

A real gateway as proxy, with two workers, under load from addresses that were never seen before; each list is asked
through a DNS server whose zone can be made to lie. What was answered to whom, and when, is recorded.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import pytest

from tests.messages import ham
from tests.servers.client import send
from tests.servers.dns import DnsServer, Manner, lists
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.rbldnsd import Rbldnsd
from tests.servers.room import wait_until

BAD = "127.77"  # who is listed with good reason: all of 127.77.0.0/16
SETTINGS = """
[dns]
servers = ["{dns}"]
timeout = 2.0
[dns.lists]
pause = 1.0
apart = 0.3
returns = 2
[checks.dnsbl]
zones = ["list.test*3"]
private = true
text = false
"""


METRIC = 'gatekeeper_list_suspended{zone="list.test"}'


class Listing(dict):  # type: ignore[type-arg]
    """A zone that has its test point and those who are listed with good reason."""

    def get(self, name: str, default: object = None) -> object:
        listed = name.endswith(".77.127.list.test")
        return {"A": ["127.0.0.2"]} if listed else dict.get(self, name, default)

    def __contains__(self, name: object) -> bool:
        return str(name).endswith(".77.127.list.test") or dict.__contains__(self, name)


@dataclass
class Load:
    """Clients that come from addresses of their own. `replies` has what each was told, and when it began and ended."""

    port: int
    replies: list[tuple[float, float, str, str]] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def run(self, client: int) -> None:
        for n in count():
            if self.ending.is_set():
                return
            network = BAD if n % 4 == 0 else "127.44"
            source = f"{network}.{client * 60 + n // 250}.{n % 250 + 1}"
            began = time.monotonic()
            reply = send(self.port, ham(), source=source)
            self.replies.append((began, time.monotonic(), source, reply))

    def refused(self, since: float, until: float = float("inf")) -> list[str]:
        """Who was refused for a list, of those who came then."""
        return [
            source for began, _, source, reply in list(self.replies) if since <= began <= until and "dnsbl" in reply
        ]

    def came(self, since: float) -> int:
        """How many came and were answered."""
        return sum(began >= since for began, *_ in list(self.replies))


@contextmanager
def load(port: int, clients: int = 3) -> Iterator[Load]:
    """While it is on, mail comes in."""
    running = Load(port)
    threads = [threading.Thread(target=running.run, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield running
    finally:
        running.ending.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("manner", [Manner.LISTED, Manner.BLOCKED, Manner.PARKED])
def test_a_list_that_goes_bad_under_load_refuses_nobody_is_suspended_and_returns(manner: Manner) -> None:
    with DnsServer() as dns, Exchange(connections=1000) as sink:
        dns.zone, dns.ttl = Listing(lists("list.test")), 1
        hop = {"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}
        with Gateway(hop, SETTINGS.format(dns=dns.address)) as gateway, load(gateway.port) as mail:
            wait_until(lambda: len(mail.refused(0)) > 10, "the list works")
            dns.manners["list.test"] = manner
            gone = time.monotonic()
            asked = len(dns.queries)
            wait_until(lambda: "list-suspended" in gateway.log(), "the administrator is told")
            wait_until(
                lambda: 'gatekeeper_list_suspended{zone="list.test"} 1.0' in gateway.metrics(), "and the metrics"
            )
            wait_until(lambda: gateway.lists(status=None)[0]["state"] == "suspended", "and the shell")
            (state,) = gateway.lists(status=1)
            assert state["zone"] == "list.test"
            wait_until(lambda: mail.came(gone) > 120, "mail goes on")
            asked = len(dns.queries) - asked
            del dns.manners["list.test"]
            healed = time.monotonic()
            wait_until(lambda: mail.refused(healed), "the list is back")
            wait_until(lambda: gateway.lists(status=None)[0]["state"] == "trusted", "the shell says so")
            log = gateway.log()
        assert log.index("list-suspended") < log.index("list-back")
        bad = [reply for reply in mail.replies if gone <= reply[0] <= healed]
        wrongly = sorted({source for source in mail.refused(0) if not source.startswith(BAD)})
        told = f"{len(bad)} of {len(mail.replies)} messages came while the list was bad, with {asked} queries"
        print(f"{manner.name}: {told}; {len(mail.refused(gone, healed))} of them refused; else {len(mail.refused(0))}")  # noqa: T201
        assert mail.refused(gone, healed) == []
        assert wrongly == []
        assert asked < len(bad), "a list that is out of order is not asked for each message"
        assert all(reply.startswith(("250", "550")) for *_, reply in mail.replies)


def test_a_real_server_whose_zone_file_lists_the_world_by_mistake() -> None:
    with Rbldnsd("list.test", [f"{BAD}.0.0/16"], ttl=1) as lists, Exchange(connections=1000) as sink:
        hop = {"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}
        with Gateway(hop, SETTINGS.format(dns=lists.address)) as gateway, load(gateway.port) as mail:
            wait_until(lambda: len(mail.refused(0)) > 10, "the list works")
            lists.change(["0.0.0.0/1", "128.0.0.0/1"])
            wait_until(lambda: "list-suspended" in gateway.log(), "the administrator is told")
            told = time.monotonic()
            wait_until(lambda: mail.came(told) > 60, "mail goes on")
            assert mail.refused(told) == []
            lists.change([f"{BAD}.0.0/16"])
            healed = time.monotonic()
            wait_until(lambda: mail.refused(healed), "the list is back")
        assert [source for source in mail.refused(0) if not source.startswith(BAD)] == []
