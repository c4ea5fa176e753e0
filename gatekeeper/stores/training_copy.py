"""training_copy: the whole training store as one file, and back. Fails with `StoreError`; then nothing was changed."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from gatekeeper.stores import training_lock
from gatekeeper.stores.opening import StoreError, connect, explained
from gatekeeper.stores.training_rows import MIGRATIONS

_MAGIC = b"SQLite format 3\0"  # sqlite.org/fileformat2.html
_OURS = "name a file that `gatekeeper sa-learn --backup` wrote"


def write_copy(path: Path, out: IO[bytes]) -> None:
    """The store at `path` as it is at one moment, into `out`."""
    with (
        explained(path),
        closing(connect(path, MIGRATIONS, "FULL", create=False)) as connection,
        TemporaryDirectory(dir=path.parent) as scratch,
    ):
        copy = Path(scratch) / "copy"
        connection.execute("VACUUM INTO ?", (str(copy),))
        with copy.open("rb") as file:
            shutil.copyfileobj(file, out)


def restore(path: Path, copy: Path) -> None:
    """Put what `write_copy` wrote in the place of the store at `path`. The model is to be made anew after it."""
    with explained(copy), copy.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise StoreError(copy, "this is no copy of a training store", _OURS)
    with explained(copy), closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as source:
        _check(copy, source)
        with (
            training_lock.held(path.with_name("training.lock")),
            explained(path),
            closing(connect(path, MIGRATIONS, "FULL", create=True)) as into,
        ):
            source.backup(into)


def _check(copy: Path, source: sqlite3.Connection) -> None:
    (version,) = source.execute("PRAGMA user_version").fetchone()
    if version != len(MIGRATIONS):
        raise StoreError(copy, f"a copy of schema {version}, not {len(MIGRATIONS)} as is known here", _OURS)
    tables = {name for (name,) in source.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not {"state", "events", "words"} <= tables:
        raise StoreError(copy, "this is no copy of a training store", _OURS)
    (whole,) = source.execute("PRAGMA quick_check(1)").fetchone()
    if whole != "ok":
        raise StoreError(copy, f"the copy is damaged ({whole})", "take an older one")
