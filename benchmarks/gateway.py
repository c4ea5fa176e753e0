"""gateway: mail all the way to a sink, side by side in one run: Postfix alone, and every way of filtering before it.

    python -m benchmarks.gateway --rounds 5 --count 3000           (root; Postfix, and rspamd for its row)

A rate is messages divided by the time until the sink has the last of them, so a queue gains nothing; latency is what
the sending client waits for its reply after MAIL. Rounds are interleaved, because machines are noisy; the table shows
medians, and ratios against Postfix alone in the same round. Messages are generated, 6 KB in the mean, or those of
--mail DIRECTORY.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load import Result, generated, run, stored, wires
from benchmarks.rspamd import rspamd
from benchmarks.sink import Sink
from tests.servers.dns import DnsServer, lists
from tests.servers.gateway import Gateway
from tests.servers.postfix import Postfix
from tests.servers.room import free_port

_CHECKS = '[checks.dnsbl]\nzones = ["bl.test", "other.test"]\nprivate = true\n[dns]\nservers = ["{}"]\n'
_MILTER = "smtpd_milters = {}\nmilter_default_action = tempfail\n"


@dataclass
class Row:
    """One way for mail to go: the port to send to, and what was measured there."""

    name: str
    port: int
    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    memory: Callable[[], str] = lambda: ""


@contextmanager
def ways(sink: int) -> Iterator[list[Row]]:
    """All of them, running at once; only one is given mail at a time."""
    with ExitStack() as stack:
        checks = _CHECKS.format(stack.enter_context(DnsServer(lists("bl.test", "other.test"))).address)
        rows = [Row("Postfix alone", stack.enter_context(Postfix(sink)).port)]
        proxy = stack.enter_context(Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink}"}, checks))
        rows.append(Row("gatekeeper as proxy, all checks", proxy.port, memory=lambda: _memory(proxy.workers())))
        rows.extend(Row(name, port) for name, port in _milters(stack, sink, checks))
        yield rows


def _milters(stack: ExitStack, sink: int, checks: str) -> Iterator[tuple[str, int]]:
    """The unix socket lies below Postfix's chroot, so Postfix is there first."""
    settings = '[smtp]\nlisten = []\n[milter]\nsocket = "{}"\nmode = "0666"\n'
    postfix = stack.enter_context(Postfix(sink, main=_MILTER.format("unix:gatekeeper/milter.sock")))
    stack.enter_context(Gateway({}, settings.format(f"unix:{postfix.queue}/gatekeeper/milter.sock") + checks))
    yield "Postfix with gatekeeper, unix socket", postfix.port
    inet = free_port()
    stack.enter_context(Gateway({}, settings.format(f"inet:{inet}@127.0.0.1") + checks))
    milter = f"inet:127.0.0.1:{inet}"
    yield "Postfix with gatekeeper, inet socket", stack.enter_context(Postfix(sink, main=_MILTER.format(milter))).port
    home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rspamd-")))
    try:
        milter = stack.enter_context(rspamd(home)).milter
    except FileNotFoundError:
        print("rspamd is not installed: its row is left out")
        return
    yield "Postfix with rspamd, inet socket", stack.enter_context(Postfix(sink, main=_MILTER.format(milter))).port


def measure(row: Row, sink: Sink, mail: list[bytes], connections: int) -> None:
    """Send all of `mail` that way and wait until the sink has it."""
    before, started = sink.taken(), time.perf_counter()
    result: Result = run(row.port, mail, connections)
    assert set(result.codes) == {250}, f"{row.name}: {result}"
    while sink.taken() - before < len(mail):
        time.sleep(0.01)
    row.rates.append(len(mail) / (time.perf_counter() - started))
    row.p50.append(result.percentile(50) * 1000)
    row.p95.append(result.percentile(95) * 1000)


def table(rows: list[Row]) -> str:
    """As Markdown."""
    alone = rows[0]
    lines = ["| way | msg/s | of Postfix alone | p50 ms | p95 ms | more at p95 |", "|---|---|---|---|---|---|"]
    for row in rows:
        ratio = statistics.median(a / b for a, b in zip(row.rates, alone.rates, strict=True))
        more = statistics.median(a - b for a, b in zip(row.p95, alone.p95, strict=True))
        p50, p95 = statistics.median(row.p50), statistics.median(row.p95)
        rate = statistics.median(row.rates)
        lines.append(f"| {row.name} | {rate:.0f} | {ratio:.2f} | {p50:.1f} | {p95:.1f} | {more:+.1f} |")
    return "\n".join(lines + [f"\n{row.name}: {row.memory()}" for row in rows if row.memory()])


def machine() -> str:
    """What this was measured on."""
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())  # fmt: skip
    return f"{os.cpu_count()} cores of {model}, Linux {platform.release()}, Python {platform.python_version()}"


def _memory(pids: list[int]) -> str:
    """Resident and own (unshared) memory of each process."""
    return ", ".join(
        f"pid {pid} {_kib(pid, 'Rss') // 1024} MB ({_kib(pid, 'Pss') // 1024} MB its share)" for pid in pids
    )


def _kib(pid: int, what: str) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--mail", type=Path, help="a directory or mbox of real messages; default: generated ones")
    parser.add_argument("--only", default="", help="only ways with this in their name, and Postfix alone")
    chosen = parser.parse_args()
    mail = wires(stored([chosen.mail]))[: chosen.count] if chosen.mail else list(generated(chosen.count))
    with Sink() as sink, ways(sink.port) as rows:
        rows = [row for row in rows if row is rows[0] or chosen.only in row.name]
        for _ in range(chosen.rounds):
            for row in rows:
                measure(row, sink, mail, chosen.connections)
        size = statistics.mean(map(len, mail))
        print(f"{machine()}; {chosen.rounds} rounds of {len(mail)} messages of {size:.0f} bytes in the mean, "
              f"{chosen.connections} connections, queues on disk with fsync\n\n{table(rows)}")  # fmt: skip


if __name__ == "__main__":
    main()
