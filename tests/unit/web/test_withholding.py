"""What is of a kind that somebody may not see is in their history, and nothing is said of it."""

import pytest

from gatekeeper.quarantine.acts import Role
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.values import Action, Finding, Verdict
from gatekeeper.web import withholding
from tests.unit.web.browsing import Site, text
from tests.unit.web.reviewed import ANN, SPAM, WORM, hold, judged

SECRETS = ("virus", "EICAR", "250 held", "danger")


@pytest.fixture
def ann(site: Site) -> Site:
    site.sign_in("ann", Role.USER, ANN)
    return site


def test_a_user_is_told_that_it_was_held_and_no_more(ann: Site) -> None:
    worm = hold(ann, ann=WORM)
    pages = [ann.get(path) for path in ("/history", f"/history/{worm}", "/")]
    for page in pages:
        assert page.status_code == 200
        assert "held by the administrators" in text(page)
        assert not [secret for secret in SECRETS if secret in page.text]
    assert f"/held/{worm}" not in pages[1].text


@pytest.mark.parametrize("reason", ["virus-found", "virus-*", "*"])
def test_it_cannot_be_found_out_by_asking_for_its_reason(ann: Site, reason: str) -> None:
    worm, spam = hold(ann, ann=WORM), hold(ann, ann=SPAM)
    page = ann.get(f"/history?reason={reason}").text
    assert worm not in page
    assert (spam in page) is (reason == "*")


def test_administrators_are_told_all(site: Site) -> None:
    site.sign_in("root", Role.ADMINISTRATOR)
    worm = hold(site, ann=WORM)
    assert "virus-found" in site.get("/history").text
    assert "EICAR" in site.get(f"/history/{worm}").text


def test_other_kinds_are_told_to_whom_they_are_for(ann: Site) -> None:
    spam, refused = hold(ann, ann=SPAM), judged(ann, Action.REJECT, "gtube")
    assert "bayes-spam" in ann.get(f"/history/{spam}").text
    assert "gtube" in ann.get(f"/history/{refused}").text


@pytest.mark.parametrize("action", Action)
def test_what_was_let_in_is_theirs(action: Action) -> None:
    verdict = Verdict(action, "virus-suspected", findings=(Finding("virus-suspected", 1.0),))
    shown = withholding.of_verdict(verdict, (Kind.VIRUS,))
    let_in = action in (Action.ACCEPT, Action.TAG)
    assert shown == (verdict if let_in else Verdict(action, withholding.WITHHELD))
    assert withholding.of_verdict(verdict, ()) == verdict
