"""What was reported is found by what is like it, in every process; what somebody called wanted is not."""

import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.stores import campaigns as module
from gatekeeper.stores.campaigns import Campaigns
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Sketch

LEAST = 0.5


def sketch(data: str, kind: str = "text") -> Sketch:
    """Ten letters; its keys are pairs of neighbours, so that what differs in one letter shares most."""
    return Sketch(kind, data.encode(), tuple(hash((n, data[n : n + 2])) >> 1 for n in range(0, 10, 2)))


def likeness(_kind: str, one: bytes, other: bytes) -> float:
    return sum(a == b for a, b in zip(one, other, strict=True)) / 10


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "campaigns.db"


@pytest.fixture
def campaigns(path: Path) -> Iterator[Campaigns]:
    campaigns = Campaigns(path, likeness)
    yield campaigns
    campaigns.close()


def alike(campaigns: Campaigns, data: str, kind: str = "text") -> float | None:
    found = campaigns.reported(sketch(data, kind))
    return found.likeness if found else None


def count(path: Path, table: str = "sketches") -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_what_was_reported_is_found_by_what_is_like_it(campaigns: Campaigns) -> None:
    assert alike(campaigns, "abcdefghij") is None
    assert campaigns.report(sketch("abcdefghij"), LEAST) == 1
    assert alike(campaigns, "abcdefghij") == 1.0
    assert alike(campaigns, "abcdefghiX") == 0.9
    assert alike(campaigns, "abXXXXXXXX") == 0.2
    assert alike(campaigns, "XXXXXXXXXX") is None


def test_of_several_the_most_alike_is_told(campaigns: Campaigns) -> None:
    campaigns.report(sketch("abcdefghij"), LEAST)
    campaigns.report(sketch("abcdXXXXXX"), LEAST)
    assert alike(campaigns, "abcdefghXX") == 0.8


def test_kinds_do_not_meet(campaigns: Campaigns) -> None:
    campaigns.report(sketch("abcdefghij"), LEAST)
    assert alike(campaigns, "abcdefghij", "text.2") is None


def test_a_second_report_counts_and_adds_no_sketch(campaigns: Campaigns, path: Path) -> None:
    before = time.time()
    campaigns.report(sketch("abcdefghij"), LEAST)
    assert campaigns.report(sketch("abcdefghij"), LEAST) == 2
    assert campaigns.report(sketch("abcdefghiX"), LEAST) == 3
    assert count(path) == 1
    found = campaigns.reported(sketch("abcdefghij"))
    assert found is not None
    assert found.reports == 3
    assert before <= found.first <= time.time()


def test_what_is_less_alike_is_a_campaign_of_its_own(campaigns: Campaigns, path: Path) -> None:
    campaigns.report(sketch("abcdefghij"), LEAST)
    assert campaigns.report(sketch("abcdXXXXXX"), LEAST) == 1
    assert count(path) == 2


def test_what_is_revoked_is_not_reported_any_more(campaigns: Campaigns) -> None:
    campaigns.report(sketch("abcdefghij"), LEAST)
    assert campaigns.revoke(sketch("abcdefghiX"), LEAST) == 1
    assert alike(campaigns, "abcdefghij") is None
    assert campaigns.revoke(sketch("abcdefghij"), LEAST) == 0


def test_what_is_wanted_outweighs_what_is_less_alike(campaigns: Campaigns) -> None:
    """A newsletter that was called wanted, and a spam that was made of it."""
    campaigns.revoke(sketch("abcdefghij"), LEAST)
    campaigns.report(sketch("abcdXXXXXX"), LEAST)
    assert alike(campaigns, "abcdefghiZ") is None
    assert alike(campaigns, "abcdXXXXXZ") == 0.9
    assert alike(campaigns, "abcdefgXXX") is None  # 0.7 of either


def test_of_a_wanted_and_a_reported_one_that_are_alike_the_later_word_counts(campaigns: Campaigns) -> None:
    campaigns.revoke(sketch("abcdefghij"), LEAST)
    assert campaigns.report(sketch("abcdefghij"), LEAST) == 1
    assert alike(campaigns, "abcdefghij") == 1.0
    campaigns.revoke(sketch("abcdefghij"), LEAST)
    assert alike(campaigns, "abcdefghij") is None


def test_other_processes_see_it_at_once(campaigns: Campaigns, path: Path) -> None:
    assert alike(campaigns, "abcdefghij") is None
    if (pid := os.fork()) == 0:
        Campaigns(path, likeness).report(sketch("abcdefghij"), LEAST)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert alike(campaigns, "abcdefghij") == 1.0


def test_the_file_is_for_the_gateway_alone(campaigns: Campaigns, path: Path) -> None:
    campaigns.report(sketch("abcdefghij"), LEAST)
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


def test_what_is_old_goes_with_its_keys(campaigns: Campaigns, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PRUNE", 2)
    now = time.time()
    for days in (100, 99, 98, 1):
        monkeypatch.setattr(time, "time", lambda days=days: now - days * 86_400)
        campaigns.report(sketch(f"{days:02}" * 5 if days < 100 else "9a" * 5), LEAST)
    monkeypatch.setattr(time, "time", lambda: now)
    assert campaigns.prune(90, 100) == 3
    assert (count(path), count(path, "keys")) == (1, 5)
    assert alike(campaigns, "01" * 5) == 1.0


def test_of_too_many_the_oldest_go(campaigns: Campaigns, path: Path) -> None:
    for letter in "abcdefg":
        campaigns.report(sketch(letter * 10), LEAST)
    campaigns.report(sketch("a" * 10), LEAST)  # once more, so it is not the oldest
    assert campaigns.prune(90, 3) == 4
    assert [letter for letter in "abcdefg" if alike(campaigns, letter * 10)] == ["a", "f", "g"]


def test_only_so_many_are_compared(campaigns: Campaigns, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(60):
        campaigns.report(sketch(f"ab{n:08}"), 1.0)
    compared: list[bytes] = []
    monkeypatch.setattr(campaigns, "_likeness", lambda _kind, _one, other: compared.append(other) or 0.0)
    campaigns.reported(sketch("abXXXXXXXX"))
    assert len(compared) == 50


def test_those_that_share_most_are_compared_first(campaigns: Campaigns) -> None:
    campaigns.report(sketch("abcdefghij"), LEAST)
    for n in range(60):
        campaigns.report(sketch(f"ab{n:08}"), 1.0)
    assert alike(campaigns, "abcdefghij") == 1.0


def test_a_damaged_file_is_told(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="put a backup in its place"):
        Campaigns(path, likeness).reported(sketch("abcdefghij"))


def test_nothing_is_made_where_there_is_nothing(path: Path) -> None:
    with pytest.raises(StoreError, match="no such file"):
        Campaigns(path, likeness, create=False).reported(sketch("abcdefghij"))
    assert not path.exists()
