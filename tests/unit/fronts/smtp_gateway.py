"""smtp_gateway: the real proxy front in a thread, on a real socket, with a real next hop, journal and quarantine.

    with Proxy(tmp_path, {"smtp": {"limits": {"recipients": 2}}}) as proxy, proxy.client() as client: …

What its checks think of a message is said by itself, so a test can steer it:

- by the local part of a recipient, at its stage: `refuse defer hold discard tag raise`, else accepted
- by the header field `Do`: the same words for all recipients, and those of `ORDERS`; `ask`: a question that is answered
  after `proxy.delay`; `strip`: its second part is stripped
- by the client's address 192.0.2.66: `refuse` for everybody

The finding `who` names in its evidence who is judged.
"""

import asyncio
import importlib
import socket
import threading
import time
from contextlib import suppress

import msgspec

from gatekeeper.config.schema import Config
from gatekeeper.fronts.service import Service
from gatekeeper.fronts.smtp import SmtpFront
from gatekeeper.lookups.gather import Gather
from gatekeeper.observe.metrics import Metrics
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.quarantine import Quarantine
from gatekeeper.relay.hops import Hops
from gatekeeper.relay.route import Routes
from gatekeeper.stores.journal import Journal
from gatekeeper.tables import AccessMap, Mailertable, Tables
from gatekeeper.tables.networks import Networks
from gatekeeper.values import Absent, Action, Change, Dns, Finding, Found, LineEdit, Orders, Stage
from tests.servers.exchange import Exchange
from tests.servers.raw import Raw

ACTIONS = {
    "refuse": Action.REJECT,
    "defer": Action.DEFER,
    "hold": Action.QUARANTINE,
    "discard": Action.DISCARD,
    "tag": Action.TAG,
}
ORDERS = {
    "copy": Orders(copies=("copy@own.test",), told=("copied",)),
    "far-copy": Orders(copies=("copy@far.test",)),
    "redirect": Orders(redirect="other@own.test", told=("redirected",)),
    "far": Orders(redirect="other@far.test"),
    "filter": Orders(next_hop="smtp:[127.0.0.1]:1"),
    "top": Orders((LineEdit(0, 0, b"X-Top: put\r\n"),), told=("put",)),
}
QUESTION = Dns("slow.test")
HAM = b"From: a@out.test\r\nSubject: hello\r\n\r\nText\r\n"


class SlowAnswers:
    """Answers DNS questions after `delay` seconds."""

    delay = 0.0

    def known(self, question):
        return None if self.delay else Found(("127.0.0.2",))

    async def answer(self, question):
        await asyncio.sleep(self.delay)
        return Found(("127.0.0.2",))


def who(mail):
    client = mail.envelope.client
    bad = client is not None and client.address == "192.0.2.66"
    evidence = f"{client.name or '-'} {client.address} helo={mail.envelope.helo}" if client else "nobody"
    return [Finding("who", certain=Action.REJECT if bad else None, evidence=evidence)]


def recipient(mail):
    return wish(mail.recipient.partition("@")[0])


def header(mail):
    wishes = [value.strip().decode() for value in mail.message.values(b"do")]
    if "ask" in wishes:
        yield frozenset({QUESTION})
    return [finding for word in wishes for finding in wish(word)]


def wish(word):
    if word == "raise":
        raise RuntimeError("as it was wished")
    if word == "strip":
        return [Finding("attachment-stripped", change=Change("1.2", "strip", "as it was wished"))]
    if word in ORDERS:
        return [Finding("ordered", orders=ORDERS[word])]
    return [Finding(f"wish-{word}", 7.0, certain=ACTIONS[word])] if word in ACTIONS else []


CHECKS = {Stage.CONNECT: {"who": who}, Stage.RECIPIENT: {"recipient": recipient}, Stage.HEADER: {"header": header}}


def loops():
    """What makes a loop, by name: the front has to work on each that is installed."""
    with suppress(ModuleNotFoundError):
        return {"asyncio": None, "uvloop": importlib.import_module("uvloop").new_event_loop}
    return {"asyncio": None}


async def no_names(question):
    return Absent()


class Proxy:
    """`settings` are tables of the configuration. `{hop}` in the mailertable is the port of the next hop."""

    def __init__(
        self, home, settings=None, mailertable="own.test\tesmtp:[127.0.0.1]:{hop}\n", access="", hop=None, loop=None
    ):
        self.config = msgspec.convert({"relay": {"tls": "none"}} | (settings or {}), Config)
        self.home, self.hop, self._own_hop = home, hop or Exchange(), hop is None
        self._mailertable, self._access, self._loop_factory = mailertable, access, loop
        self.answers = SlowAnswers()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]

    def __enter__(self):
        if self._own_hop:
            self.hop.__enter__()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="proxy", daemon=True)
        self._thread.start()
        assert ready.wait(20), "the proxy did not start"
        return self

    def __exit__(self, *_):
        self.drain(0.0)
        if self._own_hop:
            self.hop.stop()

    def drain(self, patience):
        """Drain, and wait until that is done."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(lambda: self._stopping.done() or self._stopping.set_result(patience))
            self._thread.join(30)
            assert not self._thread.is_alive()

    def client(self, source="127.0.0.1"):
        """A client that has read the greeting."""
        return Raw(self.port, source)

    def send(self, content=HAM, to=("kim@own.test",), source="127.0.0.1", sender="ann@out.test"):
        """One message; the reply to its content, or to the last recipient."""
        with self.client(source) as client:
            *_, refused, last = client.begin(*to, sender=sender)
            if not last.startswith("354"):
                return refused
            client.write(content + b".\r\n")
            return client.reply()

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

    def fates(self, count=1):
        """Of the last record: the fate of each recipient."""
        return {address: outcome.fate.value for address, outcome in self.records(count)[-1].outcomes.items()}

    def _run(self, ready):
        with asyncio.Runner(loop_factory=self._loop_factory) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready):
        self._loop = asyncio.get_running_loop()
        self._stopping = self._loop.create_future()
        self.service = self._service()
        self.front = SmtpFront(self.service)
        self.service.hops.start()
        await self.front.serve([self._listening])
        if self._mailertable.strip():
            await self._probed()
        ready.set()
        patience = await self._stopping
        await self.front.drain(self._loop.time() + patience)
        await self.service.hops.close()
        self.service.journal.close()

    async def _probed(self):
        for _ in range(500):
            if self.service.hops.capabilities() != Capabilities():
                return
            await asyncio.sleep(0.01)

    def _service(self):
        config, listeners = self.config, [("127.0.0.1", self.port)]
        mailertable = Mailertable.parse(self._mailertable.replace("{hop}", str(self.hop.port)), "test")
        return Service(
            config=config,
            digest="digest",
            hostname="mx.own.test",
            inspection=Inspection(CHECKS),
            tables=Tables(AccessMap.parse(self._access, "test") if self._access else None, mailertable),
            trusted=Networks.parse(config.gateway.trusted_networks),
            own=Networks.parse(config.gateway.own_networks),
            gather=Gather({Dns: self.answers}, timeout=5.0),
            quarantine=Quarantine(self.home / "quarantine"),
            journal=Journal(self.home / "journal.db"),
            metrics=Metrics(),
            routes=Routes(mailertable, config.relay.domains, listeners),
            hops=Hops(config.relay, "mx.own.test", mailertable.hops, no_names, listeners=listeners),
        )
