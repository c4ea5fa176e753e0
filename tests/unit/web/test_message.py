"""One held message as it is shown: to whom it may be, whatever it contains; and what its forms do."""

import re

import pytest

from gatekeeper.config.matrix import Matrix
from gatekeeper.quarantine.acts import Act, AuditEntry, NotDone, Role
from gatekeeper.values import Action, Fate, Finding, Outcome, Verdict
from tests.unit.web.browsing import Site, text
from tests.unit.web.reviewed import ANN, BEN, SPAM, WORM, hold, mail
from tests.unit.web.test_safe_html import VECTORS

GONE = "There is no such page, or nothing of that kind that is yours."


@pytest.fixture
def admin(site: Site) -> Site:
    site.sign_in("root", Role.ADMINISTRATOR)
    return site


@pytest.fixture
def ann(site: Site) -> Site:
    site.sign_in("ann", Role.USER, ANN)
    return site


def acts(answer: object) -> set[str]:
    """What its forms offer."""
    return set(re.findall(r'action="/held/\w+/(\w+)"', answer.text))  # type: ignore[attr-defined]


def test_it_says_what_it_is_and_why(ann: Site) -> None:
    page = text(ann.get(f"/held/{hold(ann, mail('Cheap offer'))}"))
    assert "Cheap offer" in page
    assert "Held because of bayes-spam (6.0) and dnsbl-listed (3.0) together; fewer are not enough." in page
    assert "It would have been delivered if bayes-spam had been under 5" in page
    assert "bayes-spam (one of those that are enough) +6.0" in page
    assert "0.99 by 4 words: offer" in page
    assert "Eve <eve@out.example>" in page
    assert "mx.out.example [192.0.2.1]" in page
    assert "Buy now." in page
    assert "Content-Type text/plain; charset=utf-8" in page


def test_what_a_trusted_hop_brought_is_held_where_it_would_be_refused(ann: Site) -> None:
    heavy = Verdict(Action.QUARANTINE, "gtube", 1000.0, 5.0, (Finding("gtube", 1000.0),))
    assert "Held because of gtube (1000.0), which alone" in text(ann.get(f"/held/{hold(ann, trusted=True, ann=heavy)}"))
    assert "it would be refused" in text(ann.get(f"/held/{hold(ann, ann=heavy)}"))


def test_users_see_nothing_of_the_others_it_is_held_for(ann: Site) -> None:
    answer = ann.get(f"/held/{hold(ann, ann=SPAM, ben=SPAM)}")
    assert answer.status_code == 200
    assert BEN not in answer.text


@pytest.mark.parametrize("path", ["/held/{}", "/held/{}/page", "/history/{}"])
def test_anothers_message_is_answered_as_what_is_not_there(ann: Site, path: str) -> None:
    hold_id, no_id = hold(ann, ben=SPAM), "0" * 13
    theirs, none = ann.get(path.format(hold_id)), ann.get(path.format(no_id))
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert theirs.text.replace(hold_id, no_id) == none.text
    assert GONE in text(theirs)


def test_a_worm_is_nothing_for_users(ann: Site) -> None:
    hold_id = hold(ann, ann=WORM)
    assert ann.get(f"/held/{hold_id}").status_code == 404
    assert ann.get(f"/held/{hold_id}/page").status_code == 404


@pytest.mark.parametrize(
    "hold_id", ["..%2f..%2fetc%2fpasswd", "%00", "x", "0" * 14, "index.db", "O'R--", "%0d%0aSet-Cookie:a"]
)
def test_what_is_no_id_is_not_there(admin: Site, hold_id: str) -> None:
    for path in (f"/held/{hold_id}", f"/held/{hold_id}/page", f"/history/{hold_id}"):
        answer = admin.get(path)
        assert answer.status_code == 404
        assert "a" not in answer.cookies


def test_its_page_has_a_policy_of_its_own_and_only_we_may_frame_it(ann: Site) -> None:
    hold_id = hold(ann, mail(text='<p>Hi <img src="http://t.example/x.gif"></p>', kind="text/html"))
    shown, framed = ann.get(f"/held/{hold_id}"), ann.get(f"/held/{hold_id}/page")
    assert re.search(rf'<iframe [^>]*sandbox="" src="/held/{hold_id}/page"', shown.text)
    assert framed.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert framed.headers["x-frame-options"] == "SAMEORIGIN"
    assert shown.headers["x-frame-options"] == "DENY"
    assert "t.example" not in framed.text
    assert "Not shown: 1 remote picture." in framed.text


def test_where_there_is_no_page_there_is_no_frame(ann: Site) -> None:
    hold_id = hold(ann)
    assert "<iframe" not in ann.get(f"/held/{hold_id}").text
    assert "There is no page in it." in ann.get(f"/held/{hold_id}/page").text


HOSTILE = "\"><img src=x onerror=alert(1)>'{{7*7}}<script>alert(1)</script>\u202e"
TIGHT = "<img/src=x>"  # for where a blank would end it


def test_nothing_in_it_is_markup(admin: Site) -> None:
    lines = (
        f'From: "{HOSTILE}" <eve@out.example>',
        f"To: {HOSTILE}",
        f"Subject: {HOSTILE}",
        f"X-{{{{a}}}}{TIGHT}: {HOSTILE}",
        "Content-Type: multipart/mixed; boundary=b",
        "\r\n--b\r\nContent-Type: text/plain; charset=utf-8",
        f"\r\n{HOSTILE}",
        "--b\r\nContent-Type: text/html; charset=utf-8",
        f'\r\n<a href="http://x/{HOSTILE}">{HOSTILE}</a><p hidden>{HOSTILE}</p><a href="javascript:{TIGHT}">x</a>',
        "--b\r\nContent-Disposition: attachment; filename*=utf-8''%22%3E%3Cimg%20src%3Dx%3E.exe",
        f"Content-Type: application/{TIGHT}",
        "\r\nMZ\r\n--b--",
    )
    raw = "\r\n".join(lines).encode()
    sender = f'{HOSTILE}"@out.example'
    odd = Verdict(Action.QUARANTINE, TIGHT, 9.0, 5.0, (Finding(TIGHT, 9.0, HOSTILE),))
    hold_id = hold(admin, raw, sender, helo=HOSTILE, name=HOSTILE, **{TIGHT: odd, "ann": SPAM})
    for store in (admin.quarantine.settle, admin.journal.update_fate):
        store(hold_id, f"{TIGHT}@own.example", Outcome(Fate.HELD, HOSTILE, HOSTILE))
    admin.desk.lines = [AuditEntry(1, 0.0, HOSTILE, Role.USER, Act.RELEASE, hold_id, (), HOSTILE)]
    admin.desk.others = (hold_id,)
    paths = (f"/held/{hold_id}", f"/held/{hold_id}/page", "/held/offered/1", f"/history/{hold_id}", "/history", "/held")
    for path in paths:
        answer = admin.get(path)
        assert answer.status_code == 200
        assert "<img src=x" not in answer.text
        assert TIGHT not in answer.text
        assert "<script>alert" not in answer.text
        assert "\u202e" not in answer.text or path.endswith("/page")


@pytest.mark.parametrize("vector", VECTORS)
def test_no_vector_comes_through_the_page_of_a_message(admin: Site, vector: str) -> None:
    hold_id = hold(admin, mail(vector, vector, "text/html"))
    for path in (f"/held/{hold_id}", f"/held/{hold_id}/page"):
        page = admin.get(path).text.lower()
        assert not re.search(
            r"<(script(?! src=\"/static/)|svg(?! xmlns)|form(?! (method|class))|meta http|base|object|embed)", page
        )
        assert not re.search(r"<[^>\"']*\son\w+=", page)


def test_a_message_of_many_megabytes_and_tags_is_shown(admin: Site) -> None:
    raw = b"Content-Type: text/html\r\nSubject: large\r\n\r\n" + b"<b>x</b>" * 1_000_000 + b"x" * 12_000_000
    hold_id = hold(admin, raw)
    shown, framed = admin.get(f"/held/{hold_id}"), admin.get(f"/held/{hold_id}/page")
    assert "It goes on; this is its beginning." in text(shown)
    assert "Only its beginning is shown" in framed.text
    assert len(shown.content) < 500_000
    assert len(framed.content) < 2_000_000


def test_what_was_done_is_for_who_sees_all_mail(site: Site) -> None:
    """It names the others it was done for."""
    hold_id = hold(site, ann=SPAM, ben=SPAM)
    site.desk.lines = [
        AuditEntry(1, 0.0, "root", Role.ADMINISTRATOR, Act.RELEASE, hold_id, (BEN,), f"Sent to {BEN}.", True)
    ]
    site.sign_in("ann", Role.USER, ANN)
    theirs = site.get(f"/held/{hold_id}")
    assert BEN not in theirs.text
    assert "What was done" not in text(theirs)
    site.sign_in("root", Role.ADMINISTRATOR)
    assert re.search("release by root, .* ago ?, learning undone", text(site.get(f"/held/{hold_id}")))


def test_whose_bytes_are_gone_is_still_known(admin: Site) -> None:
    hold_id = hold(admin)
    (admin.room / "quarantine" / "messages" / f"{hold_id}.eml").unlink()
    page = text(admin.get(f"/held/{hold_id}"))
    assert "Its bytes are gone" in page
    assert "bayes-spam" in page
    assert admin.get(f"/held/{hold_id}/page").status_code == 200


def test_who_waits_for_nothing_is_offered_nothing(admin: Site) -> None:
    hold_id = hold(admin)
    admin.quarantine.settle(hold_id, ANN, Outcome(Fate.RELEASED, "hop", "250 Ok"))
    answer = admin.get(f"/held/{hold_id}")
    assert "Nobody waits for it any more." in text(answer)
    assert acts(answer).isdisjoint({"release", "delete"})


def test_what_is_offered_is_what_the_matrix_grants(site: Site) -> None:
    site.sign_in("ann", Role.USER, ANN)
    hold_id = hold(site)
    assert {"release", "delete"} <= acts(site.get(f"/held/{hold_id}"))
    assert site.config.quarantine.matrix == Matrix()
    banned = hold(site, ann=WORM)
    assert site.get(f"/held/{banned}").status_code == 404


def test_a_release_goes_to_who_is_ticked(ann: Site) -> None:
    hold_id = hold(ann)
    done = ann.post(f"/held/{hold_id}/release", {"to": [ANN], "teach": "1"}, form=f"/held/{hold_id}")
    assert (done.status_code, done.headers["location"]) == (303, "/held")
    assert ann.desk.done == [(Act.RELEASE, "ann", hold_id, (ANN,), "teach")]
    assert "release: done." in text(ann.get("/held"))


@pytest.mark.parametrize(
    ("act", "noted", "back"),
    [
        ("delete", (Act.DELETE, "root", "{}", ()), "/held"),
        ("request", (Act.REQUEST, "root", "{}", ()), "/held"),
        ("block", (Act.BLOCK, "root", "{}"), "/held/{}"),
        ("spam", (Act.TEACH_SPAM, "root", "{}"), "/held/{}"),
        ("ham", (Act.TEACH_HAM, "root", "{}"), "/held/{}"),
        ("forward", (Act.FORWARD, "root", "{}", ""), "/held/{}"),
    ],
)
def test_each_act_is_done_and_said(admin: Site, act: str, noted: tuple[object, ...], back: str) -> None:
    hold_id = hold(admin)
    done = admin.post(f"/held/{hold_id}/{act}", form=f"/held/{hold_id}")
    assert (done.status_code, done.headers["location"]) == (303, back.format(hold_id))
    assert admin.desk.done == [tuple(word.format(hold_id) if isinstance(word, str) else word for word in noted)]
    assert f"{noted[0]}: done." in text(admin.get(done.headers["location"]))


def test_one_attachment_is_released_by_its_part(admin: Site) -> None:
    hold_id = hold(admin)
    admin.post(f"/held/{hold_id}/attachment", {"part": "1.2"}, form="/held")
    assert admin.desk.done == [(Act.RELEASE_ATTACHMENT, "root", hold_id, "1.2")]


def test_what_can_be_undone_has_a_button_for_it(admin: Site) -> None:
    hold_id = hold(admin)
    admin.post(f"/held/{hold_id}/delete", form="/held")
    page = admin.get("/held").text
    assert re.findall(r'<form method="post" action="/audit/undo"[^>]*>.*name="entry" value="(\d+)"', page) == ["1"]
    assert "/audit/undo" not in admin.get("/held").text  # it is said once


UNDO = re.compile(r'name="back" value="([^"]*)">.*name="entry" value="(\d+)"><button class="small">([^<]*)</button>')


def test_what_was_learnt_from_a_release_is_undone_and_it_stays_sent(admin: Site) -> None:
    first, second = hold(admin), hold(admin)
    admin.post(f"/held/{first}/release", {"to": [ANN]}, form="/held")
    assert "/audit/undo" not in admin.get("/held").text, "nothing was learnt"
    admin.post(f"/held/{first}/release", {"to": [ANN], "teach": "1"}, form="/held")
    assert UNDO.findall(admin.get("/held").text) == [("/held", "2", "Undo what was learnt (it stays sent)")]
    admin.desk.others = (second,)
    admin.post(f"/held/{first}/release", {"to": [ANN], "allow": "1"}, form="/held")
    offered = admin.get("/held/offered/3")
    assert "One more would now pass" in text(offered)
    assert UNDO.findall(offered.text) == [("/held", "3", "Undo what was learnt (it stays sent)")]
    admin.post(f"/held/{first}/delete", form="/held")
    assert UNDO.findall(admin.get("/held").text) == [("/held", "4", "Undo")]


def test_why_it_was_not_done_is_said(ann: Site) -> None:
    ann.desk.refusal = NotDone("it is held by a rule of this organisation: ask an administrator")
    hold_id = hold(ann)
    assert ann.post(f"/held/{hold_id}/release", form="/held").headers["location"] == f"/held/{hold_id}"
    assert "It is held by a rule of this organisation: ask an administrator." in text(ann.get(f"/held/{hold_id}"))


@pytest.mark.parametrize(
    "act", ["release", "delete", "request", "block", "spam", "ham", "forward", "attachment", "eml", "zip"]
)
def test_nothing_is_done_with_others_mail_nor_by_a_get(ann: Site, act: str) -> None:
    theirs, mine = hold(ann, ben=SPAM), hold(ann)
    assert ann.post(f"/held/{theirs}/{act}", {"part": "1"}, form="/held").status_code == 404
    assert ann.get(f"/held/{mine}/{act}").status_code in (404, 405)
    assert ann.browser.head(f"/held/{mine}/{act}").status_code in (404, 405)
    assert ann.browser.post(f"/held/{mine}/{act}").status_code == 403  # without the token
    assert ann.desk.done == []


@pytest.mark.parametrize("act", ["drop", "__class__", "undo", "page", "RELEASE"])
def test_an_act_that_there_is_not(ann: Site, act: str) -> None:
    assert ann.post(f"/held/{hold(ann)}/{act}", form="/held").status_code in (404, 405)
    assert ann.desk.done == []


def test_it_can_be_had_as_it_came(admin: Site) -> None:
    hold_id = hold(admin, mail("As it came"))
    had = admin.post(f"/held/{hold_id}/eml", form="/held")
    assert had.content == mail("As it came")
    assert had.headers["content-type"] == "message/rfc822"
    assert had.headers["content-disposition"] == f'attachment; filename="{hold_id}.eml"'
    assert admin.desk.done == [(Act.DOWNLOAD, "root", hold_id)]


def test_a_zip_says_its_password_in_its_name(admin: Site) -> None:
    hold_id = hold(admin)
    had = admin.post(f"/held/{hold_id}/zip", form="/held")
    assert had.headers["content-disposition"] == f'attachment; filename="{hold_id}.password-secret.zip"'


def test_what_would_now_pass_is_offered_as_one_decision(admin: Site) -> None:
    first, second, third = hold(admin), hold(admin), hold(admin)
    admin.desk.others = (second, third)
    done = admin.post(f"/held/{first}/release", form="/held")
    assert done.headers["location"] == "/held/offered/1"
    offered = admin.get("/held/offered/1")
    assert "2 more would now pass" in text(offered)
    assert re.findall(r'name="id" value="(\w+)" checked', offered.text) == [second, third]


@pytest.mark.parametrize("entry", ["0", "-1", "x", "9" * 15, "9" * 30, "1e9", "٣"])
def test_what_is_no_line_of_the_trail_offered_nothing(admin: Site, entry: str) -> None:
    hold(admin)
    done = admin.get(f"/held/offered/{entry}")
    assert (done.status_code, done.headers["location"]) == (303, "/held")


def test_what_is_offered_is_only_what_is_theirs(ann: Site) -> None:
    ann.desk.others = (hold(ann, ben=SPAM),)
    done = ann.get("/held/offered/1")
    assert (done.status_code, done.headers["location"]) == (303, "/held")
