"""schema: the tables of accounts. Of what signs somebody in, sessions, links and tokens, only digests are kept."""

from hashlib import sha256

MIGRATIONS = (
    (
        """CREATE TABLE users (
            name TEXT PRIMARY KEY COLLATE NOCASE,
            role TEXT NOT NULL,
            secret TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE mailboxes (
            name TEXT NOT NULL COLLATE NOCASE,
            address TEXT NOT NULL,
            PRIMARY KEY (name, address)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE sessions (
            id BLOB PRIMARY KEY,
            way TEXT NOT NULL,
            name TEXT NOT NULL COLLATE NOCASE,
            role TEXT NOT NULL,
            mailboxes TEXT NOT NULL,
            ends_at REAL NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX sessions_of ON sessions (name)",
        """CREATE TABLE links (
            token BLOB PRIMARY KEY,
            address TEXT NOT NULL,
            ends_at REAL NOT NULL
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE attempts (
            who BLOB PRIMARY KEY,
            level REAL NOT NULL,
            at REAL NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX ages ON attempts (at)",
    ),
    (
        """CREATE TABLE tokens (
            name TEXT PRIMARY KEY COLLATE NOCASE,
            secret BLOB NOT NULL UNIQUE,
            scope TEXT NOT NULL,
            mailboxes TEXT NOT NULL,
            made_at REAL NOT NULL,
            ends_at REAL
        ) STRICT""",
    ),
    ("ALTER TABLE sessions ADD COLUMN asked_at REAL NOT NULL DEFAULT 0",),
)


def digest(secret: str) -> bytes:
    """What is kept of a secret. It is random and long, so nobody guesses it from this."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
