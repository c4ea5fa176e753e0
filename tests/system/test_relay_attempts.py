"""Nobody gets mail relayed to a foreign domain, however the address is dressed up; own domains are always served."""

from collections.abc import Iterator

import pytest

from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.raw import Raw

FOREIGN = [
    "kim@other.test",
    "kim@OTHER.TEST",
    "kim@other.test.",
    "kim@example.org.",  # ours, but no address (RFC 5321 §4.1.2)
    "kim@sub.example.org",
    "kim@example.org.other.test",
    "kim@notexample.org",
    "kim%other.test@example.org",
    "kim%other.test%example.org@example.org",
    '"kim@other.test"@example.org',
    '"kim%other.test"@example.org',
    '"kim\\@other.test"@example.org',
    "other.test!kim@example.org",
    "example.org!other.test!kim@example.org",
    "@example.org:kim@other.test",
    "@example.org,@other.test:kim@other.test",
    "kim@example.org@other.test",
    "kim@other.test@example.org",
    "kim@[127.0.0.1]",
    "kim@[IPv6:::1]",
    "kim@[10.0.0.1]",
    "kim@127.0.0.1",
    "kim@",
    "@other.test",
    "@example.org",
    "kim@example.org\x00.other.test",
    "kim@example.org other.test",
    "kim",
]
OWN = {  # as the client writes it → as the server behind us sees it
    "kim@example.org": "kim@example.org",
    "KIM@EXAMPLE.ORG": "KIM@EXAMPLE.ORG",
    '"kim"@example.org': "kim@example.org",
    "postmaster@example.org": "postmaster@example.org",
    "Postmaster": "Postmaster@example.org",
}
LOOP = "kim@loop.test"


@pytest.fixture(scope="module")
def inner() -> Iterator[Exchange]:
    with Exchange(connections=1000) as exchange:
        yield exchange


@pytest.fixture(scope="module")
def gateway(inner: Exchange) -> Iterator[Gateway]:
    with Gateway({"example.org": f"esmtp:[127.0.0.1]:{inner.port}"}) as gateway:
        yield gateway


@pytest.mark.parametrize("address", FOREIGN, ids=repr)
def test_no_dress_makes_a_foreign_address_ours(gateway: Gateway, inner: Exchange, address: str) -> None:
    inner.messages.clear()
    with Raw(gateway.port) as client:
        *_, rcpt, data = client.begin(address)
        assert rcpt[:1] == "5", rcpt
        assert data[:1] == "5", data
        assert "other.test" not in rcpt
    assert not inner.messages


@pytest.mark.parametrize("address", OWN)
def test_own_addresses_are_taken_in_every_spelling(gateway: Gateway, inner: Exchange, address: str) -> None:
    assert deliver(gateway, inner, address) == (OWN[address],)


def deliver(gateway: Gateway, inner: Exchange, address: str) -> tuple[str, ...]:
    """Whom the server behind gets a message for `address` for."""
    inner.messages.clear()
    with Raw(gateway.port) as client:
        assert client.begin(address)[-1].startswith("354")
        client.write(b"Subject: hello\r\n\r\nText\r\n.\r\n")
        assert client.reply().startswith("250")
    (message,) = inner.messages
    return message.recipients


def test_a_refused_recipient_does_not_spoil_the_good_one(gateway: Gateway, inner: Exchange) -> None:
    inner.messages.clear()
    with Raw(gateway.port) as client:
        _, _, refused, taken, data = client.begin("kim@other.test", "kim@example.org")
        assert refused.startswith("550 5.7.1 ")
        assert (taken[:3], data[:3]) == ("250", "354")
        client.write(b"Subject: for one\r\n\r\nText\r\n.\r\n")
        assert client.reply().startswith("250")
    assert [message.recipients for message in inner.messages] == [("kim@example.org",)]


def test_a_mailertable_that_leads_back_to_us_is_no_loop() -> None:
    with Gateway({}) as gateway:
        (gateway.home / "mailertable").write_text(f"loop.test\tesmtp:[127.0.0.1]:{gateway.port}\n")
        gateway.reload()
        with Raw(gateway.port) as client:
            *_, rcpt, data = client.begin(LOOP)
            assert rcpt.startswith("550 5.7.1 ")
            assert data[:1] == "5"
