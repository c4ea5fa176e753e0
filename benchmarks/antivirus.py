"""antivirus: what it costs a message to be scanned by clamd, next to clamdscan --stream; and by YARA rules.

    python -m benchmarks.antivirus [--count 500] [--rounds 5] [--rules 500]

Messages are those that tests send, 6 KB in the mean. clamd has three signatures: what it costs it to know eight million
comes on top, for everybody alike. Ways take turns, once each round. The time of a way is that by the clock for one
message after the other; CPU is that of all processes but clamd; medians over the rounds.
"""

import argparse
import asyncio
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.parse import machine
from gatekeeper.config.addresses import clamd_socket
from gatekeeper.lookups.clamd import Clamd
from gatekeeper.lookups.yara import Scanner
from gatekeeper.lookups.yara_rules import compile_rules
from gatekeeper.message import parse
from gatekeeper.message.readings import readings_of
from gatekeeper.values import Absent, Matched, Virus, Yara
from tests.messages import typical
from tests.servers import clamd

Scan = Callable[[bytes], Awaitable[None]]
Way = Callable[[], tuple[float, float]]
RULE = (
    'rule R{n} {{ strings: $a = "phrase number {n}" nocase $b = /invoice{n}[a-z]{{2,5}}x/ condition: any of them }}\n'
)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--count", type=int, default=500)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--rules", type=int, default=500)
    chosen = options.parse_args()
    messages = [typical(number) for number in range(chosen.count)]
    console = Console(width=120)
    console.print(machine())
    console.print(f"{chosen.count} messages, {sum(map(len, messages)) // chosen.count} bytes in the mean")
    with clamd.Clamd() as engine, tempfile.TemporaryDirectory() as place:
        mail, rules = Path(place) / "mail", Path(place) / "rules"
        ways = _clamd_ways(engine, messages, mail) | _yara_ways(messages, rules, chosen.rules)
        console.print(_table(ways, chosen.rounds))


def _clamd_ways(engine: clamd.Clamd, messages: Sequence[bytes], mail: Path) -> dict[str, Way]:
    mail.mkdir()
    for number, raw in enumerate(messages):
        (mail / f"{number}.eml").write_bytes(raw)
    command = ["clamdscan", "--stream", "--no-summary", "--infected", f"--config-file={engine.home}/clamd.conf", mail]

    def by_clamdscan() -> tuple[float, float]:
        begun, used = time.perf_counter(), _children()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return (time.perf_counter() - begun) / len(messages), (_children() - used) / len(messages)

    def ours(place: str, scan: Callable[[Clamd, bytes], Awaitable[None]], at_once: int = 1) -> Way:
        def way() -> tuple[float, float]:
            async def run() -> tuple[float, float]:
                scanner = Clamd([clamd_socket(place)])
                return await _timed(messages, lambda raw: scan(scanner, raw), at_once)

            clock, cpu = asyncio.run(run())
            return clock / len(messages), cpu / len(messages)

        return way

    return {
        "clamdscan --stream, one process for all": by_clamdscan,
        "the whole message, unix socket": ours(engine.unix, _whole),
        "the whole message, TCP": ours(engine.tcp, _whole),
        "and every reading of every part, unix": ours(engine.unix, _readings),
        "the same, 8 messages in flight": ours(engine.unix, _readings, 8),
    }


def _yara_ways(messages: Sequence[bytes], place: Path, count: int) -> dict[str, Way]:
    place.mkdir()
    (place / "many.yar").write_text("".join(RULE.format(n=n) for n in range(count)))
    many, _ = compile_rules(place)
    few, _ = compile_rules(Path(__file__).parents[1] / "rules" / "yara")
    assert many
    assert few

    def run_all(rules: bytes, scanned: Sequence[bytes]) -> tuple[float, float]:
        async def run() -> tuple[float, float]:
            scanner = Scanner(rules)
            await scanner.answer(Yara("", (b"so that it is ready",)))
            try:
                return await _timed(scanned, lambda raw: _match(scanner, raw), 1)
            finally:
                scanner.cells.close()

        used = _children()
        clock, cpu = asyncio.run(run())
        return clock, cpu + _children() - used

    def way(rules: bytes) -> Way:
        def without_its_start() -> tuple[float, float]:
            _, start = run_all(rules, [])
            clock, used = run_all(rules, messages)
            return clock / len(messages), (used - start) / len(messages)

        return without_its_start

    return {"YARA, the 3 rules that are shipped": way(few.packed), f"YARA, {count} rules": way(many.packed)}


async def _whole(scanner: Clamd, raw: bytes) -> None:
    assert await scanner.answer(Virus(sha256(raw).hexdigest(), raw)) == Absent()


async def _readings(scanner: Clamd, raw: bytes) -> None:
    readings, _ = readings_of(parse(raw), 200)
    answers = await asyncio.gather(*(scanner.answer(Virus(found.sha256, found.data)) for found in readings))
    assert set(answers) == {Absent()}


async def _match(scanner: Scanner, raw: bytes) -> None:
    readings, _ = readings_of(parse(raw), 200)
    assert await scanner.answer(Yara("", tuple(found.data for found in readings))) == Matched()


async def _timed(messages: Sequence[bytes], scan: Scan, at_once: int) -> tuple[float, float]:
    """Seconds by the clock and of CPU for all."""
    left = iter(messages)

    async def work() -> None:
        for raw in left:
            await scan(raw)

    begun, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return time.perf_counter() - begun, time.process_time() - used


def _children() -> float:
    """Seconds of CPU of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _table(ways: dict[str, Way], rounds: int) -> Table:
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
    clock = {name: statistics.median(wall for wall, _ in times) for name, times in taken.items()}
    base = next(iter(clock.values()))
    table = Table("way", "ms a message", "of clamdscan", "CPU of ours, ms")
    for name, times in taken.items():
        cpu = statistics.median(used for _, used in times)
        table.add_row(name, f"{clock[name] * 1000:.2f}", f"{clock[name] / base:.2f}", f"{cpu * 1000:.2f}")
    return table


if __name__ == "__main__":
    main()
