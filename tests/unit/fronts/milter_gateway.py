"""milter_gateway: a real supervisor with real milter workers, for test_milter. `python milter_gateway.py SETTINGS`.

SETTINGS is JSON: `home`, `socket`, `mode`, `count`, `drain`, `word` (stands in the reasons), `trusted`. What
the workers think of a message is said by itself, so a test can steer it:

- by the local part of a recipient, at its stage: `refuse defer hold discard tag raise`, else accepted
- by the header field `Do`: the same words for all recipients, `table` (a reply of an operator's table), and `strip` for
  its second part, `rename` for the whole; `sort` in C, which calls back
- by the client's address 192.0.2.66: `refuse` for everybody

Other findings: `client` and `helo` name who is judged, in the evidence.
"""

import ctypes
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from socket import socket

from gatekeeper.app.plan import Plan, UnusableError
from gatekeeper.app.process import Control, Role
from gatekeeper.app.sockets import milter_endpoint
from gatekeeper.app.supervisor import Supervisor
from gatekeeper.config import schema
from gatekeeper.fronts import milter
from gatekeeper.fronts.service import Service
from gatekeeper.lookups.gather import Gather
from gatekeeper.message import Mail
from gatekeeper.observe.log import configure
from gatekeeper.observe.metrics import Metrics
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.quarantine import Quarantine
from gatekeeper.stores.journal import Journal
from gatekeeper.tables import Tables
from gatekeeper.tables.networks import Networks
from gatekeeper.values import Action, Change, Finding, Reply, Stage

ACTIONS = {
    "refuse": Action.REJECT,
    "defer": Action.DEFER,
    "hold": Action.QUARANTINE,
    "discard": Action.DISCARD,
    "tag": Action.TAG,
}


@ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
def difference(one: "ctypes._Pointer[ctypes.c_int]", other: "ctypes._Pointer[ctypes.c_int]") -> int:
    return one.contents.value - other.contents.value


def in_order(*numbers: int) -> list[int]:
    """By a library that calls back while we hold the interpreter's lock, as Hyperscan does."""
    array = (ctypes.c_int * len(numbers))(*numbers)
    ctypes.PyDLL(None).qsort(array, len(numbers), ctypes.sizeof(ctypes.c_int), difference)
    return list(array)


class Opinion:
    """The checks."""

    def __init__(self, word: str) -> None:
        self._word = word

    def client(self, mail: Mail) -> list[Finding]:
        client, envelope = mail.envelope.client, mail.envelope
        who = f"{client.name} {client.address} {client.port}" if client else "nobody"
        bad = client is not None and client.address == "192.0.2.66"
        return [
            Finding(self._word, certain=Action.REJECT if bad else None, evidence=who),
            Finding("helo", evidence=f"{envelope.helo} {envelope.protocol} {envelope.tls} {envelope.parameters}"),
        ]

    def recipient(self, mail: Mail) -> list[Finding]:
        return self._wish(mail.recipient.partition("@")[0])

    def header(self, mail: Mail) -> list[Finding]:
        assert mail.message is not None
        wishes = mail.message.values(b"Do")
        return [finding for wish in wishes for finding in self._wish(wish.strip().decode())]

    def _wish(self, wish: str) -> list[Finding]:
        if wish == "raise":
            raise RuntimeError("as it was wished")
        if wish == "sort":
            return [Finding("sorted", evidence=f"{in_order(2, 3, 1)}")]
        if wish == "table":
            return [Finding("table", certain=Action.REJECT, reply=Reply(554, "5.7.9", ("100% no",)))]
        if wish == "strip":
            return [Finding("attachment-stripped", change=Change("1.2", "strip", "as it was wished"))]
        if wish == "rename":
            return [Finding("attachment-renamed", change=Change("1", "rename", "", "a.exe.txt"))]
        if wish in ACTIONS:
            return [Finding(f"{self._word}-{wish}", 7.0, certain=ACTIONS[wish])]
        return []


def service(settings: dict[str, object]) -> Service:
    home, opinion = Path(str(settings["home"])), Opinion(str(settings.get("word", "first")))
    checks = {
        Stage.CONNECT: {"client": opinion.client},
        Stage.RECIPIENT: {"recipient": opinion.recipient},
        Stage.HEADER: {"header": opinion.header},
    }
    config = schema.Config(
        gateway=schema.Gateway(drain=float(settings.get("drain", 5.0))),
        smtp=schema.Smtp(limits=schema.SmtpLimits(memory=100_000)),
    )
    return Service(
        config=config,
        digest="digest",
        hostname="mx.example.org",
        inspection=Inspection(checks),
        tables=Tables(),
        trusted=Networks.parse(settings.get("trusted", ())),
        gather=Gather({}),
        quarantine=Quarantine(home / "quarantine"),
        journal=Journal(home / "journal.db"),
        metrics=Metrics(),
    )


def run(settings: dict[str, object], sockets: Sequence[socket], up: Control) -> None:
    ours = service(settings)
    milter.serve(ours, sockets[0], up.ready, up.wait)
    ours.journal.close()


def load(path: Path) -> Plan:
    try:
        settings = json.loads(path.read_text())
        endpoint = milter_endpoint(settings["socket"], mode=settings.get("mode", "0600"))
    except ValueError as error:
        raise UnusableError([f"{path}:1: {error}"]) from None
    drain = settings.get("drain", 5.0)
    role = Role("milter", lambda sockets, up: run(settings, sockets, up), settings.get("count", 1), (endpoint,))
    return Plan((role,), drain)


if __name__ == "__main__":
    configure("info", "logfmt")
    settings_file = Path(sys.argv[1])
    raise SystemExit(Supervisor(lambda: load(settings_file)).run())
