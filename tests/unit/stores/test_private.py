import os
import stat
from pathlib import Path

import pytest

from gatekeeper.stores import private


@pytest.fixture
def _generous_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("_generous_umask")
def test_nobody_else_may_read(tmp_path: Path) -> None:
    directory = tmp_path / "state" / "quarantine"
    private.make_directory(directory)
    os.close(private.create(directory / "file"))
    assert [_mode(directory.parent), _mode(directory), _mode(directory / "file")] == [0o700, 0o700, 0o600]


def test_a_file_that_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(FileExistsError):
        private.create(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "kept"


def test_a_link_laid_out_as_a_trap_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "file").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        private.create(tmp_path / "file")
    assert not (tmp_path / "elsewhere").exists()


def test_a_directory_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    private.make_directory(tmp_path)
    assert _mode(tmp_path) == 0o750


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_belongs_to_the_owner_of_the_directory(tmp_path: Path) -> None:
    os.chown(tmp_path, 4711, 4712)
    private.make_directory(tmp_path / "sub")
    os.close(private.create(tmp_path / "sub" / "file"))
    for path in (tmp_path / "sub", tmp_path / "sub" / "file"):
        assert (path.stat().st_uid, path.stat().st_gid) == (4711, 4712)


def test_file_and_directory_are_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
    )
    private.close_synced(private.create(tmp_path / "file"), tmp_path)
    assert synced == [str(tmp_path / "file"), str(tmp_path)]
