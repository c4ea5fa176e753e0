"""gateway: the real `gatekeeper serve` with a configuration of its own, in a directory of its own.

Fails with `DemoError` where the port is taken or the gateway does not come up; the message says what to do.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

HOST = "127.0.0.1"
PATIENCE = 20.0  # seconds until it serves

_CONFIG = """\
# The configuration of the demonstration; deploy/gatekeeper.toml explains every table.
[gateway]
hostname = "gateway.company.example"
state = "{room}/state"
workers = 1

[smtp]
listen = ["{host}:{port}"]

[relay]
mailertable = "{room}/mailertable"

[log]
format = "json"
"""

_MAILERTABLE = """\
# Whose mail we take, and who gets it.
company.example     esmtp:[{host}]:{inner}
"""


class DemoError(Exception):
    """What is wrong and what to do about it, in a sentence or two."""


class Gateway:
    """`gatekeeper serve` on `port`, its next hop on the port `inner`. `room` is emptied first; it holds configuration,
    state and log.
    """

    def __init__(self, room: Path, port: int, inner: int) -> None:
        self.room, self.port, self._inner = room, port, inner
        self.config, self.log = room / "gatekeeper.toml", room / "gatekeeper.log"

    def __enter__(self) -> Self:
        if self._taken():
            raise DemoError(f"Something listens on {HOST}:{self.port} already. End it, then try again.")
        self._furnish()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
            name = f"gatekeeper-demo-{os.getpid()}"
            notices.bind("\0" + name)
            notices.settimeout(0.1)
            self._start("@" + name)
            try:
                self._wait_ready(notices)
            except BaseException:
                self._stop()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def watch(self) -> NoReturn:
        """Wait for as long as it serves, which should be until we are interrupted."""
        self._process.wait()
        raise DemoError(f"The gateway ended. Its log is {self.log}")

    def _furnish(self) -> None:
        shutil.rmtree(self.room, ignore_errors=True)
        self.room.mkdir(parents=True)
        self.config.write_text(_CONFIG.format(room=self.room, host=HOST, port=self.port))
        (self.room / "mailertable").write_text(_MAILERTABLE.format(host=HOST, inner=self._inner))

    def _start(self, notify: str) -> None:
        command: list[str | Path] = [Path(sys.executable).with_name("gatekeeper"), "--config", self.config, "serve"]
        environment = os.environ | {"NOTIFY_SOCKET": notify}
        with self.log.open("wb") as log:
            # Its own process group: ^C is for the demonstration, which then ends it in good order.
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, process_group=0)

    def _wait_ready(self, notices: socket.socket) -> None:
        """Until it says that it serves, as it says to systemd."""
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(TimeoutError):
                if b"READY=1" in notices.recv(4096):
                    return
        raise DemoError(f"The gateway did not come up. It says:\n{self.log.read_text()}")

    def _stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _taken(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0
