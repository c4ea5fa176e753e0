"""directory: how many addresses a second are looked up, in memory, on disk, and in a real slapd; beside ldapsearch.

    python -m benchmarks.directory [--count 5000] [--rounds 3]

As root; needs slapd and ldap-utils. slapd and whoever asks it share the machine. `ldapsearch -f` asks for all addresses
over one session, one after the other, and does nothing with the answers but to write them down. The ways take turns;
the table has the median of the rounds, and what one address takes of our processor time.
"""

import argparse
import asyncio
import platform
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gatekeeper.config.directory import Directory
from gatekeeper.lookups.ldap import Ldap
from gatekeeper.lookups.mailboxes import Mailboxes
from gatekeeper.stores.owners import Owners
from gatekeeper.values import Answer, Found
from tests.servers.slapd import BASE, PASSWORD, READER, Slapd, mailbox

_TOGETHER = 50

Look = Callable[[str], Awaitable[Answer | None]]


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    aliases = [f"alias{number}@example.org" for number in range(arguments.count)]
    rates: dict[str, list[float]] = {}
    costs: dict[str, float] = {}
    with Slapd() as slapd, tempfile.TemporaryDirectory() as name:
        slapd.add(*(mailbox(f"user{number}", [alias]) for number, alias in enumerate(aliases)))
        for _ in range(arguments.rounds):
            for way, rate, cost in asyncio.run(_measured(slapd, aliases, Path(name))):
                rates.setdefault(way, []).append(rate)
                costs[way] = cost
            for url in (slapd.url, slapd.tls_url):
                way = f"ldapsearch, {url.partition(':')[0]}"
                rate, costs[way] = _ldapsearch(slapd, url, aliases, Path(name))
                rates.setdefault(way, []).append(rate)
    title = f"{arguments.count} addresses, Python {platform.python_version()}"
    table = Table("way", "a second", "CPU µs each", title=title)
    for way, measured in rates.items():
        table.add_row(way, f"{statistics.median(measured):,.0f}", f"{costs[way] * 1e6:.0f}")
    Console(width=100).print(table)


async def _measured(slapd: Slapd, aliases: list[str], room: Path) -> list[tuple[str, float, float]]:
    found = []
    for way, url, changed in (
        ("ldap, in clear", slapd.url, {"starttls": False}),
        ("ldap, StartTLS", slapd.url, {}),
        ("ldaps", slapd.tls_url, {}),
    ):
        ldap = Ldap(_settings(slapd, servers=[url], **changed))
        await ldap.find(aliases[0])
        found.append((f"{way}, one after the other", *await _timed(_asking(ldap), aliases, 1)))
        found.append((f"{way}, {_TOGETHER} together", *await _timed(_asking(ldap), aliases, _TOGETHER)))
        ldap.close()
    owners = Owners(room / "directory.db", "benchmark")
    ldap = Ldap(_settings(slapd))
    first = Mailboxes(_settings(slapd), ldap.find, owners)
    found.append((f"StartTLS, and remembered, {_TOGETHER} together", *await _timed(first.answer, aliases, _TOGETHER)))
    assert owners.flush()
    second = Mailboxes(_settings(slapd), ldap.find, owners)
    found.append((f"known on disk, {_TOGETHER} together", *await _timed(second.answer, aliases, _TOGETHER)))
    found.append(("known in memory", *await _timed(_knowing(second), aliases, 1)))
    ldap.close()
    owners.close()
    (room / "directory.db").unlink()
    return found


def _asking(ldap: Ldap) -> Look:
    async def find(address: str) -> Answer:
        return (await ldap.find(address)).answer

    return find


def _knowing(mailboxes: Mailboxes) -> Look:
    async def known(address: str) -> Answer | None:
        return mailboxes.known(address)

    return known


async def _timed(look: Look, addresses: list[str], together: int) -> tuple[float, float]:
    """How many a second, and the processor time of one."""
    queue = iter(addresses)

    async def work() -> None:
        for address in queue:
            assert isinstance(await look(address), Found)

    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(together)))
    return len(addresses) / (time.perf_counter() - began), (time.process_time() - used) / len(addresses)


def _ldapsearch(slapd: Slapd, url: str, aliases: list[str], room: Path) -> tuple[float, float]:
    (room / "addresses").write_text("".join(f"{alias}\n" for alias in aliases))
    command = ["ldapsearch", "-x", "-LLL", "-H", url, "-D", READER, "-y", room / "password", "-b", BASE]
    (room / "password").write_text(PASSWORD)
    asked = ["-f", room / "addresses", "(proxyAddresses=smtp:%s)", "proxyAddresses"]
    began, used = time.perf_counter(), _of_children()
    environment = {"PATH": "/usr/bin", "LDAPTLS_CACERT": str(slapd.ca)}
    done = subprocess.run([*command, *asked], env=environment, capture_output=True, check=True)
    assert done.stdout.count(b"SMTP:") == len(aliases)
    return len(aliases) / (time.perf_counter() - began), (_of_children() - used) / len(aliases)


def _of_children() -> float:
    """Processor time of those that have ended; slapd has not."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _settings(slapd: Slapd, **changed: object) -> Directory:
    usual = {"servers": [slapd.url], "ca_file": str(slapd.ca), "bind_dn": READER, "search_base": BASE}
    return Directory(**{**usual, "password_file": str(slapd.password), "timeout": 30.0, **changed})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
