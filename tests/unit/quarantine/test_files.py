import os
import stat
from pathlib import Path

import pytest

from gatekeeper.quarantine.files import Files
from gatekeeper.values import new_id


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "messages")


@pytest.mark.parametrize(
    "segments",
    [
        [],
        [b""],
        [b"one"],
        [b"one", b"", memoryview(b"two"), bytearray(b"three")],
        [b"%d\r\n" % number for number in range(5000)],
        [memoryview(bytes(range(256))).cast("H")],
    ],
)
def test_the_bytes_come_back(files: Files, segments: list[bytes]) -> None:
    message = new_id()
    size = files.write(message, segments)
    assert files.read(message) == b"".join(bytes(segment) for segment in segments)
    assert size == len(files.read(message))


def test_a_write_that_is_cut_short_goes_on(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    writev = os.writev
    monkeypatch.setattr(os, "writev", lambda descriptor, views: writev(descriptor, [views[0][:3]]))
    message = new_id()
    files.write(message, [b"abcdefgh", b"ij", b"klmnop"])
    assert files.read(message) == b"abcdefghijklmnop"


def test_nobody_else_may_read(files: Files) -> None:
    before = os.umask(0)
    try:
        files.write(message := new_id(), [b"secret"])
    finally:
        os.umask(before)
    assert stat.S_IMODE(files.path(message).stat().st_mode) == 0o600
    assert stat.S_IMODE(files.directory.stat().st_mode) == 0o700


def test_bytes_and_name_are_synced_before_it_returns(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(new_id(), [b"the first makes the directory"])
    deeds: list[tuple[str, str]] = []

    def watched(name: str):
        original = getattr(os, name)

        def call(descriptor: int, *arguments: object) -> object:
            deeds.append((name, Path(f"/proc/self/fd/{descriptor}").readlink().name))
            return original(descriptor, *arguments)

        return call

    for name in ("writev", "fsync", "close"):
        monkeypatch.setattr(os, name, watched(name))
    message = new_id()
    files.write(message, [b"kept"])
    file, directory = f"{message}.eml", files.directory.name
    assert deeds == [
        ("writev", file),
        ("fsync", file),
        ("close", file),
        ("fsync", directory),
        ("close", directory),
    ]


def test_what_cannot_be_written_leaves_no_file(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, views: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "writev", full)
    open_before = set(Path("/proc/self/fd").iterdir())
    with pytest.raises(OSError, match="No space left"):
        files.write(new_id(), [b"kept"])
    assert list(files.directory.iterdir()) == []
    assert set(Path("/proc/self/fd").iterdir()) == open_before


def test_a_file_is_never_overwritten(files: Files) -> None:
    message = new_id()
    files.write(message, [b"first"])
    with pytest.raises(FileExistsError):
        files.write(message, [b"second"])
    assert files.read(message) == b"first"


HOSTILE = ("", "../../etc/passwd", "/etc/passwd", "t411vhxrypjg", "t411vhxrypjg99", "t411vhxrypj/9", "T411VHXRYPJG9")


@pytest.mark.parametrize("hostile", [*HOSTILE, "t411vhxrypj\x00", "............."])
def test_only_an_id_becomes_a_path(files: Files, hostile: str) -> None:
    for use in (files.path, files.read, files.remove, files.claim, lambda text: files.write(text, [b"x"])):
        with pytest.raises(ValueError, match="not an id"):
            use(hostile)


def test_removing_what_is_gone_is_no_error(files: Files) -> None:
    files.remove(new_id())


def test_a_claim_is_for_one_and_ends_when_closed(files: Files) -> None:
    files.write(message := new_id(), [b"x"])
    first = files.claim(message)
    assert first is not None
    assert files.claim(message) is None
    first.close()
    second = files.claim(message)
    assert second is not None
    second.close()


def test_a_claim_holds_against_other_processes_and_dies_with_its_owner(files: Files) -> None:
    files.write(message := new_id(), [b"x"])
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        claim = files.claim(message)
        os.write(writing, b"1" if claim else b"0")
        while True:
            os.read(os.open("/dev/zero", os.O_RDONLY), 1 << 20)
    try:
        assert os.read(reading, 1) == b"1"
        assert files.claim(message) is None
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    claim = files.claim(message)
    assert claim is not None
    claim.close()


def test_only_messages_older_than_that_are_listed(files: Files) -> None:
    assert list(files.older(2e9)) == []
    for name, age in (("t411vhxrypjg1", 100), ("t411vhxrypjg2", 300)):
        files.write(name, [b"x"])
        os.utime(files.path(name), (age, age))
    (files.directory / "README").write_text("not ours")
    assert list(files.older(200)) == ["t411vhxrypjg1"]
