"""Who tries passwords is slowed down."""

import time

import pytest

from tests.unit.web.browsing import PASSWORD, Site, text
from tests.unit.web.test_link import Known


def tries(site: Site, count: int, name: str = "ann", password: str = "wrong", client: str = "") -> list[int]:
    if client:
        site.browser = site.other(client)
    return [site.post("/sign-in", {"name": name, "password": password}).status_code for _ in range(count)]


def test_one_account_from_wherever(site: Site) -> None:
    site.add("ann")
    for number in range(10):
        assert tries(site, 1, client=f"198.51.100.{number}") == [401]
    answer = site.post("/sign-in", {"name": "ANN", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Wait 60 seconds, then try again." in text(answer)
    assert int(answer.headers["Retry-After"]) in range(1, 61)
    site.add("bob")
    assert tries(site, 1, "bob", PASSWORD) == [303]


def test_one_address_whatever_the_account(site: Site) -> None:
    site.browser = site.other("2001:db8:0:1::1")
    codes = [site.post("/sign-in", {"name": f"n{n}", "password": "x"}).status_code for n in range(31)]
    assert codes == [401] * 30 + [429]
    for same, status in (("2001:db8:0:1:ffff::9", 429), ("2001:db8:0:2::1", 401)):
        assert tries(site, 1, "n99", client=same) == [status]


def test_who_is_not_there_is_slowed_down_alike(site: Site) -> None:
    assert tries(site, 11, "nobody") == [401] * 10 + [429]


def test_who_is_known_to_a_directory_alone_is_slowed_down_alike(tmp_path) -> None:
    site = Site(tmp_path, directory=Known())
    assert tries(site, 11, "kim") == [401] * 10 + [429]
    assert tries(site, 1, "kim", "from the directory") == [429]
    site.close()


def test_a_right_password_is_not_counted(site: Site) -> None:
    site.add("ann")
    for _ in range(15):
        site.browser = site.other()
        assert tries(site, 1, password=PASSWORD) == [303]


def test_a_restart_forgives_nothing_and_time_does(site: Site, tmp_path, monkeypatch) -> None:
    site.add("ann")
    tries(site, 10)
    site.close()
    again = Site(tmp_path)
    assert tries(again, 1) == [429]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert tries(again, 2) == [401, 429]
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    assert tries(again, 1, password=PASSWORD) == [303]
    again.close()


@pytest.mark.parametrize(("client", "counted"), [("::ffff:192.0.2.1", "192.0.2.1"), ("testclient", "testclient")])
def test_an_address_is_one_in_any_form(site: Site, client: str, counted: str) -> None:
    for number in range(30):
        tries(site, 1, f"n{number}", client=client)
    assert tries(site, 1, "n30", client=counted) == [429]
