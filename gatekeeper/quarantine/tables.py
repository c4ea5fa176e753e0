"""tables: the schema of the quarantine's index, and how an older one becomes it.

    holds        one message: `number` is the microsecond at which it was held, or the next free one, so that the order
                 of numbers is that of time, and every list can be read in it
    details      envelope and verdicts of each, apart, because lists do not look at them
    recipients   for whom it is held: `state` sums up `fate` for the indexes; it stays as it is when a hold is confirmed
    words        where subject, sender and recipients are searched, without their text; the beginnings of words, kept by
                 their length, cost a quarter more room, and are found as fast as whole words
    stock        how many messages have their file, and the bytes of these, kept up to date by triggers
    kinds        for how many recipients something is held, by state and kind, likewise
    stand_ins    see `index`
    spent        release tokens that were used
    trail        what people did, and `trail_ends` what came of it; see `audit`
    doomed       what was deleted and can come back; see `deletion`

The rows of an older index get what they lack from their message files, as far as those are there.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from gatekeeper.quarantine import rows
from gatekeeper.quarantine.files import Files
from gatekeeper.quarantine.subject import LOOKED_AT, subject


def _renew(connection: sqlite3.Connection) -> None:
    """Bring the rows of the first schema over, in the order of their time."""
    (index,) = (row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main")
    files = Files(Path(index).parent / "messages")
    number = 0
    holds = "SELECT id, repeat, stored, detail, held_at, size, sha256 FROM old_holds ORDER BY held_at, id"
    recipients = "SELECT address, verdict, fate, hop, reply FROM old_recipients WHERE id = ? ORDER BY place"
    with closing(connection.execute(holds)) as found:
        for hold_id, repeat, stored, *hold in found:
            held = rows.restored((*hold, _subject(files, hold_id)), connection.execute(recipients, (hold_id,)))
            number = max(number + 1, rows.number_of(held.held_at))
            rows.insert(connection, number, held, rows.State(repeat, stored))


def _subject(files: Files, hold_id: str) -> str:
    try:
        return subject([files.read(hold_id, LOOKED_AT)])
    except (OSError, ValueError):  # it has expired; or an operator wrote the row
        return ""


_FIRST = (
    """CREATE TABLE holds (
        id TEXT PRIMARY KEY,
        held_at REAL NOT NULL,
        sender TEXT NOT NULL COLLATE NOCASE,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        repeat BLOB,
        stored INTEGER NOT NULL DEFAULT 1,
        detail TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX holds_by_repeat ON holds (repeat) WHERE repeat IS NOT NULL",
    "CREATE INDEX holds_by_time ON holds (held_at)",
    """CREATE TABLE recipients (
        id TEXT NOT NULL,
        place INTEGER NOT NULL,
        address TEXT NOT NULL COLLATE NOCASE,
        verdict INTEGER NOT NULL,
        reason TEXT NOT NULL COLLATE NOCASE,
        fate TEXT NOT NULL,
        hop TEXT NOT NULL DEFAULT '',
        reply TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (id, place)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX recipients_by_address ON recipients (address)",
    "CREATE TABLE stand_ins (id TEXT PRIMARY KEY, hold TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX stand_ins_by_hold ON stand_ins (hold)",
    "CREATE TABLE spent (token TEXT PRIMARY KEY, expires REAL NOT NULL) STRICT, WITHOUT ROWID",
)

_SECOND = (
    "ALTER TABLE holds RENAME TO old_holds",
    "ALTER TABLE recipients RENAME TO old_recipients",
    """CREATE TABLE holds (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        held_at REAL NOT NULL,
        sender TEXT NOT NULL COLLATE NOCASE,
        subject TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        repeat BLOB,
        stored INTEGER NOT NULL
    ) STRICT""",
    "CREATE TABLE details (number INTEGER PRIMARY KEY, detail TEXT NOT NULL) STRICT",
    """CREATE TABLE recipients (
        number INTEGER NOT NULL,
        place INTEGER NOT NULL,
        address TEXT NOT NULL COLLATE NOCASE,
        sender TEXT NOT NULL COLLATE NOCASE,
        verdict INTEGER NOT NULL,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL COLLATE NOCASE,
        score REAL NOT NULL,
        state TEXT NOT NULL,
        fate TEXT NOT NULL,
        hop TEXT NOT NULL,
        reply TEXT NOT NULL,
        PRIMARY KEY (number, place)
    ) STRICT, WITHOUT ROWID""",
    """CREATE VIRTUAL TABLE words USING fts5(
        sender, subject, recipients,
        content='', columnsize=0, tokenize='unicode61', prefix='3 4 5 6 7 8 9 10 11 12'
    )""",
    _renew,
    "DROP TABLE old_holds",
    "DROP TABLE old_recipients",
    "CREATE UNIQUE INDEX holds_by_repeat ON holds (repeat) WHERE repeat IS NOT NULL",
    "CREATE INDEX holds_stored ON holds (number) WHERE stored",
    "CREATE INDEX recipients_by_state ON recipients (state, number)",
    "CREATE INDEX recipients_unconfirmed ON recipients (number) WHERE fate = 'unconfirmed'",
    "CREATE INDEX recipients_by_kind ON recipients (state, kind, number)",
    "CREATE INDEX recipients_by_reason ON recipients (state, reason, number)",
    "CREATE INDEX recipients_by_sender ON recipients (state, sender, number)",
    "CREATE INDEX recipients_by_address ON recipients (state, address, number)",
)

_TRAIL = (
    """CREATE TABLE trail (
        entry INTEGER PRIMARY KEY AUTOINCREMENT,
        time REAL NOT NULL,
        who TEXT NOT NULL,
        role TEXT NOT NULL,
        act TEXT NOT NULL,
        hold TEXT NOT NULL,
        recipients TEXT NOT NULL,
        undoes INTEGER
    ) STRICT""",
    "CREATE INDEX trail_by_hold ON trail (hold)",
    "CREATE INDEX trail_by_undone ON trail (undoes) WHERE undoes IS NOT NULL",
    """CREATE TABLE trail_ends (
        entry INTEGER PRIMARY KEY,
        time REAL NOT NULL,
        done INTEGER NOT NULL,
        detail TEXT NOT NULL,
        back TEXT NOT NULL,
        offered TEXT NOT NULL
    ) STRICT""",
    *(
        f"""CREATE TRIGGER {table}_stays_{deed.lower()} BEFORE {deed} ON {table}
            BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"""
        for table in ("trail", "trail_ends")
        for deed in ("UPDATE", "DELETE")
    ),
    "CREATE TABLE doomed (entry INTEGER PRIMARY KEY, id TEXT NOT NULL, due REAL NOT NULL) STRICT",
    "CREATE INDEX doomed_by_id ON doomed (id)",
)

_STOCK = (
    "CREATE TABLE stock (messages INTEGER NOT NULL, size INTEGER NOT NULL) STRICT",
    "INSERT INTO stock SELECT count(*), coalesce(sum(size), 0) FROM holds WHERE stored",
    """CREATE TRIGGER holds_come AFTER INSERT ON holds WHEN new.stored BEGIN
        UPDATE stock SET messages = messages + 1, size = size + new.size;
    END""",
    """CREATE TRIGGER holds_go AFTER DELETE ON holds WHEN old.stored BEGIN
        UPDATE stock SET messages = messages - 1, size = size - old.size;
    END""",
    """CREATE TRIGGER holds_change AFTER UPDATE OF stored ON holds WHEN old.stored <> new.stored BEGIN
        UPDATE stock SET messages = messages + new.stored - old.stored,
            size = size + new.size * (new.stored - old.stored);
    END""",
)

_COUNT = """INSERT INTO kinds VALUES (new.state, new.kind, 1)
        ON CONFLICT DO UPDATE SET recipients = recipients + 1;"""
_UNCOUNT = "UPDATE kinds SET recipients = recipients - 1 WHERE state = old.state AND kind = old.kind;"

_KINDS = (
    """CREATE TABLE kinds (
        state TEXT NOT NULL,
        kind TEXT NOT NULL,
        recipients INTEGER NOT NULL,
        PRIMARY KEY (state, kind)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO kinds SELECT state, kind, count(*) FROM recipients GROUP BY 1, 2",
    f"CREATE TRIGGER recipients_come AFTER INSERT ON recipients BEGIN {_COUNT} END",
    f"CREATE TRIGGER recipients_go AFTER DELETE ON recipients BEGIN {_UNCOUNT} END",
    f"""CREATE TRIGGER recipients_change AFTER UPDATE OF state, kind ON recipients
        WHEN old.state <> new.state OR old.kind <> new.kind BEGIN {_UNCOUNT} {_COUNT} END""",
    # With the sender in it, a pattern that no index can look up is compared without reading the table.
    "DROP INDEX recipients_by_state",
    "CREATE INDEX recipients_by_state ON recipients (state, number, sender)",
)

MIGRATIONS = (_FIRST, _SECOND, _TRAIL, _STOCK, _KINDS)
