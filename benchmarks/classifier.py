"""classifier: what learning and classifying cost, beside bogofilter on the same files; lookups, memory.

    python -m benchmarks.classifier [--corpora DIR] [--rounds 5] [--only speed,lookup,memory] [--messages 200000]

Speed: two mbox files of the mail below DIR (in directories `spam` and `ham`; by default the SpamAssassin public corpus
where it is unpacked, else made mail) are learnt into an empty store and then classified, by both programs in turns,
each started anew and held to one core by taskset(1); and by gatekeeper on all cores. bogofilter does both with `-M` and
a cache of 64 MB (`-k 64`), its fastest ways. A row has medians over the rounds: messages a second by the clock, and by
CPU time of the program and its children, which what else the machine does slows less; and the ratios of both.

Lookup: the words of a message against a table of 5 million words mapped from a file, and what of it is resident.
Memory: so many made messages are learnt, and the largest resident size is watched.
"""

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.parse import CORPORA, machine
from gatekeeper.classifier.counts import Counts
from gatekeeper.classifier.keys import keys_of
from gatekeeper.classifier.model import Model, empty
from gatekeeper.stores import model_file

GATEKEEPER = Path(sys.executable).with_name("gatekeeper")
FROM = b"From bench@example.org Thu Jan  1 00:00:00 1970\n"
WORDS = 5_000_000
CLASSES = "spam", "ham"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--corpora", type=Path, default=CORPORA / "spamassassin-public")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", default="speed,lookup,memory", type=lambda text: text.split(","))
    options.add_argument("--messages", type=int, default=200_000, help="for the memory that learning takes")
    chosen = options.parse_args()
    console = Console(width=110)
    console.print(machine().replace("one core, CPU time", f"load {os.getloadavg()[0]:.1f}"))
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        if "speed" in chosen.only:
            console.print(speed(place, chosen.corpora, chosen.rounds))
        if "lookup" in chosen.only:
            console.print(lookup(place))
        if "memory" in chosen.only:
            console.print(memory(place, chosen.messages))


# speed


class Cost(NamedTuple):
    """Seconds of a command with its children."""

    wall: float
    cpu: float


def speed(place: Path, corpora: Path, rounds: int) -> Table:
    """Both programs in turns."""
    mail = {label: read(corpora / label) for label in CLASSES}
    if not all(mail.values()):
        mail = {label: [made(n, label) for n in range(1500)] for label in CLASSES}
    for label, messages in mail.items():
        (place / f"{label}.mbox").write_bytes(b"".join(map(boxed, messages)))
    count = sum(map(len, mail.values()))
    spent: dict[str, list[Cost]] = {}
    for _ in range(rounds):
        for name, commands in ways(place).items():
            spent.setdefault(name, []).append(run(commands))
    mean = sum(len(raw) for messages in mail.values() for raw in messages) / count
    table = Table(
        "", "msg/s by the clock", "ratio", "by CPU time", "ratio", title=f"{count} messages of {mean / 1e3:.1f} KB"
    )
    for name, costs in spent.items():
        cells = []
        for n in range(2):
            own = statistics.median(cost[n] for cost in costs)
            peer = spent.get(name.replace("gatekeeper", "bogofilter").removesuffix(", all cores"), costs)
            ratio = statistics.median(theirs[n] / ours[n] for theirs, ours in zip(peer, costs, strict=True))
            cells += [f"{count / own:,.0f}", f"{ratio:.2f}"]
        table.add_row(name, *cells)
    return table


def ways(place: Path) -> dict[str, list[str]]:
    """What is compared: commands for the shell, in the order in which they follow each other."""
    one = f"taskset -c {max(os.sched_getaffinity(0))}"
    spam, ham = (place / f"{label}.mbox" for label in CLASSES)
    bogofilter, all_cores = f"bogofilter -k 64 -d {place}/bf", f"--jobs {os.cpu_count()}"
    learn = f"{GATEKEEPER} learn --state {place}/gk --json --spam {spam} --ham {ham}"
    classify = f"{GATEKEEPER} classify --state {place}/gk {spam} {ham}"
    found = {
        "bogofilter learns": [f"{one} {bogofilter} -s -M <{spam}", f"{one} {bogofilter} -n -M <{ham}"],
        "bogofilter classifies": [f"{one} {bogofilter} -TT -M <{box}" for box in (spam, ham)],
        "gatekeeper learns": [f"{one} {learn} --jobs 1"],
        "gatekeeper classifies": [f"{one} {classify} --jobs 1"],
        "gatekeeper learns, all cores": [f"{learn} {all_cores}"],
        "gatekeeper classifies, all cores": [f"{classify} {all_cores}"],
    }
    if not shutil.which("bogofilter"):
        found = {name: commands for name, commands in found.items() if not name.startswith("bogofilter")}
    afresh = f"rm -rf {place}/bf {place}/gk; mkdir {place}/bf"
    return {name: [afresh, *commands] if "learns" in name else commands for name, commands in found.items()}


def run(commands: Sequence[str]) -> Cost:
    """Run these one after the other."""
    began, before = time.perf_counter(), os.times()
    for command in commands:
        subprocess.run(command, shell=True, check=False, stdout=subprocess.DEVNULL)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - began, spent)


def read(directory: Path) -> list[bytes]:
    """All messages below a directory."""
    return [raw for path in sorted(directory.rglob("*")) if path.is_file() and (raw := path.read_bytes())]


def boxed(raw: bytes) -> bytes:
    """As it stands in an mbox (mboxrd)."""
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    quoted = re.sub(rb"^(>*From )", rb">\1", raw, flags=re.MULTILINE)
    return FROM + quoted + (b"\n" if quoted.endswith(b"\n") else b"\n\n")


# made mail

_VOCABULARY = [f"{a}{b}{c}" for a in "bcdfgklmnprst" for b in ("a", "en", "ir", "o", "ust") for c in range(600)]
_SENTENCES = 30_000


@cache
def sentence(number: int) -> str:
    """Ten words, as frequent as in any language (Zipf)."""
    chance = random.Random(number)
    return " ".join(_VOCABULARY[int(len(_VOCABULARY) ** chance.random())] for _ in range(10))


def made(number: int, label: str) -> bytes:
    """A message of 4 KB: sentences that others have too, a few words of its class, and a few that nobody else has."""
    chance = random.Random(f"{label}{number}")
    lines = [sentence(int(_SENTENCES ** chance.random())) for _ in range(60)]
    lines.append(" ".join(f"{label}word{chance.randrange(300)}" for _ in range(10)))
    lines.append(" ".join(f"new{chance.getrandbits(40):x}" for _ in range(5)))
    words, text = lines[0].split(), "\n".join(lines)
    return (
        f"Received: from mx{number % 50}.example.net ([192.0.2.{number % 250}]) by mail.example.org; "
        f"Thu, 1 Jan 2026 00:00:00 +0000\nFrom: kim{number % 997}@example.net\nTo: joe@example.org\n"
        f"Subject: {words[0]} {words[1]} {words[2]}\nMessage-ID: <{number}.{label}@example.net>\n"
        f"Date: Thu, 1 Jan 2026 00:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


# lookup


def lookup(place: Path) -> Table:
    """A table of many words, mapped from a file as a worker has it."""
    chance = np.random.default_rng(1)
    keys = np.unique(chance.integers(0, 2**64, WORDS, np.uint64))
    counts = Counts.of(keys, *(chance.integers(0, 100, len(keys), np.uint32) for _ in CLASSES))
    model_file.write(place, Model(counts, empty().known).arrays(), {})
    size = sum(path.stat().st_size for path in place.glob("model-*.npz"))
    del counts
    before = resident()
    found = model_file.read(place)
    assert found
    mapped = Counts(*(found[0][name] for name in ("keys", "spam", "ham", "starts")))
    messages = [[b"word%d" % word for word in chance.integers(0, 10**9, 300)] for _ in range(2000)]
    wanted = [keys_of(words) for words in messages]
    for some in wanted:
        some[::2] = chance.choice(keys, len(some[::2]))  # half of a message's words are known
    spent = [timed(lambda some=some: mapped.look_up(some)) for some in wanted]  # type: ignore[misc]
    table = Table("lookup of 300 words among 5 million", "", title="the snapshot")
    table.add_row("a message, mean µs", f"{statistics.mean(spent) * 1e6:.0f}")
    table.add_row("p99 µs", f"{statistics.quantiles(spent, n=100)[98] * 1e6:.0f}")
    table.add_row("file, MB", f"{size / 1e6:.0f}")
    table.add_row("resident after 2,000 messages, MB, shared by all that map it", f"{(resident() - before) / 1e6:.0f}")
    return table


def timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    began = time.process_time()
    work()
    return time.process_time() - began


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# memory


def memory(place: Path, messages: int) -> Table:
    """What learning takes at most, for a tenth of the messages and for all."""
    table = Table(
        "messages", "seconds", "largest resident MB", "store MB", title="learning made mail, spam and ham by halves"
    )
    for count in (messages // 10, messages):
        for label in CLASSES:
            with (place / f"{label}.mbox").open("wb") as box:
                box.writelines(boxed(made(n, label)) for n in range(count // 2))
        shutil.rmtree(place / "gk", ignore_errors=True)
        command = [GATEKEEPER, "learn", "--state", place / "gk", "--json"]
        command += ["--spam", place / "spam.mbox", "--ham", place / "ham.mbox"]
        began = time.perf_counter()
        most = watched(command)
        took = time.perf_counter() - began
        stored = sum(path.stat().st_size for path in (place / "gk").rglob("*") if path.is_file())
        table.add_row(f"{count:,}", f"{took:.0f}", f"{most / 1e6:.0f}", f"{stored / 1e6:.0f}")
    return table


def watched(command: Sequence[str | Path]) -> int:
    """The largest resident size of a command's own process; those that read mail for it are bounded by themselves."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return usage.ru_maxrss * 1024


if __name__ == "__main__":
    main()
