"""What a message says of its author and of what it answers is read as it stands, within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message import parse
from gatekeeper.message.letterhead import Letterhead, letterhead


def head(*lines: str) -> Letterhead:
    return letterhead(parse("\r\n".join((*lines, "", "Hello")).encode()))


def test_the_author_and_what_is_answered() -> None:
    first, second = head("Message-ID: <1@a>").message_id, head("Message-Id:\r\n <2@a>").message_id
    found = head(
        "From: Jane Doe <Jane@Firm.test>",
        "Message-ID: <9@a>",
        "References: <1@a>\r\n <2@a>",
        "In-Reply-To: <2@a>",
    )
    assert (found.author.address, found.author.name, found.sole) == ("jane@firm.test", "Jane Doe", True)
    assert found.answers == (second, first), "the newest first"
    assert len({found.message_id, first, second}) == 3
    assert not found.automatic


def test_a_message_id_is_what_stands_between_the_brackets() -> None:
    assert head("Message-ID: x <1 @a>y").message_id == head("Message-ID: <1@a>").message_id
    assert head("Message-ID: 1@a").message_id == head().message_id == head("Message-ID: <>").message_id == ""


@pytest.mark.parametrize(
    "lines",
    [
        ("From: a@firm.test, b@evil.test",),
        ("From: a@firm.test", "From: b@evil.test"),
        (),
    ],
)
def test_of_several_authors_none_is_the_only_one(lines: tuple[str, ...]) -> None:
    assert not head(*lines).sole


@pytest.mark.parametrize("value", ["Jane Doe", "jane", "jane@", "x" * 250 + "@firm.test", ""])
def test_what_is_no_address_is_none(value: str) -> None:
    assert head(f"From: {value}").author.address == ""


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "auto-submitted: Auto-Generated (vacation)",
        "Auto-Submitted: nobody",
        "Precedence: BULK",
        "Precedence: list",
        "List-Id: <news.firm.test>",
        "X-Autoreply: yes",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
    ],
)
def test_what_a_program_wrote(line: str) -> None:
    assert head("From: a@firm.test", line).automatic


@pytest.mark.parametrize(
    "line", ["Auto-Submitted: no", "Auto-Submitted: No (really)", "Precedence: first-class", "X-A: b"]
)
def test_what_a_person_wrote(line: str) -> None:
    assert not head("From: a@firm.test", line).automatic


def test_ten_thousand_references_are_eight() -> None:
    found = head("References: " + " ".join(f"<{n}@a>" for n in range(10_000)))
    assert len(found.answers) == 8
    assert found.answers[0] == head("Message-ID: <9999@a>").message_id


@given(st.binary(max_size=200))
def test_nothing_raises(junk: bytes) -> None:
    for name in (b"From", b"References", b"Auto-Submitted", b"Precedence"):
        letterhead(parse(name + b": " + junk + b"\r\n\r\n"))
