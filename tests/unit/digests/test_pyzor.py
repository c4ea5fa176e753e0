"""The digest is Pyzor's own, to the last bit, as its client makes it from the same message."""

import email
import hashlib
import warnings
from pathlib import Path

import pytest

from gatekeeper.digests.pyzor import digest_of, lines_of
from gatekeeper.message import parse
from tests.unit.digests.pyzor_mails import mail
from tests.unit.message.test_corpora import files

EMPTY = hashlib.sha1(b"").hexdigest()
LINE = "so the lines are long enough"


def theirs(raw: bytes) -> str | None:
    real = pytest.importorskip("pyzor.digest", reason="Pyzor is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        value = real.DataDigester(email.message_from_bytes(raw)).value
    return None if value == EMPTY else value


def plain(*lines: str) -> bytes:
    return "\n".join(("Subject: x", "Content-Type: text/plain; charset=utf-8", "", *lines, "")).encode()


def lines(*written: str) -> list[bytes]:
    return lines_of(parse(plain(*written)))


def test_words_that_may_be_made_for_one_recipient_do_not_count() -> None:
    said = "go to http://a.example/1 or ask joe@x.org, ninechars 10letters! now"
    assert lines(said) == [b"gotooraskninecharsnow"]


def test_a_sign_alone_makes_no_address_and_no_link() -> None:
    assert lines("joe@ @joe a: :b (c:d) stay") == [b"joe@@joea::b(stay"]


def test_what_is_left_of_a_line_is_eight_characters_or_nothing() -> None:
    assert lines("seven ch", "eight cha") == [b"eightcha"]


def test_of_a_long_text_six_lines_count() -> None:
    text = [f"this is line {number}" for number in range(10)]
    changed = list(text)
    for number in (0, 1, 5, 9):
        changed[number] = f"another line {number}"
    assert digest_of(parse(plain(*text))) == digest_of(parse(plain(*changed)))
    changed[2] = "this one matters"
    assert digest_of(parse(plain(*text))) != digest_of(parse(plain(*changed)))


def test_of_four_lines_all_count() -> None:
    text = [f"this is line {number}" for number in range(4)]
    expected = hashlib.sha1(b"".join(line.replace(" ", "").encode() for line in text)).hexdigest()
    assert digest_of(parse(plain(*text))) == expected


@pytest.mark.parametrize("raw", [b"", b"Subject: x\n\n", plain("short", "", "a@b")])
def test_where_nothing_is_left_there_is_no_digest(raw: bytes) -> None:
    """Its digest is that of every empty message, which somebody has reported long ago."""
    assert digest_of(parse(raw)) is None


def test_what_is_too_much_has_none() -> None:
    assert digest_of(parse(plain(*[LINE] * 100_000))) is not None
    assert digest_of(parse(plain(*[LINE] * 200_000))) is None
    page = plain(*[LINE] * 40_000).replace(b"plain", b"html")
    assert digest_of(parse(page)) is None
    assert digest_of(parse(page[: len(page) // 2])) is not None


def test_a_charset_whose_decoder_takes_for_ever_is_not_used() -> None:
    raw = b"Content-Type: text/plain; charset=punycode\n\nsome words to read-abc\n"
    assert lines_of(parse(raw)) == [b"somewordstoread-abc"]


def test_parts_count_as_they_stand_even_if_they_are_said_to_be_encoded() -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: quoted-printable\n\n"
    raw = head + f"--b\n\n{LINE}=20\n{LINE}=\n--b--\n".encode()
    assert len(lines_of(parse(raw))) == 2
    assert digest_of(parse(raw)) == theirs(raw)


@pytest.mark.parametrize("start", range(0, 1000, 100))
def test_made_up_messages_have_pyzors_own_digest(start: int) -> None:
    raws = [mail(seed) for seed in range(start, start + 100)]
    assert [digest_of(parse(raw)) for raw in raws] == [theirs(raw) for raw in raws]


@pytest.mark.parametrize("seed", [1, 7, 11])
def test_the_messages_differ_in_their_digests(seed: int) -> None:
    """Else the test above would prove little."""
    digests = {digest_of(parse(mail(number))) for number in range(seed * 100, seed * 100 + 100)}
    assert len(digests) > 60


def _sizes(paths: list[Path], most: int) -> list[Path]:
    return [path for path in paths if path.stat().st_size < most]


@pytest.mark.parametrize("name", ["spamassassin-public", "vger-2019-2022", "phish-2023-2024", "usrp-2024"])
def test_real_messages_have_pyzors_own_digest(name: str) -> None:
    """One of 13,733 differs: a part of it has two opinions about where it ends."""
    paths = _sizes(files(name), 3_000_000)[::10]
    raws = [path.read_bytes() for path in paths]
    odd = [path for path, raw in zip(paths, raws, strict=True) if digest_of(parse(raw)) != theirs(raw)]
    assert len(odd) <= len(paths) // 1000, odd


def test_other_libraries_test_mail_has_it_mostly() -> None:
    """26 of 1,731 differ: boundaries that our parser and Python's do not see in the same places."""
    raws = [path.read_bytes() for path in _sizes(files("hard-mime"), 1_000_000)[::5]]
    same = sum(digest_of(parse(raw)) == theirs(raw) for raw in raws)
    assert same >= 0.97 * len(raws)
