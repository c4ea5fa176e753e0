"""clamd: a real ClamAV daemon in the foreground, with a signature database of the test's own.

It knows EICAR, and `WORM`, which nothing else in the project knows. `Liar` says what no sound one would.
"""

import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.messages import EICAR
from tests.servers.room import LOOPBACK, Running, free_port, unavailable

WORM = b"".join((b"gatekeeper-", b"test-worm-7c1f0b52"))
WORM_NAME, EICAR_NAME = "Test.Worm.UNOFFICIAL", "Test.Eicar.UNOFFICIAL"  # as clamd calls what is in no signed database
HEURISTIC, HEURISTIC_NAME = b"gatekeeper-heuristic-31d9", "Heuristics.Test.Odd.UNOFFICIAL"

_SIGNATURES = (("Test.Worm", WORM), ("Test.Eicar", EICAR), ("Heuristics.Test.Odd", HEURISTIC))
_CONFIG = """\
DatabaseDirectory {home}/database
TemporaryDirectory {home}
LocalSocket {home}/clamd.ctl
LocalSocketMode 666
TCPSocket {port}
TCPAddr 127.0.0.1
Foreground yes
SelfCheck 3600
MaxThreads 4
AlertExceedsMax yes
"""


class Clamd:
    """`settings` are lines for clamd.conf. It may be stopped and started again."""

    def __init__(self, settings: str = "") -> None:
        if shutil.which("clamd") is None:
            unavailable("clamd is not installed")
        self._port, self._settings = free_port(), settings
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.home = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="clamd-")))
        self.home.chmod(0o755)
        (self.home / "database").mkdir()
        lines = [f"{name}:0:*:{sample.hex()}\n" for name, sample in _SIGNATURES]
        (self.home / "database" / "test.ndb").write_text("".join(lines))
        (self.home / "clamd.conf").write_text(_CONFIG.format(home=self.home, port=self._port) + self._settings)
        self._stack.callback(self.kill)
        try:
            self.start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            error.add_note(self._running.output())
        self._stack.close()

    @property
    def unix(self) -> str:
        """Its unix socket, as `antivirus.engines` wants it."""
        return f"unix:{self.home}/clamd.ctl"

    @property
    def tcp(self) -> str:
        """Its TCP socket, likewise."""
        return f"tcp:{LOOPBACK}:{self._port}"

    def start(self) -> None:
        """Start it, until it answers."""
        self._running = Running(["clamd", "-c", self.home / "clamd.conf"], self.home / "output")
        self._running.wait_ready(self._answers, "clamd")

    def kill(self) -> None:
        """SIGKILL; its socket stays behind."""
        self._running.process.kill()
        self._running.process.wait()

    def hang(self) -> None:
        """It goes on to take connections, and does nothing."""
        self._running.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """The end of that."""
        self._running.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with socket.socket() as probe, suppress(OSError):
            probe.settimeout(1.0)
            probe.connect((LOOPBACK, self._port))
            probe.sendall(b"zPING\0")
            return probe.recv(100) == b"PONG\0"
        return False


Deed = Callable[[socket.socket], None]


class Liar:
    """A server that does `deed` with every connection but those that ask for its version; they are `connections`.

    Without a version it is silent to those too, and they count.
    """

    def __init__(self, deed: Deed, version: bytes | None = b"ClamAV 1.0/1\0") -> None:
        self.deed, self.version = deed, version
        self.connections = 0
        self._listener = socket.create_server((LOOPBACK, 0))
        self._open: list[socket.socket] = []

    @property
    def tcp(self) -> str:
        """As `antivirus.engines` wants it."""
        return f"tcp:{LOOPBACK}:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for stream in self._open:
            stream.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                stream, _ = self._listener.accept()
                self._open.append(stream)
                threading.Thread(target=self._answer, args=[stream], daemon=True).start()

    def _answer(self, stream: socket.socket) -> None:
        with suppress(OSError):
            command = stream.recv(9, socket.MSG_PEEK | socket.MSG_WAITALL)
            if command == b"zVERSION\0" and self.version is None:
                self.connections += 1
            elif command == b"zVERSION\0":
                stream.sendall(self.version)
                stream.close()
            else:
                self.connections += 1
                self.deed(stream)


def replies(reply: bytes) -> Deed:
    """Read all, say this, close."""

    def deed(stream: socket.socket) -> None:
        read_all(stream)
        stream.sendall(reply)
        stream.close()

    return deed


def read_all(stream: socket.socket) -> bytes:
    """What was sent to be scanned."""
    if stream.recv(10, socket.MSG_WAITALL) != b"zINSTREAM\0":
        raise ConnectionAbortedError
    data = b""
    while length := int.from_bytes(stream.recv(4, socket.MSG_WAITALL), "big"):
        data += stream.recv(length, socket.MSG_WAITALL)
    return data
