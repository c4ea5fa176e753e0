"""text: what it costs to know what a message says: charsets, pages, links, addresses, the form for matching.

    python -m benchmarks.text [--mail DIR …] [--rounds 5]

Beside it stands the plain way: each text decoded once and each page through Python's `html.parser`, which sees neither
what is hidden nor where links lead as a browser does. All go over the same messages in each round, and the rounds are
interleaved; parts are parsed and decoded before. A row has the median over the rounds, CPU time, in microseconds a
message. Below stand the pages that are meant to hurt.
"""

import argparse
import gc
import statistics
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.parse import CORPORA, _cpu, machine
from gatekeeper.message import Message, parse
from gatekeeper.message.text import read_page, texts

_DEFAULT = ("spamassassin-public", "usrp-2024", "phish-2023-2024")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--mail", type=Path, nargs="*", default=[CORPORA / name for name in _DEFAULT])
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    gc.set_threshold(50_000, 20, 50)  # as in the gateway's workers
    console = Console(width=120)
    console.print(machine())
    for directory in chosen.mail:
        console.print(_compared(directory, chosen.rounds))
    console.print(_hurt())


def _compared(directory: Path, rounds: int) -> Table:
    mail = [path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()]
    times: dict[str, list[list[float]]] = {way: [] for way in _WAYS}
    for _ in range(rounds):
        for way, read in _WAYS.items():
            times[way].append([_spent(read, raw) for raw in mail])
    means = {way: statistics.median(map(statistics.fmean, found)) * 1e6 for way, found in times.items()}
    table = Table("way", "mean µs", "p99 µs", "times", title=f"{directory.name}: {len(mail)} messages")
    for way, mean in means.items():
        tail = statistics.median(sorted(spent)[len(spent) * 99 // 100] for spent in times[way]) * 1e6
        table.add_row(way, f"{mean:.0f}", f"{tail:.0f}", f"{means['html.parser, one charset'] / mean:.1f}")
    return table


def _spent(read: Callable[[Message], object], raw: bytes) -> float:
    message = parse(raw)  # each time, and let go: thousands kept would be another test
    for part in message.walk():
        part.names()
        part.decodings()
    return _cpu(lambda: read(message))


class _Plain(HTMLParser):
    """Text and links, as one writes it with the standard library."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in ("script", "style")
        self.links += [value for name, value in attrs if name in ("href", "src") and value]

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.found.append(data)


def _plainly(message: Message) -> list[str]:
    found = []
    for part in message.walk():
        if not part.parts and part.types()[0].startswith("text/"):
            text = part.decodings()[0].data.decode("utf-8", "replace")
            if part.types()[0] == "text/html":
                parser = _Plain()
                parser.feed(text)
                text = "".join(parser.found)
            found.append(" ".join(text.split()))
    return found


def _domains(message: Message) -> object:
    return texts(message).visible, texts(message).domains


def _matched(message: Message) -> object:
    return *_domains(message), texts(message).normalised


_WAYS: dict[str, Callable[[Message], object]] = {
    "gatekeeper: text and pages": lambda message: texts(message).visible,
    "gatekeeper: with links, addresses and domains": _domains,
    "gatekeeper: with the form for matching too": _matched,
    "html.parser, one charset": _plainly,
}


def _hurt() -> Table:
    shapes = {
        "1 MB of <div>": "<div>" * 200_000,
        "<p>, 3,000 open <b>, 30,000 <p>": "<p>" + "".join(f"<b id={n}>" for n in range(3000)) + "<p>x" * 30_000,
        "100,000 attributes": "<a " + " ".join(f"a{n}" for n in range(100_000)) + ">x",
        "100,000 styles": "".join(f"<p style='font-size:{n}px'>x" for n in range(100_000)),
        "100,000 links": "<a href=http://a.example/>x</a>" * 100_000,
        "4 MB of text": "a b " * 1_000_000,
    }
    table = Table("page", "MB", "ms", title="one page")
    for shape, markup in shapes.items():
        spent = min(_cpu(lambda markup=markup: read_page(markup)) for _ in range(3))  # type: ignore[misc]
        table.add_row(shape, f"{len(markup) / 1e6:.2f}", f"{spent * 1e3:.0f}")
    return table


if __name__ == "__main__":
    main()
