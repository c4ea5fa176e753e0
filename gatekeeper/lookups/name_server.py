"""name_server: one name server: asks it a question, and knows whether it answers at all.

That a question gets no reply says little of the server: the servers of that domain may be silent, and who sends mail
may have seen to it. So after a few such it is asked for the root's name servers, which every server knows; only if that
fails too is it left in peace for a while (`breaker`). Never raises: what is no answer is a typed failure.
"""

import asyncio
import secrets
from collections.abc import Callable

import dns.exception
import dns.message
import dns.rcode

from gatekeeper.lookups.breaker import Breaker
from gatekeeper.lookups.datagrams import Datagrams
from gatekeeper.protocols.dns_wire import Query, absent_for, is_truncated, query
from gatekeeper.values import Absent, Answer, Dns, Exceeded, Failed, Found, Refused, TimedOut

_LARGEST = 16_384  # octets by TCP: some milliseconds to take apart, and more than any domain has to say
_DOUBTS = 3  # questions in a row without a reply, before it is asked whether it lives
_ALIVE = Dns(".", "NS")
_SECONDS = 1.0  # for the reply to that
_LATE = 0.2  # by so much we may notice that time is up, before it is we who were too busy to listen
_ERRORS = (dns.exception.DNSException, OSError, EOFError, UnicodeError, ValueError)

Reply = tuple[Answer, float]
"""An answer, and for how many seconds the world says that it is good (0: nothing is said)."""


class NameServer:
    """`opened` and `closed` are told when it is left in peace, and when it answers again."""

    def __init__(self, address: str, port: int = 53, told: Callable[[str, bool], object] = lambda *_: None) -> None:
        self.address, self.port = address, port
        self.breaker = Breaker(failures=1, trial=4 * _SECONDS)
        self._told = told
        self._datagrams = Datagrams(address, port)
        self._silences = 0
        self._examining: asyncio.Task[None] | None = None

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}"

    def usable(self) -> bool:
        """It is worth asking. If it was not, and it is time, somebody finds out."""
        if self.breaker.closed:
            return True
        self._examine()
        return False

    async def ask(self, question: Dns, seconds: float) -> Reply:
        """Its answer, within `seconds`."""
        began = _now()
        answer, ttl = await self._exchange(question, seconds)
        if isinstance(answer, TimedOut):
            self._silences += _now() < began + seconds + _LATE
            if self._silences >= _DOUBTS:
                self._examine()
        else:
            self._silences = 0
        return answer, ttl

    def _examine(self) -> None:
        if self._examining is None or self._examining.done():
            self._examining = asyncio.ensure_future(self._alive())

    async def _alive(self) -> None:
        was = self.breaker.closed
        while self.breaker.allows(_now()):
            if not await self._replies():
                self.breaker.failed(_now())
            else:
                self._silences = 0
                self.breaker.succeeded(_now())
                if self.breaker.closed:
                    break
        if was is not self.breaker.closed:
            self._told(str(self), self.breaker.closed)

    async def _replies(self) -> bool:
        """To the second try at least, for a datagram may be lost; if we are too busy to listen, nothing is known."""
        for _ in range(2):
            began = _now()
            answer, _ttl = await self._exchange(_ALIVE, _SECONDS)
            if not isinstance(answer, TimedOut) or _now() > began + _SECONDS + _LATE:
                return True
        return False

    async def _exchange(self, question: Dns, seconds: float) -> Reply:
        try:
            async with asyncio.timeout(seconds):
                return await self._answer(query(question.name, question.kind))
        except _TooLargeError as error:
            return Exceeded(str(error)), 0.0
        except TimeoutError:
            return TimedOut(f"no reply to {question.kind}"), 0.0
        except ConnectionError as error:
            return TimedOut(f"{self}: {_words(error)}"), 0.0
        except _ERRORS as error:
            return Failed(_words(error)), 0.0

    async def _answer(self, asked: Query) -> Reply:
        reply = await self._datagrams.ask(asked)
        if is_truncated(reply):
            reply = await self._by_stream(asked)
        seconds = absent_for(reply, asked)
        return (Absent(), seconds) if seconds is not None else _read(dns.message.from_wire(reply))

    async def _by_stream(self, asked: Query) -> bytes:
        """The same by TCP (RFC 7766). What is too large is not even read: to take it apart holds up all others."""
        reader, writer = await asyncio.open_connection(self.address, self.port)
        number = secrets.randbits(16)
        try:
            wire = asked.wire(number)
            writer.write(len(wire).to_bytes(2, "big") + wire)
            size = int.from_bytes(await reader.readexactly(2), "big")
            if size > _LARGEST:
                raise _TooLargeError(f"a reply of {size} bytes")
            reply = await reader.readexactly(size)
        finally:
            writer.close()
        if reply[:2] != wire[:2] or not asked.answered_by(reply):
            raise ValueError("the reply to another question")
        return reply


class _TooLargeError(Exception):
    """More than anybody has to say."""


def _words(error: Exception) -> str:
    """For a person, where the system says it in words; what the library calls it else."""
    return getattr(error, "strerror", None) or type(error).__name__


def _now() -> float:
    return asyncio.get_running_loop().time()


def _read(reply: dns.message.Message) -> Reply:
    """What a reply says, CNAMEs followed within it (RFC 1034 §3.6.2; RFC 2308 §5 for how long nothing is there)."""
    code = reply.rcode()
    if code is dns.rcode.REFUSED:
        return Refused("name server refused"), 0.0
    if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN) or not isinstance(reply, dns.message.QueryMessage):
        return Failed(dns.rcode.to_text(code)), 0.0
    chain = reply.resolve_chaining()
    if chain.answer is None:
        return Absent(), float(chain.minimum_ttl)
    values = sorted(map(_text, chain.answer))  # a set; sorted, so that a replay is the same
    return Found(tuple(values)), float(chain.minimum_ttl)


def _text(record: object) -> str:
    """A record as text; the strings of a TXT record joined, as its readers do (RFC 7208 §3.3)."""
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return str(record)
