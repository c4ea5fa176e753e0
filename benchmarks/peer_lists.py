"""peer_lists: rspamd asking the same block lists of the same DNS server as `benchmarks.lookups` does.

    python -m benchmarks.peer_lists [--delay 0.02] [--messages 2000] [--at-once 200] [--rounds 3]

One normal worker, asked by HTTP, with no module but `rbl` and none of its stock lists. CPU is that of the worker, from
/proc. What the lists cost is the difference to the same worker without them: each request has HTTP and a parsed message
in it, which a question to our own guards has not. Fails with FileNotFoundError where `rspamd` is not installed.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.lookups import LISTS, answering, client_of
from benchmarks.parse import machine
from tests.messages import ham
from tests.servers.room import Running, free_port, listening, wait_until

_CONFIG = """\
options {{ pidfile = "{home}/rspamd.pid"; filters = ""; dns {{ nameserver = ["127.0.0.1:{dns}"]; timeout = 3s; }} }}
logging {{ type = "file"; filename = "{home}/rspamd.log"; level = "error"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
modules {{ path = "/usr/share/rspamd/plugins"; }}
lua = "/usr/share/rspamd/rules/rspamd.lua";
rbl {{ default_exclude_users = false; default_exclude_private_ips = false; default_exclude_local = false;
  rbls {{ {lists} }} }}
"""
_LIST = 'list{n} {{ symbol = "LIST_{n}"; rbl = "{name}"; ipv4 = true; checks = ["from"]; }}'
_CLOCK = os.sysconf("SC_CLK_TCK")


@contextmanager
def rspamd(home: Path, dns: int, lists: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The port of its worker, and the process id of that."""
    port = free_port()
    told = " ".join(_LIST.format(n=n, name=name.partition("*")[0]) for n, name in enumerate(lists))
    (home / "rspamd.conf").write_text(_CONFIG.format(home=home, dns=dns, port=port, lists=told))
    variables = {"LOCAL_CONFDIR": home, "DBDIR": home, "RUNDIR": home, "LOGDIR": home}
    command = ["rspamd", "-f", "-i", "-c", home / "rspamd.conf", *(f"--var={k}={v}" for k, v in variables.items())]
    running = Running(command, home / "output")
    try:
        running.wait_ready(lambda: listening(port), "rspamd")
        wait_until(lambda: worker(running.pid), "rspamd has a worker")
        yield port, worker(running.pid)
    finally:
        running.stop()


def worker(main: int) -> int:
    """Its normal worker, by the title that it gives itself; 0 if it has none yet."""
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    named = (int(child) for child in children if "normal" in Path(f"/proc/{child}/cmdline").read_text())
    return next(named, 0)


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK


async def ask(port: int, address: str, message: bytes) -> bytes:
    """What it says of `message`, brought by `address`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /checkv2 HTTP/1.0\r\nIP: {address}\r\nContent-Length: {len(message)}\r\n\r\n"
    writer.write(head.encode() + message)
    try:
        return await reader.read()
    finally:
        writer.close()


def judged(port: int, pid: int, number: int, at_once: int, fresh: "count[int]") -> tuple[float, float, int]:
    """Microseconds of its CPU for each message, messages a second, and in how many a list had something."""
    message, listed = ham(), 0

    async def one(turn: asyncio.Semaphore) -> None:
        nonlocal listed
        async with turn:
            n = next(fresh)
            reply = await ask(port, client_of(n), message)
            assert b'"action"' in reply, reply[:200]
            listed += b"LIST_" in reply

    async def work() -> tuple[float, float]:
        turn = asyncio.Semaphore(at_once)
        await asyncio.gather(*(one(turn) for _ in range(at_once)))
        used, began = cpu(pid), time.perf_counter()
        await asyncio.gather(*(one(turn) for _ in range(number)))
        return cpu(pid) - used, time.perf_counter() - began

    used, clock = asyncio.run(work())
    return used / number * 1e6, number / clock, listed


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--delay", type=float, default=0.02)
    options.add_argument("--messages", type=int, default=2000)
    options.add_argument("--at-once", type=int, default=200)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    console = Console(width=100)
    console.print(machine())
    table = Table(f"rspamd, one message, {chosen.at_once} in flight", "µs of CPU", "messages a second", "listed")
    for title, delay, lists in (
        ("no list at all", 0.0, ()),
        (f"{len(LISTS)} lists, a server that answers at once", 0.0, LISTS),
        (f"{len(LISTS)} lists, one that takes {chosen.delay * 1000:g} ms", chosen.delay, LISTS),
    ):
        with tempfile.TemporaryDirectory() as place, answering(delay) as dns, rspamd(Path(place), dns, lists) as it:
            fresh = count()
            rounds = [judged(*it, chosen.messages, chosen.at_once, fresh) for _ in range(chosen.rounds)]
        used, rate, listed = (statistics.median(column) for column in zip(*rounds, strict=True))
        table.add_row(title, f"{used:.0f}", f"{rate:.0f}", f"{listed:.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
