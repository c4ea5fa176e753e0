"""smtp_client_delivery: parameters pass where they are offered, what a server lacks is told, nothing is injected."""

import pytest

from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.protocols.smtp_client_delivery import Delivery, lacking, mail_command, rcpt_command

ALL = Capabilities(eightbit=True, smtputf8=True, dsn=True, size=1000)
NONE = Capabilities()
FULL = Delivery(
    "a@b.test",
    ("c@d.test",),
    {"BODY": "8BITMIME", "SMTPUTF8": "", "RET": "HDRS", "ENVID": "x+2By", "SIZE": "99"},
    {"c@d.test": {"NOTIFY": "FAILURE,DELAY", "ORCPT": "rfc822;c@d.test"}},
    120,
)


def test_everything_passes_where_everything_is_offered() -> None:
    assert mail_command(FULL, ALL) == b"MAIL FROM:<a@b.test> SIZE=120 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x+2By\r\n"
    assert rcpt_command(FULL, "c@d.test", ALL) == b"RCPT TO:<c@d.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;c@d.test\r\n"


def test_nothing_passes_where_nothing_is_offered() -> None:
    assert mail_command(FULL, NONE) == b"MAIL FROM:<a@b.test>\r\n"
    assert rcpt_command(FULL, "c@d.test", NONE) == b"RCPT TO:<c@d.test>\r\n"


def test_the_null_sender() -> None:
    assert mail_command(Delivery("", ("c@d.test",)), ALL) == b"MAIL FROM:<>\r\n"


def test_an_internationalised_address_asks_for_smtputf8() -> None:
    assert mail_command(Delivery("jörg@b.test", ("c@d.test",)), ALL) == "MAIL FROM:<jörg@b.test> SMTPUTF8\r\n".encode()


def test_a_quoted_address_may_hold_spaces_and_brackets() -> None:
    assert rcpt_command(FULL, '"a >b"@d.test', NONE) == b'RCPT TO:<"a >b"@d.test>\r\n'


@pytest.mark.parametrize(
    ("delivery", "offered", "status"),
    [
        (Delivery("", ("a@b",), {"BODY": "8BITMIME"}), Capabilities(smtputf8=True), (554, "5.6.3")),
        (Delivery("", ("a@b",), {"SMTPUTF8": ""}), Capabilities(eightbit=True), (553, "5.6.7")),
        (Delivery("", ("ä@b",)), Capabilities(eightbit=True), (553, "5.6.7")),
        (Delivery("", ("a@b",), size=1001), ALL, (552, "5.3.4")),
    ],
)
def test_what_is_lacking_is_told(delivery: Delivery, offered: Capabilities, status: tuple[int, str]) -> None:
    reply = lacking(delivery, offered)
    assert reply is not None
    assert (reply.code, reply.status) == status


@pytest.mark.parametrize(
    ("delivery", "offered"),
    [
        (FULL, ALL),
        (Delivery("", ("a@b",), {"BODY": "7BIT"}, size=10**9), NONE),
        (Delivery("", ("a@b",), {"RET": "FULL"}), NONE),
        (Delivery("", ("a@b",), size=10**9), Capabilities(size=0)),
        (Delivery("", ("a@b",), size=1000), ALL),
    ],
)
def test_what_suffices(delivery: Delivery, offered: Capabilities) -> None:
    assert lacking(delivery, offered) is None


@pytest.mark.parametrize(
    "delivery",
    [
        Delivery("a@b>\r\nRCPT TO:<x@y", ()),
        Delivery("a\n@b", ()),
        Delivery("a\x00@b", ()),
        Delivery("a@b> SIZE=1 <", ()),
        Delivery("a@b", (), {"ENVID": "x SIZE=3"}),
        Delivery("a@b", (), {"ENVID": "x\rRSET"}),
    ],
)
def test_nothing_can_be_injected(delivery: Delivery) -> None:
    with pytest.raises(ValueError, match=r"envelope|address"):
        mail_command(delivery, ALL)


def test_nothing_can_be_injected_at_rcpt() -> None:
    with pytest.raises(ValueError, match="address"):
        rcpt_command(FULL, "c@d> NOTIFY=NEVER", ALL)
