"""exchange: a server that behaves like Exchange, for tests and the demonstration.

In a test: `with Exchange(unknown={"ghost@own.test"}) as inner: … inner.port … inner.messages`. It runs in a thread
of its own; `behaviour.py` says what it can be told. From the shell: `python -m tests.servers.exchange --port 2600`;
it prints one line when it listens, and serves until SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.servers.behaviour import EXTENSIONS, STEPS, Behaviour, Received
from tests.servers.exchange_session import Session

__all__ = ["EXTENSIONS", "Behaviour", "Exchange", "Received"]


class Exchange:
    """`options` are the fields of `Behaviour`. With `directory` each message is also written there, as
    `000001.eml` with `000001.envelope` beside it.
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        directory: Path | None = None,
        **options: Any,
    ) -> None:
        self.behaviour = behaviour or Behaviour(**options)
        self.host, self.port, self.directory = host, port, directory
        self.messages: list[Received] = []
        self.commands: list[tuple[int, str]] = []  # session, command line
        self.sessions: list[Session] = []  # every one that came
        self.count = self.current = self.peak = self.turned_away = 0
        self._names = itertools.count(1)
        self._open: set[Session] = set()
        self._ready = threading.Event()

    @property
    def address(self) -> str:
        """`127.0.0.1:2600`."""
        return f"{self.host}:{self.port}"

    def verbs(self) -> list[str]:
        """The verbs of all commands so far, in their order of arrival."""
        return [line.split(" ")[0].upper() for _, line in list(self.commands)]

    # what a session tells

    def opened(self, session: Session) -> bool:
        """May it stay?"""
        self._open.add(session)
        if self.behaviour.keep:
            self.sessions.append(session)
        if self.current >= self.behaviour.connections:
            self.turned_away += 1
            session.counted = False
            return False
        session.counted = True
        self.current += 1
        self.peak = max(self.peak, self.current)
        return True

    def closed(self, session: Session) -> None:
        """It is gone."""
        self._open.discard(session)
        self.current -= session.counted

    def received(self, message: Received) -> None:
        """It was taken: from now on it is ours."""
        self.count += 1
        if self.behaviour.keep:
            self.messages.append(message)
        if self.directory:
            name = self.directory / f"{next(self._names):06}"
            envelope = [f"from {message.sender}", *(f"to {address}" for address in message.recipients)]
            name.with_suffix(".envelope").write_text("\n".join(envelope) + "\n", "utf-8", "surrogateescape")
            name.with_suffix(".eml").write_bytes(message.content)

    # running it

    async def listen(self) -> asyncio.Server:
        """Serve on the running loop; `port` is known afterwards."""
        server = await asyncio.get_running_loop().create_server(
            lambda: Session(self), self.host, self.port, backlog=512
        )
        self.port = server.sockets[0].getsockname()[1]
        return server

    def drop(self) -> None:
        """Cut every open connection, as a restart of the server does."""
        self._loop.call_soon_threadsafe(self._drop)

    def _drop(self) -> None:
        for session in list(self._open):
            session.cut()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="exchange", daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("the Exchange stand-in did not start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the listener and every connection; the port is refused from then on."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        server = await self.listen()
        self._ready.set()
        await self._stopped.wait()
        server.close()
        self._drop()
        await asyncio.sleep(0)


def _pairs(texts: list[str]) -> dict[str, str]:
    return dict(text.split("=", 1) for text in texts)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A server that behaves like Exchange.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--directory", type=Path, help="write every message there")
    parser.add_argument("--connections", type=int, default=20, help="then 421 4.3.2")
    parser.add_argument("--verify", nargs="*", metavar="ADDRESS", help="known mailboxes; others get 550 5.1.1 at RCPT")
    parser.add_argument("--unknown", nargs="*", default=[], metavar="ADDRESS", help="550 5.1.10 after the dot")
    parser.add_argument("--reply", action="append", default=[], metavar="STEP=REPLY", help=f"steps: {' '.join(STEPS)}")
    parser.add_argument("--delay", action="append", default=[], metavar="STEP=SECONDS")
    parser.add_argument("--vanish", action="append", default=[], metavar="STEP", help="close there without a reply")
    parser.add_argument("--without", action="append", default=[], metavar="EXTENSION", help=" ".join(EXTENSIONS))
    parser.add_argument("--pressure", action="store_true", help="452 4.3.1 at MAIL")
    parser.add_argument("--tarpit", type=float, default=0.0, metavar="SECONDS", help="before each refusal")
    parser.add_argument("--idle", type=float, default=300.0, metavar="SECONDS")
    parser.add_argument("--lifetime", type=float, default=600.0, metavar="SECONDS")
    parser.add_argument("--forget", action="store_true", help="keep no messages in memory (load tests)")
    return parser.parse_args()


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _main(arguments: argparse.Namespace) -> None:
    behaviour = Behaviour(
        extensions=set(EXTENSIONS) - set(arguments.without),
        connections=arguments.connections,
        verify=None if arguments.verify is None else {address.lower() for address in arguments.verify},
        unknown={address.lower() for address in arguments.unknown},
        replies=dict(_pairs(arguments.reply)),
        delays={step: float(seconds) for step, seconds in _pairs(arguments.delay).items()},
        vanish=set(arguments.vanish),
        pressure=arguments.pressure,
        tarpit=arguments.tarpit,
        idle=arguments.idle,
        lifetime=arguments.lifetime,
        keep=not arguments.forget,
    )
    if arguments.directory:
        arguments.directory.mkdir(parents=True, exist_ok=True)
    exchange = Exchange(behaviour, host=arguments.host, port=arguments.port, directory=arguments.directory)
    server = await exchange.listen()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    _tell(f"listening on {exchange.address}")
    await stopped.wait()
    server.close()
    _tell(f"took {exchange.count} messages, at most {exchange.peak} sessions at once")


if __name__ == "__main__":
    asyncio.run(_main(_arguments()))
