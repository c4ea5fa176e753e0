"""An index of the first schema, made by hand as that wrote it, is read by the newest."""

import sqlite3
from contextlib import closing
from math import inf
from pathlib import Path

import pytest

from gatekeeper.quarantine import Held, Hold, Quarantine, index
from gatekeeper.quarantine.files import Files
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.listing import Query
from gatekeeper.quarantine.room import Retention
from gatekeeper.quarantine.rows import Detail
from gatekeeper.quarantine.tables import MIGRATIONS
from gatekeeper.stores import encoding
from gatekeeper.stores.opening import octets
from gatekeeper.values import Action, Fate, Outcome, Verdict

from .samples import RAW, SPAM, again, files, hold

WORM = Verdict(Action.QUARANTINE, "virus-found", inf, 5.0)
LISTED = RAW.replace(b"the invoice", b"=?utf-8?q?f=C3=BCr_dich?=")
ODD = b"odd\xff@example.net".decode("utf-8", "surrogateescape")


def write(connection: sqlite3.Connection, old: Hold, held_at: float, repeat: bytes | None, outcome: Outcome) -> None:
    verdicts, places = encoding.distinct(old.verdicts)
    detail = encoding.encode(Detail(old.envelope, verdicts), verdicts)
    row = (old.envelope.id, held_at, octets(old.envelope.sender), 7, old.sha256, repeat, repeat is not None, detail)
    connection.execute("INSERT INTO holds VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?, ?, CAST(? AS TEXT))", row)
    for place, (address, verdict) in enumerate(old.verdicts.items()):
        row = (old.envelope.id, place, octets(address), places[address], verdict.reason, outcome.fate, outcome.hop, "")
        connection.execute("INSERT INTO recipients VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?)", row)


@pytest.fixture
def old(tmp_path: Path) -> list[Hold]:
    """The first two at the same time; the third has expired, so that its file is gone."""
    holds = [
        hold(RAW, "bob@example.org", "carol@example.org"),
        hold(LISTED, sender=ODD),
        hold(verdict=WORM),
    ]
    directory = tmp_path / "old"
    for one in holds[:2]:
        Files(directory / "messages").write(one.envelope.id, one.segments)
    with closing(sqlite3.connect(directory / "index.db")) as connection:
        for statement in MIGRATIONS[0]:
            connection.execute(statement)
        write(connection, holds[0], 1000.5, b"repeat", Outcome(Fate.UNCONFIRMED))
        write(connection, holds[1], 1000.5, b"another", Outcome(Fate.HELD, "[127.0.0.1]"))
        write(connection, holds[2], 900.25, None, Outcome(Fate.EXPIRED))
        connection.execute("INSERT INTO stand_ins VALUES ('t411vhxrypjg9', ?)", (holds[0].envelope.id,))
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    return holds


def test_an_older_index_keeps_every_row(tmp_path: Path, old: list[Hold]) -> None:
    quarantine = Quarantine(tmp_path / "old", create=False)
    fates = [Outcome(Fate.UNCONFIRMED), Outcome(Fate.HELD, "[127.0.0.1]"), Outcome(Fate.EXPIRED)]
    for one, held_at, outcome, subject in zip(
        old, (1000.5, 1000.5, 900.25), fates, ("the invoice", "für dich", ""), strict=True
    ):
        outcomes = dict.fromkeys(one.verdicts, outcome)
        expected = Held(one.envelope, dict(one.verdicts), outcomes, held_at, 7, one.sha256, subject)
        assert quarantine.get(one.envelope.id) == expected
    assert quarantine.get("t411vhxrypjg9") == quarantine.get(old[0].envelope.id)
    quarantine.close()


def test_what_was_held_before_is_listed_found_and_settled(tmp_path: Path, old: list[Hold]) -> None:
    quarantine = Quarantine(tmp_path / "old", create=False)
    page = quarantine.page(Query(state="all"))
    assert {entry.id for entry in page.entries} == {one.envelope.id for one in old}
    assert page.entries[-1].recipients[0].kind is Kind.VIRUS
    assert page.entries[-1].recipients[0].score == inf
    assert dict(quarantine.totals(Query(state="all"), "kind")) == {"spam": 3, "virus": 1}
    (found,) = quarantine.page(Query(text="FÜR")).entries
    assert (found.id, found.sender, found.recipients[0].score) == (old[1].envelope.id, ODD, SPAM.score)
    assert quarantine.settle(found.id, "bob@example.org", Outcome(Fate.DELETED))
    assert [entry.id for entry in quarantine.page(Query()).entries] == [old[0].envelope.id]
    quarantine.close()


def test_a_repeat_of_what_an_older_gateway_held_takes_its_place(tmp_path: Path, old: list[Hold]) -> None:
    with closing(sqlite3.connect(tmp_path / "old" / "index.db")) as connection:
        connection.execute("UPDATE holds SET repeat = ? WHERE id = ?", (index._repeat(old[0]), old[0].envelope.id))
        connection.commit()
    quarantine = Quarantine(tmp_path / "old", create=False)
    repeat = again(old[0])
    quarantine.hold(repeat)
    found = quarantine.get(old[0].envelope.id)
    assert found is not None
    assert found.id == repeat.envelope.id
    assert files(quarantine) == {repeat.envelope.id, old[1].envelope.id}
    quarantine.close()


def test_the_rows_of_an_older_index_can_be_forgotten(tmp_path: Path, old: list[Hold]) -> None:
    quarantine = Quarantine(tmp_path / "old", create=False)
    assert len(quarantine.expire(Retention(1))) == 3
    assert files(quarantine) == set()
    quarantine.expire(Retention(1))
    for table in ("holds", "details", "recipients", "stand_ins"):
        assert quarantine._notes.read(f"SELECT count(*) FROM {table}") == [(0,)]
    assert quarantine._notes.read("SELECT rowid FROM words WHERE words MATCH 'example'") == []
    quarantine.close()
