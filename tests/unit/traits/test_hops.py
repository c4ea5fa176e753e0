import pytest

from gatekeeper.message import parse
from gatekeeper.traits import Letter
from gatekeeper.traits.hops import Hop, border, hop_of, hops
from gatekeeper.values import Client, Envelope


@pytest.mark.parametrize(
    ("line", "hop"),
    [
        (
            "from out.example.com (mail.example.com [1.2.3.4])\r\n\tby mx.example.org (8.11.6/8.11.6) with ESMTP id x",
            Hop("out.example.com", "mail.example.com", "1.2.3.4", "mx.example.org"),
        ),
        (
            "from Desk (root@mail.example.com. [1.2.3.4] (may be forged)) by mx.example.org (8.9.3/8.9.3) with SMTP",
            Hop("desk", "mail.example.com", "1.2.3.4", "mx.example.org"),
        ),
        (
            "from out.example.com (unknown [1.2.3.4]) by mx.example.org (Postfix) with SMTP id 0A1B2C3D4E",
            Hop("out.example.com", "", "1.2.3.4", "mx.example.org"),
        ),
        (
            "from out.example.com ([1.2.3.4]) by mx.example.org (8.11.6/8.11.6) with ESMTP id x",
            Hop("out.example.com", "", "1.2.3.4", "mx.example.org"),
        ),
        (
            "from out.example.com ([1.2.3.4]) by mx.example.org with Microsoft SMTPSVC(5.0.2195.1600)",
            Hop("out.example.com", None, "1.2.3.4", "mx.example.org"),
        ),
        (
            "from mail.example.com (HELO desk) (1.2.3.4) by mx.example.org with SMTP",
            Hop("desk", "mail.example.com", "1.2.3.4", "mx.example.org"),
        ),
        (
            "from unknown (HELO out.example.com) (1.2.3.4) by mx.example.org with SMTP",
            Hop("out.example.com", "", "1.2.3.4", "mx.example.org"),
        ),
        (
            "from mail.example.com ([1.2.3.4] helo=desk) by mx.example.org with esmtp (Exim 4.90)",
            Hop("desk", "mail.example.com", "1.2.3.4", "mx.example.org"),
        ),
        ("(qmail 4711 invoked by uid 500); 2 Mar 2026 09:00:00 -0000", Hop(by="uid")),
        ("from a by b with SMTP", Hop("a", None, "", "b")),
        ("", Hop()),
    ],
)
def test_what_servers_write(line: str, hop: Hop) -> None:
    assert hop_of(line.encode()) == hop


def letter(*lines: str, client: Client | None = None, helo: str = "") -> Letter:
    raw = "".join(f"Received: {line}\r\n" for line in lines).encode() + b"\r\n"
    return Letter(parse(raw), Envelope("id", "test", Client(), client, helo=helo))


INSIDE = "from relay ([192.168.0.7]) by mx.example.org (Postfix) with ESMTP id 0A1B2C3D4E"
OUTSIDE = "from out.example.com (mail.example.com [1.2.3.4]) by relay.example.org (Postfix) with ESMTP id 0A1B2C3D4E"
OLDER = "from desk (desk.example.com [5.6.7.8]) by out.example.com (Postfix) with ESMTP id 0A1B2C3D4E"


def test_who_handed_it_in_is_the_newest_that_is_not_private() -> None:
    assert border(letter(INSIDE, OUTSIDE, OLDER)).address == "1.2.3.4"
    assert border(letter(INSIDE)) == Hop()


def test_a_client_that_is_known_counts_more_than_what_is_written() -> None:
    known = border(letter(OUTSIDE, client=Client("9.9.9.9", "Out.Example.net"), helo="Desk"))
    assert known == Hop("desk", "out.example.net", "9.9.9.9")
    assert border(letter(OUTSIDE, client=Client("9.9.9.9"))).name is None


def test_many_lines_are_not_read_to_their_end() -> None:
    assert len(hops(letter(*[OUTSIDE] * 1000))) == 30
