"""pyzord: Pyzor's own server on loopback, from the package of that name, with an empty database and a home of its own.

It keeps its counts in a GNU dbm file. Not every Python can; Debian's can with python3-gdbm, so that one runs it where
ours cannot.
"""

import importlib.util
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.room import LOOPBACK, Running, free_port, room, unavailable

_PYTHONS = (sys.executable, "/usr/bin/python3")


class Pyzord:
    """`access` and `passwd` are the texts of pyzord's own files; without them the anonymous may not whitelist."""

    def __init__(self, access: str = "", passwd: str = "") -> None:
        self._python, self._program, self._package = _python(), *_pyzor()
        self._files = {"pyzord.access": access, "pyzord.passwd": passwd}
        self.port = free_port()
        self._stack = ExitStack()

    @property
    def address(self) -> str:
        """As `[checks.pyzor] servers` wants it."""
        return f"{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        self._home = self._stack.enter_context(room("pyzord"))
        for name, text in self._files.items():
            if text:
                (self._home / name).write_text(text)
        (self._home / "lib").mkdir()
        (self._home / "lib" / "pyzor").symlink_to(self._package)
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def stop(self) -> None:
        """Nobody listens any more."""
        self._running.process.kill()
        self._running.process.wait()

    def served(self) -> list[str]:
        """What it was asked to do, in order: `check`, `report`, …"""
        log = self._home / "usage"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line.partition(" INFO ")[2].split(",")[2] for line in lines if " INFO " in line]

    def _start(self) -> None:
        options = ["--homedir", self._home, "-a", LOOPBACK, "-p", str(self.port), "--usage-log-file", "usage"]
        environment = {"PYTHONPATH": str(self._home / "lib"), "HOME": str(self._home), "PATH": "/usr/bin:/bin"}
        self._running = Running([self._python, self._program, *options], self._home / "output", environment)
        self._stack.callback(self.stop)
        try:
            self._running.wait_ready(self._listens, "pyzord")
        except BaseException:
            self._stack.close()
            raise

    def _listens(self) -> bool:
        """Whether its UDP port is bound, as the system has it: /proc/net/udp, the port in hexadecimal."""
        return f":{self.port:04X} " in Path("/proc/net/udp").read_text()


def _python() -> str:
    found = next((python for python in dict.fromkeys(_PYTHONS) if _has_dbm(python)), None)
    return found or unavailable("pyzord needs a Python with GNU dbm: python3-gdbm")


def _has_dbm(python: str) -> bool:
    command = [python, "-c", "import dbm.gnu"]
    return Path(python).exists() and subprocess.run(command, capture_output=True, check=False).returncode == 0


def _pyzor() -> tuple[Path, Path]:
    program, package = Path(sys.executable).with_name("pyzord"), importlib.util.find_spec("pyzor")
    if package is None or package.origin is None or not program.exists():
        unavailable("Pyzor is not installed (make setup)")
    return program, Path(package.origin).parent
