from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.app import campaigns as module
from gatekeeper.app.campaigns import Told, missing, report, revoke
from gatekeeper.digests.sketches import likeness, sketches_of
from gatekeeper.message import Message, parse
from gatekeeper.stores.campaigns import Campaigns
from tests.unit.digests.campaign_mails import mail, program, wave, with_file

pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
pytest.importorskip("tlsh", reason="gatekeeper[near] is not installed")


@pytest.fixture
def campaigns(tmp_path: Path) -> Iterator[Campaigns]:
    campaigns = Campaigns(tmp_path / "campaigns.db", likeness)
    yield campaigns
    campaigns.close()


def message(number: int) -> Message:
    return parse(with_file(program(1), body=wave(1, number)))


def known(one: Message, campaigns: Campaigns) -> int:
    return sum(campaigns.reported(sketch) is not None for sketch in sketches_of(one))


def test_a_report_is_of_the_text_and_of_each_file(campaigns: Campaigns) -> None:
    assert report(message(0), campaigns) == Told(("text", "file"), 1)
    assert report(message(1), campaigns) == Told(("text", "file"), 2)
    assert known(message(2), campaigns) == 2


def test_what_is_revoked_is_gone_for_the_text_and_each_file(campaigns: Campaigns) -> None:
    report(message(0), campaigns)
    assert revoke(message(1), campaigns) == Told(("text", "file"), 2)
    assert known(message(0), campaigns) == 0


def test_by_nothing_a_message_is_not_known_again(campaigns: Campaigns) -> None:
    assert report(parse(mail("Hi!\r\n")), campaigns) == revoke(parse(mail("Hi!\r\n")), campaigns) == Told((), 0)


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "rensa" else object())
    (problem,) = missing()
    assert str(problem).endswith("campaigns are not recognised by their text; pip install 'gatekeeper[near]'")
    monkeypatch.setattr(module, "find_spec", lambda _name: object())
    assert list(missing()) == []
