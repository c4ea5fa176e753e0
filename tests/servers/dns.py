"""dns: a DNS server on loopback, UDP and TCP on one port, whose zone is a dict and which can misbehave.

    with DnsServer({"2.0.0.127.list.test": {"A": ["127.0.0.2"]}}) as dns: … dns.address … dns.queries

What is not in the zone does not exist (NXDOMAIN). Zone, `manner`, `manners`, `delays` and `ttl` may be changed while it
runs.
"""

import asyncio
import threading
from collections.abc import Mapping
from enum import Enum
from types import TracebackType
from typing import Self, cast

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.servers.room import LOOPBACK, free_port

Zone = Mapping[str, Mapping[str, list[str]]]  # name → type → records as text
_SOA = "ns.test. root.test. 1 2 3 4"
_LOOP = "loop.test."
_HUGE = 4000  # addresses: as much as 64 KB hold
_LIES = {"LISTED": "127.0.0.2", "BLOCKED": "127.255.255.254", "PARKED": "192.0.2.80"}


def lists(*names: str) -> dict[str, dict[str, list[str]]]:
    """Zones that list what every block list has to, and nothing else (RFC 5782 §5)."""
    return {f"2.0.0.127.{name}": {"A": ["127.0.0.2"], "TXT": ['"The test point"']} for name in names}


class Manner(Enum):
    """How a name may be answered instead of truthfully."""

    SILENT = "no answer at all"
    SERVFAIL = "server failure"
    REFUSED = "refused"
    TRUNCATED = "over UDP nothing but the truncation flag; over TCP the truth"
    WRONG_ID = "the answer to another query"
    WRONG_NAME = "the answer to another question"
    GARBAGE = "bytes that are no DNS message"
    CNAME_LOOP = "an alias of an alias of itself"
    HUGE = "64 KB of addresses"
    LISTED = "everything is there, as 127.0.0.2"
    BLOCKED = "everything is 127.255.255.254, as lists tell those whom they do not serve"
    PARKED = "everything is there, as the address of a web server"


class DnsServer:
    """`manners` are by name or by a domain above it, `manner` is for all others; `delays` are seconds by name, "" for
    all others; `ttl` is that of every record.

    `queries` lists name, type and transport ("udp", "tcp") of each query in its order of arrival.
    """

    def __init__(self, zone: Zone | None = None, manner: Manner | None = None) -> None:
        self.zone = dict(zone or {})
        self.manner = manner
        self.manners: dict[str, Manner] = {}
        self.delays: dict[str, float] = {}
        self.ttl = 60
        self.queries: list[tuple[str, str, str]] = []
        self.port = 0
        self._ready = threading.Event()

    @property
    def address(self) -> str:
        """As `[dns] servers` wants it."""
        return f"{LOOPBACK}:{self.port}"

    def asked(self, name: str) -> int:
        """How many queries were for `name`."""
        return sum(queried == name for queried, _, _ in self.queries)

    def asked_below(self, domain: str, kind: str = "A") -> int:
        """How many queries were for names in `domain`."""
        return sum(queried.endswith(f".{domain}") and asked == kind for queried, asked, _ in list(self.queries))

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="dns", daemon=True)
        self._thread.start()
        assert self._ready.wait(10), "the DNS server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        self.port = free_port()  # free for both
        tcp = await asyncio.start_server(self._stream, LOOPBACK, self.port)
        udp, _ = await self._loop.create_datagram_endpoint(lambda: _Datagrams(self), (LOOPBACK, self.port))
        self._ready.set()
        await self._stopped.wait()
        udp.close()
        tcp.close()

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                length = int.from_bytes(await reader.readexactly(2), "big")
                answer = await self.answer(await reader.readexactly(length), "tcp")
                if answer is not None:
                    writer.write(len(answer).to_bytes(2, "big") + answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, wire: bytes, transport: str) -> bytes | None:
        """The reply to one query, when its time has come; None for silence."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.queries.append((name, kind, transport))
        await asyncio.sleep(self.delays.get(name, self.delays.get("", 0.0)))
        manner = self._manner(name)
        if manner is Manner.SILENT:
            return None
        if manner is Manner.GARBAGE:
            return b"\xff" * 7
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        self._fill(response, name, kind, manner, transport)
        return response.to_wire(max_size=65_535 if transport == "tcp" else 0, prefer_truncation=True)

    def _manner(self, name: str) -> Manner | None:
        labels = name.split(".")
        above = (".".join(labels[n:]) for n in range(len(labels)))
        return next((self.manners[domain] for domain in above if domain in self.manners), self.manner)

    def _fill(self, response: dns.message.Message, name: str, kind: str, manner: Manner | None, transport: str) -> None:
        if manner is Manner.SERVFAIL or manner is Manner.REFUSED:
            response.set_rcode(dns.rcode.from_text(manner.name))
        elif manner in (Manner.TRUNCATED, Manner.HUGE) and transport == "udp":
            response.flags |= dns.flags.TC
        elif manner is Manner.CNAME_LOOP:
            for alias, target in ((f"{name}.", _LOOP), (_LOOP, f"{name}.")):
                response.answer.append(dns.rrset.from_text(alias, self.ttl, "IN", "CNAME", target))
        elif manner is Manner.HUGE:
            addresses = (f"127.0.{n >> 8}.{n & 255}" for n in range(2, _HUGE + 2))
            response.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", "A", *addresses))
        elif manner is not None and manner.name in _LIES:
            lie = _LIES[manner.name] if kind == "A" else '"Listed, says the list"'
            response.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", kind, lie))
        else:
            self._tell(response, name, kind)
        if manner is Manner.WRONG_ID:
            response.id ^= 0x5555
        if manner is Manner.WRONG_NAME:
            response.question = [dns.rrset.from_text("elsewhere.test.", 0, "IN", kind)]

    def _tell(self, response: dns.message.Message, name: str, kind: str) -> None:
        """The truth."""
        records = self.zone.get(name, {}).get(kind)
        if records:
            response.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", kind, *records))
            return
        exists = name in self.zone or any(other.endswith(f".{name}") for other in self.zone)
        response.set_rcode(dns.rcode.NOERROR if exists else dns.rcode.NXDOMAIN)
        response.authority.append(dns.rrset.from_text(".", self.ttl, "IN", "SOA", f"{_SOA} {self.ttl}"))


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self._server = server
        self._answering: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        task = asyncio.get_running_loop().create_task(self._reply(data, addr))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _reply(self, data: bytes, addr: tuple[str | int, int]) -> None:
        answer = await self._server.answer(data, "udp")
        if answer is not None and not self._transport.is_closing():
            self._transport.sendto(answer, addr)
