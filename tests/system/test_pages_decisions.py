"""In a real browser, at a running gateway: the list of senders, what is asked for, handed out, or sent part by part."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyzipper
from playwright.sync_api import expect

from gatekeeper.quarantine.acts import Role
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import LOOPBACK, wait_until
from tests.system.browser import Visitors
from tests.system.test_pages_review import KIM, RULE, SETTINGS, arrived, hold, spam, subjects

ASKING = """
[quarantine.matrix.spam]
user = ["see", "request"]
"""


@pytest.fixture
def settings() -> str:
    return ""


@pytest.fixture
def reviewed(sink: Exchange, tmp_path: Path, settings: str) -> Iterator[Gateway]:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULE)
    hops = {"example.org": f"esmtp:[{LOOPBACK}]:{sink.port}"}
    with Gateway(hops, SETTINGS.format(rules=rules) + settings, pages=True) as gateway:
        yield gateway


def test_who_is_kept_out_is_let_in_again_once_removed(visitors: Visitors, sink: Exchange) -> None:
    page = visitors.page(width=390)
    page.goto("/senders")
    page.get_by_label("What to do").select_option("deny")
    page.get_by_label("Sender").fill("no sender at all")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Write an address")
    page.get_by_label("Sender").fill("ann@out.test")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("ann@out.test will be kept out")
    wanted = b"From: ann@out.test\r\nSubject: hello\r\n\r\nHello.\r\n"

    def answer() -> str:
        return send(visitors.gateway.port, wanted, (KIM,))

    wait_until(lambda: answer().startswith("5"), "the sender is refused")
    before = len(sink.messages)
    page.get_by_role("button", name="Remove ann@out.test").click()
    expect(page.get_by_role("status")).to_contain_text("Removed")
    wait_until(lambda: answer().startswith("250"), "the sender is let in")
    arrived(sink, before + 1)
    page.goto("/audit")
    expect(page.locator("[data-row]").first).to_contain_text("Taken off the list: 'deny ann@out.test'")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    last = page.get_by_role("navigation", name="Pages").get_by_role("link").last.bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= 390, "all of the navigation is in sight"
    visitors.complaints[:] = [line for line in visitors.complaints if "400" not in line]


def test_what_is_handed_out_is_what_came(visitors: Visitors) -> None:
    content = spam("Red roses", file=b"\x00\xff" * 1000)
    hold(visitors, content)
    page = visitors.page()
    page.goto("/held")
    page.get_by_role("link", name="Red roses").click()
    page.get_by_text("More", exact=True).click()
    with page.expect_download() as plain:
        page.get_by_role("button", name="Download", exact=True).click()
    assert plain.value.path().read_bytes().endswith(content)
    with page.expect_download() as zipped:
        page.get_by_role("button", name="Download as zip").click()
    (password,) = re.findall(r"password-(.+)\.zip", zipped.value.suggested_filename)
    packed = zipped.value.path().read_bytes()
    assert b"Red roses" not in packed
    with pyzipper.AESZipFile(io.BytesIO(packed)) as opened:
        assert opened.read(opened.namelist()[0], pwd=password.encode()) == plain.value.path().read_bytes()


@pytest.mark.parametrize("settings", [ASKING])
def test_what_a_user_asks_for_an_administrator_sees_and_releases(
    visitors: Visitors, sink: Exchange, settings: str
) -> None:
    hold(visitors, spam("Red roses"))
    user = visitors.page(Role.USER, KIM, name="kim")
    user.goto("/held")
    user.get_by_role("link", name="Red roses").click()
    expect(user.get_by_role("button", name="Release", exact=True)).to_have_count(0)
    user.get_by_role("button", name="Ask for release").click()
    expect(user.get_by_role("status")).to_contain_text("Asked for.")
    page = visitors.page()
    page.goto("/audit")
    line = page.locator("[data-row]").filter(has_text="request")
    expect(line).to_contain_text("kim")
    line.get_by_role("link").click()
    expect(page.get_by_text("request by kim")).to_be_visible()
    page.get_by_role("button", name="Release", exact=True).click()
    assert b"Subject: Red roses" in arrived(sink, 1)[0]


def test_one_attachment_is_sent_alone(visitors: Visitors, sink: Exchange) -> None:
    hold(visitors, spam("Red roses", roses=b"a picture of roses"))
    page = visitors.page()
    page.goto("/held")
    page.get_by_role("link", name="Red roses").click()
    page.get_by_role("button", name="Release it alone").click()
    expect(page.get_by_role("status")).to_contain_text("roses")
    (content,) = arrived(sink, 1)
    assert b"Buy now" not in content
    assert b"YSBwaWN0dXJlIG9mIHJvc2Vz" in content
    page.goto("/held")
    expect(subjects(page)).to_have_text(["Red roses"])
