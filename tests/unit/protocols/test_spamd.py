"""The words of spamd. What replies look like was taken from the wire of SpamAssassin 4.0.1."""

import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.protocols.spamd import (
    COMMANDS,
    Code,
    Receiver,
    Request,
    SpamdError,
    answer,
    inflated,
    read_header,
    told,
)
from gatekeeper.values import Label

MESSAGE = b"Subject: hello\r\n\r\nText\r\n"
PIECES = [b"CHECK SPAMC/1.5\r\n", b"PING SPAMC/1.5\n", b"Content-length: 5\r\n", b"Compress: zlib\n", b"\r\n", b"\n"]
HEAD = b"CHECK SPAMC/1.5\r\nContent-length: %d\r\nUser: joe\r\n\r\n" % len(MESSAGE)


def received(*pieces: bytes, end: bool = False, size: int = 1000) -> Receiver:
    receiver = Receiver(size)
    for piece in pieces:
        receiver.receive(piece)
    if end:
        receiver.end()
    return receiver


def refused(*pieces: bytes, size: int = 1000) -> str:
    """What is answered at the latest when the client has said all."""
    with pytest.raises(SpamdError) as error:
        received(*pieces, end=True, size=size)
    return error.value.reply().decode()


# a whole request


def test_a_request_is_whole_when_its_length_is_there() -> None:
    receiver = received(HEAD + MESSAGE[:-1])
    assert not receiver.complete
    receiver.receive(MESSAGE[-1:])
    assert receiver.complete
    assert receiver.request == Request("CHECK", (1, 5), len(MESSAGE), "joe")
    assert receiver.message() == MESSAGE


def test_in_any_pieces_it_is_the_same() -> None:
    whole = HEAD + MESSAGE
    for cut in range(len(whole)):
        assert received(whole[:cut], whole[cut:]).message() == MESSAGE
    assert received(*(whole[n : n + 1] for n in range(len(whole)))).message() == MESSAGE


def test_without_a_length_the_end_is_the_end() -> None:
    receiver = received(b"CHECK SPAMC/1.5\r\n\r\n" + MESSAGE)
    assert not receiver.complete
    receiver.end()
    assert receiver.complete
    assert receiver.message() == MESSAGE


def test_line_feeds_alone_end_lines_too() -> None:
    request = received(b"REPORT SPAMC/1.2\nUser: joe\n\n" + MESSAGE, end=True)
    assert request.request == Request("REPORT", (1, 2), None, "joe")
    assert request.message() == MESSAGE


@pytest.mark.parametrize("command", ["PING", "SKIP"])
def test_no_message_follows_a_ping(command: str) -> None:
    assert received(f"{command} SPAMC/1.5\r\n\r\n".encode()).complete


def test_a_message_of_no_bytes() -> None:
    assert received(b"CHECK SPAMC/1.5\r\nContent-length: 0\r\n\r\n").complete


def test_what_comes_behind_a_ping_is_passed_over() -> None:
    receiver = received(b"PING SPAMC/1.5\r\n\r\n", b"x" * 10_000, end=True)
    assert len(receiver.body) == 0


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command(command: str) -> None:
    assert read_header(f"{command} SPAMC/1.5".encode()).command == command


@pytest.mark.parametrize(("text", "version"), [("1.5", (1, 5)), ("1.10", (1, 10)), ("x", (0, 0)), ("", (0, 0))])
def test_versions(text: str, version: tuple[int, int]) -> None:
    assert read_header(f"CHECK SPAMC/{text}".encode()).version == version


def test_what_tell_says() -> None:
    request = read_header(b"TELL SPAMC/1.5\r\nMessage-class: Spam\r\nSet: local, remote\r\nRemove: Local\r\nFoo: bar")
    assert (request.label, request.set, request.remove) == (Label.SPAM, {"local", "remote"}, {"local"})


# what is no request


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        (b"", "SPAMD/1.0 76 Bad header line: (closed before headers)\r\n"),
        (b"garbage\r\n\r\n", "SPAMD/1.0 76 Bad header line: garbage\r\n"),
        (b"garbage\r\n", "SPAMD/1.0 76 Bad header line: garbage\r\n"),
        (b"check SPAMC/1.5\r\n\r\n", "SPAMD/1.0 76 Bad header line: check SPAMC/1.5\r\n"),
        (b"FOO SPAMC/1.5\r\n\r\n", "SPAMD/1.0 76 Bad header line: FOO SPAMC/1.5\r\n"),
        (b"PING SPAMC/1.5\r\n", "SPAMD/1.0 76 Bad header line: (EOF during headers)\r\n"),
        (
            b"CHECK SPAMC/1.5\r\nnonsense\r\n\r\n",
            "SPAMD/1.0 76 Bad header line: (header not in 'Name: value' format)\r\n",
        ),
        (
            b"CHECK SPAMC/1.5\r\nContent-length: -1\r\n\r\n",
            "SPAMD/1.0 76 Bad header line: (Content-Length contains non-numeric bytes)\r\n",
        ),
        (
            b"CHECK SPAMC/1.5\r\nContent-length: 30\r\n\r\n" + MESSAGE,
            f"SPAMD/1.0 76 Bad header line: (Content-Length mismatch: Expected 30 bytes, got {len(MESSAGE)} bytes)\r\n",
        ),
        (
            b"CHECK SPAMC/1.5\r\nContent-length: 3\r\n\r\n" + MESSAGE,
            f"SPAMD/1.0 76 Bad header line: (Content-Length mismatch: Expected 3 bytes, got {len(MESSAGE)} bytes)\r\n",
        ),
        (
            b"CHECK SPAMC/1.5\r\nCompress: gzip\r\n\r\n",
            "SPAMD/1.0 76 Bad header line: (compression type not supported: gzip)\r\n",
        ),
    ],
)
def test_spamd_says_the_same(said: bytes, reply: str) -> None:
    assert refused(said) == reply


def test_a_class_that_is_none_teaches_nothing() -> None:
    """Where spamd would learn it as ham."""
    assert "invalid class" in refused(b"TELL SPAMC/1.5\r\nMessage-class: foo\r\nSet: local\r\n\r\n")


@pytest.mark.parametrize("length", ["999999999999999999999999", "٣", "1_0", "0x10", "1 2"])
def test_no_number(length: str) -> None:
    assert "non-numeric" in refused(f"CHECK SPAMC/1.5\r\nContent-length: {length}\r\n\r\n".encode())


@pytest.mark.parametrize("user", ["a\x00b", "a\rb", "x" * 321])
def test_no_user(user: str) -> None:
    assert "(User header" in refused(f"CHECK SPAMC/1.5\r\nUser: {user}\r\n\r\n".encode())


def test_a_reply_quotes_nothing_that_cannot_be_printed() -> None:
    assert refused("\x1b[31m\u202eFOO\r\n\r\n".encode()) == "SPAMD/1.0 76 Bad header line: ?[31m?FOO\r\n"
    assert len(refused(b"x" * 5000 + b"\r\n\r\n")) < 200


# bounds


def test_a_header_without_end() -> None:
    assert "(too many headers)" in refused(b"CHECK SPAMC/1.5\r\n", *[b"X: y\r\n"] * 2000)


def test_a_header_that_comes_byte_by_byte_costs_what_it_weighs() -> None:
    receiver = Receiver(1000)
    head = b"CHECK SPAMC/1.5\r\n" + b"X: y\r\n" * 1300
    for n in range(len(head)):
        receiver.receive(head[n : n + 1])
    receiver.receive(b"\r\n" + MESSAGE)
    receiver.end()
    assert receiver.message() == MESSAGE


def test_a_length_that_is_too_large_is_refused_before_it_comes() -> None:
    assert "69 Service Unavailable: no message may be larger than 1000 bytes" in refused(
        b"CHECK SPAMC/1.5\r\nContent-length: 1001\r\n\r\n"
    )


def test_nor_is_more_taken_without_a_length() -> None:
    receiver = received(b"CHECK SPAMC/1.5\r\n\r\n", b"x" * 1000)
    with pytest.raises(SpamdError, match="larger than 1000"):
        receiver.receive(b"x")


def test_zlib() -> None:
    packed = zlib.compress(MESSAGE)
    head = b"CHECK SPAMC/1.5\r\nCompress: zlib\r\nContent-length: %d\r\n\r\n" % len(packed)
    assert received(head + packed).message() == MESSAGE
    assert inflated(zlib.compress(b""), 10) == b""
    assert inflated(zlib.compress(b"x" * 10), 10) == b"x" * 10


def test_a_bomb_is_unpacked_no_further_than_it_may_be() -> None:
    bomb = zlib.compress(b"\0" * 50_000_000, 1)
    tracemalloc.start()
    try:
        with pytest.raises(SpamdError, match="larger than 1000"):
            inflated(bomb, 1000)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("data", [b"junkjunk", b"", zlib.compress(MESSAGE)[:-3], b"\x78\x9c"])
def test_no_zlib(data: bytes) -> None:
    with pytest.raises(SpamdError, match="zlib: ") as error:
        inflated(data, 1000)
    assert error.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize("parts", [(b"PING SPAMC/1.5\r\n\r\nmore",), (b"PING SPAMC/1.5\r\n\r\n", b"more")])
def test_what_follows_a_command_without_a_message_is_nothing_to_it(parts: tuple[bytes, ...]) -> None:
    assert received(*parts).message() == b""


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from(PIECES)), max_size=12))
def test_whatever_comes_it_is_a_request_or_an_error_however_it_is_cut(pieces: list[bytes]) -> None:
    replies: list[bytes] = []

    def outcome(*parts: bytes) -> object:
        try:
            receiver = received(*parts, end=True, size=100)
            return receiver.request, receiver.message()
        except SpamdError as error:
            replies.append(error.reply())
            return error.code

    whole = b"".join(pieces)
    kept = outcome(whole)
    if not isinstance(kept, Code):
        assert outcome(*pieces) == kept
        assert outcome(*(whole[n : n + 1] for n in range(len(whole)))) == kept
    assert all(reply.endswith(b"\r\n") and len(reply) < 200 for reply in replies)


# replies


@pytest.mark.parametrize(
    ("command", "version", "reply"),
    [
        ("CHECK", (1, 5), b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.5 / 5.0\r\n\r\n"),
        ("CHECK", (1, 0), b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.5 / 5.0\r\n\r\n"),
        ("SYMBOLS", (1, 5), b"SPAMD/1.1 0 EX_OK\r\nContent-length: 9\r\nSpam: True ; 7.5 / 5.0\r\n\r\n"),
        ("SYMBOLS", (1, 2), b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.5 / 5.0\r\n\r\n"),
        ("REPORT", (1, 5), b"SPAMD/1.1 0 EX_OK\r\nContent-length: 9\r\nSpam: True ; 7.5 / 5.0\r\n\r\n"),
        ("REPORT_IFSPAM", (1, 5), b"SPAMD/1.1 0 EX_OK\r\nContent-length: 9\r\nSpam: Yes ; 7.5 / 5.0\r\n\r\n"),
        ("PROCESS", (1, 5), b"SPAMD/1.1 0 EX_OK\r\nContent-length: 9\r\nSpam: True ; 7.5 / 5.0\r\n\r\n"),
        ("HEADERS", (1, 10), b"SPAMD/1.1 0 EX_OK\r\nContent-length: 9\r\nSpam: True ; 7.5 / 5.0\r\n\r\n"),
        ("HEADERS", (1, 2), b"SPAMD/1.1 0 EX_OK\r\nContent-length: 9\r\n\r\n"),
        ("PROCESS", (1, 1), b"SPAMD/1.0 0 EX_OK\r\n"),
    ],
)
def test_an_answer_depends_on_command_and_version(command: str, version: tuple[int, int], reply: bytes) -> None:
    assert answer(Request(command, version), True, "7.5", "5.0", 9) == reply


def test_ham() -> None:
    assert b"Spam: False ; " in answer(Request("CHECK", (1, 5)), False, "0.0", "5.0", 0)
    assert b"Spam: No ; " in answer(Request("REPORT_IFSPAM", (1, 5)), False, "0.0", "5.0", 0)


def test_what_was_told() -> None:
    assert told(True, False) == b"SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\n\r\n\r\n"
    assert told(False, True) == b"SPAMD/1.1 0 EX_OK\r\nDidRemove: local\r\n\r\n\r\n"
    assert told(False, False) == b"SPAMD/1.1 0 EX_OK\r\n\r\n\r\n"
