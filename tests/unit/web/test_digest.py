"""Links of a digest: following one changes nothing, whoever follows; the button does it, once."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from gatekeeper.app import digesting, reviewing_site
from gatekeeper.app.learning import Learning
from gatekeeper.quarantine.acts import Act
from gatekeeper.quarantine.digest_listing import PATH
from gatekeeper.quarantine.digest_token import token
from gatekeeper.values import Action, Authenticated, Fate, Finding, Outcome, Verdict
from gatekeeper.web.pages import digest
from gatekeeper.web.site import site
from tests.servers.exchange import Exchange
from tests.unit.app.test_digesting import BANNED, KIM, LEE, SITE, WORM, World
from tests.unit.quarantine.samples import RAW, SPAM, fates, hold
from tests.unit.web.browsing import text


class Mail:
    """A quarantine with pages, and the links that somebody got by mail."""

    def __init__(self, home: Path, sink: Exchange) -> None:
        self.world = World(home, sink)
        self.services = reviewing_site.services(self.world.setup)
        self.application = site(self.services)
        self.browser = TestClient(self.application, SITE, follow_redirects=False).__enter__()  # one loop for all

    def links(self, recipient: str = KIM) -> dict[Act, str]:
        """Those in the digest that this one gets now."""
        self.world.digest(only=recipient)
        (said,) = self.world.texts()
        found = re.findall(rf"({SITE}/digest/(\S+))", said)
        return {Act(word.split(".")[1]): url for url, word in found}

    def link(self, hold_id: str, act: Act, recipient: str = KIM, seconds: float = 60.0) -> str:
        """One that no digest had."""
        return SITE + PATH + token(self.services.digests.key, hold_id, act, recipient, time.time() + seconds)

    def state(self) -> tuple[Any, ...]:
        """Everything that an act could change."""
        holds = [(held.id, held.outcomes) for held in self.world.quarantine.find(limit=1000)]
        spent = self.services.digests._database.read("SELECT * FROM spent")
        return holds, spent, self.services.desk.audit(), len(self.world.sink.messages)

    def close(self) -> None:
        self.browser.__exit__(None, None, None)
        reviewing_site.close(self.services)
        self.world.quarantine.close()


@pytest.fixture
def mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mail]:
    monkeypatch.setattr(digesting, "_SETTLED", 0.0)
    with Exchange() as sink:
        mail = Mail(tmp_path, sink)
        yield mail
        mail.close()


def page(mail: Mail, url: str) -> str:
    found = mail.browser.get(url)
    assert found.status_code == 200
    return text(found)


def test_a_link_shows_what_it_is_for_and_asks(mail: Mail) -> None:
    mail.world.hold(KIM, subject="cheap <b>pills</b>")
    links = mail.links()
    said = page(mail, links[Act.RELEASE])
    for word in ("Release this message?", "cheap <b>pills</b>", "alice@example.net", KIM, "looks like spam"):
        assert word in said
    assert "Delete this message?" in page(mail, links[Act.DELETE])
    assert "Block this sender?" in page(mail, links[Act.BLOCK])


def test_its_button_releases_to_this_one_alone(mail: Mail) -> None:
    hold_id = mail.world.hold(KIM, LEE)
    link = mail.links()[Act.RELEASE]
    done = mail.browser.post(link)
    assert (done.status_code, "Released" in text(done)) == (200, True)
    (message,) = mail.world.sink.messages
    assert (message.recipients, message.content) == ((KIM,), RAW)
    assert fates(mail.world.quarantine, hold_id) == {KIM: Fate.RELEASED, LEE: Fate.UNCONFIRMED}
    (entry,) = mail.services.desk.audit()
    assert (entry.who, entry.role, entry.act, entry.recipients) == (KIM, "user", Act.RELEASE, (KIM,))


def test_what_is_released_from_among_spam_is_learnt_as_wanted(mail: Mail) -> None:
    mail.world.hold(KIM)
    assert "It is learnt as wanted mail." in text(mail.browser.post(mail.links()[Act.RELEASE]))
    learning = Learning(mail.world.home / "state" / "classifier")
    assert [(event.label, event.teacher) for event in learning.training.find()] == [("ham", KIM)]
    learning.close()


def test_what_may_not_be_released_can_be_asked_for(mail: Mail) -> None:
    hold_id = mail.world.hold(KIM, verdict=BANNED)
    link = mail.links()[Act.REQUEST]
    assert "Ask for this message?" in page(mail, link)
    done = mail.browser.post(link)
    assert (done.status_code, "An administrator will see it here." in text(done)) == (200, True)
    assert fates(mail.world.quarantine, hold_id) == {KIM: Fate.UNCONFIRMED}
    assert [(entry.act, entry.who) for entry in mail.services.desk.audit()] == [(Act.REQUEST, KIM)]
    assert mail.browser.post(link).status_code == 410


def test_a_sender_who_is_proven_is_blocked_for_this_one_alone(mail: Mail) -> None:
    proven = Finding("dkim-pass", result=Authenticated("dkim", "pass", "example.net"))
    mail.world.hold(KIM, LEE, verdict=replace(SPAM, findings=(*SPAM.findings, proven)))
    done = mail.browser.post(mail.links()[Act.BLOCK])
    assert done.status_code == 200, text(done)
    (line,) = [line for line in (mail.world.home / "state/senders").read_text().splitlines() if line[0] not in "#"]
    assert line == f"deny alice@example.net dkim for={KIM}"


def test_a_sender_of_whom_nothing_is_known_cannot_be_blocked_and_the_link_stays_good(mail: Mail) -> None:
    one = hold(RAW, KIM)
    mail.world.quarantine.hold(replace(one, envelope=replace(one.envelope, client=None)))
    link = mail.links()[Act.BLOCK]
    done = mail.browser.post(link)
    assert (done.status_code, "Nothing was done" in text(done)) == (409, True)
    assert mail.browser.get(link).status_code == 200


def test_its_button_deletes_for_this_one_alone(mail: Mail) -> None:
    hold_id = mail.world.hold(KIM, LEE)
    assert mail.browser.post(mail.links()[Act.DELETE]).status_code == 200
    assert fates(mail.world.quarantine, hold_id) == {KIM: Fate.DELETED, LEE: Fate.UNCONFIRMED}
    assert not mail.world.sink.messages


def test_a_link_is_good_once(mail: Mail) -> None:
    mail.world.hold(KIM)
    link = mail.links()[Act.RELEASE]
    assert mail.browser.post(link).status_code == 200
    before = mail.state()
    for again in (mail.browser.post(link), mail.browser.get(link)):
        assert (again.status_code, "was used" in text(again)) == (410, True)
    assert mail.state() == before


def test_of_two_who_press_it_at_once_one_does_it(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked before either has used it."""
    mail.world.hold(KIM)
    link = mail.links()[Act.RELEASE]
    ticket = mail.services.digests.ticket(link.removeprefix(SITE + PATH))
    monkeypatch.setattr(mail.services.digests, "ticket", lambda _: ticket)
    seen = digest._wish(mail.services, "")
    monkeypatch.setattr(digest, "_wish", lambda *_: seen)
    assert [mail.browser.post(link).status_code for _ in range(2)] == [200, 410]
    assert len(mail.services.desk.audit()) == 1


def test_after_one_link_the_others_find_nothing_to_do(mail: Mail) -> None:
    mail.world.hold(KIM)
    links = mail.links()
    mail.browser.post(links[Act.RELEASE])
    before = mail.state()
    for again in (mail.browser.get(links[Act.DELETE]), mail.browser.post(links[Act.DELETE])):
        assert (again.status_code, "not held any more" in text(again)) == (410, True)
    assert mail.state() == before


def test_too_old_it_is_worth_nothing(mail: Mail) -> None:
    link = mail.link(mail.world.hold(KIM), Act.RELEASE, seconds=-1)
    before = mail.state()
    for found in (mail.browser.get(link), mail.browser.post(link)):
        assert (found.status_code, "too old" in text(found)) == (410, True)
    assert mail.state() == before


def test_for_whom_it_is_not_held_it_is_worth_nothing(mail: Mail) -> None:
    """Signed by us, and yet not for this message: whether it exists is not told."""
    hold_id = mail.world.hold(KIM)
    before = mail.state()
    told = [text(mail.browser.post(mail.link(one, Act.RELEASE, LEE))) for one in (hold_id, "t411vhxrypjg9")]
    assert told[0] == told[1]
    assert mail.state() == before


@pytest.mark.parametrize("place", range(6))
def test_changed_anywhere_it_is_worth_nothing(mail: Mail, place: int) -> None:
    mine, other = mail.world.hold(KIM), mail.world.hold(LEE, subject="Lee's")
    parts = mail.link(mine, Act.RELEASE).removeprefix(SITE + PATH).split(".")
    others = mail.link(other, Act.DELETE, LEE, 1e6).removeprefix(SITE + PATH).split(".")
    forged = SITE + PATH + ".".join([*parts[:place], others[place], *parts[place + 1 :]])
    before = mail.state()
    for found in (mail.browser.get(forged), mail.browser.post(forged)):
        assert (found.status_code, "No such link" in text(found)) == (404, True)
        assert "Lee" not in text(found)
    assert mail.state() == before


@pytest.mark.parametrize(
    "token",
    ["x", "..", "%2e%2e", "a" * 4000, "'%20OR%201=1--", "%00", "%ff.%ff.1.1.1.1", "%3Cscript%3E", "1.1.1.1.1.1"],
)
def test_anything_else_is_no_link(mail: Mail, token: str) -> None:
    before = mail.state()
    for found in (mail.browser.get(PATH + token), mail.browser.post(PATH + token)):
        assert found.status_code in (303, 404, 405)
        assert "<script>" not in found.text.replace("<script src=", "")
    assert mail.state() == before


def test_what_a_user_may_not_do_a_link_does_not_do_either(mail: Mail) -> None:
    """It was made when the matrix said otherwise, say."""
    hold_id = mail.world.hold(KIM, verdict=BANNED)
    link = mail.link(hold_id, Act.RELEASE)
    found = mail.browser.post(link)
    assert found.status_code == 409
    assert "Nothing was done" in text(found)
    assert fates(mail.world.quarantine, hold_id) == {KIM: Fate.UNCONFIRMED}
    assert mail.browser.get(link).status_code == 200, "it stays good"
    worm = mail.link(mail.world.hold(KIM, verdict=WORM, subject="worm"), Act.RELEASE)
    assert [mail.browser.get(worm).status_code, mail.browser.post(worm).status_code] == [410, 410]


def test_where_the_next_hop_does_not_take_it_that_is_told(mail: Mail) -> None:
    hold_id = mail.world.hold(KIM)
    link = mail.links()[Act.RELEASE]
    mail.world.sink.behaviour.rcpt_replies[KIM] = ["451 4.3.0 not now"]
    found = mail.browser.post(link)
    assert (found.status_code, "Not delivered" in text(found), "Released" in text(found)) == (502, True, False)
    assert fates(mail.world.quarantine, hold_id) == {KIM: Fate.HELD}
    assert mail.browser.post(link).status_code == 200, "it stays good"
    assert fates(mail.world.quarantine, hold_id) == {KIM: Fate.RELEASED}


def test_no_one_who_is_signed_in_lends_a_link_more_than_it_has(mail: Mail) -> None:
    """Nor does it sign anybody in."""
    mail.world.hold(KIM)
    found = mail.browser.get(mail.links()[Act.RELEASE])
    assert "Sign out" not in text(found)
    assert mail.browser.get("/").status_code == 303


class _Links(HTMLParser):
    """Every address in a page that a program might follow."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src", "action", "formaction") and value]


def test_a_program_that_follows_every_link_and_sends_no_form_changes_nothing(mail: Mail) -> None:
    mail.world.hold(KIM)
    mail.world.hold(KIM, verdict=BANNED, subject="banned")
    mail.world.digest()
    (message,) = mail.world.sink.messages
    urls = re.findall(rf"{SITE}[^\s\"'<>=]*", message.content.decode().replace("=\r\n", "").replace("=3D", "="))
    before, seen = mail.state(), set[str]()
    while urls:
        url = urljoin(SITE, urls.pop()).partition("#")[0]
        if url in seen or urlsplit(url).netloc != urlsplit(SITE).netloc:
            continue
        seen.add(url)
        for method in ("HEAD", "GET", "HEAD", "GET", "OPTIONS", "PROPFIND"):
            found: httpx.Response = mail.browser.request(method, url)
            if method == "GET" and found.headers.get("content-type", "").startswith("text/html"):
                urls += _Links(found.text).found
            if "location" in found.headers:
                urls.append(found.headers["location"])
    assert sum(PATH in url for url in seen) == 6
    assert mail.state() == before
    assert mail.browser.get(next(url for url in seen if PATH in url)).status_code == 200


HOSTILE = ['<img src=x onerror="alert(1)">', "</dd><script>alert(1)</script>", "\u202egnp.exe", '" onfocus="x']


@pytest.mark.parametrize("subject", HOSTILE)
def test_what_a_stranger_wrote_does_nothing_on_the_page(mail: Mail, subject: str) -> None:
    hold_id = mail.world.hold(KIM, subject=subject)
    found = mail.browser.get(mail.link(hold_id, Act.RELEASE))
    assert "<img src=x" not in found.text
    assert "<script>" not in found.text
    assert "\u202e" not in found.text
    assert 'onfocus="' not in found.text
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert found.headers["cache-control"] == "no-store"


def test_every_kind_has_words_and_every_act_too(mail: Mail) -> None:
    policy = Verdict(Action.QUARANTINE, "denied", findings=(Finding("denied", certain=Action.QUARANTINE),))
    for number, verdict in enumerate((SPAM, BANNED, policy)):
        hold_id = mail.world.hold(KIM, subject=f"number {number}", verdict=verdict)
        for act in (Act.RELEASE, Act.REQUEST, Act.DELETE, Act.BLOCK):
            assert f"number {number}" in page(mail, mail.link(hold_id, act))


def test_what_was_decided_meanwhile_is_said(mail: Mail) -> None:
    hold_id = mail.world.hold(KIM)
    link = mail.links()[Act.RELEASE]
    mail.world.quarantine.settle(hold_id, KIM, Outcome(Fate.DELETED))
    assert "not held any more" in text(mail.browser.get(link))
