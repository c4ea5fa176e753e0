"""gateway: the real `gatekeeper serve` with a configuration of its own, in a directory of its own.

Fails with `DemoError` where the port is taken or the gateway does not come up; the message says what to do.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from demo.samples import NEWSLETTER

HOST = "127.0.0.1"
ADMINISTRATOR = "admin"
PATIENCE = 20.0  # seconds until it serves
_COMMAND = Path(sys.executable).with_name("gatekeeper")

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

[tables]
senders = "{room}/senders"

[web]
listen = ["{host}:{pages}"]
links = false

[log]
format = "json"
"""

_MAILERTABLE = """\
# Whose mail we take, and who gets it.
company.example     esmtp:[{host}]:{inner}
"""

_SENDERS = """\
# Whose mail is held, though nothing is wrong with it.
hold    {newsletter}
"""


class DemoError(Exception):
    """What is wrong and what to do about it, in a sentence or two."""


class Gateway:
    """`gatekeeper serve` on `port`, its next hop on the port `inner`, its pages on `pages`, or wherever there is room.
    `room` is emptied first; it holds configuration, state and log. Who may sign in has a `password` of this run alone.
    """

    def __init__(self, room: Path, port: int, inner: int, pages: int = 0) -> None:
        self.room, self.port, self._inner = room, port, inner
        self._pages = pages if pages and not _taken(pages) else _free()
        self.password = "-".join(secrets.token_hex(2) for _ in range(4))
        self.config, self.log = room / "gatekeeper.toml", room / "gatekeeper.log"

    def __enter__(self) -> Self:
        if _taken(self.port):
            raise DemoError(f"Something listens on {HOST}:{self.port} already. End it, then try again.")
        self._furnish()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
            name = f"gatekeeper-demo-{os.getpid()}"
            notices.bind("\0" + name)
            notices.settimeout(0.1)
            self._let_in()
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
        self.config.write_text(_CONFIG.format(room=self.room, host=HOST, port=self.port, pages=self._pages))
        (self.room / "mailertable").write_text(_MAILERTABLE.format(host=HOST, inner=self._inner))
        (self.room / "senders").write_text(_SENDERS.format(newsletter=NEWSLETTER))

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://{HOST}:{self._pages}/"

    def _let_in(self) -> None:
        """The administrator whose password is shown, and kept nowhere."""
        command: list[str | Path] = [
            _COMMAND,
            "--config",
            self.config,
            "users",
            "add",
            ADMINISTRATOR,
            "--role",
            "administrator",
        ]
        done = subprocess.run(command, input=f"{self.password}\n", capture_output=True, text=True, check=False)
        if done.returncode:
            raise DemoError(f"Nobody can sign in to the pages: {done.stderr.strip()}")

    def _start(self, notify: str) -> None:
        command: list[str | Path] = [_COMMAND, "--config", self.config, "serve"]
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


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _free() -> int:
    """A port that nobody had a moment ago."""
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
