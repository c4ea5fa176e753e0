"""History: all mail with its verdict and fate; of users, theirs."""

import re

import pytest

from gatekeeper.quarantine.acts import Role
from gatekeeper.values import Action
from gatekeeper.web.pages import history as page
from tests.unit.web.browsing import Site, text
from tests.unit.web.reviewed import ANN, BEN, SPAM, hold, judged


def ids(answer: object) -> list[str]:
    return re.findall(r'href="/history/(\w{13})"', answer.text)  # type: ignore[attr-defined]


@pytest.fixture
def admin(site: Site) -> Site:
    site.sign_in("root", Role.ADMINISTRATOR)
    return site


def test_all_mail_is_there_with_verdict_and_fate(admin: Site) -> None:
    kept = [judged(admin, Action.ACCEPT, "clean"), judged(admin, Action.REJECT, "gtube", BEN), hold(admin)]
    answer = admin.get("/history")
    assert ids(answer) == kept[::-1]
    assert "kim@out.example ben@own.example reject gtube refused 4.0 kB" in text(answer)


def test_users_see_what_was_for_them(site: Site) -> None:
    site.sign_in("ann", Role.USER, ANN)
    mine, theirs = hold(site, ann=SPAM, ben=SPAM), judged(site, Action.ACCEPT, "clean", BEN)
    answer = site.get("/history")
    assert ids(answer) == [mine]
    shown = site.get(f"/history/{mine}")
    assert BEN not in answer.text + shown.text
    assert ANN in shown.text
    assert site.get(f"/history/{theirs}").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=BEN", 1),
        ("text=kim@", 2),
        ("action=reject", 1),
        ("fate=delivered", 1),
        ("reason=g*", 1),
        ("action=evil", 2),
        ("from=2020-01-01&to=2020-01-02", 0),
        ("below=1", 0),
        ("below='", 2),
        ("above=99999", 2),
    ],
)
def test_filters(admin: Site, query: str, found: int) -> None:
    judged(admin, Action.ACCEPT, "clean")
    judged(admin, Action.REJECT, "gtube", BEN)
    assert len(ids(admin.get(f"/history?{query}"))) == found


def test_pages_lead_on_and_back(admin: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "_LINES", 2)
    kept = [judged(admin, Action.ACCEPT, "clean") for _ in range(5)][::-1]
    first = admin.get("/history")
    older = re.findall(r'rel="next" href="([^"]+)"', first.text)[0].replace("&amp;", "&")
    second = admin.get(older)
    newer = re.findall(r'rel="prev" href="([^"]+)"', second.text)[0].replace("&amp;", "&")
    assert [ids(first), ids(second), ids(admin.get(newer))] == [kept[:2], kept[2:4], kept[:2]]


def test_one_message_says_why_and_what_became_of_it(admin: Site) -> None:
    shown = text(admin.get(f"/history/{judged(admin, Action.REJECT, 'gtube')}"))
    assert "refused 550 no" in shown
    assert "reject gtube score 1.0, spam from 5.0" in shown


def test_what_is_held_leads_to_the_message(admin: Site) -> None:
    held, passed = hold(admin), judged(admin, Action.ACCEPT, "clean")
    assert f'href="/held/{held}"' in admin.get(f"/history/{held}").text
    assert f'href="/held/{passed}"' not in admin.get(f"/history/{passed}").text
