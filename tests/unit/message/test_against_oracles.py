"""Whatever another library gets out of a message, sound or broken, made or real, we get too."""

from collections.abc import Callable, Iterator
from email.message import Message
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gatekeeper.message import parse
from tests.servers.room import unavailable

from .mails import LINES, broken, sound
from .oracles import Extracted, MimeParser, by_email, by_fast_mail_parser, missed
from .test_corpora import files

Oracle = Callable[[bytes], list[Extracted]]

_LARGEST = 200_000
_SAMPLE = 150


@pytest.fixture(scope="module")
def mime_parser() -> Iterator[MimeParser]:
    if MimeParser.missing():
        unavailable("Perl's MIME::Parser is not installed")
    parser = MimeParser()
    yield parser
    parser.close()


@pytest.fixture(params=["email", "fast-mail-parser", "MIME::Parser"])
def oracle(request: pytest.FixtureRequest) -> Oracle:
    if request.param == "MIME::Parser":
        parser: MimeParser = request.getfixturevalue("mime_parser")
        return parser
    return {"email": by_email, "fast-mail-parser": by_fast_mail_parser}[request.param]


def spoilt(raw: bytes, random: Random) -> bytes:
    """Mail of another library with a few of its lines gone, doubled, or joined by those of a broken one."""
    lines = raw.splitlines(keepends=True) or [b""]
    for _ in range(random.randrange(4)):
        at = random.randrange(len(lines))
        lines[at : at + 1] = random.choice(
            ([], [lines[at]] * 2, [random.choice(LINES) + b"\n", lines[at]], [lines[at].rstrip(b"\n")])
        )
    whole = b"".join(lines)
    return random.choice((whole, whole.replace(b"\n", b"\r\n"), whole[: random.randrange(len(whole) + 1)]))


quietly = settings(
    max_examples=100, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(mail=sound)
@quietly
def test_sound_mail(oracle: Oracle, mail: Message) -> None:
    assert not list(missed(mail.as_bytes(), oracle))


@given(mail=sound, random=st.randoms(use_true_random=False))
@quietly
def test_spoilt_mail(oracle: Oracle, mail: Message, random: Random) -> None:
    raw = spoilt(mail.as_bytes(), random)
    assert not list(missed(raw, oracle)), raw


@given(raw=broken)
@example(
    raw=b'Content-Transfer-Encoding: base64\r\n--c d\r\nContent-Type: multipart/alternative; boundary="c d"'
)  # to who ends the header at the first line, it is one body
@example(raw=b"\tby a tab\r\nContent-Transfer-Encoding: base64\r\n--b\r\nContent-Type: multipart/mixed; boundary=b")
@quietly
def test_broken_mail(oracle: Oracle, raw: bytes) -> None:
    assert not list(missed(raw, oracle))


@pytest.mark.parametrize("corpus", ["hard-mime", "evasion", "attachments", "spamassassin-public"])
def test_real_mail(oracle: Oracle, corpus: str) -> None:
    """A sample of it, the same in each run."""
    paths = [path for path in files(corpus) if path.stat().st_size < _LARGEST]
    for path in Random(1).sample(paths, min(_SAMPLE, len(paths))):
        assert not list(missed(path.read_bytes(), oracle)), path


def test_each_oracle_finds_what_is_there(oracle: Oracle) -> None:
    raw = b'Content-Disposition: attachment; filename="a.exe"\nContent-Transfer-Encoding: base64\n\nQUJDRA==\n'
    assert Extracted("a.exe", b"ABCD") in oracle(raw)


def test_what_is_missed_is_told() -> None:
    raw = b"Content-Type: text/plain; name=a.txt\n\nhello\n"
    assert not list(missed(raw, lambda _: [Extracted("a.txt", b"hello")]))
    assert len(list(missed(raw, lambda _: [Extracted("b.exe", b"good\x00\xffbye, bye")]))) == 2


def test_a_name_that_ends_at_a_comment() -> None:
    """MIME::Parser takes it so."""
    raw = b"Content-Type: a/b; name=a.exe(.gif)xt\n\nhello\n"
    assert not list(missed(raw, lambda _: [Extracted("a.exe", None)]))


def test_a_message_that_is_a_multipart_too(oracle: Oracle) -> None:
    inner = b'Content-Disposition: attachment; filename="a.exe"\nContent-Transfer-Encoding: base64\n\nQUJDRA==\n'
    types = [b"Content-Type: message/rfc822\n", b"Content-Type: multipart/mixed; boundary=b\n"]
    for order in (types, types[::-1]):
        for raw in (b"".join(order) + b"\n" + inner, b"".join(order) + b"\n" + inner + b"--b\n\nx\n--b--\n"):
            assert not list(missed(raw, oracle))
            assert "a.exe" in [name for part in parse(raw).walk() for name in part.names()]
