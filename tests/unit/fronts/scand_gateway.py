"""scand_gateway: the real front for spamc in a thread, on a real socket, with a real journal. Its checks are those of
`smtp_gateway`: the header field `Do` says what they think of a message.

    with Judge(tmp_path, {"limits": {"size": 1000}}) as judge: judge.ask(request("CHECK", b"…"))
"""

import asyncio
import socket
import threading
import time

import msgspec

from gatekeeper.config.schema import Config
from gatekeeper.fronts.scand import ScandFront
from gatekeeper.fronts.service import Service
from gatekeeper.lookups.gather import Gather
from gatekeeper.observe.metrics import Metrics
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.quarantine import Quarantine
from gatekeeper.stores.journal import Journal
from gatekeeper.tables import Tables
from gatekeeper.tables.networks import Networks
from gatekeeper.values import Dns
from tests.unit.fronts.smtp_gateway import CHECKS, SlowAnswers


def request(command, message, *lines, version="1.5"):
    """A request with its length."""
    head = "".join(f"{line}\r\n" for line in (f"{command} SPAMC/{version}", f"Content-length: {len(message)}", *lines))
    return head.encode() + b"\r\n" + message


class Judge:
    """`settings` is the table `[scand]`; `teach` is called by TELL."""

    def __init__(self, home, settings=None, teach=None):
        self.config = msgspec.convert({"scand": settings or {}}, Config)
        self.home, self.teach = home, teach
        self.answers = SlowAnswers()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]

    def __enter__(self):
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(20), "the front did not start"
        return self

    def __exit__(self, *_):
        self.drain(0.0)

    def drain(self, patience):
        """Drain, and wait until that is done."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(lambda: self._stopping.done() or self._stopping.set_result(patience))
            self._thread.join(30)
            assert not self._thread.is_alive()

    def retire(self, patience):
        """Let others take over; `told` is what ends the patience. A future of its end."""
        self.told = asyncio.Event()
        return asyncio.run_coroutine_threadsafe(self.front.retire(patience, self.told), self._loop)

    def hurry(self):
        self._loop.call_soon_threadsafe(self.told.set)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 30)

    def ask(self, *pieces, half_close=True):
        """All that comes back."""
        with self.connect() as connection:
            for piece in pieces:
                connection.sendall(piece)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            return read(connection)

    def records(self, count=1):
        """The journal, oldest first, once there are `count` records."""
        end = time.monotonic() + 10
        while True:
            self.service.journal.flush()
            found = self.service.journal.find(limit=1000)[::-1]
            if len(found) >= count or time.monotonic() > end:
                assert len(found) == count, found
                return found
            time.sleep(0.01)

    async def _serve(self, ready):
        self._loop = asyncio.get_running_loop()
        self._stopping = self._loop.create_future()
        self.service = Service(
            config=self.config,
            digest="digest",
            hostname="mx.own.test",
            inspection=Inspection(CHECKS),
            tables=Tables(),
            trusted=Networks(),
            gather=Gather({Dns: self.answers}),
            quarantine=Quarantine(self.home / "quarantine"),
            journal=Journal(self.home / "journal.db"),
            metrics=Metrics(),
        )
        self.front = ScandFront(self.service, self.teach)
        await self.front.serve([self._listening])
        ready.set()
        await self.front.drain(await self._stopping)
        self.service.journal.close()


def read(connection):
    """Until the other side has said its last word."""
    with connection.makefile("rb") as reply:
        return reply.read()
