"""What comes back is what was written by us, or a reason why not."""

import os
import stat
import time

import pytest

from gatekeeper.stores import pattern_cache
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.pattern_cache import Damaged, PatternCache

NAME = "0" * 64


@pytest.fixture
def cache(tmp_path):
    return PatternCache(tmp_path / "state" / "patterns")


def test_a_database_comes_back_and_nobody_else_may_read_it(cache):
    assert cache.read(NAME) is None
    cache.write(NAME, b"first")
    cache.write(NAME, bytes(range(256)) * 1000)
    assert cache.read(NAME) == bytes(range(256)) * 1000
    assert [path.name for path in cache.directory.iterdir()] == [NAME]
    assert stat.S_IMODE((cache.directory / NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.directory.stat().st_mode) == 0o700


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b"", lambda b: b"X" + b[1:]])
def test_one_that_was_changed_is_told(cache, spoil):
    cache.write(NAME, b"database" * 9)
    path = cache.directory / NAME
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(Damaged, match=r"not the bytes that were written; it is made anew"):
        cache.read(NAME)
    cache.write(NAME, b"anew")
    assert cache.read(NAME) == b"anew"


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_one_that_others_can_write_is_not_used(cache, mode):
    cache.write(NAME, b"database")
    (cache.directory / NAME).chmod(mode)
    with pytest.raises(Damaged, match="another account"):
        cache.read(NAME)


def test_one_of_another_account_is_not_used(cache, monkeypatch):
    cache.write(NAME, b"database")
    monkeypatch.setattr(pattern_cache.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(Damaged, match="another account"):
        cache.read(NAME)


def test_a_link_is_not_followed(cache, tmp_path):
    cache.write("1" * 64, b"database")
    (cache.directory / NAME).symlink_to(cache.directory / ("1" * 64))
    with pytest.raises(StoreError):
        cache.read(NAME)


def test_a_pipe_is_not_waited_for(cache):
    cache.write("name", b"database")
    path = cache.directory / "name"
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(Damaged):
        cache.read("name")


def test_what_cannot_be_written_is_a_store_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        PatternCache(tmp_path / "file" / "patterns").write(NAME, b"x")


def test_what_nobody_wants_any_more_goes_after_a_while(cache):
    long_ago = time.time() - pattern_cache.KEPT - 60
    for name in ("wanted", "old", "new", "old.123"):
        cache.write(name, b"x")
        if name != "new":
            os.utime(cache.directory / name, (long_ago, long_ago))
    cache.prune({"wanted"})
    assert sorted(path.name for path in cache.directory.iterdir()) == ["new", "wanted"]
    assert (cache.directory / "wanted").stat().st_mtime > long_ago + 60
    PatternCache(cache.directory / "none").prune(set())
