"""clamd's words: what is sent, and what each reply means, those of a liar too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.protocols.clamd import LONGEST_REPLY, answer_of, instream, version_of
from gatekeeper.values import Absent, Exceeded, Failed, Found, Refused


def received(stream: bytes) -> bytes:
    """What an engine makes of a stream: the pieces up to the empty one, of which none is empty itself."""
    command, _, rest = stream.partition(b"\0")
    assert command == b"zINSTREAM"
    data = b""
    while length := int.from_bytes(rest[:4], "big"):
        data, rest = data + rest[4 : 4 + length], rest[4 + length :]
    assert rest == bytes(4)
    return data


@pytest.mark.parametrize("size", [0, 1, 131_071, 131_072, 131_073, 300_000])
def test_what_is_sent_arrives_whole(size):
    data = bytes(range(256)) * (size // 256) + bytes(range(size % 256))
    pieces = list(instream(data))
    assert received(b"".join(pieces)) == data
    assert max(map(len, pieces)) < 140_000


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (b"stream: OK\0", Absent()),
        (b"stream: OK\n", Absent()),
        (b"stream: Eicar-Test-Signature FOUND\0", Found(("Eicar-Test-Signature",))),
        (b"stream: A FOUND\0stream: B FOUND\0stream: A FOUND\0", Found(("A", "B"))),
        (b"stream: A FOUND\0INSTREAM size limit exceeded. ERROR\0", Found(("A",))),
        (b"stream: OK\0stream: A FOUND\0", Found(("A",))),
        (b"stream: Win.Worm: odd FOUND\0", Found(("odd",))),
        (b"INSTREAM size limit exceeded. ERROR\0", Exceeded("the engine's limit of size")),
        (
            b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0",
            Exceeded("Heuristics.Limits.Exceeded.MaxFileSize"),
        ),
        (b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0stream: A FOUND\0", Found(("A",))),
        (b"stream: Can't allocate memory ERROR\0", Failed("stream: Can't allocate memory ERROR")),
        (b"stream: OK\0stream: Can't open file ERROR\0", Failed("stream: Can't open file ERROR")),
        (b"COMMAND READ TIMED OUT\0", Failed("COMMAND READ TIMED OUT")),
        (b"UNKNOWN COMMAND\0", Refused("it does not know INSTREAM")),
        (b"", Failed("no reply")),
        (b"\0\0\n", Failed("no reply")),
        (b"stream: OK", Failed("no reply")),  # perhaps it was going to be a name
        (b"stream: A FOUND", Failed("no reply")),
        (b"220 smtp.example ESMTP\r\n", Failed("220 smtp.example ESMTP?")),
        (b"+OK\0", Failed("+OK")),
    ],
)
def test_a_reply_means(reply, answer):
    assert answer_of(reply) == answer


def test_names_are_few_short_and_printable():
    many = b"".join(b"stream: Worm-%d FOUND\0" % number for number in range(1000))
    assert len(answer_of(many).values) == 20
    (name,) = answer_of(b"stream: a\x1b[31m\xff\xe2\x80\xae\r FOUND\0").values
    assert name.isprintable()
    (name,) = answer_of(b"stream: " + b"x" * 5000 + b" FOUND\0").values
    assert len(name) <= 200


def test_no_more_is_read_than_a_reply_may_have():
    assert answer_of(b"x" * LONGEST_REPLY + b"\0stream: A FOUND\0") == Failed("no reply")


@given(st.binary(max_size=300))
def test_only_the_words_themselves_mean_clean(reply):
    answer = answer_of(reply)
    assert isinstance(answer, Failed | Found | Exceeded | Refused) or b"stream: OK" in reply


@pytest.mark.parametrize(
    ("reply", "version"),
    [
        (b"ClamAV 1.4.6/27450/Fri Nov 27 2026\0", "ClamAV 1.4.6/27450/Fri Nov 27 2026"),
        (b"ClamAV 1.4.6\0", "ClamAV 1.4.6"),
        (b"", ""),
        (b"ClamAV 1.4.6", ""),
        (b"UNKNOWN COMMAND\0", ""),
        (b"220 mail.example ESMTP\r\n", ""),
        (b"ClamAV 1\0ClamAV 2\0", ""),
    ],
)
def test_a_version(reply, version):
    assert version_of(reply) == version
