"""The links of a digest in a real browser: from the mail to the button, on any screen, with script and without."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

import pytest
from playwright.sync_api import expect

from tests.messages import ham
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import wait_until
from tests.system.browser import Visitors

KIM = "kim@example.org"
_HOLD = "[policy]\ntag = -3.0\nquarantine = -2.0\nreject = 100.0\n"


@pytest.fixture
def reviewed(sink: Exchange) -> Iterator[Gateway]:
    """A gateway that holds whatever comes."""
    with Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, _HOLD, pages=True) as gateway:
        yield gateway


def links(visitors: Visitors, sink: Exchange, subject: str = "Lunch on monday") -> dict[str, str]:
    """Those in the digest about one message, by what they say."""
    visitors.gateway.configure(f'[web]\nurl = "{visitors.gateway.pages}"\n')
    content = re.sub(rb"Subject: .*?\r\n(?! )", f"Subject: {subject}\r\n".encode(), ham(), count=1, flags=re.DOTALL)
    assert send(visitors.gateway.port, content, [KIM]).startswith("250")
    wait_until(lambda: visitors.gateway.run("digest"), "Kim is told")
    message = message_from_bytes(sink.messages.pop().content, policy=default)
    page = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    return {label: url for url, label in re.findall(r'href="([^"]+)"[^>]*>([^<]+)</a>', page)}


@pytest.mark.parametrize(("width", "dark", "script"), [(1280, False, True), (390, True, False)])
def test_a_click_in_the_mail_and_one_on_the_page_release_it(
    visitors: Visitors, sink: Exchange, width: int, dark: bool, script: bool
) -> None:
    found = links(visitors, sink)
    page = visitors.stranger(width=width, dark=dark, script=script)
    page.goto(found["Release"])
    expect(page.get_by_role("heading", name="Release this message?")).to_be_visible()
    expect(page.get_by_text("Lunch on monday")).to_be_visible()
    expect(page.get_by_text(KIM)).to_be_visible()
    page.goto(found["Release"])
    assert not sink.messages, "opening it, once or more, does nothing"
    page.get_by_role("button", name="Release it to me").click()
    expect(page.get_by_role("heading", name="Released")).to_be_visible()
    wait_until(lambda: sink.messages, "it arrives")
    assert sink.messages[0].recipients == (KIM,)
    page.goto(found["Delete"])
    expect(page.get_by_role("heading", name="It is not held any more")).to_be_visible()
    visitors.complaints = [line for line in visitors.complaints if "410" not in line]


def test_the_keyboard_is_enough_and_nothing_goes_beyond_the_screen(visitors: Visitors, sink: Exchange) -> None:
    page = visitors.stranger(width=390)
    page.goto(links(visitors, sink, "word" * 20)["Delete"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    button = page.get_by_role("button", name="Delete it")
    for _ in range(20):
        page.keyboard.press("Tab")
        if button.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Deleted")).to_be_visible()
    (held,) = visitors.gateway.quarantine("deleted")
    assert held["recipients"][0]["address"] == KIM


def test_what_is_hostile_in_it_does_nothing(visitors: Visitors, sink: Exchange) -> None:
    page = visitors.stranger()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(links(visitors, sink, "<img src=x onerror=alert(1)><script>alert(2)</script>")["Block sender"])
    expect(page.get_by_role("heading", name="Block this sender?")).to_be_visible()
    expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    assert page.locator("main img").count() == 0
