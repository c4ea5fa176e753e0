import mmap
import tempfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gatekeeper.message import edit, parse

OURS = frozenset({b"x-spam-flag", b"x-gatekeeper-id"})
MAIL = (
    b"Received: a\r\n\tb\r\nX-Spam-Flag: NO\r\nSubject: hi\r\nx-spam-FLAG : forged\r\n too\r\n\r\nX-Spam-Flag: text\r\n"
)

mailish = st.lists(
    st.sampled_from(
        [b"A: b", b"X-Spam-Flag: 1", b" folded", b"\t", b"", b"From x", b"no colon", b":", b"\r", b"--b", b"\0"]
    )
    | st.binary(max_size=8),
    max_size=12,
).flatmap(lambda lines: st.sampled_from([b"\r\n", b"\n", b"\r"]).map(lambda end: end.join(lines)))


def joined(raw: bytes, drop: frozenset[bytes] = frozenset(), insert: bytes = b"") -> bytes:
    return b"".join(edit.edited(raw, drop, insert).segments)


def test_fields_of_these_names_go_and_nothing_else():
    done = edit.edited(MAIL, OURS)
    assert b"".join(done.segments) == b"Received: a\r\n\tb\r\nSubject: hi\r\n\r\nX-Spam-Flag: text\r\n"
    assert done.removed == [
        edit.Removed(b"X-Spam-Flag", 1, b" NO"),
        edit.Removed(b"x-spam-FLAG", 2, b" forged\r\n too"),
    ]


def test_nth_counts_each_name_apart():
    done = edit.edited(b"X-Spam-Flag: 1\r\nX-Gatekeeper-Id: 2\r\nX-Spam-Flag: 3\r\n\r\n", OURS)
    assert [(gone.name, gone.nth) for gone in done.removed] == [
        (b"X-Spam-Flag", 1),
        (b"X-Gatekeeper-Id", 1),
        (b"X-Spam-Flag", 2),
    ]


def test_lines_go_on_top():
    assert joined(MAIL, insert=b"X: y\r\n") == b"X: y\r\n" + MAIL


def test_segments_are_views_of_the_message():
    segments = edit.edited(MAIL, OURS).segments
    assert all(segment.obj is MAIL for segment in segments)
    assert edit.edited(MAIL, OURS).size == len(joined(MAIL, OURS))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"From a@b Mon\r\nSubject: x\r\n\r\n", b"From a@b Mon\r\nX: y\r\nSubject: x\r\n\r\n"),
        (b"\r\nbody", b"X: y\r\n\r\nbody"),
        (b"just text\r\n", b"X: y\r\n\r\njust text\r\n"),
        (b" indented\r\n", b"X: y\r\n\r\n indented\r\n"),
        (b"", b"X: y\r\n"),
        (b"A: b\n\nbody", b"X: y\r\nA: b\n\nbody"),
        (b"A: b\r\n", b"X: y\r\nA: b\r\n"),
    ],
)
def test_an_inserted_line_never_swallows_or_joins_text(raw, expected):
    assert joined(raw, insert=b"X: y\r\n") == expected


@pytest.mark.parametrize("field", [b"X-Spam-Flag: NO", b"x-spam-flag : NO", b"\tX-Spam-Flag: NO", b"From: boss"])
def test_behind_a_broken_line_nobody_finds_fields_that_nobody_has_looked_at(field):
    head, tail = b"A: b\r\n", b"no field\r\nB: c\r\n%b\r\n\r\nbody" % field
    assert joined(head + tail, OURS, insert=b"X: y\r\n") == b"X: y\r\n" + head + b"\r\n" + tail
    assert joined(head + tail, OURS) == head + tail


@pytest.mark.parametrize(
    "tail", [b"no field\r\nB: c\r\n\r\nFrom: boss\r\n", b": no name\r\n", b"S\xfcbject: x\r\n\r\nText"]
)
def test_a_broken_line_that_hides_nothing_stays_as_it_is(tail):
    assert joined(b"A: b\r\n" + tail, OURS, insert=b"X: y\r\n") == b"X: y\r\nA: b\r\n" + tail


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"A: b\r\n\r\nbody", b"body"),
        (b"A: b\n\nbody", b"body"),
        (b"A: b\r\nno field\r\nB: c\r\n\r\nx", b"no field\r\nB: c\r\n\r\nx"),
        (b"A : b\r\n\r\nbody", b"body"),
        (b": nameless\r\n\r\nbody", b": nameless\r\n\r\nbody"),
        (b"A: b\r\n \r\nB: c\r\n\r\nbody", b"body"),
        (b"A: b", b""),
        (b"A: b\rB: c\r\n\r\nbody", b"body"),
        (b"A\xe4: b\r\n\r\nbody", b"A\xe4: b\r\n\r\nbody"),
    ],
)
def test_the_header_ends_where_the_mtas_end_it(raw, body):
    assert raw[edit.body_start(raw) :] == body


def test_received_are_counted_in_any_case_but_not_in_the_body():
    assert edit.received_count(b"RECEIVED: a\r\nX: Received: b\r\nreceived:\tc\r\n\r\nReceived: d\r\n") == 2


@given(mailish)
@settings(deadline=None)
@example(b"")
@example(b"From \nA: b")
def test_an_edit_of_nothing_is_the_same_bytes(raw):
    assert joined(raw) == raw


@given(mailish)
@settings(deadline=None)
def test_what_is_removed_is_gone_and_the_body_is_whole(raw):
    done = joined(raw, OURS)
    assert not [field for field in edit.header_fields(done) if field.name.lower() in OURS]
    assert done.endswith(raw[edit.body_start(raw) :])
    assert len(raw) - len(done) == sum(f.end - f.start for f in edit.header_fields(raw) if f.name.lower() in OURS)


@given(mailish)
@settings(deadline=None)
def test_the_body_begins_where_the_parser_says(raw):
    assert edit.body_start(raw) == parse(raw).body_start


@given(mailish)
@settings(deadline=None)
def test_fields_survive_an_insertion(raw):
    before = [(field.name, field.value) for field in edit.header_fields(raw)]
    after = [(field.name, field.value) for field in edit.header_fields(joined(raw, insert=b"X: y\r\n"))]
    assert after == [(b"X", b" y"), *before]


def test_a_mapped_file_does_as_well():
    with tempfile.TemporaryFile() as file:
        file.write(MAIL)
        file.flush()
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        assert joined(mapped, OURS) == joined(MAIL, OURS)  # type: ignore[arg-type]


def test_a_header_of_ten_megabytes():
    raw = b"X-Spam-Flag: a\r\n" + b" fold\r\n" * 700_000 + b"X-Spam-Flag: b\r\n" * 300_000 + b"\r\nbody"
    assert joined(raw, OURS) == b"\r\nbody"


def test_of_a_name_that_others_use_too_only_forged_fields_go():
    raw = b"A-R: theirs\r\nX: y\r\na-r: ours\r\nA-R: theirs\r\nA-R: ours\r\n\r\nA-R: ours\r\n"
    done = edit.edited(raw, forged={b"a-r": lambda value: value == b" ours"})
    assert b"".join(done.segments) == b"A-R: theirs\r\nX: y\r\nA-R: theirs\r\n\r\nA-R: ours\r\n"
    assert [(gone.name, gone.nth) for gone in done.removed] == [(b"a-r", 2), (b"A-R", 4)]  # as an MTA counts them
