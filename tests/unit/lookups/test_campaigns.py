"""The answers: how much alike, how often, since when; nothing, or trouble."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gatekeeper.digests.sketches import likeness, sketches_of
from gatekeeper.lookups.campaigns import Reported
from gatekeeper.message import parse
from gatekeeper.stores.campaigns import Campaigns
from gatekeeper.values import Absent, Campaign, Failed, Found, Sketch
from tests.unit.digests.campaign_mails import mail, wave

pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
pytest.importorskip("tlsh", reason="gatekeeper[near] is not installed")


def sketch(number: int) -> Sketch:
    (made,) = sketches_of(parse(mail(wave(1, number))))
    return made


def asked(number: int) -> Campaign:
    return Campaign("text", f"{number}", sketch(number))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "campaigns.db"


@pytest.fixture
def reported(path: Path) -> Reported:
    return Reported(Campaigns(path, likeness, create=False))


def test_where_nothing_was_ever_reported_nothing_is_and_nothing_is_made(reported: Reported, path: Path) -> None:
    assert reported.known(asked(1)) == Absent()
    assert not path.exists()


def test_whether_anything_was_reported(reported: Reported, path: Path) -> None:
    anything = Campaign("any", "")
    assert reported.known(anything) == Absent()
    campaigns = Campaigns(path, likeness)
    campaigns.prune(1, 1)
    assert reported.known(anything) == Absent()
    campaigns.report(sketch(1), 0.5)
    assert reported.known(anything) == Found(())


def test_what_is_like_a_reported_one_is_found(reported: Reported, path: Path) -> None:
    assert reported.known(asked(2)) == Absent()
    campaigns = Campaigns(path, likeness)
    campaigns.report(sketch(1), 0.5)
    campaigns.report(sketch(1), 0.5)
    answer = reported.known(asked(2))
    assert isinstance(answer, Found)
    alike, reports, since = answer.values
    assert 0.5 < float(alike) < 1.0
    assert (reports, since) == ("2", datetime.now(UTC).date().isoformat())
    assert asyncio.run(reported.answer(asked(1))) == Found(("1.00", "2", since))


def test_another_text_is_not(reported: Reported, path: Path) -> None:
    Campaigns(path, likeness).report(sketch(1), 0.5)
    (other,) = sketches_of(parse(mail(wave(2, 0))))
    assert reported.known(Campaign("text", "x", other)) == Absent()


def test_a_store_in_trouble_is_a_failure(reported: Reported, path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)
    answer = reported.known(asked(1))
    assert isinstance(answer, Failed)
    assert "put a backup in its place" in answer.why


def test_a_question_from_a_record_has_no_sketch(reported: Reported) -> None:
    assert reported.known(Campaign("text", "x")) == Failed("its sketch is not at hand")
