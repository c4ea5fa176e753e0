"""parse: what it costs to read a message in every way, beside other libraries that read it in one.

    python -m benchmarks.parse [--mail DIR] [--rounds 7]

Every way goes over the same messages in each round, and the rounds are interleaved. A row has the median over the
rounds of the mean CPU time of a message and of the 99th percentile, in microseconds, and how many messages it refuses.
The messages are those below DIR, by default the SpamAssassin public corpus where it is unpacked, else made ones; and
the same with CRLF, as SMTP brings them. Below stand sizes from 1 KB to 20 MB, with the exponent fitted to them, and the
shapes that are meant to hurt, each in a process of its own, with the memory that it had resident at most.
"""

import argparse
import base64
import email
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import Message
from pathlib import Path

import fast_mail_parser
from rich.console import Console
from rich.table import Table

from gatekeeper.message import parse

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
CORPORA = Path(os.environ.get("GATEKEEPERCORPORA") or _CACHE / "gatekeeper-corpora")
_MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--mail", type=Path, default=CORPORA / "spamassassin-public")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--shape", help="measure this one shape, and print milliseconds and megabytes")
    chosen = options.parse_args()
    if chosen.shape:
        return _measure(_SHAPES[chosen.shape]())
    mail = messages(chosen.mail)
    console = Console(width=110)
    console.print(machine())
    console.print(_compared(mail, chosen.rounds, "as they lie there"))
    crlf = [raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for raw in mail]
    console.print(_compared(crlf, chosen.rounds, "with CRLF"))
    console.print(_slope())
    console.print(_hurt())
    return None


def messages(directory: Path) -> list[bytes]:
    found = [path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()]
    found = [raw for raw in found if raw]
    return found or [_made(size) for size in (500, 2000, 5000, 15_000)] * 50


def _made(size: int) -> bytes:
    header = b"".join(b"X-Header-%d: of the usual length, more or less, as they are\r\n" % n for n in range(20))
    text = b"A line of text that is as long as lines of text are.\r\n" * (size // 100)
    file = base64.encodebytes(os.urandom(size // 3)).replace(b"\n", b"\r\n")
    parts = b"--b\r\n\r\n" + text + b"\r\n--b\r\nContent-Transfer-Encoding: base64\r\n"
    return header + _MIXED + parts + b"Content-Disposition: attachment; filename=a.bin\r\n\r\n" + file + b"--b--\r\n"


def _compared(mail: list[bytes], rounds: int, how: str) -> Table:
    ways: dict[str, Callable[[bytes], object]] = {
        "gatekeeper: parse": parse,
        "gatekeeper: all types, names and decodings": _read_by_us,
        "email compat32: names, bodies decoded": _read_by_email,
        "fast-mail-parser: names, bodies decoded": _read_by_fast_mail_parser,
    }
    means: dict[str, list[float]] = {way: [] for way in ways}
    tails: dict[str, list[float]] = {way: [] for way in ways}
    refused: dict[str, int] = {}
    for _ in range(rounds):
        for way, read in ways.items():
            times, refused[way] = _over(mail, read)
            means[way].append(sum(times) / len(times))
            tails[way].append(sorted(times)[len(times) * 99 // 100])
    size = sum(map(len, mail)) / len(mail)
    title = f"{len(mail)} messages of {size:.0f} bytes in the mean, {how}"
    table = Table("way", "µs a message", "p99", "times as fast as email", "refused", title=title)
    base = statistics.median(means["email compat32: names, bodies decoded"])
    for way, spent in means.items():
        mean, tail = statistics.median(spent), statistics.median(tails[way])
        table.add_row(way, f"{mean / 1e3:.0f}", f"{tail / 1e3:.0f}", f"{base / mean:.2f}", str(refused[way]))
    return table


def _over(mail: list[bytes], read: Callable[[bytes], object]) -> tuple[list[int], int]:
    """Nanoseconds of CPU time of each message, and how many were refused."""
    times, refused = [], 0
    for raw in mail:
        began = time.process_time_ns()
        try:
            read(raw)  # and let it go: a thousand messages kept would be another test
        except fast_mail_parser.ParseError:
            refused += 1
        times.append(time.process_time_ns() - began)
    return times, refused


def _read_by_us(raw: bytes) -> None:
    for part in parse(raw).walk():
        part.names()
        part.types()
        part.decodings()


def _read_by_email(raw: bytes) -> None:
    part: Message
    for part in email.message_from_bytes(raw).walk():
        part.get_filename()
        part.get_content_type()
        part.get_payload(decode=True)


def _read_by_fast_mail_parser(raw: bytes) -> None:
    mail = fast_mail_parser.parse_email(raw)
    for attachment in mail.attachments:
        attachment.filename, attachment.content  # noqa: B018 — they are made when asked for
    mail.text_plain, mail.text_html  # noqa: B018


def _slope() -> Table:
    sizes = [1000 * 10**step * factor for step in range(5) for factor in (1, 2, 5)][:-1]
    points = []
    table = Table("made mail of", "ms", "ns a byte", "email, ms", title="all types, names and decodings, by size")
    for size in sizes:
        raw = _made(size)
        times = max(3, 2_000_000 // size)
        ours = min(_cpu(lambda raw=raw: _read_by_us(raw)) for _ in range(times))  # type: ignore[misc]
        theirs = min(_cpu(lambda raw=raw: _read_by_email(raw)) for _ in range(times))  # type: ignore[misc]
        points.append((math.log(len(raw)), math.log(ours)))
        row = (f"{len(raw) / 1e3:.0f} KB", f"{ours * 1e3:.2f}", f"{ours / len(raw) * 1e9:.1f}", f"{theirs * 1e3:.2f}")
        table.add_row(*row)
    late = [point for point in points if point[0] > math.log(50_000)]
    table.caption = f"time grows as size to the power of {_fit(points):.2f}; from 50 KB on {_fit(late):.2f}"
    return table


def _fit(points: list[tuple[float, float]]) -> float:
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def _nest() -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(10_000))


_SHAPES: dict[str, Callable[[], bytes]] = {
    "10,000 parts": lambda: _MIXED + b"--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\nhello\r\n" * 10_000,
    "multiparts 10,000 deep": _nest,
    "messages 10,000 deep": lambda: b"Content-Type: message/rfc822\r\n\r\n" * 10_000,
    "a header of 10 MB, one field": lambda: b"A: " + b"x" * 10_000_000 + b"\r\n\r\n",
    "a header of 10 MB, many fields": lambda: b"A: b\r\n" * 1_700_000 + b"\r\n",
    "1,000,000 boundaries": lambda: _MIXED + b"--b\r\n" * 1_000_000,
    "1,000,000 boundaries of others": lambda: _MIXED + b"--c\r\nContent-Type: a/b\r\n" * 1_000_000,
    "20 MB of base64": lambda: b"Content-Transfer-Encoding: base64\r\n\r\n" + (b"A" * 76 + b"\r\n") * 256_000,
    "20 MB of base64 full of junk": lambda: (
        b"Content-Transfer-Encoding: base64\r\n\r\n" + (b"A=A#" * 19 + b"\r\n") * 256_000
    ),
}


def _hurt() -> Table:
    table = Table("shape", "MB", "ms", "MB resident", title="all types, names and decodings")
    for shape, make in _SHAPES.items():
        command = [sys.executable, "-m", "benchmarks.parse", "--shape", shape]
        spent, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        table.add_row(shape, f"{len(make()) / 1e6:.1f}", spent, peak)
    return table


def _measure(raw: bytes) -> None:
    spent = _cpu(lambda: _read_by_us(raw))
    status = Path("/proc/self/status").read_text()  # getrusage would have the parent's peak, too
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    print(f"{spent * 1e3:.0f} {int(peak) / 1000:.0f}")


def _cpu(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, one core, CPU time"


if __name__ == "__main__":
    main()
