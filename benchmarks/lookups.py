"""lookups: what it costs to ask the domain name system, and what waiting for it costs.

    python -m benchmarks.lookups [--delay 0.02] [--messages 2000] [--at-once 200] [--rounds 5]

A DNS server of a few lines, in a process of its own, answers every question after a delay; one address of 250 is
listed. CPU is that of this process (`process_time`). `aiodns` has a row where it is installed.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

from rich.console import Console
from rich.table import Table

from benchmarks.parse import machine
from gatekeeper.app.build import resolver
from gatekeeper.app.inspection import check_settings, inspection
from gatekeeper.app.lists import zones
from gatekeeper.config.load import load
from gatekeeper.config.schema import Config, Dns
from gatekeeper.lookups.gather import Gather
from gatekeeper.lookups.lists import Lists
from gatekeeper.pipeline.examination import Examination, Inspection
from gatekeeper.tables import Tables
from gatekeeper.values import Client, Envelope, new_id, outage_of
from gatekeeper.values import Dns as Question

LISTS = ("a.list.test", "b.list.test", "c.list.test*2", "d.list.test", "allow.list.test*-1")
Ask = Callable[[str], Awaitable[object]]

SERVER = r"""
import heapq, select, socket, sys, time
delay = float(sys.argv[1])
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE: a burst of 1,000 is not to be lost
server.bind(("127.0.0.1", 0))
server.setblocking(False)
print(server.getsockname()[1], flush=True)
soa = b"\xc0\x0c\x00\x06\x00\x01\x00\x00\x01\x2c\x00\x16\x00\x00" + b"\x00\x00\x01\x2c" * 5
record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x01\x2c\x00\x04\x7f\x00\x00\x02"
text = b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x01\x2c\x00\x05\x04seen"
waiting = []
while True:
    timeout = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
    if select.select([server], [], [], timeout)[0]:
        while True:
            try:
                data, peer = server.recvfrom(4096)
            except BlockingIOError:
                break
            end = 12
            while data[end]:
                end += data[end] + 1
            asked, name = data[12:end + 5], data[12:end]
            listed = name.startswith(b"\x010")
            kind = asked[-4:-2]
            body, counts, flags = soa, b"\x00\x00\x00\x01", b"\x81\x83"
            if listed or name.startswith(b"\x012\x010\x010\x03127"):
                body, counts, flags = (text if kind == b"\x00\x10" else record), b"\x00\x01\x00\x00", b"\x81\x80"
            reply = data[:2] + flags + b"\x00\x01" + counts + b"\x00\x00" + asked + body
            heapq.heappush(waiting, (time.monotonic() + delay, peer, reply))
    while waiting and waiting[0][0] <= time.monotonic():
        _, peer, reply = heapq.heappop(waiting)
        server.sendto(reply, peer)
"""


@contextmanager
def answering(delay: float) -> Iterator[int]:
    """The port of a server that answers after `delay` seconds."""
    with subprocess.Popen([sys.executable, "-c", SERVER, str(delay)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def client_of(n: int) -> str:
    """A public address of which one in 250 is listed."""
    return f"44.{1 + n // 62500}.{n // 250 % 250}.{n % 250}"


def ours(port: int) -> Ask:
    """Our resolver, as it is without its cache."""
    names = resolver(Config(dns=Dns(servers=[f"127.0.0.1:{port}"])))
    return lambda name: names.fetch(Question(name))


def dnspython(port: int) -> Ask:
    """dnspython's asynchronous resolver."""
    import dns.asyncresolver
    import dns.nameserver
    import dns.resolver

    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [dns.nameserver.Do53Nameserver("127.0.0.1", port)]
    resolver.use_edns(0, 0, 1232)

    async def ask(name: str) -> object:
        try:
            return await resolver.resolve(f"{name}.", "A", search=False)
        except dns.resolver.NXDOMAIN as error:
            return error

    return ask


def aiodns(port: int) -> Ask:
    """c-ares, by way of aiodns."""
    import aiodns

    resolver = aiodns.DNSResolver(nameservers=[f"127.0.0.1:{port}"], timeout=3, tries=1)

    async def ask(name: str) -> object:
        try:
            return await resolver.query_dns(name, "A")
        except aiodns.error.DNSError as error:
            return error

    return ask


def run(work: Coroutine[object, object, tuple[float, float]]) -> tuple[float, float]:
    """On the loop that the gateway has: uvloop, where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)


def questions(make: Callable[[int], Ask], number: int, at_once: int, port: int) -> tuple[float, float]:
    """Microseconds of CPU, and of the clock, for each of so many different questions."""
    fresh = count()

    async def work() -> tuple[float, float]:
        ask, turn = make(port), asyncio.Semaphore(at_once)

        async def one(n: int) -> None:
            async with turn:
                await ask(f"{n % 250}.{n // 250 % 250}.{n // 62500}.10.q.list.test")

        await asyncio.gather(*(one(next(fresh)) for _ in range(at_once)))
        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*(one(next(fresh)) for _ in range(number)))
        return time.process_time() - cpu, time.perf_counter() - began

    cpu, clock = run(work())
    return cpu / number * 1e6, clock / number * 1e6


def judged(port: int, number: int, at_once: int, cached: bool, only: str) -> tuple[float, float]:
    """Microseconds of CPU for each message, and messages a second, by all lists; or by none."""
    loaded = load(None, check_settings())
    settings = check_settings()["dnsbl"](zones=list(LISTS))
    loaded = replace(loaded, checks={**loaded.checks, "dnsbl": settings})
    every = inspection(loaded, Tables())
    checks = {stage: {n: c for n, c in named.items() if n == only} for stage, named in every.checks.items()}
    chosen = Inspection(checks, every.policy)
    names = resolver(Config(dns=Dns(servers=[f"127.0.0.1:{port}"])))
    gather = Gather({Question: Lists(names, zones(loaded))})
    fresh, failed = count(), []

    async def one(turn: asyncio.Semaphore) -> None:
        async with turn:
            n = 7 if cached else next(fresh)
            client = Client(client_of(n))
            examination = Examination(chosen, Envelope(new_id(), "bench", client, client, sender="ann@out.test"))
            await gather.drive(examination.begin())
            await gather.drive(examination.recipient("kim@example.org"))
            examination.accept("kim@example.org")
            failed.extend(answer for answer in examination.tape.values() if outage_of(answer))

    async def work() -> tuple[float, float]:
        turn = asyncio.Semaphore(at_once)
        await asyncio.gather(*(one(turn) for _ in range(at_once)))
        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*(one(turn) for _ in range(number)))
        return time.process_time() - cpu, time.perf_counter() - began

    cpu, clock = run(work())
    if failed:
        print(f"{len(failed)} questions had no answer: {failed[0]}")
    return cpu / number * 1e6, number / clock


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--delay", type=float, default=0.02)
    options.add_argument("--messages", type=int, default=2000)
    options.add_argument("--at-once", type=int, default=200)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    console = Console(width=100)
    console.print(machine())
    with answering(0.0) as port:
        table = Table("one question, not remembered", "µs of CPU", "µs by the clock")
        for make in (ours, dnspython, aiodns):
            try:
                cpu, clock = questions(make, chosen.messages, chosen.at_once, port)
            except ImportError:
                continue
            table.add_row(make.__name__, f"{cpu:.0f}", f"{clock:.0f}")
        console.print(table)
    table = Table(f"one message, {len(LISTS)} lists, {chosen.at_once} in flight", "µs of CPU", "messages a second")
    rows = {
        "nothing remembered, a server that answers at once": (0.0, False, "dnsbl"),
        f"nothing remembered, one that takes {chosen.delay * 1000:g} ms": (chosen.delay, False, "dnsbl"),
        "everything remembered": (0.0, True, "dnsbl"),
        "no list at all": (0.0, True, ""),
    }
    found: dict[str, list[tuple[float, float]]] = {title: [] for title in rows}
    for _ in range(chosen.rounds):
        for title, (delay, cached, only) in rows.items():
            with answering(delay) as port:
                found[title].append(judged(port, chosen.messages, chosen.at_once, cached, only))
    for title, rounds in found.items():
        cpu, rate = (statistics.median(column) for column in zip(*rounds, strict=True))
        table.add_row(title, f"{cpu:.0f}", f"{rate:.0f}")
    console.print(table)
    at_once, waiting, *_ = found.values()
    ratios = [late[1] / now[1] for now, late in zip(at_once, waiting, strict=True)]
    middle, least, most = statistics.median(ratios), min(ratios), max(ratios)
    console.print(f"rate with waiting, of that without: {middle:.2f} ({least:.2f} to {most:.2f})")


if __name__ == "__main__":
    main()
