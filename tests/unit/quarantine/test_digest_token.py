"""What a link of a digest is worth: one act, one message, one recipient, for a while."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.quarantine.acts import Act
from gatekeeper.quarantine.digest_token import ACTS, NoTicket, Ticket, read, token
from gatekeeper.quarantine.release import token as release_token

KEY, ID, KIM = bytes(range(32)), "t411vhxrypjg9", "kim@example.org"
NOW = 1_800_000_000.0


def made(act: Act = Act.RELEASE, expires: float = NOW + 60) -> str:
    return token(KEY, ID, act, KIM, expires)


@pytest.mark.parametrize("act", ACTS)
def test_a_token_says_what_it_is_for(act: Act) -> None:
    found = read(KEY, made(act), NOW)
    assert isinstance(found, Ticket)
    assert (found.hold_id, found.act, found.expires) == (ID, act, NOW + 60)
    assert found.is_for("Kim@EXAMPLE.org")
    assert not found.is_for("lee@example.org")


def test_it_stands_in_a_url_as_it_is() -> None:
    assert re.fullmatch(r"[A-Za-z0-9._~-]{60,160}", made())


def test_no_two_are_the_same() -> None:
    assert made() != made()


def test_it_is_good_until_it_expires() -> None:
    assert isinstance(read(KEY, made(), NOW + 60), Ticket)
    assert read(KEY, made(), NOW + 61) is NoTicket.EXPIRED


def test_nothing_of_it_can_be_changed() -> None:
    parts = made().split(".")
    others = ["t411vhxrypjg8", "delete", "1900000000", "0" * 16, base64.urlsafe_b64encode(bytes(15)).decode(), "x" * 43]
    for place, other in enumerate(others):
        forged = ".".join([*parts[:place], other, *parts[place + 1 :]])
        assert read(KEY, forged, NOW) is NoTicket.FORGED
    assert read(bytes(32), made(), NOW) is NoTicket.FORGED


def test_what_puts_mail_back_into_the_mta_is_no_link() -> None:
    """It has a key of its own, and would be none even by the same key."""
    assert read(KEY, release_token(KEY, ID, b"\r\n", [KIM], NOW + 60), NOW) is NoTicket.FORGED


@given(st.text(max_size=400))
def test_anything_else_is_forged(text: str) -> None:
    assert read(KEY, text, NOW) is NoTicket.FORGED


@given(st.lists(st.text(alphabet="abc019-_=", max_size=60), min_size=6, max_size=6))
def test_what_has_its_form_is_forged_too(parts: list[str]) -> None:
    assert read(KEY, ".".join(parts), NOW) is NoTicket.FORGED
