"""Whatever is wished and whatever a hop says: what was refused is not kept, and what is held was not delivered."""

from itertools import combinations

import pytest

from gatekeeper.quarantine import Held
from gatekeeper.quarantine.hold import OPEN
from gatekeeper.quarantine.listing import Query
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Fate

from .smtp_gateway import HAM, Proxy

WISHES = ("hold", "discard", "tag", "kim", "refuse", "defer")
STRIPPED = (
    b"Do: strip\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\n\r\nHello\r\n--b\r\nContent-Type: application/x-dosexec; name=a.exe\r\n\r\nMZ\r\n--b--\r\n"
)


@pytest.fixture
def proxy(tmp_path):
    with Proxy(tmp_path) as proxy:
        yield proxy


def holds(proxy) -> list[Held]:
    quarantine = proxy.service.quarantine
    return [quarantine.get(entry.id) for entry in quarantine.page(Query(state="all"), limit=10_000).entries]


def send(proxy, raw, recipients) -> tuple[bool, set[str]]:
    """Whether the message was taken, and for whom."""
    with proxy.client() as client:
        _, _, *answers, last = client.begin(*recipients)
        accepted = {to for to, answer in zip(recipients, answers, strict=True) if answer.startswith("250")}
        if last.startswith("354"):
            client.write(raw + b".\r\n")
            last = client.reply()
    return last.startswith("250"), accepted


@pytest.mark.parametrize("raw", [HAM, b"Do: hold\r\n" + HAM, STRIPPED], ids=["as it is", "held", "stripped"])
@pytest.mark.parametrize("hop", ["takes it", "554 5.6.0 not this", "452 4.3.1 later", "says nothing"])
def test_each_recipient_has_it_or_waits_or_was_told(proxy, hop, raw):
    if hop == "says nothing":
        proxy.hop.behaviour.vanish.add("dot")
    elif hop != "takes it":
        proxy.hop.behaviour.replies["dot"] = hop
    for wishes in (*combinations(WISHES, 1), *combinations(WISHES, 2)):
        recipients = [f"{wish}@own.test" for wish in wishes]
        seen = {held.id for held in holds(proxy)}
        proxy.hop.messages.clear()
        taken, accepted = send(proxy, raw, recipients)
        delivered = {to for message in proxy.hop.messages for to in message.recipients}
        kept = [held for held in holds(proxy) if held.id not in seen]
        waiting = {to for held in kept for to, outcome in held.outcomes.items() if outcome.fate in OPEN}
        assert not waiting & delivered, wishes
        if not taken:
            assert kept == [], wishes
        else:
            gone = {to for to in accepted if to.startswith("discard")} - waiting
            assert waiting | delivered | gone == accepted, wishes


def test_what_could_not_be_taken_back_is_unconfirmed_and_no_promise(proxy, monkeypatch):
    """The index fails in between: a hold is left behind, but nobody is told that it is one."""

    def broken(hold_id):
        raise StoreError(proxy.home, "disk I/O error", "look")

    monkeypatch.setattr(proxy.service.quarantine, "withdraw", broken)
    proxy.hop.behaviour.replies["dot"] = "554 5.6.0 not this"
    taken, _ = send(proxy, HAM, ["hold@own.test", "kim@own.test"])
    assert not taken
    (held,) = holds(proxy)
    assert {outcome.fate for outcome in held.outcomes.values()} == {Fate.UNCONFIRMED}
    proxy.hop.behaviour.replies.clear()
    assert send(proxy, HAM, ["hold@own.test", "kim@own.test"]) == (True, {"hold@own.test", "kim@own.test"})
    assert [held.id for held in holds(proxy)] != [held.id], "the repeat took its place"
    assert len(holds(proxy)) == 1
