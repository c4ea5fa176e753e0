"""What is too old goes; what fails is told and tried again."""

import sqlite3
import time
from pathlib import Path

import pytest

from gatekeeper.app import keeper, state
from gatekeeper.app.keeper import keep, tidy
from gatekeeper.config import schema
from gatekeeper.quarantine.hold import Hold
from gatekeeper.stores.history import Take
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Action, Client, Envelope, Fate, Outcome, Record, Verdict, new_id

VERDICTS = {"a@example.org": Verdict(Action.QUARANTINE, "gtube")}


@pytest.fixture
def config(tmp_path):
    return schema.Config(gateway=schema.Gateway(state=str(tmp_path)))


def hold(config, age: float) -> str:
    """A message that was held `age` seconds ago, in quarantine and journal; its id."""
    envelope = Envelope(new_id(), "milter", Client(), None, received_at=time.time() - age)
    quarantine, journal = state.quarantine(config), state.journal(config)
    quarantine.hold(Hold(envelope, VERDICTS, [b"x"], ""))
    journal.record(Record(envelope, VERDICTS, {"a@example.org": Outcome(Fate.HELD)}))
    journal.close()
    return envelope.id


def test_holds_expire_and_the_journal_knows(config):
    hold_id = hold(config, 0)
    brief = replace_days(config, quarantine=1)
    quarantine, journal = state.quarantine(config), state.journal(config)
    tidy(brief, quarantine, journal)
    assert quarantine.find()[0].outcomes["a@example.org"].fate is Fate.UNCONFIRMED
    expired = [(hold_id, "a@example.org")]
    quarantine.expire = lambda retention: expired if retention.days == 1 else []
    tidy(brief, quarantine, journal)
    assert journal.get(hold_id).outcomes["a@example.org"].fate is Fate.EXPIRED


def test_who_keeps_sees_how_much_room_there_is(config, caplog):
    hold(config, 0)
    limited = schema.Config(gateway=config.gateway, quarantine=schema.Quarantine(limit=1))
    keep(limited, [], Up(1))
    assert caplog.text.count("quarantine-nearly-full") == 1
    keep(schema.Config(gateway=config.gateway, quarantine=schema.Quarantine(alarm=1.0)), [], Up(0))
    assert caplog.text.count("quarantine-nearly-full") == 1


def test_old_records_are_forgotten(config):
    old, new = hold(config, 3 * 86_400), hold(config, 0)
    quarantine, journal = state.quarantine(config), state.journal(config)
    tidy(replace_days(config, journal=2), quarantine, journal)
    assert journal.get(old) is None
    assert journal.get(new) is not None


def test_what_is_remembered_of_senders_is_kept_within_its_bounds(config):
    history = state.history(config)
    history.note([Take("client:192.0.2.1", 1.0, time.time() - 60), Take("client:192.0.2.2", 1.0, time.time() + 60)])
    history.close()
    keep(config, [], Up(0))
    with sqlite3.connect(history.path) as connection:
        assert connection.execute("SELECT key FROM rates").fetchall() == [("client:192.0.2.2",)]


def replace_days(config, quarantine=30, journal=30):
    return schema.Config(
        gateway=config.gateway,
        quarantine=schema.Quarantine(keep_days=quarantine),
        journal=schema.Journal(keep_days=journal),
    )


class Up:
    """The supervisor, which says drain after `turns`."""

    def __init__(self, turns: int) -> None:
        self.turns, self.is_ready = turns, False

    def ready(self):
        self.is_ready = True

    def wait(self, timeout):
        assert timeout == keeper.PURGE
        self.turns -= 1
        return self.turns < 0


def test_a_store_that_fails_is_told_and_tried_again(config, monkeypatch, caplog):
    tries = []

    def failing(*_):
        tries.append(1)
        raise StoreError(Path("x"), "disk full", "make room")

    monkeypatch.setattr(keeper, "tidy", failing)
    monkeypatch.setattr(keeper, "EVERY", 0.0)
    up = Up(2)
    keep(config, [], up)
    assert up.is_ready
    assert len(tries) == 3
    assert caplog.text.count("disk full") == 3
