"""room: a directory, a port and a start of its own for each real server a test runs.

Directories lie under /var/lib, because sendmail takes no map and no queue below a world-writable directory such as
/tmp. `start` fails with what the server printed if it ends before it listens.
"""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import pytest

LOOPBACK = "127.0.0.1"
_ROOMS = Path("/var/lib/gatekeeper-tests")
_PROCESS, _PROCESSES = os.environ.get("PYTEST_XDIST_WORKER", "gw0"), os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")
_PORTS = range(10_000 + int(_PROCESS.removeprefix("gw")), 32_000, int(_PROCESSES))
# Linux takes those above for connections; tests that run beside each other have each their own.
_PATIENCE = 30.0
_STEP = 0.02


def unavailable(what: str) -> NoReturn:
    """Skip the test, naming the line to type; fail it where GATEKEEPER_REQUIRE_SERVERS is set, as .ci/run does."""
    reason = f"{what}; type: sudo .ci/install-servers, then run the tests as root"
    if os.environ.get("GATEKEEPER_REQUIRE_SERVERS"):
        pytest.fail(reason)
    pytest.skip(reason)


def require_root(*programs: str | Path) -> None:
    """`unavailable` unless we are root and these programs are there."""
    if os.geteuid() != 0:
        unavailable("real mail servers are started as root")
    for program in programs:
        if shutil.which(program) is None:
            unavailable(f"{program} is not installed")


@contextlib.contextmanager
def room(name: str) -> Iterator[Path]:
    """A fresh directory that belongs to root, mode 0755; removed at the end."""
    _ROOMS.mkdir(mode=0o755, exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=_ROOMS))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody had a moment ago, for servers that cannot be given port 0.

    Never one that the system would pick for an outgoing connection: asking in vain whether somebody listens on such a
    port may connect to itself.
    """
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


def listening(port: int) -> bool:
    """Does somebody accept connections there?"""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((LOOPBACK, port)) == 0


def wait_until(condition: Callable[[], object], what: str, patience: float = _PATIENCE) -> None:
    """Return as soon as `condition` holds; AssertionError naming `what` if it does not within `patience` seconds."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, f"not within {patience:g} s: {what}"
        time.sleep(_STEP)


class Running:
    """A server process in a session of its own, its output in `log`.

    If the tests are killed it gets SIGTERM, unless it has changed its account since, as MTAs do: Linux forgets then.
    """

    def __init__(self, command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_ready(self, ready: Callable[[], object], what: str) -> None:
        """Until `ready()`; fails at once if the process ends."""

        def ready_or_dead() -> object:
            assert self.process.poll() is None, f"{what} ended with {self.process.returncode}:\n{self.output()}"
            return ready()

        wait_until(ready_or_dead, f"{what} is ready")

    def stop(self, patience: float = _PATIENCE) -> int:
        """SIGTERM, then its exit status; SIGKILL and AssertionError if it does not end."""
        self.process.terminate()
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"pid {self.pid} did not end after SIGTERM:\n{self.output()}") from None
