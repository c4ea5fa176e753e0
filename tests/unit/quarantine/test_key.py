import stat
from multiprocessing import get_context
from pathlib import Path

import pytest

from gatekeeper.quarantine.key import signing_key
from gatekeeper.stores.opening import StoreError


def test_it_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "quarantine" / "release.key"
    key = signing_key(path)
    assert len(key) == 32
    assert signing_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["release.key"]


def test_every_place_has_its_own(tmp_path: Path) -> None:
    assert signing_key(tmp_path / "a") != signing_key(tmp_path / "b")


def test_processes_that_come_first_at_the_same_time_agree(tmp_path: Path) -> None:
    with get_context("fork").Pool(8) as pool:
        keys = pool.map(signing_key, [tmp_path / "release.key"] * 32, chunksize=1)
    assert len(set(keys)) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["release.key"]


def test_a_key_that_is_not_ours_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "release.key").write_bytes(b"short")
    with pytest.raises(StoreError, match=r"release\.key: not a key of 32 bytes; remove it"):
        signing_key(tmp_path / "release.key")
