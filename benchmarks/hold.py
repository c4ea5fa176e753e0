"""hold: what it costs to be allowed to say 250: a hold, against a bare file that is written and synced.

    python -m benchmarks.hold [--directory DIR] [--count 300] [--size 6000]

The rounds are interleaved; the table has the median and 95th percentile of one call in milliseconds, and how many a
second. DIR must be on the disk that is meant: on a tmpfs a sync is free, and the table says nothing.
"""

import argparse
import hashlib
import os
import platform
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gatekeeper.quarantine import Hold, Quarantine
from gatekeeper.values import Action, Client, Envelope, Finding, Verdict, new_id

_SPAM = Verdict(Action.QUARANTINE, "spam-score", 9.0, 5.0, (Finding("dnsbl-listed", 9.0, "192.0.2.1 in list.example"),))
_CLIENT = Client("192.0.2.1", "mx.example.net")
_BATCH = 20


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(dir=arguments.directory) as name:
        directory = Path(name)
        table = Table("way", "median ms", "95 % ms", "a second", title=_where(directory, arguments))
        for way, times, wall in _measured(directory, arguments.count, arguments.size):
            times.sort()
            median, late = times[len(times) // 2], times[len(times) * 95 // 100]
            table.add_row(way, f"{median * 1e3:.2f}", f"{late * 1e3:.2f}", f"{len(times) / wall:.0f}")
    Console(width=100).print(table)


def _measured(directory: Path, count: int, size: int) -> list[tuple[str, list[float], float]]:
    quarantine = Quarantine(directory / "quarantine")
    ways: list[tuple[str, Callable[[bytes], object], int]] = [
        ("write, fsync", lambda raw: _bare(directory, raw), 1),
        ("write, fsync, fsync directory", lambda raw: _bare(directory, raw, named=True), 1),
        ("hold", lambda raw: _hold(quarantine, raw), 1),
        ("hold and confirm", lambda raw: quarantine.confirm(_hold(quarantine, raw)), 1),
        ("write, fsync, 8 threads", lambda raw: _bare(directory, raw), 8),
        ("hold, 8 threads", lambda raw: _hold(quarantine, raw), 8),
    ]
    times: dict[str, list[float]] = {way: [] for way, _, _ in ways}
    walls = dict.fromkeys(times, 0.0)
    _hold(quarantine, os.urandom(size))  # makes directories and tables
    while len(times["hold"]) < count:
        for way, call, threads in ways:
            began = time.perf_counter()
            times[way] += _together(call, threads, size)
            walls[way] += time.perf_counter() - began
    quarantine.close()
    return [(way, times[way], walls[way]) for way, _, _ in ways]


def _together(call: Callable[[bytes], object], threads: int, size: int) -> list[float]:
    """Some calls in each of so many threads: what each of them took, in seconds."""
    times: list[float] = []

    def some() -> None:
        for _ in range(_BATCH):
            raw = os.urandom(size)
            began = time.perf_counter()
            call(raw)
            times.append(time.perf_counter() - began)

    workers = [threading.Thread(target=some) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return times


def _bare(directory: Path, raw: bytes, named: bool = False) -> None:
    descriptor = os.open(directory / new_id(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(descriptor, raw)
    os.fsync(descriptor)
    os.close(descriptor)
    if named:
        descriptor = os.open(directory, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _hold(quarantine: Quarantine, raw: bytes) -> str:
    to = ("bob@example.org",)
    envelope = Envelope(new_id(), "smtp", _CLIENT, _CLIENT, sender="alice@example.net", recipients=to)
    quarantine.hold(Hold(envelope, dict.fromkeys(to, _SPAM), [raw], hashlib.sha256(raw).hexdigest()))
    return envelope.id


def _where(directory: Path, arguments: argparse.Namespace) -> str:
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    system = max((m for m in mounts if directory.is_relative_to(m[0])), key=lambda mount: len(mount[0]))[1]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"messages of {arguments.size} bytes on {system}; {machine}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--directory", type=Path, default=Path.cwd(), help="where to write; default: here")
    parser.add_argument("--count", type=int, default=300, help="calls of the slowest way")
    parser.add_argument("--size", type=int, default=6000, help="bytes of a message")
    return parser.parse_args()


if __name__ == "__main__":
    main()
