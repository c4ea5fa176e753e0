"""The list of what is held, and what is decided on many at once."""

import re

import pytest

from gatekeeper.quarantine.acts import Act, NotDone, Role
from gatekeeper.values import Action, Verdict
from gatekeeper.web.pages import held as page
from tests.unit.web.browsing import Site, text
from tests.unit.web.reviewed import ANN, BEN, SPAM, WORM, hold, mail


def ids(answer: object) -> list[str]:
    return re.findall(r'name="id" value="(\w+)"', answer.text)  # type: ignore[attr-defined]


@pytest.fixture
def admin(site: Site) -> Site:
    site.sign_in("root", Role.ADMINISTRATOR)
    return site


@pytest.fixture
def ann(site: Site) -> Site:
    site.sign_in("ann", Role.USER, ANN)
    return site


def test_what_is_held_is_listed_with_why(admin: Site) -> None:
    hold_id = hold(admin, mail("Cheap offer"))
    answer = admin.get("/held")
    assert ids(answer) == [hold_id]
    assert "1 message" in text(answer)
    assert "Cheap offer eve@out.example ann@own.example spam bayes-spam 9.0" in text(answer)


def test_where_nothing_waits_for_anybody_it_says_so(admin: Site) -> None:
    assert "Nothing waits What is held will be here." in text(admin.get("/held"))


def test_where_nothing_waits_it_says_so(ann: Site) -> None:
    assert "Nothing waits What is held for you will be here." in text(ann.get("/held"))
    assert "Nothing matches" in text(ann.get("/held?text=offer"))


def test_users_see_what_is_theirs_and_nothing_of_others(ann: Site) -> None:
    both, _ = hold(ann, ann=SPAM, ben=SPAM), hold(ann, ben=SPAM)
    answer = ann.get("/held")
    assert ids(answer) == [both]
    assert BEN not in answer.text
    assert ids(ann.get(f"/held?recipient={BEN}")) == []
    assert ids(ann.get(f"/held?recipient={ANN.upper()}")) == [both]
    assert ids(ann.get(f"/held?text={BEN}")) == []


def test_users_do_not_see_what_is_not_for_their_eyes(ann: Site) -> None:
    worm, spam = hold(ann, ann=WORM), hold(ann)
    answer = ann.get("/held?state=all")
    assert ids(answer) == [spam]
    assert "1 message" in text(answer)
    assert "virus" not in re.sub(r"<option.*?</option>", "", answer.text)
    assert worm not in answer.text
    assert ids(ann.get("/held?kind=virus")) == []


def test_somebody_without_a_mailbox_sees_nothing(site: Site) -> None:
    site.sign_in("nobody")
    hold(site)
    assert "Nothing waits No mailbox is yours here: ask an administrator for it." in text(site.get("/held"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=roses", 1),
        ("text=ros", 1),
        ("text=nothing", 0),
        ("kind=spam", 2),
        ("kind=virus", 1),
        ("reason=bayes-spam", 2),
        ("sender=eve@out.example", 3),
        ("sender=x@out.example", 0),
        ("recipient=ben@own.example", 1),
        ("state=released", 0),
        ("state=all", 3),
        ("from=2020-01-01&to=2020-01-02", 0),
        ("from=2020-01-01", 3),
    ],
)
def test_filters(admin: Site, query: str, found: int) -> None:
    hold(admin, mail("Red roses"))
    hold(admin, ben=WORM)
    hold(admin)
    assert len(ids(admin.get(f"/held?{query}"))) == found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("kind=evil", "There is no kind “evil”."),
        ("state=%3Cb%3E", "There is no state “<b>”."),
        ("from=yesterday", "“yesterday” is no date"),
        ("to=9999-12-31", "“9999-12-31” is no date"),
    ],
)
def test_what_makes_no_sense_is_said_and_left_out(admin: Site, query: str, said: str) -> None:
    hold_id = hold(admin)
    answer = admin.get(f"/held?{query}")
    assert said in text(answer)
    assert ids(answer) == [hold_id]


@pytest.mark.parametrize("cursor", ["after=zzz", "before=-1", "after=%00", "before=" + "f" * 400, "after='--"])
def test_a_cursor_that_is_none_leads_to_the_first_page(admin: Site, cursor: str) -> None:
    hold_id = hold(admin)
    assert ids(admin.get(f"/held?{cursor}")) == [hold_id]


def test_pages_lead_to_each_other_and_keep_what_was_asked(admin: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "_LINES", 2)
    held = [hold(admin, mail(f"Rose {n}")) for n in range(5)][::-1]
    hold(admin, mail("Other"))
    first = admin.get("/held?text=rose")
    older = re.findall(r'rel="next" href="([^"]+)"', first.text)[0].replace("&amp;", "&")
    second = admin.get(older)
    newer = re.findall(r'rel="prev" href="([^"]+)"', second.text)[0].replace("&amp;", "&")
    assert [ids(first), ids(second), ids(admin.get(newer))] == [held[:2], held[2:4], held[:2]]
    assert 'rel="prev"' not in first.text


def test_what_is_ticked_is_decided_on_at_once(ann: Site) -> None:
    one, two, _ = hold(ann), hold(ann), hold(ann)
    answer = ann.post("/held", {"act": "delete", "id": [one, two], "text": "offer"}, form="/held")
    assert (answer.status_code, answer.headers["location"]) == (303, "/held?text=offer")
    assert ann.desk.done == [(Act.DELETE, "ann", one, ()), (Act.DELETE, "ann", two, ())]
    back = ann.get("/held")
    assert "2 messages deleted." in text(back)
    assert re.findall(r'name="entry" value="(\d+)"', back.text) == ["1", "2"]


def test_of_many_nobody_finds_out_what_else_would_pass(ann: Site) -> None:
    """It takes seconds for each."""
    ann.desk.others = (hold(ann),)
    ann.post("/held", {"act": "ham", "id": [hold(ann), hold(ann)]}, form="/held")
    assert len(ann.desk.done) == 2
    assert ann.desk.offering == 0


def test_a_release_of_many_has_no_undo(ann: Site) -> None:
    ann.post("/held", {"act": "release", "id": [hold(ann)]}, form="/held")
    back = ann.get("/held")
    assert "1 message released." in text(back)
    assert 'name="entry"' not in back.text


@pytest.mark.parametrize("fields", [{"id": []}, {}])
def test_nothing_ticked_is_nothing_done(ann: Site, fields: dict[str, list[str]]) -> None:
    ann.post("/held", {"act": "delete", **fields}, form="/held")
    assert ann.desk.done == []
    assert "tick some messages first" in text(ann.get("/held"))


@pytest.mark.parametrize("act", ["", "drop", "DELETE"])
def test_an_act_that_there_is_not_is_refused(ann: Site, act: str) -> None:
    answer = ann.post("/held", {"act": act, "id": [hold(ann)]}, form="/held")
    assert answer.status_code == 400
    assert ann.desk.done == []


def test_others_mail_is_not_decided_on(ann: Site) -> None:
    theirs, mine = hold(ann, ben=SPAM), hold(ann)
    ann.post("/held", {"act": "delete", "id": [theirs, mine, "../../etc", "x" * 13]}, form="/held")
    assert ann.desk.done == [(Act.DELETE, "ann", mine, ())]
    assert "1 message deleted. 3 could not be:" in text(ann.get("/held"))


def test_why_it_could_not_be_is_told(ann: Site) -> None:
    ann.desk.refusal = NotDone("it is held for a virus: ask an administrator")
    ann.post("/held", {"act": "release", "id": [hold(ann)]}, form="/held")
    assert "0 messages released. 1 could not be: it is held for a virus" in text(ann.get("/held"))


def test_all_that_match_are_asked_about_first(admin: Site) -> None:
    held = [hold(admin, mail(f"Rose {n}")) for n in range(3)][::-1]
    hold(admin, mail("Other"))
    asked = admin.post("/held", {"act": "delete", "all": "1", "text": "rose"}, form="/held")
    assert asked.status_code == 200
    assert "Delete: 3 messages?" in text(asked)
    assert "All that match text “rose”" in text(asked)
    assert "Other" not in text(asked)
    assert admin.desk.done == []
    sure = dict(re.findall(r'name="(\w+)" value="([^"]+)"', asked.text.split('class="acts"')[1]))
    admin.post("/held", sure | {"act": "delete"}, form="/held")
    assert [done[2] for done in admin.desk.done] == held


def test_so_many_are_done_at_a_time(admin: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "_AT_ONCE", 2)
    for _ in range(3):
        hold(admin)
    asked = admin.post("/held", {"act": "release", "all": "1"}, form="/held")
    assert "2 are done at a time" in text(asked)
    admin.post("/held", {"act": "release", "all": "1", "sure": "1"}, form="/held")
    assert len(admin.desk.done) == 2


HOSTILE = "\"><img src=x onerror=alert(1)>'{{7*7}}\u202e"


def test_nothing_that_a_sender_wrote_is_markup(admin: Site) -> None:
    odd = Verdict(Action.QUARANTINE, HOSTILE, 9.0, 5.0)
    hold(admin, mail(HOSTILE), sender=f'{HOSTILE}"@out.example', **{HOSTILE: odd})
    sure = admin.post("/held", {"act": "delete", "all": "1"}, form="/held")
    for answer in (admin.get("/held?text=alert"), sure):
        assert answer.status_code == 200
        assert "<img src=x" not in answer.text
        assert "{{7*7}}" in answer.text
        assert "\u202e" not in answer.text


@pytest.mark.parametrize("name", ["text", "reason", "sender", "recipient", "kind", "state", "from", "to"])
def test_nothing_in_the_address_is_markup(admin: Site, name: str) -> None:
    answer = admin.get("/held", params={name: HOSTILE})
    assert answer.status_code == 200
    assert "<img src=x" not in answer.text


@pytest.mark.parametrize("words", ["' OR 1=1 --", '" OR *', "a* NEAR(b c)", "{subject}: x", "\0", "%", "-" * 500])
def test_words_are_words_to_the_store(admin: Site, words: str) -> None:
    hold(admin)
    assert admin.get("/held", params={"text": words}).status_code == 200
    assert admin.get("/held", params={"sender": words, "reason": words}).status_code == 200
