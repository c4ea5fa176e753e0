"""pyzor: what Pyzor servers know of a digest, and what they are told of one. One datagram there, one back.

Each exchange has a socket of its own, so that only this server's words come in, and only those that bear our number
count. A check that got no reply is sent a second time; a report is not, because it might count twice. A server that did
not answer several times is left alone for a while (`breaker`).

Fails typed: silence is `TimedOut`, a server that does not know us or does not allow it has `Refused`, a broken reply,
a closed port or a name that leads nowhere is `Failed`.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from gatekeeper.lookups.breaker import Breaker
from gatekeeper.protocols.pyzor import THREADS, Op, Reply, reply, request
from gatekeeper.tables.pyzor_accounts import PyzorAccounts
from gatekeeper.values import Absent, Answer, Dns, Failed, Found, Pyzor, Refused, TimedOut

LookUp = Callable[[Dns], Awaitable[Answer]]

_OK = 200
_NOT_ALLOWED = (401, 403)
_random = random.SystemRandom()


class Servers:
    """`look_up` finds the addresses of names, `timeout` is for one exchange, with its second attempt."""

    def __init__(self, look_up: LookUp, accounts: PyzorAccounts, timeout: float = 3.0) -> None:
        self._look_up, self._accounts, self.patience = look_up, accounts, timeout
        self._breakers: dict[tuple[str, int], Breaker] = {}

    def known(self, _question: Pyzor) -> Answer | None:
        """Nothing is remembered: counts grow by the minute while a campaign runs."""
        return None

    async def answer(self, question: Pyzor) -> Answer:
        """`Found` with the number of reports, and of those who call it wanted."""
        if not self._breaker(question.host, question.port).allows(time.monotonic()):
            return Failed(f"{question.host}: left alone, it did not answer several times")
        return await self.tell(question.host, question.port, Op.CHECK, question.digest)

    async def tell(self, host: str, port: int, op: Op, digest: str, spec: str = "") -> Answer:
        """Ask for `op`; what the server says of it. `Found` without values: it is done."""
        breaker = self._breaker(host, port)
        try:
            async with asyncio.timeout(self.patience):
                address = await self._address(host)
                if not isinstance(address, str):
                    return address
                thread = _random.choice(THREADS)
                said = request(op, thread, time.time(), digest, spec, self._accounts.at(host, port))
                heard = await self._exchange((address, port), thread, said, twice=op is Op.CHECK)
        except TimeoutError:
            breaker.failed(time.monotonic())
            return TimedOut(f"{host}: {self.patience:g} s")
        except OSError as error:
            breaker.failed(time.monotonic())
            return Failed(f"{host}: {error.strerror or error}")
        breaker.succeeded(time.monotonic())
        return _answer(op, heard)

    def _breaker(self, host: str, port: int) -> Breaker:
        return self._breakers.setdefault((host, port), Breaker(successes=1, trial=2 * self.patience))

    async def _exchange(self, address: tuple[str, int], thread: int, said: bytes, twice: bool) -> Reply:
        loop = asyncio.get_running_loop()
        transport, hearing = await loop.create_datagram_endpoint(lambda: _Hearing(thread), remote_addr=address)
        try:
            transport.sendto(said)
            if twice:
                await asyncio.wait((hearing.heard,), timeout=self.patience / 2)
                if not hearing.heard.done():
                    transport.sendto(said)
            return await hearing.heard
        finally:
            transport.close()

    async def _address(self, host: str) -> str | Answer:
        """An address of `host`; IPv4 if it has both."""
        try:
            return str(ip_address(host))
        except ValueError:
            pass
        for kind in ("A", "AAAA"):
            match await self._look_up(Dns(host, kind)):
                case Found((first, *_)):
                    return first
                case Found() | Absent():
                    continue
                case failure:
                    return failure
        return Failed(f"{host} has no address")


class _Hearing(asyncio.DatagramProtocol):
    """Waits for the reply that bears `thread`; whatever else comes in is passed over."""

    def __init__(self, thread: int) -> None:
        self._thread = thread
        self.heard: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:  # noqa: ARG002
        found = reply(data)
        if found is not None and found.thread == self._thread and not self.heard.done():
            self.heard.set_result(found)

    def error_received(self, exc: Exception) -> None:
        """The system knows that nobody listens there."""
        if not self.heard.done():
            self.heard.set_exception(exc)


def _answer(op: Op, said: Reply) -> Answer:
    if said.code in _NOT_ALLOWED:
        return Refused(f"{said.code} {said.diag}")
    if said.code != _OK:
        return Failed(f"{said.code} {said.diag}")
    if op is not Op.CHECK:
        return Found()
    if said.reports is None or said.whitelisted is None:
        return Failed("a reply without counts")
    return Found((str(said.reports), str(said.whitelisted)))
