"""tables: what it takes to read an operator's table of a million lines, beside the real postmap reading the same text.

`python -m benchmarks.tables [--lines 1000000]`. Each table is read in a process of its own; postmap, where it is
installed, answers one key from `texthash:`, for which it reads all of the file.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from gatekeeper.app.tables import read_tables
from gatekeeper.config.schema import Config

_PLACES = (Path("/opt/gatekeeper-tests/postfix/usr/sbin/postmap"), Path("/usr/sbin/postmap"))
LINES = {
    "sender_access": "host{0}.example.net REJECT no mail from here, please\n",
    "transport": "dom{0}.example.org smtp:[10.0.{1}.1]:25\n",
    "access": "From:host{0}.example.net\tREJECT\n",
    "mailertable": "dom{0}.example.org\tesmtp:[10.0.{1}.1]\n",
    "virtusertable": "u{0}@virt{1}.example.org\tjoe@dom1.example.org\n",
    "recipients": "user{0}@example.org\n",
}
_SETTINGS = {
    "sender_access": lambda file: {"tables": {"sender_access": f"hash:{file}"}},
    "transport": lambda file: {"relay": {"transport": f"hash:{file}"}},
    "access": lambda file: {"tables": {"access": file}},
    "mailertable": lambda file: {"relay": {"mailertable": file}},
    "virtusertable": lambda file: {"relay": {"virtusertable": file}},
    "recipients": lambda file: {"domains": {"example.org": {"verify": "list", "recipients": file}}},
}


def read(name: str, file: str) -> None:
    """In the child: read it, and print what that took."""
    config = msgspec.convert(_SETTINGS[name](file), Config)
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak that a parent has left
    before, began = _peak(), time.process_time()
    read_tables(config)
    taken = time.process_time() - began
    print(json.dumps([taken, _peak() - before]))


def _peak() -> float:
    """MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def postmap(file: str, key: str, home: Path) -> float | None:
    """Processor seconds of the real one, or None where it is not installed."""
    program = next((place for place in _PLACES if place.exists()), None)
    if program is None:
        return None
    tree = program.parents[2]
    (home / "main.cf").write_text(f"shlib_directory = {tree}/usr/lib/postfix\nmeta_directory = {home}\n")
    (home / "dynamicmaps.cf").touch()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "-c", home, "-q", key, f"texthash:{file}"], capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--read", nargs=2, metavar=("NAME", "FILE"), help="for the child")
    chosen = options.parse_args()
    if chosen.read:
        read(*chosen.read)
        return
    print("| table | MB | CPU s | memory MB | postmap CPU s |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as home:
        file = Path(home, "table")
        for name, line in LINES.items():
            file.write_text("".join(line.format(number, number % 250) for number in range(chosen.lines)))
            command = [sys.executable, "-m", "benchmarks.tables", "--read", name, str(file)]
            taken, memory = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            theirs = postmap(str(file), "dom5.example.org", Path(home))
            said = "" if theirs is None else f"{theirs:.1f}"
            print(f"| `{name}` | {file.stat().st_size / 1e6:.0f} | {taken:.1f} | {memory:.0f} | {said} |", flush=True)


if __name__ == "__main__":
    main()
