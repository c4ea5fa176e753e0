"""senders: what it costs to ask who sent a message and what is known of it, with every answer remembered.

    python -m benchmarks.senders [--mail DIR] [--messages 1000] [--rounds 3]

Each message is judged twice in turns, in one process: with the checks that look at the message alone, and with those
besides that ask about its sender and its like: five block lists, two lists of domains, helo, reverse, sender_domain,
spf, dkim, arc, dmarc, rates, correspondents, reputation and campaign. A DNS server of the tests answers the first time
that a message is judged; what is measured are the rounds after that, CPU of this process. The client is the first
public one in Received. Mail of the corpora is unsigned, or its keys are gone; signatures are `benchmarks.verifiers`'
matter. Scanners for worms and Pyzor are not asked: they are other processes' work.
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.names import _clients
from benchmarks.parse import CORPORA, machine, messages
from benchmarks.scan import _microseconds
from gatekeeper.app.build import judging
from gatekeeper.fronts.pipe import Said, scan
from gatekeeper.lookups.gather import Gather
from gatekeeper.message import parse
from gatekeeper.pipeline.examination import Inspection
from tests.servers.dns import DnsServer

_ALONE = "\n".join(f"[checks.{name}]\nenabled = false" for name in ("correspondents", "reputation", "campaign", "helo"))
_ASKING = "\n".join(
    f"[checks.{name}]\nenabled = true" for name in ("spf", "dkim", "arc", "dmarc", "sender_domain", "reverse")
)
_LISTS = """
[checks.dnsbl]
zones = ["one.list.test", "two.list.test", "three.list.test", "four.list.test", "five.list.test"]
exceptions = [{exceptions}]
[checks.uribl]
zones = ["domains.list.test", "mail.list.test sha1"]
[checks.helo]
resolve = true
[checks.rates]
client = "1000000/1h"
sender = "1000000/1h"
recipient = "1000000/1h"
"""
_ZONES = ("one", "two", "three", "four", "five")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--mail", type=Path, default=CORPORA / "spamassassin-public")
    options.add_argument("--messages", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    every = messages(chosen.mail)
    mail = every[:: max(1, len(every) // chosen.messages)]
    with DnsServer() as dns, tempfile.TemporaryDirectory() as place:
        exceptions = ", ".join(f'"{zone}.list.test listed"' for zone in _ZONES)
        common = f'[gateway]\nstate = "{place}"\n[dns]\nservers = ["{dns.address}"]\n'
        ways = {
            "the message alone": _judging(common + _ALONE),
            "and who sent it": _judging(common + _ASKING + _LISTS.format(exceptions=exceptions)),
        }
        spent = {name: list(_measured(way, mail, chosen.rounds)) for name, way in ways.items()}
        asked = len(dns.queries)
    console = Console(width=100)
    console.print(machine())
    table = Table("checks", "mean µs", "half below", "p99", title=f"{len(mail)} messages, {asked} questions at first")
    for name, costs in spent.items():
        centiles = statistics.quantiles(costs, n=100)
        table.add_row(name, *(f"{value:.0f}" for value in (statistics.mean(costs), centiles[49], centiles[98])))
    first, last = (statistics.mean(costs) for costs in spent.values())
    table.add_row("the difference", f"{last - first:.0f}")
    console.print(table)


def _measured(way: tuple[Inspection, Gather], mail: list[bytes], rounds: int) -> Iterator[float]:
    """The cost of each message in each round, all questions answered before."""
    inspection, gather = way
    said = [_said(raw) for raw in mail]
    for raw, about in zip(mail, said, strict=True):
        scan(raw, about, inspection, gather)
    for _ in range(rounds):
        for raw, about in zip(mail, said, strict=True):
            yield _microseconds(lambda raw, about=about: scan(raw, about, inspection, gather), raw)  # type: ignore[misc]


def _said(raw: bytes) -> Said:
    """The envelope as its header tells of it."""
    message = parse(raw)
    helo, client = next(_clients(message), ("", None))
    path = next(islice(message.values(b"return-path"), 1), b"").strip(b" <>\r\n\t").decode("latin-1")
    return Said(client.address if client else "", "", helo, path if "@" in path else "", "kim@example.org")


def _judging(text: str) -> tuple[Inspection, Gather]:
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write(text)
        config.flush()
        return judging(Path(config.name))


if __name__ == "__main__":
    main()
