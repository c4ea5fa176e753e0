"""smtp_client_extensions: what an EHLO reply offers."""

import pytest

from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.protocols.smtp_client_extensions import Extensions
from gatekeeper.values import Reply


def test_all_of_it_in_any_case() -> None:
    reply = Reply(250, "", ("host", "pipelining", "StartTLS", "8BITMIME", "SMTPUTF8", "DSN", "SIZE 1000", "X-MORE y"))
    assert Extensions.read(reply) == Extensions(True, True, Capabilities(True, True, True, 1000))


def test_a_name_in_the_first_line_offers_nothing() -> None:
    assert Extensions.read(Reply(250, "", ("PIPELINING STARTTLS",))) == Extensions()


@pytest.mark.parametrize(
    ("line", "size"),
    [
        ("SIZE", 0),
        ("SIZE 0", 0),
        ("SIZE 35", 35),
        ("SIZE many", 0),
        ("SIZE " + "9" * 4000, 0),
        ("SIZE -5", 0),
        ("", None),
    ],
)
def test_size(line: str, size: int | None) -> None:
    assert Extensions.read(Reply(250, "", ("host", line))).capabilities.size == size
