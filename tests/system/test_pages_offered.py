"""In a real browser, at a running gateway: what would now pass after a release is offered, and goes by one decision."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.servers.client import send
from tests.servers.dns import DnsServer
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import LOOPBACK, wait_until
from tests.system.browser import Visitors
from tests.system.test_pages_review import arrived, subjects
from tests.system.test_release_teaches import RULES, SETTINGS, ZONE, newsletter


@pytest.fixture
def reviewed(sink: Exchange, tmp_path: Path) -> Iterator[Gateway]:
    rules = tmp_path / "eager.toml"
    rules.write_text(RULES)
    hops = {"example.org": f"esmtp:[{LOOPBACK}]:{sink.port}"}
    with DnsServer(ZONE) as dns, Gateway(hops, SETTINGS.format(dns=dns.address, rules=rules), pages=True) as gateway:
        yield gateway


def test_of_four_copies_and_a_forged_one_the_other_three_are_offered(visitors: Visitors, sink: Exchange) -> None:
    gateway = visitors.gateway
    for number in range(5):
        sent = send(gateway.port, newsletter(number, signed=number < 4), sender=f"bounce-{number}@shop.test")
        assert sent.startswith("250")
    wait_until(lambda: len(gateway.journal(5)) == 5, "all are in the journal")
    page = visitors.page()
    page.goto("/held")
    page.locator("[data-row]").filter(has_text="bounce-0@shop.test").get_by_role("link").click()
    page.get_by_label("Let this sender in from now on").check()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("heading", name="3 more would now pass")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(3)
    expect(page.get_by_text("bounce-4@shop.test")).to_have_count(0)
    page.get_by_role("button", name="Release them").click()
    assert len(arrived(sink, 4)) == 4
    page.goto("/held")
    expect(subjects(page)).to_have_text(["Our week in March"])
    expect(page.get_by_text("bounce-4@shop.test")).to_be_visible()
