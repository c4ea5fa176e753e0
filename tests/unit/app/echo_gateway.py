"""echo_gateway: a supervisor whose workers only echo, for test_supervisor. `python echo_gateway.py SETTINGS [PIDFILE]`.

SETTINGS is JSON: `listen` (addresses), `count`, `word` (what a worker says of itself), `drain`, `startup` (`raise`,
`slow` or `hang`), `user`, `own`, `files`. Each connection is greeted with `WORD PID`; the line `die` ends the worker
with status 3.
"""

import contextlib
import json
import os
import selectors
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from gatekeeper.app.plan import Plan, UnusableError
from gatekeeper.app.process import Control, Role
from gatekeeper.app.sockets import Endpoint, milter_endpoint, tcp_endpoint
from gatekeeper.app.supervisor import Supervisor
from gatekeeper.app.watch import stamp
from gatekeeper.observe.log import configure


def load(path: Path) -> Plan:
    try:
        settings = json.loads(path.read_text())
    except ValueError as error:
        raise UnusableError([f"{path}:1: {error}"]) from None
    count = settings.get("count", 1)
    role = Role("echo", lambda sockets, up: serve(settings, sockets, up), count, tuple(endpoints(settings, count)))
    files = {path: stamp(path) for path in settings.get("files", ())}
    own = tuple(map(Path, settings.get("own", ())))
    return Plan((role,), settings.get("drain", 5.0), settings.get("user", ""), own, files)


def endpoints(settings: dict[str, object], count: int) -> list[Endpoint]:
    return [
        milter_endpoint(text, mode=settings.get("mode", "0600")) if text.startswith("/") else tcp_endpoint(text, count)
        for text in settings["listen"]
    ]


def serve(settings: dict[str, object], sockets: Sequence[socket.socket], up: Control) -> None:
    if settings.get("startup") == "raise":
        raise RuntimeError("cannot start")
    if settings.get("startup") == "hang":
        threading.Event().wait()
    if settings.get("startup") == "slow":
        time.sleep(0.5)
    sessions: list[threading.Thread] = []
    waiting = selectors.DefaultSelector()
    waiting.register(up, selectors.EVENT_READ)
    for listening in sockets:
        waiting.register(listening, selectors.EVENT_READ)
    up.ready()
    while True:
        ready = [key.fileobj for key, _ in waiting.select()]
        if up in ready:
            break
        for listening in ready:
            with contextlib.suppress(BlockingIOError):
                sessions.append(threading.Thread(target=echo, args=(listening.accept()[0], settings["word"])))
                sessions[-1].start()
    for listening in sockets:
        listening.close()
    for session in sessions:
        session.join()


def echo(connection: socket.socket, word: object) -> None:
    connection.setblocking(True)
    with connection, connection.makefile("rw") as lines:
        lines.write(f"{word} {os.getpid()}\n")
        lines.flush()
        for line in lines:
            if line == "die\n":
                os._exit(3)
            lines.write(line)
            lines.flush()


if __name__ == "__main__":
    configure("info", "logfmt")
    settings_file = Path(sys.argv[1])
    pid_file = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    raise SystemExit(Supervisor(lambda: load(settings_file), pid_file).run())
