"""What came for an address is found in sorted blocks and behind them, in order, and it alone."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from gatekeeper.stores import journal_boxes, rows
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.journal_lists import Asked
from gatekeeper.values import Action, Fate, Outcome, Record, Verdict

from .samples import record

NOON = 1_700_006_400.0
BLOCK, COUNT = 16, 16 * 20 + 5
BOXES = [f"box{n}@company.example" for n in range(5)]


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_boxes, "BLOCK", BLOCK)


def letter(number: int, to: tuple[str, ...]) -> Record:
    kept = record(received_at=NOON + number)
    envelope = replace(kept.envelope, sender=f"from{number}@out.example", recipients=to)
    verdicts = dict.fromkeys(to, Verdict(Action.ACCEPT, "clean"))
    return replace(kept, envelope=envelope, verdicts=verdicts, outcomes=dict.fromkeys(to, Outcome(Fate.DELIVERED)))


@pytest.fixture
def mail() -> list[Record]:
    chance = random.Random(3)
    rare = ("rare@company.example",)
    return [letter(n, rare if n in (7, 200) else tuple(chance.sample(BOXES, 1 + n % 2))) for n in range(1, COUNT + 1)]


@pytest.fixture
def journal(tmp_path: Path, mail: list[Record]) -> Iterator[Journal]:
    """Written in batches of all lengths, over the ends of blocks and just up to them."""
    journal = Journal(tmp_path / "journal.db")
    left, lengths = mail, random.Random(5)
    while left:
        length = lengths.choice((1, 3, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK))
        journal._write(left[:length])
        left = left[length:]
    yield journal
    journal.close()


def expected(mail: list[Record], *addresses: str) -> list[str]:
    return [each.envelope.id for each in reversed(mail) if {*addresses} & {*each.envelope.recipients}]


def walked(journal: Journal, asked: Asked, limit: int) -> list[str]:
    """All pages, one behind the other, and the same ones backwards."""
    found, below, firsts = list[str](), 0, []
    while page := journal.page(asked, below=below, limit=limit):
        found += [line.id for line in page.lines]
        firsts.append(page)
        below = page.older
        if not below:
            break
    for before, behind in pairwise(firsts):
        assert journal.page(asked, above=behind.newer, limit=limit).lines == before.lines
    return found


@pytest.mark.parametrize("limit", [1, 7, 50, 1000])
@pytest.mark.parametrize(
    "boxes", [BOXES[:1], BOXES[1:4], ["rare@company.example"], ["RARE@Company.example"], ["x@y.z"]]
)
def test_everything_for_an_address_is_found_in_order(
    journal: Journal, mail: list[Record], boxes: list[str], limit: int
) -> None:
    assert walked(journal, Asked(recipients=tuple(boxes)), limit) == expected(mail, *map(str.lower, boxes))


@pytest.mark.parametrize(
    ("text", "boxes"), [("box3", [BOXES[3]]), ("RARE@", ["rare@company.example"]), ("nowhere", []), ("@company", None)]
)
def test_text_is_found_wherever_it_is(journal: Journal, mail: list[Record], text: str, boxes: list[str] | None) -> None:
    everybody = [*BOXES, "rare@company.example"]
    assert walked(journal, Asked(text=text), 20) == expected(mail, *(everybody if boxes is None else boxes))
    assert walked(journal, Asked(text=text, fate=Fate.DELIVERED), 20) == walked(journal, Asked(text=text), 50)


def test_a_sender_is_found_by_part_of_it(journal: Journal, mail: list[Record]) -> None:
    assert walked(journal, Asked(text="from77@"), 5) == [mail[76].envelope.id]


@pytest.mark.parametrize("first", [1, 15, 16, 17, 100, COUNT])
def test_a_time_bounds_what_is_looked_at(journal: Journal, mail: list[Record], first: int) -> None:
    asked = Asked(recipients=tuple(BOXES), since=NOON + first)
    assert walked(journal, asked, 30) == expected(mail[first - 1 :], *BOXES)


def test_what_is_counted_within_a_scope_is_all_of_it(journal: Journal, mail: list[Record]) -> None:
    assert sum(hour.messages for hour in journal.hours(NOON, (BOXES[2],))) == len(expected(mail, BOXES[2]))


def test_blocks_are_what_is_looked_up(journal: Journal, mail: list[Record]) -> None:
    """Nobody reads through recipients of blocks that are full."""
    with closing(sqlite3.connect(journal.path)) as store, store:
        assert store.execute("SELECT max(block), count(*) FROM boxes").fetchone() == (
            19,
            sum(len(each.envelope.recipients) for each in mail[: 20 * BLOCK - 1]),
        )
        store.execute("DELETE FROM boxes")
    assert walked(journal, Asked(recipients=tuple(BOXES)), 50) == expected(mail[20 * BLOCK - 1 :], *BOXES)


def test_what_stands_in_a_block_by_mistake_is_not_shown(journal: Journal, mail: list[Record]) -> None:
    with closing(sqlite3.connect(journal.path)) as store, store:
        store.execute("INSERT INTO boxes SELECT 3, 'x@y.z', number FROM recipients WHERE number / 16 = 3 AND place = 0")
    assert journal.page(Asked(recipients=("x@y.z",))).lines == ()
    assert journal.hours(NOON, ("x@y.z",)) == []


def test_blocks_are_forgotten_with_their_records(journal: Journal, mail: list[Record]) -> None:
    assert journal.prune(0) == COUNT
    with closing(sqlite3.connect(journal.path)) as store:
        assert store.execute("SELECT count(*) FROM boxes").fetchone() == (0,)
    journal._write(mail[:40])  # their numbers begin anew
    assert walked(journal, Asked(recipients=(BOXES[0],)), 50) == expected(mail[:40], BOXES[0])


def test_what_was_written_before_there_were_blocks_is_sorted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    path, count = tmp_path / "journal.db", journal_boxes.BLOCK + 10
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in (*rows.MIGRATIONS[0], *rows.MIGRATIONS[1]):
            connection.execute(statement)
        for number in range(1, count + 1):
            columns = (number, str(number), NOON, "s@x.example", "c", "accept", "clean", 1, "")
            connection.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", columns)
            to = (
                number,
                0,
                "Kim@x.example" if number % 1000 == 7 else "lee@x.example",
                0,
                "accept",
                "clean",
                "delivered",
            )
            connection.execute("INSERT INTO recipients VALUES (?, ?, ?, ?, ?, ?, ?, '', '')", to)
            connection.execute("INSERT INTO details VALUES (?, '')", (number,))
        connection.execute("PRAGMA user_version = 2")
    with closing(Journal(path)) as journal:
        numbers = [line.number for line in journal.page(Asked(recipients=("kim@x.example",))).lines]
        assert numbers == [4007, 3007, 2007, 1007, 7]
        with closing(sqlite3.connect(path)) as store:
            assert store.execute("SELECT count(*) FROM boxes WHERE block = 0").fetchone() == (journal_boxes.BLOCK - 1,)
