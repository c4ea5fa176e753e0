"""worker: one process that feeds inputs to the targets, and can be killed by any of them.

What input a number stands for follows from it and the seed alone. Before an input is tried its number is written to a
file that outlives the process: SIGPROF after so much CPU time, and a crash of a C library, need no word from here.
"""

import json
import mmap
import resource
import signal
import sys
import traceback
from pathlib import Path
from random import Random

from tests.fuzz.mutator import mutated
from tests.fuzz.seeds import seeds_of
from tests.fuzz.targets import target_of

SECOND = 1.0
MEMORY = 300_000_000
ROOM = 3_000_000_000
"""Bytes of address space at most: a bomb ends in MemoryError, not in the end of the machine."""


def input_of(seed: int, number: int, seeds: dict[str, list[bytes]], names: list[str]) -> tuple[str, bytes]:
    """The target's name and the bytes."""
    random = Random(f"{seed}:{number}")
    name = names[number % len(names)]
    return name, mutated(random, seeds[name])


def main(
    seed: int, start: int, stop: int, step: int, names: list[str], corpora: str, place: str, seconds: float
) -> None:
    """Try the inputs of `range(start, stop, step)`; print each finding, and sums at the end, as lines of JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seeds = {name: seeds_of(name, corpora) for name in names}
    targets = {name: target_of(name) for name in names}
    slowest = (0.0, -1)
    with Path(place).open("r+b") as file, mmap.mmap(file.fileno(), 8) as current:
        for number in range(start, stop, step):
            name, data = input_of(seed, number, seeds, names)
            current[:] = number.to_bytes(8, "little")
            signal.setitimer(signal.ITIMER_PROF, seconds)
            try:
                targets[name](data)
            except BaseException as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                why = f"{type(error).__name__}: {str(error)[:200]} at {Path(where.filename).name}:{where.lineno}"
                print(json.dumps({"number": number, "target": name, "why": why}), flush=True)
            slowest = max(slowest, (seconds - signal.getitimer(signal.ITIMER_PROF)[0], number))
            if (peak := resident()) > MEMORY:
                why = f"{peak // 1_000_000} MB resident"
                print(json.dumps({"number": number, "target": name, "why": why}), flush=True)
                break
        else:
            current[:] = (stop + step).to_bytes(8, "little")
        signal.setitimer(signal.ITIMER_PROF, 0)
    print(json.dumps({"slowest": slowest, "peak": peak}), flush=True)


def resident() -> int:
    """Bytes of memory at most since this program began; `ru_maxrss` also counts whoever started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
