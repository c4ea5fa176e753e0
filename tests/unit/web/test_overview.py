"""The first page: what came and what waits, for each as far as it is theirs."""

import pytest

from gatekeeper.quarantine.acts import Role
from gatekeeper.stores.journal_lists import Hour
from gatekeeper.stores.list_states import ListState, ListStates
from gatekeeper.values import Action
from gatekeeper.web.pages.overview import _columns
from tests.unit.web.browsing import Site, text
from tests.unit.web.reviewed import ANN, BEN, WORM, hold, judged


def test_administrators_see_what_came_and_what_waits(site: Site) -> None:
    site.sign_in("root", Role.ADMINISTRATOR)
    hold(site)
    judged(site, Action.ACCEPT, "clean")
    judged(site, Action.REJECT, "gtube", sender="mallory@evil.example")
    page = text(site.get("/"))
    assert "1 waits for a decision" in page
    assert "3 messages came in 24 hours" in page
    assert "1 went on" in page
    assert "1 was refused" in page
    assert "3 in all: 1 accept, 1 quarantine, 1 reject." in page
    assert "mallory@evil.example 1" in page
    assert "[10.0.0.5]:25" in page
    assert "gtube 1" in page


def test_users_see_their_own_and_nothing_of_the_house(site: Site) -> None:
    site.sign_in("ann", Role.USER, ANN)
    hold(site, ben=WORM)
    judged(site, Action.REJECT, "gtube", BEN, "mallory@evil.example")
    judged(site, Action.ACCEPT, "clean", ANN)
    page = text(site.get("/"))
    assert "0 wait for a decision" in page
    assert "1 message came in 24 hours" in page
    assert "Next hops" not in page
    assert "mallory" not in page
    assert "gtube" not in page
    assert "virus" not in page


@pytest.mark.parametrize(
    ("span", "said"), [("day", "24 hours"), ("week", "7 days"), ("month", "30 days"), ("'--", "24 hours")]
)
def test_spans_of_time(site: Site, span: str, said: str) -> None:
    site.sign_in("root", Role.ADMINISTRATOR)
    assert f"messages came in {said}" in text(site.get("/", params={"span": span}))


def test_the_state_of_block_lists_is_told(site: Site) -> None:
    states = ListStates(site.room / "lists.db")
    states.exchange([ListState("bl.example", "ip", "suspended", "it lists everything <b>", asked=7)])
    site.sign_in("root", Role.ADMINISTRATOR)
    page = site.get("/")
    assert "suspended bl.example 7 asked, 0 listed; it lists everything <b>" in text(page)
    assert "everything <b>" not in page.text
    states.close()


def test_hours_become_columns() -> None:
    hours = [Hour(7200, "accept", "clean", 3), Hour(10800, "reject", "gtube", 2), Hour(14400, "accept", "clean", 1)]
    columns = _columns(hours, 7200, 7200 + 4 * 3600, 2)
    assert [column.counts for column in columns] == [[3, 0, 0, 2, 0, 0], [1, 0, 0, 0, 0, 0]]
