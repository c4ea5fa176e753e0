import base64
import mmap
import tempfile

import pytest
from hypothesis import given, settings

from gatekeeper.message import Limits, Message, Part, parse

from .mails import broken, multipart, sound


def outline(message: Message) -> list[tuple[str, str]]:
    return [(part.path, part.types()[0]) for part in message.walk()]


def bodies(message: Message) -> list[bytes]:
    return [part.body for part in message.walk() if not part.parts]


def test_a_simple_message_is_one_part():
    message = parse(b"Subject: x\r\n\r\nhello\r\n")
    assert outline(message) == [("1", "text/plain")]
    assert bodies(message) == [b"hello\r\n"]


def test_a_tree_of_parts():
    inner = multipart(b"\r\ntext", b"Content-Type: text/html\r\n\r\n<p>", boundary=b"inner")
    message = parse(multipart(inner, b"Content-Type: image/png\r\n\r\nPNG"))
    assert outline(message) == [
        ("1", "multipart/mixed"),
        ("1.1", "multipart/mixed"),
        ("1.1.1", "text/plain"),
        ("1.1.2", "text/html"),
        ("1.2", "image/png"),
    ]
    assert bodies(message) == [b"text", b"<p>", b"PNG"]
    assert message.anomalies == ()


def test_parts_are_spans_of_the_message():
    raw = multipart(b"A: b\r\n\r\none", b"\r\ntwo")
    one, two = parse(raw).root.parts
    assert raw[one.start : one.end] == b"A: b\r\n\r\none"
    assert (raw[one.body_start : one.end], raw[two.start : two.end]) == (b"one", b"\r\ntwo")
    assert one.raw is raw


def test_bare_line_feeds_do_as_well():
    assert bodies(parse(multipart(b"\none", b"\ntwo\n", end=b"\n"))) == [b"one", b"two\n"]


def test_only_a_part_that_may_be_a_single_body_is_decoded_as_one():
    raw = multipart(b"\r\none")
    assert parse(raw).root.decodings() == ()
    (reading,) = parse(b"Content-Type: application/zip\r\n" + raw).root.decodings()
    assert b"--b" in reading.data


def test_preamble_and_epilogue_are_no_parts():
    raw = multipart(b"\r\none").replace(b"\r\n\r\n--b", b"\r\n\r\npreamble\r\n--b", 1) + b"epilogue\r\n"
    assert bodies(parse(raw)) == [b"one"]


def test_a_missing_close_keeps_the_last_part():
    message = parse(multipart(b"\r\none", b"\r\ntwo").removesuffix(b"--b--\r\n"))
    assert bodies(message) == [b"one", b"two\r\n"]
    assert message.anomalies == ("mime.boundary-unclosed",)


def test_the_outer_boundary_ends_an_inner_part():
    inner = multipart(b"\r\none", boundary=b"i").removesuffix(b"--i--\r\n")
    message = parse(multipart(inner, b"\r\ntwo"))
    assert [part.path for part in message.walk()] == ["1", "1.1", "1.1.1", "1.2"]


def test_a_delimiter_is_a_whole_line_with_space_behind_it_at_most():
    message = parse(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b \t\r\n\r\n--bc\r\n --b\r\nx--b\r\n--b--  \r\n"
    )
    assert bodies(message) == [b"--bc\r\n --b\r\nx--b"]


def test_a_forwarded_message_is_read():
    message = parse(b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\nContent-Type: text/html\r\n\r\nhi")
    assert outline(message) == [("1", "message/rfc822"), ("1.1", "text/html")]
    assert message.root.parts[0].values(b"subject") == [b" in"]


def test_a_digest_holds_messages_by_default():
    raw = multipart(b"\r\nSubject: in\r\n\r\nhi").replace(b"mixed", b"digest")
    assert outline(parse(raw)) == [("1", "multipart/digest"), ("1.1", "message/rfc822"), ("1.1.1", "text/plain")]


def test_an_encoded_message_is_read_both_ways():
    inside = base64.encodebytes(b"Subject: in\r\nContent-Type: text/html\r\n\r\nhi")
    message = parse(b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inside)
    assert message.root.parts[1].values(b"Subject") == [b" in"]
    assert bodies(message)[-1] == b"hi"
    assert "mime.encoded-composite" in message.anomalies


def test_an_encoding_that_changes_nothing_makes_no_second_reading():
    message = parse(
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nA: b\r\n\r\nhi"
    )
    assert [part.path for part in message.walk()] == ["1", "1.1"]


def test_an_encoded_multipart_is_opened():
    head, _, body = multipart(b"Content-Type: image/png\r\n\r\nPNG").partition(b"\r\n\r\n")
    message = parse(head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(body))
    assert ("1.1", "image/png") in outline(message)
    assert b"PNG" in bodies(message)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_will_do(kind):
    assert bodies(parse(kind(multipart(b"\r\none")))) == [b"one"]


def test_a_mapped_file_is_not_copied():
    with tempfile.TemporaryFile() as file:
        file.write(multipart(b"\r\none", b"Content-Transfer-Encoding: base64\r\n\r\nQUJD"))
        file.flush()
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        message = parse(mapped)
        assert message.raw is mapped
        assert [part.decodings()[0].data for part in message.root.parts] == [b"one", b"ABC"]


def test_depth_has_a_limit_and_nothing_is_lost():
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(10_000))
    message = parse(raw + b"Content-Disposition: attachment; filename=deep.exe\r\n\r\nx")
    assert any(name.startswith("limit.") for name in message.anomalies)
    assert max(part.path.count(".") for part in message.walk()) <= Limits().depth + 1
    assert any("deep.exe" in part.names() for part in message.walk())


def test_forwards_within_forwards_have_a_limit():
    message = parse(b"Content-Type: message/rfc822\r\n\r\n" * 10_000)
    assert message.anomalies == ("limit.depth",)


def test_ten_thousand_parts_are_all_there():
    message = parse(multipart(*[b"Content-Type: text/plain; name=a\r\n\r\nx"] * 10_000))
    assert len(message.root.parts) == 10_000
    assert message.anomalies == ()


@pytest.mark.parametrize(
    "line", [b"--b\r\n", b"--b\r\n\r\n", b"--bX\n", b"--X\nContent-Type: a/b\n", b"--X\nabc\n", b"--\r\n", b"--b"]
)
def test_a_million_boundaries(line):
    message = parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + line * 1_000_000)
    assert sum(1 for _ in message.walk()) <= Limits().parts + 1


@pytest.mark.parametrize(
    "line", [b"A: b\r\n", b" x\r\n", b"A" * 1000, b"\rContent-Type: a/b", b"Content-Type: a/b;;\r\n"]
)
def test_a_header_of_ten_megabytes(line):
    message = parse((b"A: b" + line * (10_000_000 // len(line))).rstrip() + b"\r\n\r\nbody")
    assert message.raw[message.body_start :] == b"body"
    assert {"limit.header", "limit.fields"} & set(message.anomalies)


def test_the_work_has_a_limit():
    raw = (
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(60))
        + b"x" * 10**6
    )
    assert "limit.passes" in parse(raw, Limits(passes=2)).anomalies
    assert "limit.passes" not in parse(raw, Limits(passes=99)).anomalies


def test_what_is_broken_is_read_in_every_way_only_so_often():
    odd = multipart(*[b"Content-Disposition: a; filename=a; filename=b.exe\r\n\r\nx"] * 100)
    assert "limit.odd" not in _read(parse(odd)).anomalies
    message = _read(parse(odd, Limits(odd=10_000)))
    assert "limit.odd" in message.anomalies
    assert message.root.parts[-1].names() == ("a", "b.exe")


def _read(message: Message) -> Message:
    for part in message.walk():
        part.names(), part.types(), part.encodings(), part.decodings()
    return message


@given(broken)
@settings(max_examples=500, deadline=None)
def test_nothing_raises(raw):
    message = _read(parse(raw))
    assert all(isinstance(name, str) for part in message.walk() for name in part.names())
    assert all(isinstance(reading.data, bytes) for part in message.walk() for reading in part.decodings())


@given(broken)
@settings(max_examples=500, deadline=None)
def test_spans_tile_the_input(raw):
    message = parse(raw)
    assert (message.root.start, message.root.end) == (0, len(raw))
    for part in message.walk():
        assert part.start <= part.body_start <= part.end <= len(part.raw)
        assert part.body_start == part.bodies[0]
        inside = [child for child in part.parts if child.raw is part.raw]
        assert_gaps_are_delimiters(part, inside)
        assert all(
            part.body_start <= stray.start <= stray.end <= part.end for stray in part.strays if stray.raw is part.raw
        )


def assert_gaps_are_delimiters(part: Part, children: list[Part]) -> None:
    multipart = any(kind.startswith("multipart/") for kind in part.types())
    position = part.body_start if multipart or not children else children[0].start
    assert position in part.bodies
    for number, child in enumerate(children):
        gap = part.raw[position : child.start]
        if multipart:
            assert b"--" in gap
            assert number == 0 or gap.lstrip(b"\r\n").startswith(b"--")
        else:
            assert gap == b""
        position = child.end
    assert position <= part.end


@given(sound)
@settings(deadline=None)
def test_sound_mail_has_no_anomalies(mail):
    message = _read(parse(mail.as_bytes()))
    assert message.anomalies == ()
    assert not message.root.strays


@pytest.mark.parametrize("limit", [{}, {"fields": 1}, {"depth": 1}])
def test_headers_behind_empty_lines_do_not_pile_up(limit):
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + b"\nContent-Type: a/b\n" * 5000
    assert len(list(parse(raw, Limits(**limit)).walk())) == 3
