"""Reviewing at a running gateway in a real browser: mail comes in, is held, found, read, decided on, and arrives."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from gatekeeper.quarantine.acts import Role
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import LOOPBACK, wait_until
from tests.system.browser import Visitors
from tests.unit.web.test_safe_html import VECTORS

KIM, LEE = "kim@example.org", "lee@example.org"
RULE = """
[[rule]]
name = "test-offer"
description = "Somebody wants something bought"
where = "text"
pattern = 'buy now'
score = 9.0
hits = ["Subject: a\\n\\nBuy now!\\n"]
misses = ["Subject: a\\n\\nHello.\\n"]
"""
SETTINGS = """
[tables]
rules = ["{rules}"]
[policy]
reject = 10000.0
[checks.active]
enabled = false
"""
# What runs in pages is refused otherwise, and could not be looked at.


@pytest.fixture
def reviewed(sink: Exchange, tmp_path: Path) -> Iterator[Gateway]:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULE)
    hops = {"example.org": f"esmtp:[{LOOPBACK}]:{sink.port}"}
    with Gateway(hops, SETTINGS.format(rules=rules), pages=True) as gateway:
        yield gateway


def spam(subject: str, page: str = "", **attachment: bytes) -> bytes:
    """A letter that will be held."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = "Ann <ann@out.test>", KIM, subject
    made.set_content("Buy now.\n")
    if page:
        made.add_alternative(page, subtype="html")
    for name, data in attachment.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def hold(visitors: Visitors, *contents: bytes, to: tuple[str, ...] = (KIM,)) -> None:
    for content in contents:
        assert send(visitors.gateway.port, content, to).startswith("250")


def subjects(page: Page) -> Locator:
    """Of what is listed; to be expected, because the page may still be on its way."""
    return page.locator("[data-row] [data-open]")


def arrived(sink: Exchange, count: int) -> list[bytes]:
    wait_until(lambda: len(sink.messages) >= count, f"{count} messages behind the gateway")
    return [message.content for message in sink.messages]


@pytest.mark.parametrize("script", [True, False])
def test_a_user_finds_reads_and_releases_and_it_arrives(visitors: Visitors, sink: Exchange, script: bool) -> None:
    hold(visitors, spam("Red roses", "<p>Roses <img src='http://t.test/x.gif'></p>"), spam("Blue violets"))
    page = visitors.page(Role.USER, KIM, script=script)
    page.get_by_role("link", name="Quarantine").click()
    expect(subjects(page)).to_have_text(["Blue violets", "Red roses"])
    page.get_by_label("Search").fill("rose")
    page.get_by_role("button", name="Find").click()
    expect(subjects(page)).to_have_text(["Red roses"])
    page.get_by_role("link", name="Red roses").click()
    expect(page.get_by_role("heading", name="Red roses")).to_be_visible()
    expect(page.get_by_text("Held because of test-offer (9.0)")).to_be_visible()
    framed = page.frame_locator("iframe.sheet")
    expect(framed.get_by_text("Roses")).to_be_visible()
    expect(framed.get_by_text("Not shown: 1 remote picture.")).to_be_visible()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("eleased")
    (content,) = arrived(sink, 1)
    assert b"Subject: Red roses" in content
    page.goto("/held")
    expect(subjects(page)).to_have_text(["Blue violets"])
    page.goto("/history")
    expect(page.locator("[data-row]").filter(has_text="released")).to_have_count(1)


def test_a_delete_is_undone(visitors: Visitors, sink: Exchange) -> None:
    hold(visitors, spam("Red roses"))
    page = visitors.page(Role.USER, KIM)
    page.goto("/held")
    page.get_by_role("link", name="Red roses").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Undone")
    expect(subjects(page)).to_have_text(["Red roses"])
    page.get_by_role("link", name="Red roses").click()
    page.get_by_role("button", name="Release", exact=True).click()
    assert len(arrived(sink, 1)) == 1


def test_of_a_release_what_was_learnt_is_undone_and_it_stays_sent(visitors: Visitors, sink: Exchange) -> None:
    hold(visitors, spam("Red roses"))
    page = visitors.page(width=390)
    page.goto("/held")
    page.get_by_role("link", name="Red roses").click()
    expect(page.get_by_label("Learn that it is wanted")).to_be_checked()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("It is learnt as wanted mail.")
    page.get_by_role("button", name="Undo what was learnt (it stays sent)").click()
    expect(page.get_by_role("status")).to_contain_text("forgotten. What was sent stays sent.")
    page.goto("/history")
    expect(page.locator("[data-row]").filter(has_text="released")).to_have_count(1)
    assert len(arrived(sink, 1)) == 1


def test_many_are_decided_on_at_once(visitors: Visitors, sink: Exchange) -> None:
    hold(visitors, *(spam(f"Rose {n}") for n in range(4)), spam("Violet"))
    page = visitors.page()
    page.goto("/held")
    page.get_by_label("Tick: Rose 0").check()
    page.get_by_label("Tick: Rose 1").check()
    expect(page.get_by_text("2 ticked:")).to_be_visible()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("2 messages released.")
    assert len(arrived(sink, 2)) == 2
    page.get_by_label("Search").fill("rose")
    page.get_by_role("button", name="Find").click()
    page.get_by_label("All 2 that match").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Delete: 2 messages?")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("2 messages deleted.")
    page.get_by_role("button", name="Undo").click()
    page.goto("/held")
    expect(subjects(page)).to_have_count(3)
    assert sorted(subjects(page).all_inner_texts()) == ["Rose 2", "Rose 3", "Violet"]


def test_all_of_it_goes_by_keys(visitors: Visitors, sink: Exchange) -> None:
    hold(visitors, spam("First"), spam("Second"), spam("Third"))
    page = visitors.page(Role.USER, KIM)
    page.goto("/held")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.here")).to_contain_text("Second")
    page.keyboard.press("x")
    page.keyboard.press("d")
    expect(page.get_by_role("status")).to_contain_text("2 messages deleted.")
    expect(subjects(page)).to_have_text(["First"])
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("2 undone.")
    page.keyboard.press("/")
    page.keyboard.type("second")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="Second")).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_role("status")).to_contain_text("eleased")
    assert b"Subject: Second" in arrived(sink, 1)[0]


def test_a_user_sees_and_touches_nothing_of_others(visitors: Visitors, sink: Exchange) -> None:
    hold(visitors, spam("For Lee"), to=(LEE,))
    hold(visitors, spam("For both"), to=(KIM, LEE))
    (theirs,) = [entry["id"] for entry in visitors.gateway.quarantine() if entry["subject"] == "For Lee"]
    page = visitors.page(Role.USER, KIM)
    page.goto("/held")
    expect(subjects(page)).to_have_text(["For both"])
    assert LEE not in page.content()
    for path in (f"/held/{theirs}", f"/held/{theirs}/page", f"/history/{theirs}", f"/held?text=Lee&recipient={LEE}"):
        page.goto(path)
        assert "For Lee" not in page.content()
    page.goto("/held")
    page.evaluate("id => { document.querySelector('[name=id]').value = id }", theirs)
    page.locator("[name=id]").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("0 messages deleted. 1 could not be")
    page.goto("/audit")
    expect(page.get_by_role("heading", name="Not allowed")).to_be_visible()
    assert {entry["subject"] for entry in visitors.gateway.quarantine()} == {"For Lee", "For both"}
    assert not sink.messages
    assert all("404" in line or "403" in line for line in visitors.complaints)
    visitors.complaints.clear()


def test_what_was_done_stands_in_the_trail(visitors: Visitors) -> None:
    hold(visitors, spam("Red roses"))
    user = visitors.page(Role.USER, KIM, name="kim")
    user.goto("/held")
    user.get_by_role("link", name="Red roses").click()
    user.get_by_role("button", name="Delete", exact=True).click()
    page = visitors.page()
    page.goto("/audit")
    line = page.locator("[data-row]").filter(has_text="delete")
    expect(line).to_contain_text("kim")
    expect(line).to_contain_text(KIM)


def test_the_overview_tells_of_what_came(visitors: Visitors) -> None:
    hold(visitors, spam("Red roses"))
    visitors.gateway.journal()
    page = visitors.page()
    expect(page.get_by_text("1 waits for a decision")).to_be_visible()
    expect(page.get_by_role("img", name="Mail in the last 24 hours")).to_be_visible()
    assert "test-offer" in page.content()


def test_no_vector_runs_loads_or_leads_anywhere(visitors: Visitors) -> None:
    """All of them, in each field that a sender has. The browser tells what it asks for, and runs what it would."""
    script = 'document.title="run"'
    vectors = [vector.replace("X", script) for vector in VECTORS]
    page = visitors.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    every = "".join(vectors)
    for number, vector in enumerate(("".join(vectors), *vectors[::9])):
        made = EmailMessage(policy=SMTP)
        short = " ".join(vector.split())[:300].encode("ascii", "ignore").decode()
        made["Subject"], made["X-Odd"] = f"{number} {short}", short
        made.set_content(f"{vector}\nBuy now.\n")
        made.add_alternative(f"{vector}{every}", subtype="html")
        made.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=f"{short[:100]}.txt")
        hold(visitors, made.as_bytes())
    ids = [entry["id"] for entry in visitors.gateway.quarantine()]
    for path in ("/held", "/history", *(f"/held/{hold_id}" for hold_id in ids), f"/held/{ids[0]}/page"):
        page.goto(path)
        for frame in page.frames:
            frame.wait_for_load_state()
            assert frame.title() != "run"
    assert [url for url in asked if not url.startswith((visitors.gateway.pages, "data:image/"))] == []
