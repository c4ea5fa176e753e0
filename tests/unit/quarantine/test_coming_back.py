import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from gatekeeper.quarantine import Quarantine, Refusal
from gatekeeper.quarantine.room import Retention
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import new_id

from .samples import RAW, held, hold


def test_a_released_message_is_known_once(quarantine: Quarantine) -> None:
    hold_id = held(quarantine, hold())
    token = quarantine.token(hold_id, RAW, ["bob@example.org"])
    assert quarantine.verify(token, RAW, ["eve@example.org"]) is Refusal.OTHER_RECIPIENTS
    assert quarantine.verify(token, RAW + b"more", ["bob@example.org"]) is Refusal.OTHER_CONTENT
    assert quarantine.verify(token, RAW, ["Bob@Example.org"]) == hold_id
    assert quarantine.verify(token, RAW, ["bob@example.org"]) is Refusal.USED


def test_a_token_is_old_after_an_hour(quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch) -> None:
    token = quarantine.token(new_id(), RAW, [])
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    assert quarantine.verify(token, RAW, []) is Refusal.EXPIRED


def test_a_token_of_another_gateway_is_forged(quarantine: Quarantine, tmp_path: Path) -> None:
    other = Quarantine(tmp_path / "other")
    assert quarantine.verify(other.token(new_id(), RAW, []), RAW, []) is Refusal.FORGED


def _verify(directory: Path, token: str) -> bool:
    return not isinstance(Quarantine(directory).verify(token, RAW, []), Refusal)


def test_of_many_processes_one_may_use_a_token(quarantine: Quarantine) -> None:
    token = quarantine.token(new_id(), RAW, [])
    with get_context("fork").Pool(6) as pool:
        taken = pool.starmap(_verify, [(quarantine.directory, token)] * 24, chunksize=1)
    assert sum(taken) == 1


def test_used_tokens_are_forgotten_when_they_could_not_be_used_again(
    quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = quarantine.token(new_id(), RAW, [])
    quarantine.verify(token, RAW, [])
    quarantine.expire(Retention(30))
    assert quarantine.verify(token, RAW, []) is Refusal.USED
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3700)
    quarantine.expire(Retention(30))
    assert quarantine._notes.read("SELECT count(*) FROM spent") == [(0,)]


def test_a_claim_is_for_one(quarantine: Quarantine, tmp_path: Path) -> None:
    hold_id = held(quarantine, hold())
    with quarantine.claim(hold_id) as mine, Quarantine(quarantine.directory).claim(hold_id) as yours:
        assert (mine, yours) == (True, False)
    with quarantine.claim(hold_id) as mine:
        assert mine
    with pytest.raises(StoreError, match="No such file"), quarantine.claim(new_id()):
        pass
