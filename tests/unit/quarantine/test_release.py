import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message.edit import edited
from gatekeeper.quarantine.release import Refusal, Ticket, read, token
from gatekeeper.values import new_id

from .samples import RAW

KEY = b"k" * 32
HELD = "t411vhxrypjg9"
TO = ["bob@example.org", "carol@example.org"]


def _token(raw: bytes = RAW) -> str:
    return token(KEY, HELD, raw, TO, 1000.0)


def _read(text: str, raw: bytes = RAW, to: list[str] = TO, now: float = 999.0, key: bytes = KEY) -> Ticket | Refusal:
    return read(key, text, raw, to, now)


def test_a_token_lets_its_own_message_through() -> None:
    ticket = _read(_token())
    assert isinstance(ticket, Ticket)
    assert (ticket.hold_id, ticket.expires) == (HELD, 1000.0)


def test_each_token_is_another_one() -> None:
    first, second = _read(_token()), _read(_token())
    assert isinstance(first, Ticket)
    assert isinstance(second, Ticket)
    assert first.nonce != second.nonce


def test_a_token_fits_into_a_header_line() -> None:
    text = _token()
    assert len(text) < 200
    assert text.isascii()
    assert text.isprintable()
    assert " " not in text


@pytest.mark.parametrize(
    "harmless",
    [
        RAW + b"\r\n\r\n",
        RAW.removesuffix(b"\r\n"),
        RAW.replace(b"\r\n", b"\n"),
        b"Received: from a by b; today\r\n" + RAW,
        b"X-Gatekeeper-Release: whatever\r\n" + RAW,
        RAW.replace(b"Subject: the invoice", b"Subject:\r\n\tthe\r\n  invoice"),
        RAW.replace(b"Subject:", b"SUBJECT:"),
        b"Subject: the invoice\r\n" + RAW.replace(b"Subject: the invoice\r\n", b""),
        b"Return-Path: <>\r\nX-Spam-Flag: YES\r\n" + RAW,
    ],
)
def test_what_an_mta_does_to_a_message_is_no_matter(harmless: bytes) -> None:
    assert isinstance(_read(_token(), harmless), Ticket)


@pytest.mark.parametrize(
    "other",
    [
        RAW.replace(b"at once", b"at twice"),
        RAW.replace(b"the invoice", b"the  other invoice"),
        RAW.replace(b"alice@", b"mallory@"),
        RAW.replace(b"To: bob", b"To: rob"),
        RAW.replace(b"16:00:00", b"16:00:01"),
        RAW.replace(b"<1@", b"<2@"),
        RAW + b"one more line\r\n",
        b"\r\n" + RAW,
        b"Subject: another\r\n" + RAW,
        b"",
    ],
)
def test_another_message_is_refused(other: bytes) -> None:
    assert _read(_token(), other) is Refusal.OTHER_CONTENT


def test_fields_that_the_mta_adds_are_no_matter() -> None:
    bare = b"Subject: no more than this\r\n\r\ntext\r\n"
    completed = b"Date: today\r\nMessage-ID: <2@mta>\r\nFrom: <a@b>\r\nTo: undisclosed-recipients:;\r\n" + bare
    assert isinstance(_read(_token(bare), completed), Ticket)


@pytest.mark.parametrize(
    ("written", "completed"),
    [
        (b"From: alice\r\n\r\ntext\r\n", b"From: alice@mta.example\r\n\r\ntext\r\n"),
        (b"To: bob, carol@x\r\n\r\ntext\r\n", b"To: bob@mta.example, carol@x\r\n\r\ntext\r\n"),
        (b"To: a@x\r\nTo: bob\r\n\r\ntext\r\n", b"To: a@x\r\nTo: bob@mta.example\r\n\r\ntext\r\n"),
    ],
)
def test_addresses_that_postfix_completes_are_no_matter(written: bytes, completed: bytes) -> None:
    assert isinstance(_read(_token(written), completed), Ticket)
    assert _read(_token(written), completed.replace(b"text", b"other")) is Refusal.OTHER_CONTENT


def test_recipients_are_compared_as_a_set_without_case() -> None:
    assert isinstance(_read(_token(), to=["CAROL@Example.org", "bob@example.org", "bob@example.org"]), Ticket)
    for other in ([], ["bob@example.org"], [*TO, "eve@example.org"]):
        assert _read(_token(), to=other) is Refusal.OTHER_RECIPIENTS


def test_a_token_is_good_until_it_expires() -> None:
    assert isinstance(_read(_token(), now=1000.0), Ticket)
    assert _read(_token(), now=1000.5) is Refusal.EXPIRED


def test_another_key_does_not_sign_for_us() -> None:
    assert _read(_token(), key=b"x" * 32) is Refusal.FORGED


@given(place=st.integers(0, len(_token()) - 1), change=st.integers(1, 93))
def test_any_changed_character_is_noticed(place: int, change: int) -> None:
    text = _token()
    other = chr(33 + (ord(text[place]) - 33 + change) % 94)
    assert _read(text[:place] + other + text[place + 1 :]) in (Refusal.FORGED, Refusal.MALFORMED)


@given(st.text() | st.binary().map(lambda octets: octets.decode("utf-8", "surrogateescape")))
def test_whatever_a_stranger_writes_there_is_refused(text: str) -> None:
    assert isinstance(_read(text), Refusal)


def test_seven_parts_of_nothing_are_forged() -> None:
    assert _read("......") is Refusal.FORGED


@given(st.binary(max_size=60) | st.text("ab: \r\n", max_size=60).map(str.encode))
def test_every_message_is_known_again_under_its_header(raw: bytes) -> None:
    text = token(KEY, new_id(), raw, TO, 1000.0)
    sent = b"".join(edited(raw, insert=b"X-Gatekeeper-Release: " + text.encode() + b"\r\n").segments)
    assert isinstance(_read(text, sent), Ticket)
