"""parse: what it costs to read a message in every way, beside Python's `email` package reading it in one.

    python -m benchmarks.parse [--mail DIR] [--rounds 7]

Every way goes over the same messages in each round, and the rounds are interleaved. A row has the median over the
rounds of the mean CPU time of a message, in microseconds. The messages are those below DIR, by default the
SpamAssassin public corpus where it is unpacked, else made ones. Below stand the shapes that are meant to hurt.
"""

import argparse
import base64
import email
import os
import platform
import statistics
import time
from collections.abc import Callable
from email.message import Message
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gatekeeper.message import parse

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
_CORPORA = Path(os.environ.get("GATEKEEPER_CORPORA") or _CACHE / "gatekeeper-corpora")
_MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--mail", type=Path, default=_CORPORA / "spamassassin-public")
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    mail = _messages(chosen.mail)
    console = Console(width=100)
    console.print(_machine())
    console.print(_compared(mail, chosen.rounds))
    console.print(_hurt())


def _messages(directory: Path) -> list[bytes]:
    found = [path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()]
    found = [raw for raw in found if raw]
    return found or [_made(size) for size in (500, 2000, 5000, 15_000)] * 50


def _made(size: int) -> bytes:
    header = b"".join(b"X-Header-%d: of the usual length, more or less, as they are\r\n" % n for n in range(20))
    text = b"A line of text that is as long as lines of text are.\r\n" * (size // 100)
    file = base64.encodebytes(os.urandom(size // 3)).replace(b"\n", b"\r\n")
    parts = b"--b\r\n\r\n" + text + b"\r\n--b\r\nContent-Transfer-Encoding: base64\r\n"
    return header + _MIXED + parts + b"Content-Disposition: attachment; filename=a.bin\r\n\r\n" + file + b"--b--\r\n"


def _compared(mail: list[bytes], rounds: int) -> Table:
    ways: dict[str, Callable[[bytes], object]] = {
        "gatekeeper: parse": parse,
        "gatekeeper: parse, all names and decodings": _read_by_us,
        "email compat32: parse": email.message_from_bytes,
        "email compat32: parse, names, decoded bodies": _read_by_email,
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, read in ways.items():
            times[way].append(_cpu(lambda read=read: _over(mail, read)) / len(mail))  # type: ignore[misc]
    size = sum(map(len, mail)) / len(mail)
    table = Table("way", "µs a message", "times", title=f"{len(mail)} messages of {size:.0f} bytes in the mean")
    base = statistics.median(times["email compat32: parse, names, decoded bodies"])
    for way, spent in times.items():
        median = statistics.median(spent)
        table.add_row(way, f"{median * 1e6:.0f}", f"{base / median:.1f}")
    return table


def _over(mail: list[bytes], read: Callable[[bytes], object]) -> None:
    for raw in mail:
        read(raw)  # and let it go: a thousand messages kept would be another test


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


def _hurt() -> Table:
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(10_000))
    shapes = {
        "10,000 parts": _MIXED + b"--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\nhello\r\n" * 10_000,
        "multiparts 10,000 deep": nest,
        "a header of 10 MB, one field": b"A: " + b"x" * 10_000_000 + b"\r\n\r\n",
        "a header of 10 MB, many fields": b"A: b\r\n" * 1_700_000 + b"\r\n",
        "1,000,000 boundaries": _MIXED + b"--b\r\n" * 1_000_000,
        "1,000,000 boundaries of others": _MIXED + b"--c\r\nContent-Type: a/b\r\n" * 1_000_000,
        "20 MB of base64": b"Content-Transfer-Encoding: base64\r\n\r\n" + (b"A" * 76 + b"\r\n") * 256_000,
        "20 MB of base64 full of junk": b"Content-Transfer-Encoding: base64\r\n\r\n"
        + (b"A=A#" * 19 + b"\r\n") * 256_000,
    }
    shapes |= {
        f"made mail of {size // 1000} KB": _made(size) for size in (1000, 10_000, 100_000, 1_000_000, 10_000_000)
    }
    table = Table("shape", "MB", "ms", "ns a byte", title="parse, all names and decodings")
    for shape, raw in shapes.items():
        spent = min(_cpu(lambda raw=raw: _read_by_us(raw)) for _ in range(3))  # type: ignore[misc]
        table.add_row(shape, f"{len(raw) / 1e6:.2f}", f"{spent * 1e3:.2f}", f"{spent / len(raw) * 1e9:.1f}")
    return table


def _cpu(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, one core, CPU time"


if __name__ == "__main__":
    main()
