"""Owners survive; of two answers the later one holds; other questions have other answers."""

import sqlite3
import time
from pathlib import Path

import pytest

from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.owners import Owner, Owners

KIM, NOW = "kim@example.org", time.time()
DAY = 86_400.0


def kept(path: Path, *said: tuple[str, str, float], view: str = "v") -> Owners:
    owners = Owners(path, view)
    for one in said:
        owners.keep(*one)
    assert owners.flush()
    return owners


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "owners.db"


def test_an_owner_is_found_again_by_another_process(path: Path) -> None:
    kept(path, ("k.lee@example.org", KIM, NOW), (KIM, KIM, NOW)).close()
    assert Owners(path, "v").get("k.lee@example.org") == Owner(KIM, NOW)
    assert Owners(path, "v").get("lee@example.org") is None
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_made_before_there_is_something_to_keep(path: Path) -> None:
    owners = Owners(path, "v")
    assert owners.get(KIM) is None
    assert owners.prune(1, 1) == 0
    owners.close()
    assert not path.exists()


def test_another_question_has_other_answers(path: Path) -> None:
    kept(path, (KIM, KIM, NOW)).close()
    assert Owners(path, "other filter").get(KIM) is None


def test_the_later_answer_holds_whoever_writes_last(path: Path) -> None:
    owners = kept(path, (KIM, "new@example.org", NOW), (KIM, "old@example.org", NOW - 5))
    assert owners.get(KIM) == Owner("new@example.org", NOW)
    owners.forget(KIM, NOW - 5)
    owners.flush()
    assert owners.get(KIM) is not None
    owners.forget(KIM, NOW + 5)
    owners.flush()
    assert owners.get(KIM) is None


@pytest.mark.parametrize("odd", ["k'im@example.org", "k\0m@example.org", "kím@example.org", "k\udcedm@example.org"])
def test_odd_addresses_are_kept_like_others(path: Path, odd: str) -> None:
    assert kept(path, (odd, KIM, NOW)).get(odd) == Owner(KIM, NOW)


def test_what_is_old_or_too_much_goes_the_oldest_first(path: Path) -> None:
    owners = kept(path, *((f"{n}@example.org", "", NOW - n) for n in range(10)), ("old@example.org", "", NOW - 2 * DAY))
    assert owners.prune(DAY, 100) == 1
    assert owners.prune(DAY, 4) == 6
    assert [owners.get(f"{n}@example.org") is not None for n in range(10)] == [True] * 4 + [False] * 6


def test_a_damaged_file_is_told(path: Path) -> None:
    path.write_bytes(b"no database at all, but long enough to be one" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        Owners(path, "v").get(KIM)
    path.unlink()
    kept(path, (KIM, KIM, NOW)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer"):
        Owners(path, "v").get(KIM)
