"""The reviewers' list: one line about each sender and recipient, whole at any time, whoever writes."""

import threading
from pathlib import Path

import pytest

from gatekeeper.stores import own_senders
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.own_senders import OwnSenders

ALLOW, DENY = "allow news@shop.test dkim", "deny news@shop.test dkim"
FOR_ANN = "deny news@shop.test dkim for=ann@own.test"


@pytest.fixture
def senders(tmp_path: Path) -> OwnSenders:
    return OwnSenders(tmp_path / "state" / "senders")


def test_nobody_has_written_anything_yet(senders: OwnSenders) -> None:
    assert (senders.text(), senders.lines()) == ("", [])


def test_a_line_takes_the_place_of_the_one_about_the_same(senders: OwnSenders) -> None:
    assert senders.put([ALLOW]) == ()
    assert senders.put([FOR_ANN]) == ()
    assert senders.put([DENY]) == (ALLOW,)
    assert senders.lines() == [FOR_ANN, DENY]
    assert senders.text().startswith("# ")


def test_taking_back_leaves_what_was_there_before(senders: OwnSenders) -> None:
    senders.put([ALLOW])
    gone = senders.put([DENY])
    senders.take_back([DENY], gone)
    assert senders.lines() == [ALLOW]


def test_taking_back_leaves_what_was_written_since(senders: OwnSenders) -> None:
    senders.put([ALLOW])
    gone = senders.put([DENY])
    later = "allow news@shop.test spf"
    senders.put([later])
    senders.take_back([DENY], gone)
    assert senders.lines() == [later]


def test_nobody_else_may_read_it(senders: OwnSenders) -> None:
    senders.put([ALLOW])
    assert senders.path.stat().st_mode & 0o777 == 0o600


def test_there_is_an_end_to_it(senders: OwnSenders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_senders, "MOST", 2)
    senders.put([ALLOW, FOR_ANN])
    with pytest.raises(StoreError, match="more than 2 senders"):
        senders.put(["allow other@shop.test spf"])
    assert senders.lines() == [ALLOW, FOR_ANN]


def test_those_who_write_at_once_all_have_written(senders: OwnSenders) -> None:
    names = [f"allow {number}@shop.test dkim" for number in range(40)]
    threads = [threading.Thread(target=OwnSenders(senders.path).put, args=([name],)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(senders.lines()) == sorted(names)
    assert {path.name for path in senders.path.parent.iterdir()} == {"senders", "senders.lock"}


def test_what_cannot_be_read_is_told(senders: OwnSenders) -> None:
    senders.path.mkdir(parents=True)
    with pytest.raises(StoreError, match="senders"):
        senders.text()
