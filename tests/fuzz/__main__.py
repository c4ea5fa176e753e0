"""fuzz: feed mutated samples to all that reads hostile bytes, in processes that may be killed.

    python -m tests.fuzz [--count 100000] [--seed N] [--processes 2] [--targets parse,edit] [--corpora DIR]
    python -m tests.fuzz --seed N --repeat NUMBER >case

A finding is an exception, a second of CPU time for one input, 300 MB resident, or the end of the process. It is printed
with its number, by which it can be repeated; the exit status is 1 if there was any.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signal import Signals
from typing import NamedTuple

from tests.fuzz.seeds import seeds_of
from tests.fuzz.targets import TARGETS
from tests.fuzz.worker import SECOND, input_of

_SILENCE = 120
"""Seconds after which a process is killed that uses no CPU time and says nothing."""


class Outcome(NamedTuple):
    """What one process did: findings, seconds of the slowest input and its number, bytes resident at most."""

    findings: list[dict[str, object]]
    slowest: tuple[float, int]
    peak: int


def main() -> int:
    """Run, and print what was found."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--targets", default=",".join(TARGETS))
    options.add_argument("--corpora", default="", help="a directory whose small files are samples too")
    options.add_argument("--repeat", type=int, help="write the input of this number to standard output")
    chosen = options.parse_args()
    names = chosen.targets.split(",")
    if chosen.repeat is not None:
        seeds = {name: seeds_of(name, chosen.corpora) for name in names}
        sys.stdout.buffer.write(input_of(chosen.seed, chosen.repeat, seeds, names)[1])
        return 0
    began = time.monotonic()
    print(f"seed {chosen.seed}, {chosen.count} inputs, targets {', '.join(names)}", flush=True)
    with ThreadPoolExecutor(chosen.processes) as pool:
        arguments = (chosen.seed, chosen.count, chosen.processes, names, chosen.corpora)
        outcomes = list(pool.map(lambda start: fuzz(start, *arguments), range(chosen.processes)))
    slowest, number = max(outcome.slowest for outcome in outcomes)
    peak = max(outcome.peak for outcome in outcomes) // 1_000_000
    found = sum(len(outcome.findings) for outcome in outcomes)
    print(f"{chosen.count} inputs in {time.monotonic() - began:.0f} s, {found} findings")
    print(f"the slowest took {slowest * 1000:.0f} ms (number {number}), {peak} MB were resident at most")
    return any(outcome.findings for outcome in outcomes)


def fuzz(
    start: int, seed: int, count: int, step: int, names: list[str], corpora: str = "", seconds: float = SECOND
) -> Outcome:
    """Every input of `range(start, count, step)`, in a process that is replaced when an input ends it.

    `seconds` of CPU time are too much for one input.
    """
    findings: list[dict[str, object]] = []
    slowest, peak = (0.0, -1), 0
    with tempfile.TemporaryDirectory() as room:
        place = Path(room, "number")
        while start < count:
            place.write_bytes(start.to_bytes(8, "little"))
            told = {"seed": seed, "start": start, "stop": count, "step": step, "names": names}
            for line in _worker({**told, "corpora": corpora, "place": str(place), "seconds": seconds}):
                if "peak" in line:
                    slowest, peak = max(slowest, tuple(line["slowest"])), max(peak, line["peak"])
                else:
                    findings.append(line)
                    print(line, flush=True)
            start = int.from_bytes(place.read_bytes(), "little") + step
    return Outcome(findings, slowest, peak)


def _worker(told: dict[str, object]) -> Iterator[dict[str, object]]:
    """The lines of one process; a finding more if it was killed."""
    command = [sys.executable, "-m", "tests.fuzz.worker", json.dumps(told)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield from map(json.loads, process.stdout)
    if process.returncode > 0:
        raise RuntimeError("the process could not begin")
    if process.returncode:
        number = int.from_bytes(Path(told["place"]).read_bytes(), "little")
        code = process.returncode
        why = f"more than {told['seconds']} s" if code == -Signals.SIGPROF else f"ended the process: {code}"
        yield {"number": number, "target": told["names"][number % len(told["names"])], "why": why}


if __name__ == "__main__":
    sys.exit(main())
