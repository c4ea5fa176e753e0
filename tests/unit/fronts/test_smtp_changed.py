"""A message that goes on changed: the original is kept first, and whatever goes wrong leaves no promise behind."""

from base64 import b64encode

import pytest

from gatekeeper.quarantine.attachments import removed
from gatekeeper.values import Fate

from .smtp_gateway import HAM, Proxy

BODY = b"--b\r\n\r\nHello\r\n--b\r\nContent-Type: application/x-dosexec; name=a.exe\r\n\r\nMZ...\r\n--b--\r\n"
RAW = b"Do: strip\r\nX-Spam-Flag: NO\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + BODY


@pytest.fixture
def proxy(tmp_path):
    with Proxy(tmp_path) as proxy:
        yield proxy


def kept(proxy):
    (held,) = proxy.service.quarantine.find()
    return held, {address: outcome.fate for address, outcome in held.outcomes.items()}


def test_the_hop_gets_the_rest_and_the_original_is_kept(proxy):
    assert proxy.send(RAW).startswith("250")
    (message,) = proxy.hop.messages
    assert b"MZ..." not in message.content
    assert b64encode(b"a.exe: removed (as it was wished)\r\n") in message.content
    assert b"X-Gatekeeper-Reason: attachment-stripped\r\n" in message.content
    assert b"X-Spam-Flag" not in message.content
    assert proxy.fates() == {"kim@own.test": "delivered"}
    held, fates = kept(proxy)
    assert fates == {"kim@own.test": Fate.DELIVERED}
    assert held.waiting == ()
    original = proxy.service.quarantine.read(held.id)
    assert original.endswith(RAW.replace(b"X-Spam-Flag: NO\r\n", b""))
    (program,) = removed(held, original)
    assert (program.path, program.name, program.data, program.reason) == ("1.2", "a.exe", b"MZ...", "as it was wished")
    (record,) = proxy.records()
    assert record.envelope.id == held.id
    assert record.notes == ("1.2 a.exe: removed (as it was wished)", "removed forged X-Spam-Flag: NO")


def test_who_is_held_waits_and_who_got_it_does_not(proxy):
    assert proxy.send(RAW, to=["hold@own.test", "kim@own.test"]).startswith("250")
    assert proxy.fates() == {"hold@own.test": "held", "kim@own.test": "delivered"}
    held, fates = kept(proxy)
    assert fates == {"hold@own.test": Fate.HELD, "kim@own.test": Fate.DELIVERED}
    assert held.waiting == ("hold@own.test",)


def test_nothing_is_kept_when_the_hop_refuses(proxy):
    proxy.hop.behaviour.replies["dot"] = "554 5.6.0 not this"
    assert proxy.send(RAW).startswith("554 5.6.0")
    assert proxy.service.quarantine.find() == []


def test_without_a_quarantine_nothing_is_changed_and_nothing_goes_on(proxy, monkeypatch):
    def full(hold):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(proxy.service.quarantine, "hold", full)
    assert proxy.send(RAW).startswith("451 4.3.0")
    assert proxy.hop.messages == []


def test_without_room_for_the_original_the_client_is_told_to_come_later(proxy, caplog):
    proxy.service.quarantine.limit = len(RAW)
    assert proxy.send(RAW.replace(b"Hello", b"Hello " * 50)).startswith("452 4.3.1 Insufficient system storage")
    assert proxy.hop.messages == []
    assert proxy.fates() == {"kim@own.test": "refused"}
    assert "raise quarantine.limit" in caplog.text
    assert "Traceback" not in caplog.text
    assert proxy.send(HAM).startswith("250"), "what need not be held goes on"
    proxy.service.quarantine.limit = 0
    assert proxy.send(RAW).startswith("250")


def test_the_original_is_on_disk_before_the_hop_hears_of_the_message(proxy, monkeypatch):
    seen = []
    deliver = proxy.service.hops.deliver

    async def deliver_later(*arguments):
        seen.extend(proxy.service.quarantine.find())
        return await deliver(*arguments)

    monkeypatch.setattr(proxy.service.hops, "deliver", deliver_later)
    assert proxy.send(RAW).startswith("250")
    assert len(seen) == 1


def test_what_cannot_be_changed_is_held(proxy):
    assert proxy.send(b"Do: strip\r\n" + HAM).startswith("250")
    assert proxy.fates() == {"kim@own.test": "held"}
    held, fates = kept(proxy)
    assert fates == {"kim@own.test": Fate.HELD}
    assert held.verdicts["kim@own.test"].reason == "attachment-unchangeable"
    assert proxy.hop.messages == []


def test_a_large_message_is_changed_too(tmp_path):
    raw = RAW.replace(b"Hello", b"Hello\r\n" * 10_000)
    with Proxy(tmp_path, {"smtp": {"limits": {"memory": 1000}}}) as proxy:
        assert proxy.send(raw).startswith("250")
        (message,) = proxy.hop.messages
        assert b"MZ..." not in message.content
        assert message.content.count(b"Hello\r\n") == 10_000
