import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.training import Training
from gatekeeper.stores.training_rows import MIGRATIONS, Change, Counted
from gatekeeper.stores.word_counts import SCHEMA, WordCounts

KEYS = [0, 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]
WORDS = [b"b", b"a\xff", b"Z", b"a", b"\xff"]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "training.db"
    counted = Counted(np.array(KEYS, np.uint64), WORDS, np.arange(5), np.arange(5)[::-1] + 1)
    training = Training(path)
    training.write(Change(words=[counted], messages=(7, 9)))
    training.close()
    return path


def test_it_reads_what_the_store_writes(store: Path) -> None:
    counts = WordCounts(store)
    assert counts.messages() == (7, 9)
    assert counts.number() == 5
    assert counts.of([KEYS[4], 5, KEYS[0], *KEYS]) == [
        (4, 1),
        (0, 0),
        (0, 5),
        *zip(range(5), range(5, 0, -1), strict=True),
    ]
    assert counts.of([]) == []
    assert counts.of(list(range(2, 3000)) + KEYS[:1])[-1] == (0, 5)
    assert list(counts.ascending()) == [(b"Z", 2, 3), (b"a", 3, 2), (b"a\xff", 1, 4), (b"b", 0, 5), (b"\xff", 4, 1)]
    counts.close()


def test_it_sees_one_moment(store: Path) -> None:
    counts = WordCounts(store)
    assert counts.messages() == (7, 9)
    training = Training(store)
    training.write(Change(messages=(1, 0)))
    assert counts.messages() == (7, 9)
    counts.close()
    again = WordCounts(store)
    assert again.messages() == (8, 9)
    again.close()
    training.close()


def test_it_knows_the_schema_there_is() -> None:
    assert len(MIGRATIONS) == SCHEMA


def test_another_schema_is_refused(store: Path) -> None:
    connection = sqlite3.connect(store)
    connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.close()
    with pytest.raises(StoreError, match="its schema is"):
        WordCounts(store)


def test_what_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"training\.db: nothing was learnt yet; learn some"):
        WordCounts(tmp_path / "training.db")
    (tmp_path / "training.db").write_bytes(b"x" * 4096)
    with pytest.raises(StoreError, match="put a backup in its place"):
        WordCounts(tmp_path / "training.db")
    assert [path.name for path in tmp_path.iterdir()] == ["training.db"]


def test_it_does_without_numpy() -> None:
    code = "import sys, gatekeeper.stores.word_counts; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
