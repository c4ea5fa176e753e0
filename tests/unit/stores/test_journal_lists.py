"""Pages of the journal and what came by the hour: all of what matches, in order, and nothing of others' mail."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.stores import journal_lists, rows, writer
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.journal_lists import Asked, Hop, Hour, Lines
from gatekeeper.values import Action, Fate, Outcome, Record, Verdict

from .samples import record

NOON = 1_700_006_400.0  # a full hour
ANNA, BOB = "anna@company.example", "bob@company.example"


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LINGER", 0.005)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db")
    yield journal
    journal.close()


def judged(kept: Record, **actions: Action) -> Record:
    """The record with other verdicts: `anna=Action.REJECT`."""
    verdicts = {f"{name}@company.example": Verdict(action, f"{action}-reason") for name, action in actions.items()}
    fates = {
        address: Outcome(Fate.HELD if v.action is Action.QUARANTINE else Fate.DELIVERED)
        for address, v in verdicts.items()
    }
    return replace(kept, verdicts=verdicts, outcomes=fates, envelope=replace(kept.envelope, recipients=tuple(verdicts)))


def keep(journal: Journal, *records: Record) -> list[str]:
    for each in records:
        journal.record(each)
        assert journal.flush()  # one by one, so that their numbers are in this order
    return [each.envelope.id for each in records]


def ids(lines: Lines) -> list[str]:
    return [line.id for line in lines.lines]


def test_pages_follow_each_other_to_the_end_and_back(journal: Journal) -> None:
    kept = keep(journal, *(record(f"s{n}@out.test") for n in range(7)))[::-1]
    first = journal.page(Asked(), limit=3)
    second = journal.page(Asked(), below=first.older, limit=3)
    third = journal.page(Asked(), below=second.older, limit=3)
    assert [ids(first), ids(second), ids(third)] == [kept[:3], kept[3:6], kept[6:]]
    assert not first.newer
    assert not third.older
    assert ids(journal.page(Asked(), above=third.newer, limit=3)) == kept[3:6]
    back = journal.page(Asked(), above=second.newer, limit=3)
    assert ids(back) == kept[:3]
    assert not back.newer
    assert back.older


def test_a_page_that_is_just_full_is_the_last(journal: Journal) -> None:
    keep(journal, *(record() for _ in range(3)))
    assert not journal.page(Asked(), limit=3).older


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(text="EVE"), [0]),
        (Asked(text="bob@"), [1, 2]),
        (Asked(text="e_e"), []),
        (Asked(text="%"), []),
        (Asked(action=Action.QUARANTINE), [1]),
        (Asked(reason="accept-*"), [0, 2]),
        (Asked(fate=Fate.HELD), [1]),
        (Asked(since=NOON + 3600), [1, 2]),
        (Asked(until=NOON + 3600), [0]),
        (Asked(text="bob", action=Action.ACCEPT), [2]),
        (Asked(recipients=(ANNA,)), [0, 1]),
        (Asked(recipients=(ANNA.upper(),)), [0, 1]),
        (Asked(recipients=(BOB,), text="anna"), []),
        (Asked(recipients=(BOB,), fate=Fate.HELD), []),
        (Asked(recipients=(BOB,), action=Action.QUARANTINE), []),
        (Asked(recipients=()), []),
    ],
)
def test_all_that_is_asked_for_must_be_true(journal: Journal, asked: Asked, found: list[int]) -> None:
    kept = keep(
        journal,
        judged(record("eve@out.test", received_at=NOON), anna=Action.ACCEPT),
        judged(record("mallory@out.test", received_at=NOON + 3600), anna=Action.QUARANTINE, bob=Action.ACCEPT),
        judged(record("trent@out.test", received_at=NOON + 7200), bob=Action.ACCEPT),
    )
    assert ids(journal.page(asked)) == [kept[n] for n in reversed(found)]


def test_within_a_scope_nothing_is_said_of_others(journal: Journal) -> None:
    keep(journal, judged(record(), anna=Action.ACCEPT, bob=Action.REJECT))
    (theirs,) = journal.page(Asked(recipients=(ANNA,))).lines
    (whole,) = journal.page(Asked()).lines
    assert [one.address for one in theirs.recipients] == [ANNA]
    assert (theirs.action, theirs.reason) == ("accept", "accept-reason")
    assert (whole.action, whole.reason) == ("reject", "reject-reason")
    assert [one.address for one in whole.recipients] == [ANNA, BOB]


def test_what_came_is_counted_by_hour_and_verdict(journal: Journal) -> None:
    keep(
        journal,
        judged(record(received_at=NOON - 1), anna=Action.REJECT),
        judged(record(received_at=NOON), anna=Action.ACCEPT),
        judged(record(received_at=NOON + 3599), anna=Action.ACCEPT, bob=Action.ACCEPT),
        judged(record(received_at=NOON + 3600), bob=Action.REJECT),
    )
    later = Hour(int(NOON) + 3600, "reject", "reject-reason", 1)
    assert journal.hours(NOON + 1800) == [Hour(int(NOON), "accept", "accept-reason", 2), later]
    assert journal.hours(NOON, (BOB,)) == [Hour(int(NOON), "accept", "accept-reason", 1), later]


def test_several_in_one_batch_are_all_counted(journal: Journal) -> None:
    for _ in range(200):
        journal.record(record(received_at=NOON))
    assert journal.flush()
    assert journal.hours(NOON) == [Hour(int(NOON), "accept", "clean", 200)]


def test_what_came_before_it_was_counted_is_counted_too(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(sqlite3.connect(path)) as connection:
        for statement in rows.MIGRATIONS[0]:
            connection.execute(statement)
        for number in range(3):
            columns = (number + 1, str(number), NOON + number * 3600, "s", "c", "reject", "gtube", 1, "")
            connection.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", columns)
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    with closing(Journal(path)) as journal:
        assert [(hour.start - NOON, hour.reason, hour.messages) for hour in journal.hours(NOON + 3600)] == [
            (3600, "gtube", 1),
            (7200, "gtube", 1),
        ]


def test_hours_are_forgotten_with_their_records(journal: Journal) -> None:
    keep(journal, record(received_at=NOON))
    assert journal.prune(30) == 1
    assert journal.hours(0) == []


def test_the_most_frequent_senders_of_what_was_kept_back(journal: Journal) -> None:
    keep(
        journal,
        judged(record("old@out.test", received_at=NOON - 90_000), anna=Action.REJECT),
        *(judged(record("eve@out.test", received_at=NOON), anna=Action.REJECT) for _ in range(3)),
        *(judged(record("mallory@out.test", received_at=NOON), anna=Action.QUARANTINE) for _ in range(2)),
        judged(record("trent@out.test", received_at=NOON), anna=Action.ACCEPT),
    )
    both = (Action.REJECT, Action.QUARANTINE)
    assert journal.senders(both, NOON) == [("eve@out.test", 3), ("mallory@out.test", 2)]
    assert journal.senders(both, NOON, limit=1) == [("eve@out.test", 3)]


def test_where_a_time_begins_is_found_by_halves(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_lists, "_DISORDER", 0.0)
    keep(journal, *(record(received_at=NOON + 10 * n) for n in range(20)))
    read = journal._database.read
    for n in range(20):
        assert journal_lists._number_at(read, NOON + 10 * n) == n + 1
    assert journal_lists._number_at(read, NOON + 1000) == 21


def test_how_next_hops_take_what_they_are_given(journal: Journal) -> None:
    def to(hop: str, fate: Fate, reply: str, at: float = NOON) -> Record:
        return replace(record(received_at=at), outcomes={"bob@example.org": Outcome(fate, hop, reply)})

    keep(
        journal,
        to("[10.0.0.5]:25", Fate.DELIVERED, "250 Ok"),
        to("[10.0.0.5]:25", Fate.REFUSED, "450 first", NOON + 1),
        to("[10.0.0.5]:25", Fate.REFUSED, "451 last", NOON + 2),
        to("[10.0.0.6]:25", Fate.DELIVERED, "250 Ok"),
        to("[10.0.0.6]:25", Fate.RELEASED, "250 Ok"),
        to("", Fate.REFUSED, "550 ours"),
    )
    assert journal.hops(NOON) == [Hop("[10.0.0.5]:25", 3, 1, "451 last", NOON + 2), Hop("[10.0.0.6]:25", 2, 2)]
    assert journal.hops(NOON + 90_000) == []


def test_an_empty_journal_has_nothing(journal: Journal) -> None:
    assert journal.page(Asked()) == Lines()
    assert journal.page(Asked(since=NOON)) == Lines()
    assert journal.hours(NOON) == []
    assert journal.senders((Action.REJECT,), NOON) == []
    assert journal.hops(NOON) == []
