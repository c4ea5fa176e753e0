"""What an operator's tables order of a message that goes on: each recipient has one fate, and nothing is lost."""

import pytest

from gatekeeper.values import Fate, Outcome

from .smtp_gateway import HAM, Proxy


@pytest.fixture
def proxy(tmp_path):
    with Proxy(tmp_path) as proxy:
        yield proxy


def do(*words):
    return b"".join(b"Do: " + word + b"\r\n" for word in words) + HAM


def recipients(proxy):
    return [address for message in proxy.hop.messages for address in message.recipients]


def test_a_redirection_takes_the_place_of_all(proxy):
    assert proxy.send(do(b"redirect"), to=["kim@own.test", "lee@own.test"]).startswith("250")
    assert recipients(proxy) == ["other@own.test"]
    assert proxy.fates() == {"kim@own.test": "delivered", "lee@own.test": "delivered"}
    assert proxy.records()[0].notes == ("redirected",)


def test_who_is_held_stays_held_when_the_rest_is_redirected(proxy):
    assert proxy.send(do(b"redirect"), to=["hold@own.test", "lee@own.test"]).startswith("250")
    assert recipients(proxy) == ["other@own.test"]
    assert proxy.fates() == {"hold@own.test": "held", "lee@own.test": "delivered"}


def test_a_redirection_that_leads_nowhere_defers(proxy):
    assert proxy.send(do(b"far")).startswith("451 4.3.0")
    assert not proxy.hop.messages
    assert proxy.fates() == {"kim@own.test": "refused"}


def test_a_next_hop_that_is_down_defers(proxy):
    assert proxy.send(do(b"filter")).startswith("451")
    assert not proxy.hop.messages


def test_a_copy_is_one_recipient_more_and_waits_for_nothing(proxy):
    assert proxy.send(do(b"copy")).startswith("250")
    assert recipients(proxy) == ["kim@own.test", "copy@own.test"]
    assert proxy.fates() == {"kim@own.test": "delivered", "copy@own.test": "delivered"}
    (held,) = proxy.service.quarantine.find()
    assert held.waiting == ()


def test_who_gets_the_message_gets_no_copy(proxy):
    assert proxy.send(do(b"copy"), to=["COPY@own.test"]).startswith("250")
    assert recipients(proxy) == ["COPY@own.test"]
    assert proxy.service.quarantine.find() == []


def test_a_copy_that_cannot_be_handed_on_is_held_and_the_message_goes_on(proxy):
    assert proxy.send(do(b"far-copy")).startswith("250")
    assert recipients(proxy) == ["kim@own.test"]
    assert proxy.fates() == {"kim@own.test": "delivered", "copy@far.test": "held"}
    (held,) = proxy.service.quarantine.find()
    assert held.waiting == ("copy@far.test",)
    assert proxy.service.quarantine.read(held.id).endswith(do(b"far-copy"))


def test_a_copy_that_is_refused_is_held(proxy):
    proxy.hop.behaviour.unknown.add("copy@own.test")
    assert proxy.send(do(b"copy")).startswith("250")
    assert proxy.fates() == {"kim@own.test": "delivered", "copy@own.test": "held"}


def test_a_copy_that_the_hop_may_have_is_unconfirmed_and_says_why(proxy, monkeypatch):
    deliver = proxy.service.hops.deliver

    async def silent_about_copies(hop, delivery, segments):
        if delivery.recipients == ("copy@own.test",):
            proxy.hop.behaviour.vanish.add("dot")
        return await deliver(hop, delivery, segments)

    monkeypatch.setattr(proxy.service.hops, "deliver", silent_about_copies)
    assert proxy.send(do(b"copy"), to=["hold@own.test", "kim@own.test"]).startswith("250")
    fates = {"hold@own.test": "held", "kim@own.test": "delivered", "copy@own.test": "unconfirmed"}
    assert proxy.fates() == fates
    (held,) = proxy.service.quarantine.find()
    assert held.outcomes["hold@own.test"] == Outcome(Fate.HELD)
    copy = held.outcomes["copy@own.test"]
    assert copy.fate is Fate.UNCONFIRMED
    assert "did not confirm the message" in copy.reply
    assert copy.hop == f"esmtp:[127.0.0.1]:{proxy.hop.port}"


def test_without_the_message_there_is_no_copy(proxy):
    proxy.hop.behaviour.replies["dot"] = "554 5.6.0 not this"
    assert proxy.send(do(b"copy")).startswith("554 5.6.0")
    assert proxy.service.quarantine.find() == []
    assert set(proxy.fates().values()) == {"refused"}


def test_what_cannot_be_kept_for_the_copy_is_deferred(proxy, monkeypatch):
    def full(hold):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(proxy.service.quarantine, "hold", full)
    assert proxy.send(do(b"copy")).startswith("451 4.3.0")
    assert not proxy.hop.messages


def test_a_redirection_is_for_copies_too(proxy):
    assert proxy.send(do(b"copy", b"redirect")).startswith("250")
    assert recipients(proxy) == ["other@own.test"]
    assert proxy.fates() == {"kim@own.test": "delivered"}


def test_lines_on_top_stand_below_ours_and_the_original_is_held_without_them(proxy):
    assert proxy.send(do(b"top"), to=["kim@own.test", "hold@own.test"]).startswith("250")
    (message,) = proxy.hop.messages
    assert b"\r\nX-Top: put\r\nDo: top\r\n" in message.content
    (held,) = proxy.service.quarantine.find()
    assert b"X-Top" not in proxy.service.quarantine.read(held.id)
    assert proxy.records()[0].notes == ("put",)
