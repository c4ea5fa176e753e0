"""In a real browser, at a running gateway: an attachment that was taken out of a message, which went on without it."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from gatekeeper.quarantine.acts import Role
from tests.messages import attached
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import LOOPBACK, wait_until
from tests.system.browser import Visitors
from tests.system.test_pages_review import KIM, LEE, arrived, hold, subjects

BANNED = "setup.exe"
PROGRAM = b"MZ\x90\x00" + bytes(range(256)) * 5 + b"\r\n.\r\nend"
RULES = "strip ext exe -- a Windows program\nstrip kind exe -- a Windows program\n"


@pytest.fixture
def reviewed(sink: Exchange, tmp_path: Path) -> Iterator[Gateway]:
    rules = tmp_path / "attachments.rules"
    rules.write_text(RULES)
    hops = {"example.org": f"esmtp:[{LOOPBACK}]:{sink.port}"}
    with Gateway(hops, f'[tables]\nattachments = "{rules}"\n', pages=True) as gateway:
        yield gateway


def parts(content: bytes) -> dict[str, bytes]:
    """What is attached, by its name."""
    letter = cast(EmailMessage, email.message_from_bytes(content, policy=email.policy.default))
    return {part.get_filename() or "": part.get_payload(decode=True) for part in letter.iter_attachments()}  # type: ignore[misc]


def taken_out(visitors: Visitors, sink: Exchange) -> None:
    """A message has arrived without its attachment."""
    hold(visitors, attached(BANNED, PROGRAM, 1))
    assert PROGRAM not in parts(arrived(sink, 1)[0]).values()
    wait_until(lambda: visitors.gateway.quarantine("changed"), "what was taken out is kept")
    sink.messages.clear()


def opened(page: Page) -> None:
    page.goto("/held")
    expect(subjects(page)).to_have_count(0)
    page.get_by_label("State").select_option("changed")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="A file for you").click()
    expect(page.get_by_role("heading", name="A file for you")).to_be_visible()


def test_an_administrator_sees_what_it_was_taken_out_of_and_sends_it_alone(visitors: Visitors, sink: Exchange) -> None:
    taken_out(visitors, sink)
    page = visitors.page()
    opened(page)
    expect(page.get_by_text("It went on changed, as is marked below.")).to_be_visible()
    expect(page.get_by_text("See the attachment.")).to_be_visible()
    part = page.get_by_role("listitem").filter(has_text=BANNED).last
    expect(part).to_contain_text("taken out")
    expect(page.get_by_role("button", name="Release it alone")).to_have_count(1)
    part.get_by_role("button", name="Release it alone").click()
    expect(page.get_by_role("status")).to_contain_text(f"{BANNED}: Released to {KIM}.")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    arrived(sink, 1)
    (message,) = sink.messages
    assert message.recipients == (KIM,)
    assert parts(message.content) == {BANNED: PROGRAM}
    assert b"See the attachment" not in message.content
    page.goto("/audit")
    expect(page.locator("[data-row]").first).to_contain_text("release-attachment")


def test_a_user_sees_it_and_has_no_button_nor_another_way(visitors: Visitors, sink: Exchange) -> None:
    taken_out(visitors, sink)
    user = visitors.page(Role.USER, KIM, name="kim")
    opened(user)
    expect(user.get_by_role("listitem").filter(has_text=BANNED).last).to_contain_text("taken out")
    expect(user.get_by_role("button", name="Release")).to_have_count(0)
    expect(user.get_by_role("button", name="Download")).to_have_count(0)
    place = user.url
    user.evaluate(
        """place => {
            const form = document.querySelector('form.leave')
            form.action = place + '/attachment'
            form.insertAdjacentHTML('beforeend', '<input name=part value=1.2>')
            form.requestSubmit()
        }""",
        place,
    )
    expect(user.get_by_role("status")).to_contain_text("is not for a user")
    stranger = visitors.page(Role.USER, LEE, name="lee")
    stranger.goto(place)
    expect(stranger.get_by_text(BANNED)).to_have_count(0)
    assert not sink.messages
    visitors.complaints[:] = [line for line in visitors.complaints if "404" not in line]
