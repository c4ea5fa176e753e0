"""gateway: the real `gatekeeper serve` as a process, and its other commands to look into it.

    with Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, '[policy]\\ntag = 1.0') as gateway:
        send(gateway.port, ham())
        (record,) = gateway.journal()

What a test sets lies in local.d/, merged over a small gatekeeper.toml. At the end no worker may have crashed.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from click.testing import CliRunner

from gatekeeper.cli import main
from tests.servers.room import LOOPBACK, Running, free_port, wait_until

COMMAND = Path(sys.executable).with_name("gatekeeper")

_CONFIG = """\
[gateway]
hostname = "gateway.test"
state = "{home}/state"
workers = 2

[smtp]
listen = ["127.0.0.1:{port}"]

[relay]
mailertable = "{home}/mailertable"

[metrics]
listen = "127.0.0.1:{metrics}"

[tables]
shipped_rules = false

[log]
format = "json"
"""
_PAGES = """
[web]
listen = ["127.0.0.1:{pages}"]
"""
# Without our own rules: what a test sends is short, and would be found odd in ways that the test is not about.


_SIGNS = ("Traceback", "ended with status")  # of something broken


class Gateway:
    """`mailertable` maps domains to next hops, `settings` is TOML. The proxy listens on `port`.

    With `pages` it has those for reviewing, at this address. With `accidents` workers may die or log a traceback:
    for tests that see to it.
    """

    def __init__(
        self, mailertable: Mapping[str, str], settings: str = "", *, pages: bool = False, accidents: bool = False
    ) -> None:
        self.port, self._metrics = free_port(), free_port()
        self._mailertable, self._settings, self._accidents = mailertable, settings, accidents
        self._pages = free_port() if pages else 0
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.home = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-")))
        self.home.chmod(0o755)
        self._notices = self._stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self._notices.bind(str(self.home / "notify"))
        self._notices.setblocking(False)
        self._furnish()
        environment = os.environ | {"NOTIFY_SOCKET": str(self.home / "notify")}
        self._running = Running([COMMAND, "--config", self.config, "serve"], self.home / "log", environment)
        self._stack.callback(self.kill)
        try:
            self._running.wait_ready(self._announced, "gatekeeper")
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            if isinstance(error, Exception):
                error.add_note("\n".join(self.log().splitlines()[-40:]))
            elif error is None:
                self.stop()
                assert self._accidents or not self.crashes(), self.log()

    @property
    def pid(self) -> int:
        """Of the supervisor."""
        return self._running.pid

    @property
    def config(self) -> Path:
        return self.home / "gatekeeper.toml"

    @property
    def pages(self) -> str:
        """Where the pages are."""
        assert self._pages
        return f"http://{LOOPBACK}:{self._pages}"

    def add_user(self, name: str, password: str, role: str = "user", *mailboxes: str) -> None:
        """Somebody who may sign in there."""
        options = [word for mailbox in mailboxes for word in ("--mailbox", mailbox)]
        command = [COMMAND, "--config", self.config, "users", "add", name, "--role", role, *options]
        done = subprocess.run(command, input=f"{password}\n", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def configure(self, settings: str) -> None:
        """What the next reload finds beside what the gateway was started with; replaces what was said here before."""
        (self.home / "local.d" / "60-changed.toml").write_text(settings)

    def reload(self) -> None:
        """SIGHUP, until the supervisor says that it is done, whether it took the new settings or not."""
        self._announced()
        os.kill(self.pid, signal.SIGHUP)
        self._running.wait_ready(self._announced, "the reloaded gatekeeper")

    def stop(self) -> None:
        """SIGTERM, and a good end; a second time does nothing."""
        if self._running.process.poll() is None:
            status = self._running.stop()
            assert status == 0, f"gatekeeper ended with {status}:\n{self.log()}"

    def kill(self) -> None:
        """SIGKILL to the supervisor and all its workers, whatever they are doing."""
        if self._running.process.poll() is None:
            for pid in (*self.workers(), self.pid):
                os.kill(pid, signal.SIGKILL)
            self._running.process.wait()

    def workers(self) -> list[int]:
        """The process ids of all workers."""
        text = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(word) for word in text.split()]

    def log(self) -> str:
        return self._running.output()

    def crashes(self) -> list[str]:
        """Lines of the log that no sound gateway writes."""
        return [line for line in self.log().splitlines() if any(sign in line for sign in _SIGNS)]

    def run(self, *arguments: str, status: int = 0) -> list[dict[str, Any]]:
        """`gatekeeper ARGUMENTS --json`: its objects. AssertionError unless it ends with `status`."""
        done = subprocess.run(
            [COMMAND, "--config", self.config, *arguments, "--json"], capture_output=True, check=False
        )
        assert done.returncode == status, f"gatekeeper {' '.join(arguments)}: {done.stderr.decode()}"
        return [json.loads(line) for line in done.stdout.splitlines()]

    def look(self, *arguments: str, status: int | None = 0) -> list[dict[str, Any]]:
        """As `run`, for what only looks: in this process, because to start one takes longer than anything else here."""
        done = CliRunner().invoke(main, ["--config", str(self.config), *arguments, "--json"])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert status in (done.exit_code, None), f"gatekeeper {' '.join(arguments)}: {done.output}"
        return [json.loads(line) for line in done.stdout.splitlines()]

    def journal(self, count: int = 1, **options: str) -> list[dict[str, Any]]:
        """Records, oldest first, once there are `count` of them: the journal is written behind the replies.

        `options` are those of `gatekeeper journal list`: sender, recipient, reason.
        """
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        found: list[dict[str, Any]] = []

        def enough() -> bool:
            if not self._written():
                return False
            found[:] = reversed(self.look("journal", "list", "--limit", "100000", *words))
            return len(found) >= count

        wait_until(enough, f"{count} records in the journal")
        return found

    def record(self, sender: str = "ann@out.test") -> dict[str, Any]:
        """The one record of a message from `sender`."""
        (record,) = self.journal(sender=sender)
        return record

    def quarantine(self, state: str = "waiting") -> list[dict[str, Any]]:
        """What is held, or was and is now in another state."""
        return self.look("quarantine", "list", "--state", state)

    def lists(self, status: int | None = 0) -> list[dict[str, Any]]:
        """The block lists as `gatekeeper dnsbl list` has them, which ends with 1 if one of them is suspended."""
        return self.look("dnsbl", "list", status=status)

    def original(self, hold_id: str) -> bytes:
        """The bytes of a held message."""
        command = [COMMAND, "--config", self.config, "quarantine", "show", "--raw", hold_id]
        return subprocess.run(command, capture_output=True, check=True).stdout

    def release(self, hold_id: str) -> list[dict[str, Any]]:
        """Let a held message go on; what was done. AssertionError if it stays held."""
        return self.run("quarantine", "release", hold_id)

    def metrics(self) -> str:
        """The Prometheus page."""
        with urllib.request.urlopen(f"http://{LOOPBACK}:{self._metrics}/metrics", timeout=10) as page:
            text: str = page.read().decode()
            return text

    def _written(self) -> bool:
        """Are those in the journal that the log told of last? Who has a reply is ahead of both for a moment."""
        told = self._told()
        time.sleep(0.05)
        kept = {record["id"] for record in self.look("journal", "list", "--limit", "100")}
        return told == self._told() and kept.issuperset(told[-10:])

    def _told(self) -> list[str]:
        """The ids of the messages that the log tells of."""
        return re.findall(r'"event": "message", "id": "(\w+)"', self.log())

    def _announced(self) -> bool:
        """Has READY=1 come since it was last asked?"""
        ready = False
        while True:
            try:
                ready = b"READY=1" in self._notices.recv(4096).split(b"\n") or ready
            except BlockingIOError:
                return ready

    def _furnish(self) -> None:
        (self.home / "local.d").mkdir()
        pages = _PAGES.format(pages=self._pages) if self._pages else ""
        self.config.write_text(_CONFIG.format(home=self.home, port=self.port, metrics=self._metrics) + pages)
        (self.home / "local.d" / "50-test.toml").write_text(self._settings)
        lines = [f"{domain}\t{hop}\n" for domain, hop in self._mailertable.items()]
        (self.home / "mailertable").write_text("".join(lines))
