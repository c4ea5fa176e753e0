"""names: what HELO and reverse names tell, by how often each finding is in ham and in spam; and what names cost.

    python -m benchmarks.names [--corpora DIR] [--rounds 5]

The first Received line that names a public address stands for the client: its HELO, its name, its address. Nothing is
asked: names so old could not be found any more. Costs are those of the checks of a message after the dot and before,
each question answered at once with "not there", CPU of one core, the median over the rounds.
"""

import argparse
import re
import statistics
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from ipaddress import ip_address
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.parse import CORPORA, _cpu, machine
from gatekeeper.checks import helo, reverse, sender_domain, uribl
from gatekeeper.message import Mail, Message, parse
from gatekeeper.message.text import texts
from gatekeeper.tables import Tables
from gatekeeper.tables.generated_names import generated
from gatekeeper.values import Absent, Client, Envelope

# sendmail, Postfix: from HELO (NAME [1.2.3.4]); qmail: from NAME (HELO x) (1.2.3.4)
_RECEIVED = re.compile(r"from (\S+) \((?:HELO (\S+)\) \()?(?:([\w.-]+) )?\[?(\d+\.\d+\.\d+\.\d+)\]?")
_MAIL = {
    "SpamAssassin, ham": "spamassassin-public/ham",
    "SpamAssassin, spam": "spamassassin-public/spam",
    "phishing of 2023 and 2024": "phish-2023-2024",
    "a technical list of 2024": "usrp-2024",
    "the kernel's lists of 2019 to 2022": "vger-2019-2022",
}
_CHECKS: Mapping[str, tuple[Callable[[Mail], object], ...]] = {
    "helo, with DNS": tuple(helo.build(helo.Settings(resolve=True), Tables()).values()),
    "reverse": tuple(reverse.build(reverse.Settings(), Tables()).values()),
    "sender_domain": tuple(sender_domain.build(sender_domain.Settings(), Tables()).values()),
    "uribl, four lists": tuple(
        uribl.build(uribl.Settings(zones=["a.test", "b.test names", "c.test hosts", "d.test sha1"]), Tables()).values()
    ),
}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--corpora", type=Path, default=CORPORA)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    console = Console(width=120)
    console.print(machine())
    console.print(_told(chosen.corpora))
    console.print(_costs(chosen.corpora / "spamassassin-public", chosen.rounds))
    console.print(_hurt())


def _told(corpora: Path) -> Table:
    found = {name: Counter(_findings(corpora / place)) for name, place in _MAIL.items()}
    slugs = sorted({slug for counts in found.values() for slug in counts} - {"clients", "names"})
    table = Table("finding, % of the clients", *_MAIL, title="what names tell")
    for slug in ("clients", "names"):
        table.add_row(slug, *(str(counts[slug]) for counts in found.values()))
    for slug in slugs:
        whole = "names" if slug.startswith("name-") else "clients"
        table.add_row(slug, *(f"{100 * counts[slug] / max(counts[whole], 1):.1f}" for counts in found.values()))
    return table


def _findings(place: Path) -> Iterator[str]:
    (check,) = helo.build(helo.Settings(), Tables()).values()
    for path in sorted(place.rglob("*")):
        client = next(_clients(parse(path.read_bytes())), None) if path.is_file() else None
        if client is not None:
            said, met = client
            yield "clients"
            envelope = Envelope("id", "benchmark", met, Client(met.address), helo=said)
            yield from (finding.name for finding in _answered(check(Mail(envelope))))
            if "." in met.name.strip(".0123456789"):
                yield "names"
                kind = generated(met.name.lower(), ip_address(met.address))
                yield from [f"name-{kind.value}"] if kind else []


def _clients(message: Message) -> Iterator[tuple[str, Client]]:
    for value in message.values(b"received")[:6]:
        match = _RECEIVED.match(" ".join(value.decode("latin-1").split()))
        if match and (met := Client(match[4], match[3] or "")).ip and met.ip.is_global:
            yield match[2] or match[1], met


def _answered(result: object) -> list:
    """What a check finds where nothing is there."""
    if not isinstance(result, Generator):
        return list(result)
    answers = None
    while True:
        try:
            questions = result.send(answers)
        except StopIteration as end:
            return end.value
        answers = dict.fromkeys(questions, Absent())


def _costs(place: Path, rounds: int) -> Table:
    messages = [parse(path.read_bytes()) for path in islice(sorted(place.rglob("*.*")), 2000) if path.is_file()]
    for message in messages:
        texts(message).urls  # noqa: B018  # other checks have read them
    table = Table("check", "mean µs", "p99 µs", title=f"{len(messages)} messages, their text and links read before")
    for name, checks in _CHECKS.items():
        times = [[_spent(checks, message) for message in messages] for _ in range(rounds)]
        mean = statistics.median(map(statistics.fmean, times)) * 1e6
        tail = statistics.median(sorted(spent)[len(spent) * 99 // 100] for spent in times) * 1e6
        table.add_row(name, f"{mean:.0f}", f"{tail:.0f}")
    return table


def _spent(checks: tuple[Callable[[Mail], object], ...], message: Message) -> float:
    client = Client("8.8.4.4")
    envelope = Envelope("id", "benchmark", client, client, helo="mx.out.test", sender="ann@out.test")
    mail = Mail(envelope, message=message)
    return _cpu(lambda: [_answered(check(mail)) for check in checks])


_HOSTILE = {
    "1,000 links": b"\r\n" + b"\r\n".join(b"http://h%d.d%d.example/" % (n, n) for n in range(1000)),
    "10,000 links": b"\r\n" + b"\r\n".join(b"http://h%d.d%d.example/" % (n, n) for n in range(10_000)),
    "10,000 in Reply-To": b"Reply-To: " + b",\r\n ".join(b"a@d%d.example" % n for n in range(10_000)) + b"\r\n",
    "10,000 in From": b"From: " + b",\r\n ".join(b"a@d%d.example" % n for n in range(10_000)) + b"\r\n",
    "10,000 in the text": b"\r\n" + b" ".join(b"a%d@d.example" % n for n in range(10_000)),
    "1 MB of an address": b"\r\n" + b"a" * 1_000_000 + b"@d.example",
    "1 MB of @": b"From: " + b"@" * 500_000 + b"\r\n\r\n" + b"@" * 500_000,
}


def _hurt() -> Table:
    table = Table(
        "message", *(f"{name}, ms" for name in _CHECKS), title="what is meant to hurt, text and links read before"
    )
    for name, raw in _HOSTILE.items():
        message = parse(raw)
        texts(message).urls  # noqa: B018
        table.add_row(name, *(f"{_spent(checks, message) * 1e3:.1f}" for checks in _CHECKS.values()))
    return table


if __name__ == "__main__":
    main()
