"""desk_world: a desk of a gateway whose next hop is a stand-in, with messages held for its users."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from gatekeeper.app.build import read
from gatekeeper.app.desk import Desk, desk
from gatekeeper.quarantine import Hold, Quarantine
from gatekeeper.quarantine.acts import Reviewer, Role
from gatekeeper.stores.journal import Journal
from gatekeeper.values import Action, Authenticated, Client, Envelope, Fate, Finding, Outcome, Record, Verdict, new_id
from tests.servers.exchange import Exchange

T = TypeVar("T")
RAW = b"From: a@example.net\r\nTo: bob@own.test\r\nSubject: invoice\r\n\r\nPay at once.\r\n"
BOB, EVE = "bob@own.test", "eve@own.test"
USER = Reviewer("bob", Role.USER, frozenset((BOB,)))
OTHER = Reviewer("eve", Role.USER, frozenset((EVE,)))
HELP = Reviewer("help", Role.HELPDESK)
CHIEF = Reviewer("chief", Role.ADMINISTRATOR)
EVERYBODY = (USER, OTHER, HELP, CHIEF)

SPAM = Verdict(Action.QUARANTINE, "spam-score", 9.0, 5.0)


def dangerous(name: str) -> Verdict:
    """Held for a danger of this name."""
    return Verdict(Action.QUARANTINE, name, findings=(Finding(name, certain=Action.QUARANTINE, danger=True),))


def proven(verdict: Verdict, *domains: str) -> Verdict:
    """With a valid signature of each of these domains."""
    signed = (Authenticated("dkim", "pass", domain) for domain in domains or ("example.net",))
    return replace(verdict, findings=(*verdict.findings, *(Finding("dkim-pass", result=one) for one in signed)))


POLICY = Verdict(Action.QUARANTINE, "sender-held", findings=(Finding("sender-held", certain=Action.QUARANTINE),))
BANNED, WORM = dangerous("banned-attachment"), dangerous("virus-found")


@dataclass(frozen=True, slots=True)
class World:
    """The desk, what it works with, and the server behind."""

    desk: Desk
    quarantine: Quarantine
    journal: Journal
    exchange: Exchange
    state: Path
    runner: asyncio.Runner

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """To its end, within half a minute."""
        return self.runner.run(asyncio.wait_for(work, 30))

    def hold(self, *recipients: str, raw: bytes = RAW, verdict: Verdict = SPAM, sender: str = "a@example.net") -> str:
        """Its id."""
        return self.hold_each(dict.fromkeys(recipients or (BOB,), verdict), raw, sender)

    def hold_each(self, verdicts: dict[str, Verdict], raw: bytes = RAW, sender: str = "a@example.net") -> str:
        """With a verdict for each recipient."""
        client = Client("192.0.2.1", "mx.example.net")
        envelope = Envelope(new_id(), "smtp", client, client, sender=sender, recipients=tuple(verdicts))
        self.quarantine.hold(Hold(envelope, verdicts, [raw], ""))
        self.quarantine.confirm(envelope.id)
        self.journal.record(Record(envelope, verdicts, dict.fromkeys(verdicts, Outcome(Fate.HELD))))
        self.journal.flush()
        return envelope.id

    def fates(self, hold_id: str) -> dict[str, Fate]:
        """What became of each, as quarantine and journal both have it."""
        held, record = self.quarantine.get(hold_id), self.journal.get(hold_id)
        assert held is not None
        assert record is not None
        assert {a: o.fate for a, o in record.outcomes.items()} == {a: o.fate for a, o in held.outcomes.items()}
        return {address: outcome.fate for address, outcome in held.outcomes.items()}


@contextmanager
def furnished(directory: Path, settings: str = "") -> Iterator[World]:
    """With these settings."""
    table, path, state = directory / "mailertable", directory / "gatekeeper.toml", directory / "state"
    with Exchange() as exchange, asyncio.Runner() as runner:
        table.write_text(f"own.test\tesmtp:[127.0.0.1]:{exchange.port}\n")
        path.write_text(
            f'[gateway]\nhostname = "gate.test"\nstate = "{state}"\n'
            f'[relay]\nmailertable = "{table}"\ntls = "none"\n{settings.format(mta=exchange.address)}'
        )
        quarantine, journal, made = Quarantine(state / "quarantine"), Journal(state / "journal.db"), desk(read(path))
        yield World(made, quarantine, journal, exchange, state, runner)
        runner.run(made.close())
        quarantine.close()
        journal.close()
