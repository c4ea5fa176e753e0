import mailbox
import stat
from pathlib import Path

import pytest

from gatekeeper.quarantine.hold import OPEN

from .stored import RAW, Stored

FROM_LINES = b"Subject: x\r\n\r\nFrom here\r\n>From there\r\n"


def test_a_directory_has_each_byte_for_byte(stored: Stored, tmp_path: Path) -> None:
    first, second = stored.add(raw=bytes(range(256))), stored.add(raw=RAW)
    result = stored.run("quarantine", "export", first, second, "--directory", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "2 of 2 written" in result.stderr
    assert (tmp_path / "out" / f"{first}.eml").read_bytes() == bytes(range(256))
    assert (tmp_path / "out" / f"{second}.eml").read_bytes() == RAW
    assert stat.S_IMODE((tmp_path / "out" / f"{first}.eml").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_an_mbox_is_one_that_others_read(stored: Stored, tmp_path: Path) -> None:
    stored.add(raw=FROM_LINES)
    stored.add(raw=RAW, sender="eve@c.test")
    box = tmp_path / "held.mbox"
    assert stored.run("quarantine", "export", "--recipient", "*", "--mbox", str(box)).exit_code == 0
    assert stat.S_IMODE(box.stat().st_mode) == 0o600
    read = [*mailbox.mbox(box, create=False)]
    assert [message.get_from().split()[0] for message in read] == ["eve@c.test", "a@b.test"]
    assert read[1].get_payload() == ">From here\n>From there\n"
    assert b"\r" not in box.read_bytes()


@pytest.mark.parametrize("sender", ["", "two words@b.test", "a\nFrom x@y.test", "ü@b.test", "a\x1b@b.test"])
def test_no_sender_breaks_the_line_that_parts_messages(stored: Stored, tmp_path: Path, sender: str) -> None:
    stored.add(raw=FROM_LINES, sender=sender)
    box = tmp_path / "held.mbox"
    assert stored.run("quarantine", "export", "--recipient", "*", "--mbox", str(box)).exit_code == 0
    (message,) = mailbox.mbox(box, create=False)
    assert message.get_from().split()[0] == "MAILER-DAEMON"


@pytest.mark.parametrize("way", ["--mbox", "--directory"])
def test_no_file_is_written_over(stored: Stored, tmp_path: Path, way: str) -> None:
    held = stored.add()
    there = tmp_path / "there"
    target = there / f"{held}.eml" if way == "--directory" else there
    target.parent.mkdir(exist_ok=True)
    target.write_text("mine")
    result = stored.run("quarantine", "export", held, way, str(there))
    assert result.exit_code == 1
    assert f"{target}: " in result.stderr
    assert target.read_text() == "mine"


def test_what_cannot_be_had_does_not_keep_the_others(stored: Stored, tmp_path: Path) -> None:
    first, last = stored.add(raw=b"1"), stored.add(raw=b"2")
    (stored.quarantine.directory / "messages" / f"{first}.eml").unlink()
    result = stored.run("quarantine", "export", first, "../../x", last, "--directory", str(tmp_path))
    assert result.exit_code == 1
    assert "1 of 3 written" in result.stderr
    assert sorted(path.name for path in tmp_path.glob("**/*.eml") if path.parent == tmp_path) == [f"{last}.eml"]
    assert stored.quarantine.get(last).outcomes["bob@own.test"].fate in OPEN  # it stays held
