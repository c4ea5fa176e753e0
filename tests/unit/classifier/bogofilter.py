"""bogofilter: the real program, for the tests that compare with it. They skip without it, saying so."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tests.programs import needs

needed = needs("bogofilter")

_ROW = re.compile(rb'^ *"(?P<word>.*)" +(?P<n>\d+) +(?P<good>\S+) +(?P<bad>\S+) +(?P<fw>\S+) (?P<used>[-+i])$')
_END = re.compile(rb"^ *N_P_Q_S_s_x_md +(?P<k>\d+) +(?P<p>\S+) +(?P<q>\S+) +(?P<spamicity>\S+)$")


class Row(NamedTuple):
    """One word of a `-vvv` table."""

    word: bytes
    fw: str
    used: bool


class Table(NamedTuple):
    """All words of a `-vvv` table and its last line."""

    rows: list[Row]
    k: int
    p: str
    q: str
    spamicity: str


def run(program: str, *arguments: str | Path, given: bytes = b"", status: Iterable[int] = (0,)) -> bytes:
    """What the program prints; with the settings it is made with, whatever this machine's are."""
    done = subprocess.run([program, "-C", *map(str, arguments)], input=given, capture_output=True, check=False)
    assert done.returncode in status, f"{program} ended with {done.returncode}: {done.stderr!r}"
    return done.stdout


def load(directory: Path, dump: str) -> None:
    """Make a word list of a `bogoutil -d` dump."""
    run("bogoutil", "-l", directory / "wordlist.db", given=dump.encode())


def dumped(directory: Path) -> dict[bytes, tuple[int, int]]:
    """Counts of each word in spam and ham, as `bogoutil -d` says."""
    lines = (line.split() for line in run("bogoutil", "-d", directory / "wordlist.db").splitlines())
    return {word: (int(spam), int(ham)) for word, spam, ham, *_ in lines}


def table(directory: Path, raw: bytes, *options: str) -> Table:
    """The `-vvv` table of a message."""
    rows: list[Row] = []
    for line in run("bogofilter", "-d", directory, "-vvv", *options, given=raw, status=(0, 1, 2)).splitlines():
        if row := _ROW.match(line):
            rows.append(Row(row["word"], row["fw"].decode(), row["used"] == b"+"))
        elif end := _END.match(line):
            return Table(rows, int(end["k"]), *(end[name].decode() for name in ("p", "q", "spamicity")))
    raise AssertionError("no last line")
