import time

import pytest

from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.hold import UNTOLD
from gatekeeper.quarantine.room import Retention
from gatekeeper.values import Fate, Outcome, new_id

from .samples import RAW, again, fates, files, held, hold

DELIVERED = Outcome(Fate.RELEASED, "[127.0.0.1]:2526", "250 2.0.0 Ok")


def test_a_hold_is_unconfirmed_until_confirmed(quarantine: Quarantine) -> None:
    hold_id = held(quarantine, hold())
    assert fates(quarantine, hold_id) == {"bob@example.org": Fate.UNCONFIRMED}
    assert quarantine.confirm(hold_id)
    assert fates(quarantine, hold_id) == {"bob@example.org": Fate.HELD}
    assert not quarantine.confirm(new_id())


def test_why_it_is_unconfirmed_is_said_until_it_is_not(quarantine: Quarantine) -> None:
    def why() -> str:
        found = quarantine.get(hold_id)
        assert found is not None
        return found.outcomes["bob@example.org"].reply

    hold_id = held(quarantine, hold())
    assert why() == UNTOLD
    assert quarantine.doubt(hold_id, "the client left")
    assert why() == "the client left"
    assert quarantine.confirm(hold_id)
    assert why() == ""
    assert not quarantine.doubt(hold_id, "the client left")
    assert not quarantine.doubt(new_id(), "the client left")
    assert fates(quarantine, hold_id) == {"bob@example.org": Fate.HELD}


def test_what_a_hop_may_have_taken_stays_unconfirmed_whatever_the_client_heard(quarantine: Quarantine) -> None:
    hold_id = held(quarantine, hold(RAW, "bob@example.org", "carol@example.org"))
    unknown = Outcome(Fate.UNCONFIRMED, "[127.0.0.1]:2526", "451 no answer to the dot")
    assert quarantine.settle(hold_id, "carol@example.org", unknown)
    assert quarantine.doubt(hold_id, "the client left")
    quarantine.confirm(hold_id)
    found = quarantine.get(hold_id)
    assert found is not None
    assert found.outcomes == {"bob@example.org": Outcome(Fate.HELD), "carol@example.org": unknown}


def test_a_doubt_about_the_first_says_nothing_of_the_repeat(quarantine: Quarantine) -> None:
    first = hold()
    second = again(first)
    quarantine.hold(first)
    quarantine.hold(second)
    assert not quarantine.doubt(first.envelope.id, "the client left")
    found = quarantine.get(first.envelope.id)
    assert found is not None
    assert found.outcomes["bob@example.org"].reply == UNTOLD


def test_a_withdrawn_hold_is_gone(quarantine: Quarantine) -> None:
    hold_id = held(quarantine, hold())
    assert quarantine.withdraw(hold_id)
    assert quarantine.get(hold_id) is None
    assert files(quarantine) == set()
    assert not quarantine.withdraw(hold_id)


def test_a_confirmed_hold_is_not_withdrawn(quarantine: Quarantine) -> None:
    hold_id = held(quarantine, hold())
    quarantine.confirm(hold_id)
    assert not quarantine.withdraw(hold_id)
    assert quarantine.read(hold_id) == RAW


def test_a_repeat_takes_the_place_of_an_unconfirmed_hold(quarantine: Quarantine) -> None:
    first = hold()
    second = again(first)
    quarantine.hold(first)
    quarantine.hold(second)
    assert [found.id for found in quarantine.find()] == [second.envelope.id]
    assert files(quarantine) == {second.envelope.id}


def test_a_repeat_does_not_touch_a_confirmed_hold(quarantine: Quarantine) -> None:
    first = hold()
    second = again(first)
    quarantine.hold(first)
    quarantine.confirm(first.envelope.id)
    quarantine.hold(second)
    assert {found.id for found in quarantine.find()} == {first.envelope.id, second.envelope.id}


@pytest.mark.parametrize(
    "other",
    [
        lambda first: hold(b"other"),
        lambda first: hold(sender="mallory@example.com"),
        lambda first: hold(RAW, "bob@example.org", "carol@example.org"),
        lambda first: hold(RAW, "carol@example.org"),
    ],
)
def test_another_message_is_no_repeat(quarantine: Quarantine, other) -> None:
    first = hold()
    quarantine.hold(first)
    quarantine.hold(other(first))
    assert len(quarantine.find()) == 2
    assert len(files(quarantine)) == 2


def test_the_order_of_recipients_does_not_make_another_message(quarantine: Quarantine) -> None:
    quarantine.hold(hold(RAW, "a@example.org", "b@example.org"))
    quarantine.hold(hold(RAW, "b@example.org", "a@example.org"))
    assert len(quarantine.find()) == 1


def test_the_promise_of_the_first_is_kept_by_the_repeat(quarantine: Quarantine) -> None:
    """Two clients send the same; the second takes the place, is refused, and still the first was told 250."""
    first = hold()
    second, third = again(first), again(first)
    for one in (first, second, third):
        quarantine.hold(one)
    assert quarantine.confirm(first.envelope.id)
    assert not quarantine.withdraw(third.envelope.id)
    assert not quarantine.withdraw(second.envelope.id)
    found = quarantine.get(first.envelope.id)
    assert found is not None
    assert found.id == third.envelope.id
    assert fates(quarantine, third.envelope.id) == {"bob@example.org": Fate.HELD}
    assert quarantine.read(found.id) == RAW


def test_a_repeat_that_is_refused_stays_as_long_as_the_first_may_have_been_promised(quarantine: Quarantine) -> None:
    first = hold()
    second = again(first)
    quarantine.hold(first)
    quarantine.hold(second)
    assert not quarantine.withdraw(second.envelope.id)
    assert quarantine.confirm(first.envelope.id)
    assert quarantine.read(second.envelope.id) == RAW


def test_when_both_are_refused_nothing_stays(quarantine: Quarantine) -> None:
    first = hold()
    second = again(first)
    quarantine.hold(first)
    quarantine.hold(second)
    assert not quarantine.withdraw(first.envelope.id)
    assert quarantine.withdraw(second.envelope.id)
    assert files(quarantine) == set()
    for table in ("holds", "recipients", "stand_ins"):
        assert quarantine._notes.read(f"SELECT count(*) FROM {table}") == [(0,)]


def test_each_recipient_has_a_fate_of_its_own(quarantine: Quarantine) -> None:
    hold_id = held(quarantine, hold(RAW, "bob@example.org", "Bob@example.org"))
    assert quarantine.settle(hold_id, "Bob@example.org", DELIVERED)
    found = quarantine.get(hold_id)
    assert found is not None
    assert found.outcomes == {"bob@example.org": Outcome(Fate.UNCONFIRMED, reply=UNTOLD), "Bob@example.org": DELIVERED}
    assert found.waiting == ("bob@example.org",)


def test_a_fate_is_settled_once(quarantine: Quarantine) -> None:
    hold_id = held(quarantine, hold())
    assert quarantine.settle(hold_id, "bob@example.org", Outcome(Fate.HELD, "[127.0.0.1]", "451 later"))
    assert quarantine.settle(hold_id, "bob@example.org", DELIVERED)
    assert not quarantine.settle(hold_id, "bob@example.org", Outcome(Fate.DELETED))
    assert not quarantine.settle(hold_id, "nobody@example.org", DELIVERED)
    assert fates(quarantine, hold_id) == {"bob@example.org": Fate.RELEASED}


def test_a_hold_that_somebody_decided_about_is_not_replaced(quarantine: Quarantine) -> None:
    first = hold()
    quarantine.hold(first)
    quarantine.settle(first.envelope.id, "bob@example.org", DELIVERED)
    quarantine.hold(again(first))
    assert len(quarantine.find()) == 2


def test_what_is_old_expires(quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatekeeper.quarantine.quarantine._SOME", 2)
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now - 31 * 86_400)
        old = [held(quarantine, hold(b"%d" % number, "a@example.org", "b@example.org")) for number in range(5)]
        quarantine.settle(old[0], "a@example.org", DELIVERED)
    young = held(quarantine, hold())
    expired = quarantine.expire(Retention(30))
    waiting = [(hold_id, address) for hold_id in old for address in ("a@example.org", "b@example.org")]
    assert sorted(expired) == sorted(waiting[1:])
    assert files(quarantine) == {young}
    assert fates(quarantine, old[0]) == {"a@example.org": Fate.RELEASED, "b@example.org": Fate.EXPIRED}
    assert fates(quarantine, young) == {"bob@example.org": Fate.UNCONFIRMED}
    assert quarantine.expire(Retention(30)) == []


def test_entries_are_forgotten_when_they_are_twice_as_old(
    quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hold()
    quarantine.hold(first)
    quarantine.hold(again(first))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31 * 86_400)
    quarantine.expire(Retention(30))
    assert len(quarantine.find()) == 1
    monkeypatch.setattr(time, "time", lambda: now + 61 * 86_400)
    quarantine.expire(Retention(30))
    for table in ("holds", "recipients", "stand_ins"):
        assert quarantine._notes.read(f"SELECT count(*) FROM {table}") == [(0,)]
