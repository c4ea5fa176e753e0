"""A user's own hours for digests."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from gatekeeper.config.digest import Digest
from gatekeeper.quarantine.acts import Role
from tests.unit.web.browsing import Site, text

PATH = "/account/digest"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    site.sign_in("kim", Role.USER, "kim@own.example", "k.lee@own.example")
    yield site
    site.close()


def enabled(site: Site) -> None:
    config = msgspec.structs.replace(site.config, digest=Digest(enabled=True, hours=[7, 13]))
    services = site.application.state.services
    site.application.state.services = type(services)(
        **{name: getattr(services, name) for name in services.__dataclass_fields__} | {"config": config}
    )


def wish(site: Site, hours: str) -> tuple[int, str]:
    found = site.post(PATH, {"hours": hours}, form=PATH)
    return found.status_code, text(site.get(PATH) if found.status_code == 303 else found)


def test_it_says_what_is_usual_and_keeps_what_is_wished_for_all_mailboxes(site: Site) -> None:
    enabled(site)
    said = text(site.get(PATH))
    assert "as for everybody here, which is 7, 13" in said
    assert "k.lee@own.example, kim@own.example" in said
    assert wish(site, " 13 8 ")[0] == 303
    assert site.digests.wishes() == {"kim@own.example": (8, 13), "k.lee@own.example": (8, 13)}
    assert 'value="8, 13"' in site.get(PATH).text
    assert "That is kept" not in text(site.get(PATH))
    wish(site, "never")
    assert set(site.digests.wishes().values()) == {()}
    wish(site, "")
    assert site.digests.wishes() == {}


@pytest.mark.parametrize("hours", ["25", "now and then", "<script>", "7" * 300])
def test_what_is_no_hour_is_said_and_changes_nothing(site: Site, hours: str) -> None:
    enabled(site)
    wish(site, "9")
    status, said = wish(site, hours)
    assert status == 400
    assert "ours" in said
    assert "<script>7" not in site.get(PATH).text
    assert set(site.digests.wishes().values()) == {(9,)}


def test_who_is_not_signed_in_is_sent_there_and_no_other_site_wishes_for_them(site: Site) -> None:
    enabled(site)
    assert site.other().get(PATH).headers["location"].startswith("/sign-in")
    assert site.browser.post(PATH, data={"hours": "9"}, headers={"Origin": site.base}).status_code == 403
    assert site.digests.wishes() == {}


def test_where_there_are_none_that_is_said(site: Site) -> None:
    assert "No digests are sent here." in text(site.get(PATH))
    enabled(site)
    site.browser = site.other()
    site.sign_in("ada", Role.ADMINISTRATOR)
    assert "You have no mailbox here" in text(site.get(PATH))


def test_the_account_leads_there(site: Site) -> None:
    assert f'href="{PATH}"' in site.get("/account").text
