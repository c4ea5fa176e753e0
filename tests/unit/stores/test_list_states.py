import os
from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.stores.list_states import ListState, ListStates, merged
from gatekeeper.stores.opening import StoreError

BAD = ListState("bl.test", "IPv4", "suspended", "it lists everything", 100.0, 400.0, 10, 4, 24, 3)


def test_who_found_something_later_has_the_last_word_and_counts_add_up() -> None:
    earlier = ListState("bl.test", "IPv4", "trusted", "", 50.0, 0.0, 7, 1, 8, 0)
    for both in (merged(BAD, earlier), merged(earlier, BAD)):
        assert (both.state, both.why, both.since, both.until) == ("suspended", "it lists everything", 100.0, 400.0)
        assert (both.asked, both.listed, both.random_asked, both.random_listed) == (17, 5, 32, 3)


def test_the_same_finding_may_move_its_next_test() -> None:
    assert merged(BAD, replace(BAD, until=900.0)).until == 900.0


def test_old_answers_weigh_less() -> None:
    both = merged(replace(BAD, random_asked=20_000, random_listed=500), BAD)
    assert (both.random_asked, both.random_listed) == (10_012, 251.5)


def test_what_one_process_says_the_next_knows(tmp_path: Path) -> None:
    store = ListStates(tmp_path / "lists.db")
    assert store.exchange([BAD]) == [BAD]
    if (child := os.fork()) == 0:
        (back,) = store.exchange([ListState("bl.test", "IPv4", "untested", asked=5)])
        os._exit(0 if (back.state, back.asked) == ("suspended", 15) else 1)
    assert os.waitpid(child, 0)[1] == 0
    store.exchange([ListState("allow.test", "IPv6", "trusted", since=5.0)])
    assert [(each.zone, each.kind, each.asked) for each in store.all()] == [
        ("allow.test", "IPv6", 0),
        ("bl.test", "IPv4", 15),
    ]
    store.close()


def test_who_only_looks_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        ListStates(tmp_path / "lists.db", create=False).all()
    assert not [*tmp_path.iterdir()]
