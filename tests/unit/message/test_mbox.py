"""Where messages stand in an mbox. Python's mailbox writes and reads the plain cases, bogofilter counts them."""

import mailbox
import mmap
import subprocess
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message.mbox import Span, is_mbox, message_at, spans
from tests.programs import needs

FROM = b"From kim@c.test Thu Jan  1 00:00:00 1970\n"
ONE = b"Subject: one\n\nbody\n"
TWO = b"Subject: two\n\nbody\n"


def read(raw: bytes) -> list[bytes]:
    return [message_at(raw, span) for span in spans(raw)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_two_messages_by_either_line_end(end: bytes) -> None:
    raw = (FROM + ONE + b"\n" + FROM + TWO + b"\n").replace(b"\n", end)
    assert read(raw) == [ONE.replace(b"\n", end), TWO.replace(b"\n", end)]


def test_a_last_message_without_its_empty_line_or_line_end() -> None:
    assert read(FROM + ONE + b"\n" + FROM + TWO) == [ONE, TWO]
    assert read(FROM + ONE[:-1]) == [ONE[:-1]]


def test_only_one_empty_line_belongs_to_the_mbox() -> None:
    assert read(FROM + ONE + b"\n\n\n" + FROM + TWO + b"\n\n") == [ONE + b"\n\n", TWO + b"\n"]


SEPARATORS = [
    b"From kim@c.test Thu Jan  1 00:00:00 1970",
    b"From - Mon Nov 23 07:08:09 2026",  # Thunderbird
    b"From 1537298@xxx Sun Sep 16 18:27:23 +0000 2018",  # a large provider's export
    b"From kim at c.test  Mon Mar  1 10:11:12 2004",  # Mailman's archives
    b"From MAILER-DAEMON Fri Jul  8 12:08 2011",
    b"From kim@c.test Thu Jan  1 00:00:00 CET 1970 remote from there",
    b"From kim@c.test Sat, 06 Sep 2026 10:00:00 +0200",
    b"From kim@c.test 2026-11-22T23:00:00Z",
    b"From kim@c.test",
    b"From kim@c.test  ",
]


@pytest.mark.parametrize("line", SEPARATORS)
def test_what_programs_write_between_two_messages(line: bytes) -> None:
    assert read(line + b"\n" + ONE + b"\n" + line + b"\n" + TWO) == [ONE, TWO]


PROSE = [
    b"From here on it is simple",
    b"From 10:30 to 11:30 we meet",
    b"From 2019 on",
    b"From\tkim Thu Jan  1 00:00:00 1970",
    b"from kim@c.test Thu Jan  1 00:00:00 1970",
    b">From kim@c.test Thu Jan  1 00:00:00 1970",
    b" From kim@c.test Thu Jan  1 00:00:00 1970",
    b"From kim@c.test",  # and no header behind it
    b"From " + b"x" * 2000 + b" Thu Jan  1 00:00:00 1970",
]


@pytest.mark.parametrize("line", PROSE)
def test_what_people_write_after_an_empty_line(line: bytes) -> None:
    assert len([*spans(FROM + ONE + b"\n" + line + b"\nand so on\n")]) == 1


def test_files_put_together_with_cat_have_no_empty_line_between_them() -> None:
    assert read(FROM + ONE + FROM + TWO) == [ONE, TWO]
    assert read(FROM + ONE + b"From kim@c.test\n" + TWO) == [ONE + b"From kim@c.test\n" + TWO]
    assert len(read(FROM + ONE + FROM + b"no header\n")) == 1


def test_messages_of_nothing() -> None:
    assert read(FROM) == [b""]
    assert read(FROM + b"\n" + FROM + ONE) == [b"", ONE]
    assert read(FROM + FROM + ONE) == [b"", ONE]


def test_lines_that_were_quoted_are_as_they_were() -> None:
    raw = FROM + b"Subject: q\n\n>From me\n>>From you\n> From them\nx >From\n"
    assert read(raw) == [b"Subject: q\n\nFrom me\n>From you\n> From them\nx >From\n"]


def test_a_content_length_is_not_believed() -> None:
    """Else a sender could hide the messages behind his own."""
    hiding = b"Content-Length: 100000\n" + ONE
    assert read(FROM + hiding + b"\n" + FROM + TWO) == [hiding, TWO]


@pytest.mark.parametrize("raw", [b"", b"\n", b"\n" * 5000, ONE, b"From", b"From ", b"From \n", b"%PDF-1.4\n", bytes(9)])
def test_what_is_no_mbox(raw: bytes) -> None:
    assert not is_mbox(raw)
    assert read(raw) == []


def test_the_line_on_top_need_only_be_like_one() -> None:
    assert read(b"From someone somewhere\n" + ONE) == [ONE]
    assert read(b"\r\n\n" + FROM + ONE) == [ONE]
    assert not is_mbox(b"From here on\nit is prose\n")


def test_a_mapped_file_reads_as_its_bytes(tmp_path: Path) -> None:
    raw = FROM + ONE + b"\n" + FROM + b"Subject: q\n\n>From me\n"
    (tmp_path / "m").write_bytes(raw)
    with (tmp_path / "m").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert [*spans(mapped)] == [*spans(raw)]
        assert [message_at(mapped, span) for span in spans(mapped)] == read(raw)


lines = st.sampled_from(
    [b"", b"From ", b"From a", FROM[:-1], b">From a", b"\r", b"Subject: x", b"text", b"From x 1:02 1999"]
)


@given(st.lists(lines, max_size=30), st.sampled_from([b"\n", b"\r\n"]))
def test_spans_stand_in_order_and_leave_out_nothing_but_lines_of_the_mbox(chosen: list[bytes], end: bytes) -> None:
    raw = FROM + end.join(chosen)
    at = 0
    for span in spans(raw):
        assert at <= span.start <= span.end <= len(raw)
        between = raw[at : span.start].strip(b"\r\n")
        assert between.startswith(b"From ")
        assert b"\n" not in between
        at = span.end
    assert raw[at:] in (b"", b"\n", b"\r\n")


bodies = st.text("From >:x\n ", max_size=60).map(lambda text: text.strip(" \n") + "\n")


@given(st.lists(bodies, min_size=1, max_size=5))
def test_what_pythons_mailbox_wrote_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("mbox") / "m"
    box = mailbox.mbox(path)
    for text in texts:
        message = Message()
        message["Subject"] = "x"
        message.set_payload(text)
        box.add(message)
    box.close()
    found = read(path.read_bytes())
    assert len(found) == len(texts)
    for raw, text in zip(found, texts, strict=True):
        written = raw.decode().split("\n\n", 1)[1].rstrip("\n")
        assert written == text.replace("\n>From ", "\nFrom ").removeprefix(
            ">" if text.startswith(">From ") else ""
        ).rstrip("\n")


@needs("bogofilter")
@pytest.mark.parametrize("line", SEPARATORS)
def test_bogofilter_counts_as_many(line: bytes, tmp_path: Path) -> None:
    raw = b"".join((line + b"\n" + ONE + b"\n") for _ in range(3))
    done = subprocess.run(["bogofilter", "-d", tmp_path, "-s", "-M", "-v"], input=raw, capture_output=True, check=True)
    assert f"{len(read(raw))} messages" in done.stderr.decode()


@pytest.mark.parametrize(
    "raw",
    [
        FROM + b"\nFrom " * 170_000,
        FROM + b"\nFrom x\n" * 125_000,
        FROM + b"\n\nFrom a 1:02 1999" * 50_000,
        FROM + ONE + b">" * 1_000_000,
        FROM + ONE + b"\n>" * 500_000 + b">From ",
        FROM + b"\n" * 1_000_000,
        FROM + b"\n\nFrom " + b"1:1 19" * 160_000,
    ],
)
def test_the_worst_megabyte_takes_no_time(raw: bytes) -> None:
    read(raw)  # anything quadratic would take minutes


def test_a_span_is_two_numbers() -> None:
    assert [*spans(FROM + ONE)] == [Span(len(FROM), len(FROM + ONE))]
