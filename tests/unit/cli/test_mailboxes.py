import io
import os
import sys
import threading
from pathlib import Path

import pytest

from gatekeeper.cli import mailboxes as module
from gatekeeper.cli.mailboxes import Mailboxes, UnreadableError

from .lessons import HAM, SPAM, directory, mail, mails, mbox

ONE, TWO, THREE = mails(HAM, 3)


def opened(*names: str) -> tuple[Mailboxes, list[str]]:
    told: list[str] = []
    return Mailboxes(names, told.append), told


def found(*names: str) -> list[tuple[str, bytes]]:
    boxes, told = opened(*names)
    assert told == []
    return [(boxes.name(number), boxes.read(number)) for number in range(len(boxes))]


def test_an_mbox_is_counted_before_it_is_read(tmp_path: Path) -> None:
    path = mbox(tmp_path / "m", [ONE, TWO])
    boxes, _ = opened(path)
    assert len(boxes) == 2
    assert found(path) == [(f"{path}:1", ONE), (f"{path}:2", TWO)]


def test_a_message_is_a_file_and_so_is_an_mbox_of_one(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(ONE)
    alone = mbox(tmp_path / "m", [TWO])
    assert found(str(tmp_path / "one.eml"), alone) == [(str(tmp_path / "one.eml"), ONE), (alone, TWO)]


def test_only_an_mbox_has_quoted_lines(tmp_path: Path) -> None:
    raw = b"Subject: q\n\n>From me\n"
    (tmp_path / "one.eml").write_bytes(raw)
    assert found(str(tmp_path / "one.eml"))[0][1] == raw
    assert found(mbox(tmp_path / "m", [b"Subject: q\n\nx\nFrom me\n"]))[0][1] == b"Subject: q\n\nx\nFrom me\n"


def test_a_maildir_by_the_time_of_its_names_without_what_is_not_delivered(tmp_path: Path) -> None:
    path = directory(
        tmp_path / "M",
        {"cur/9.a:2,S": ONE, "new/10.b": TWO, "cur/100.c:2,": THREE, "tmp/11.d": ONE, "cur/.hidden": ONE, "index": ONE},
    )
    assert [raw for _, raw in found(path)] == [ONE, TWO, THREE]


def test_an_mh_folder_by_its_numbers_without_what_is_deleted(tmp_path: Path) -> None:
    path = directory(tmp_path / "inbox", {"10": TWO, "9": ONE, ",8": ONE, ".mh_sequences": b"cur: 9\n", "notes": THREE})
    assert found(path) == [(f"{path}/9", ONE), (f"{path}/10", TWO)]


def test_a_directory_of_files_in_which_one_is_an_mbox(tmp_path: Path) -> None:
    path = directory(tmp_path / "d", {"1.eml": ONE, "2.eml": TWO, ".x": THREE, "below/3.eml": THREE})
    mbox(tmp_path / "d" / "3.mbox", [THREE, ONE])
    assert [name.rpartition("/")[2] for name, _ in found(path)] == ["1.eml", "2.eml", "3.mbox:1", "3.mbox:2"]


@pytest.mark.parametrize("messages", [[ONE], [ONE, TWO]])
def test_standard_input_is_an_mbox_or_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, messages: list[bytes]
) -> None:
    raw = Path(mbox(tmp_path / "m", messages)).read_bytes() if len(messages) > 1 else messages[0]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert [raw for _, raw in found("-")] == messages


def test_what_comes_through_a_pipe(tmp_path: Path) -> None:
    """As the shell hands over `<(zcat old.gz)`."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(ONE))
    writer.start()
    assert [raw for _, raw in found(str(pipe))] == [ONE]
    writer.join()


WRONG = {
    "empty": (b"", "it is empty"),
    "blank": (b"\n\n \n", "it is empty"),
    "page.html": (b"<!DOCTYPE html>\n<html><body>hello</body></html>\n", "neither a message nor an mbox"),
    "paper.pdf": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "neither a message nor an mbox"),
    "junk": (bytes(range(256)) * 20, "neither a message nor an mbox"),
    "program": (b"\x7fELF\x02\x01\x01" + bytes(60) + b"\nname: x\n", "neither a message nor an mbox"),
    "prose": (b"From here on\nit is prose.\n", "neither a message nor an mbox"),
    "old.gz": (b"\x1f\x8b\x08\x00more", "zcat"),
    "mail.zip": (b"PK\x03\x04more", "unpack it first"),
    "outlook.pst": (b"!BDNmore", "readpst"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_mail_is_named_with_what_to_do_and_the_rest_goes_on(tmp_path: Path, name: str) -> None:
    content, said = WRONG[name]
    (tmp_path / name).write_bytes(content)
    boxes, told = opened(str(tmp_path / name), mbox(tmp_path / "m", [ONE, TWO]))
    assert len(told) == 1
    assert told[0].startswith(f"{tmp_path / name}: ")
    assert said in told[0]
    assert [boxes.read(number) for number in range(len(boxes))] == [ONE, TWO]


def test_what_is_not_there_or_holds_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    boxes, told = opened(str(tmp_path / "absent"), str(tmp_path / "d"), "/dev/null")
    assert len(boxes) == 0
    assert "absent: No such file" in told[0]
    assert "no message in it" in told[1]
    assert "neither a file nor a directory" in told[2]


def test_what_vanishes_or_is_cut_off_between_counting_and_reading_is_told(tmp_path: Path) -> None:
    path = directory(tmp_path / "M", {"cur/1": ONE, "cur/2": TWO})
    box = mbox(tmp_path / "m", [ONE, TWO])
    boxes, _ = opened(path, box)
    (tmp_path / "M" / "cur" / "1").unlink()
    os.truncate(box, 200)
    with pytest.raises(UnreadableError, match="No such file"):
        boxes.read(0)
    assert boxes.read(1) == TWO
    with pytest.raises(UnreadableError, match="cut off"):
        boxes.read(3)


def test_an_empty_message_in_an_mbox_is_no_message(tmp_path: Path) -> None:
    boxes, _ = opened(mbox(tmp_path / "m", [b"\n", ONE]))
    with pytest.raises(UnreadableError, match="empty"):
        boxes.read(0)
    assert boxes.read(1) == ONE


def test_a_message_that_is_none_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = ONE + b"x" * 2000
    (tmp_path / "l.eml").write_bytes(large)
    path = mbox(tmp_path / "m", [large, ONE])
    monkeypatch.setattr(module, "MOST", 2000)
    boxes, _ = opened(str(tmp_path / "l.eml"), path)
    for number in (0, 1):
        with pytest.raises(UnreadableError, match="the most is"):
            boxes.read(number)
    assert boxes.read(2) == ONE


def test_a_large_file_is_mapped_and_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = mbox(tmp_path / "m", mails(SPAM, 50))
    monkeypatch.setattr(module, "_MAPPED", 1)
    assert [raw for _, raw in found(path)] == mails(SPAM, 50)


def test_many_files_are_not_held_open(tmp_path: Path) -> None:
    before = len([*Path("/proc/self/fd").iterdir()])
    path = directory(tmp_path / "d", {f"{n}.eml": mail(n, HAM) for n in range(50)})
    for n in range(50):
        mbox(tmp_path / "d" / f"{n}.mbox", [ONE, TWO])
    boxes, _ = opened(path)
    assert len(boxes) == 150
    assert len([*Path("/proc/self/fd").iterdir()]) <= before  # what other tests left may be closed meanwhile
    assert boxes.descriptors() == []


def test_in_bogofilters_order_spam_and_ham_are_still_where_they_were(tmp_path: Path) -> None:
    boxes, _ = opened(mbox(tmp_path / "a", [ONE]), mbox(tmp_path / "b", [TWO, THREE]))
    assert [boxes.read(number) for number in (2, 0, 1)] == [THREE, ONE, TWO]
