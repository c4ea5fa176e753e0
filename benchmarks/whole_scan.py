"""whole_scan: messages a second of one core: gatekeeper with its rules and a classifier that was taught, beside the
real rspamd (Bayes in Redis) and the real spamd (`-L`, no Bayes). None asks the network.

They take turns of fifty messages, on the second core. What rspamd, Redis and spamd spend is read from the kernel
(`schedstat`, nanoseconds), which knows it when they sleep again, and has the socket in it by which they are asked;
gatekeeper is asked in this process, which is set up as a worker is, and whose own clock is asked. The two that learn
have learnt the same messages before, none of those that they judge.
Fails with FileNotFoundError where rspamd, redis-server or spamd is not installed.
"""

import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from benchmarks.rspamd import rspamd
from gatekeeper.app import build, patterns
from gatekeeper.app.process import collect_rarely
from gatekeeper.fronts.pipe import Said, scan
from tests.servers.room import Running, free_port, listening, wait_until

_CORE = 1
_COMPILED = re.compile(r"compiled class .* (\d+)/\d+ regexps|hyperscan compiled (\d+) regular expressions")
_LOADED = re.compile(r"\(normal\).*hyperscan database.* loaded")
TURN = 50  # messages
TAUGHT = 400  # messages of each class
_SPAMD = 8  # of how many messages spamd is asked one


@dataclass
class Filter:
    """`judge` has it judge a message; `spent` are the seconds of CPU that each took."""

    name: str
    active: str
    judge: Callable[[bytes], object]
    clock: Callable[[], float]
    every: int = 1
    spent: list[float] = field(default_factory=list)


def compared(mail: Sequence[bytes], taught: Sequence[tuple[bytes, bool]], rounds: int) -> Table:
    """All over `mail`, after they have learnt `taught`: messages, and whether each is spam."""
    os.sched_setaffinity(0, {_CORE})
    table = Table("filter", "patterns", "messages", "µs of CPU", "a second", "times rspamd", "p50 ms", "p99 ms")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="filters-")))
        home.chmod(0o755)
        filters = [stack.enter_context(each(home, taught)) for each in (_gatekeeper, _rspamd, _spamd)]
        every = [*mail[:TURN], *(mail * rounds)]
        for start in range(0, len(every), TURN):
            for each in filters:
                for raw in every[start : start + TURN : each.every]:
                    _measured(each, raw, warming=start < TURN)
        base = next((statistics.mean(each.spent) for each in filters if each.name.startswith("rspamd")), 0.0)
        for each in filters:
            mean, centiles = statistics.mean(each.spent), statistics.quantiles(each.spent, n=100)
            table.add_row(
                each.name, each.active, str(len(each.spent)), f"{mean * 1e6:,.0f}", f"{1 / mean:,.1f}",
                f"{base / mean:.2f}", f"{centiles[49] * 1e3:.2f}", f"{centiles[98] * 1e3:.2f}",
            )  # fmt: skip
    return table


def _measured(each: Filter, raw: bytes, warming: bool) -> None:
    began = each.clock()
    each.judge(raw)
    if not warming:
        each.spent.append(each.clock() - began)


def _cpu(*pids: int) -> Callable[[], float]:
    files = [Path(f"/proc/{pid}/schedstat") for pid in pids]
    return lambda: sum(int(file.read_text().split()[0]) for file in files) / 1e9


@contextmanager
def _gatekeeper(home: Path, taught: Sequence[tuple[bytes, bool]]) -> Iterator[Filter]:
    config = home / "gatekeeper.toml"
    config.write_text(f'[gateway]\nstate = "{home}/state"\n')
    for label, wanted in (("--spam", True), ("--ham", False)):
        folder = home / label.strip("-")
        folder.mkdir()
        for number, (raw, spam) in enumerate(taught):
            if spam is wanted:
                (folder / str(number)).write_bytes(raw)
        command = [Path(sys.executable).with_name("gatekeeper"), "--config", config, "learn", label, folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    setup = build.read(config)
    patterns.make(setup.tables.pattern_sets(), patterns.cache(setup.config))
    inspection, gather = build.judging(setup)
    collect_rarely()
    active = sum(map(len, setup.tables.pattern_sets()))
    judge = lambda raw: scan(raw, Said(), inspection, gather)
    yield Filter("gatekeeper", str(active), judge, time.process_time)  # the kernel's files are of its last tick


@contextmanager
def _rspamd(home: Path, taught: Sequence[tuple[bytes, bool]]) -> Iterator[Filter]:
    files = home / "rspamd"
    files.mkdir()
    port = free_port()
    redis = Running(["redis-server", "--port", str(port), "--save", "", "--dir", str(home)], home / "redis.log")
    try:
        redis.wait_ready(lambda: listening(port), "redis")
        with rspamd(files, redis=port) as peer:
            for raw, spam in taught:
                _asked(peer.controller, "/learnspam" if spam else "/learnham", raw)
            log = files / "rspamd.log"
            wait_until(lambda: _LOADED.search(log.read_text(errors="replace")), "rspamd has compiled", 180.0)
            worker = _child(peer.pid, "normal")
            judge = lambda raw: _asked(peer.scan, "/checkv2", raw)
            yield Filter("rspamd, Bayes in Redis", _counted(log), judge, _cpu(worker, redis.pid))
    finally:
        redis.stop()


@contextmanager
def _spamd(home: Path, taught: Sequence[tuple[bytes, bool]]) -> Iterator[Filter]:  # noqa: ARG001  # it has no Bayes
    port = free_port()
    limits = ["--max-children=1", "--min-children=1", "--max-spare=1", "--max-conn-per-child=1000000"]
    command = ["spamd", "-L", "-x", f"--port={port}", "--listen=127.0.0.1", *limits, "--cf=use_bayes 0"]
    running = Running([shutil.which(command[0]) or command[0], *command[1:]], home / "spamd.log")
    try:
        running.wait_ready(lambda: listening(port), "spamd")
        wait_until(lambda: _children(running.pid), "spamd has a child")
        children = _cpu(*_children(running.pid))
        yield Filter("spamd -L", "1,406", lambda raw: _spamc(port, raw), children, every=_SPAMD)
    finally:
        running.stop()


def _asked(port: int, path: str, raw: bytes) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", path, raw)
    return connection.getresponse().read()


def _spamc(port: int, raw: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(raw) + raw)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _child(pid: int, called: str) -> int:
    return next(child for child in _children(pid) if called in Path(f"/proc/{child}/cmdline").read_text())


def _counted(log: Path) -> str:
    """How many regular expressions rspamd says that it has."""
    return f"{sum(int(a or b) for a, b in _COMPILED.findall(log.read_text(errors='replace'))):,}"
