"""What somebody says of a message that passed is held for or against its sender, once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.app import state
from gatekeeper.app.reviewing import reviewed, said
from gatekeeper.config.schema import Config, Gateway
from gatekeeper.stores.history import History
from gatekeeper.values import Authenticated, Finding, Label, Reputation, Reputed, new_id
from tests.unit.stores import samples


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(gateway=Gateway(state=str(tmp_path)))


@pytest.fixture
def history(config: Config) -> Iterator[History]:
    """One that is there, as where the gateway runs."""
    history = state.history(config)
    history.prune()
    yield history
    history.close()


def passed(config: Config, result: str = "pass") -> str:
    """A message from firm.test; its id."""
    record = samples.record("ann@firm.test")
    finding = Finding("dkim", result=Authenticated("dkim", result, "firm.test"))
    verdicts = {to: replace(verdict, findings=(finding,)) for to, verdict in record.verdicts.items()}
    journal = state.journal(config)
    journal.record(replace(record, verdicts=verdicts))
    journal.close()
    return record.envelope.id


def counts(history: History, key: str = "domain:firm.test") -> tuple[float, float]:
    found = history.ask(Reputation(key))
    assert isinstance(found, Reputed)
    return round(found.ham, 2), round(found.spam, 2)


def test_the_sender_of_what_is_said_to_be_spam_is_the_worse_for_it(config: Config, history: History) -> None:
    one, other = passed(config), passed(config)
    reviewed(config, [one, other], Label.SPAM)
    assert counts(history) == (0.0, 2.0)
    reviewed(config, [one], Label.SPAM)
    assert counts(history) == (0.0, 2.0), "once"
    reviewed(config, [one], Label.HAM)
    assert counts(history) == (1.0, 1.0), "the last word"


def test_what_is_taken_back_counts_no_longer_or_what_was_said_before_does(config: Config, history: History) -> None:
    one, other = passed(config), passed(config)
    reviewed(config, [one, other], Label.SPAM)
    assert said(config, one) is Label.SPAM
    reviewed(config, [one], None)
    assert counts(history) == (0.0, 1.0)
    assert said(config, one) is None
    reviewed(config, [other], Label.HAM)
    assert counts(history) == (1.0, 0.0)


def test_who_is_not_authenticated_is_a_network(config: Config, history: History) -> None:
    reviewed(config, [passed(config, "fail")], Label.SPAM)
    assert counts(history) == (0.0, 0.0)
    assert counts(history, "network:192.0.2.0/24") == (0.0, 1.0)


def test_what_the_journal_has_not_changes_nothing(config: Config, history: History) -> None:
    passed(config)
    reviewed(config, [new_id(), ""], Label.SPAM)
    assert counts(history) == (0.0, 0.0)


def test_where_no_gateway_runs_nothing_is_made(config: Config, tmp_path: Path) -> None:
    reviewed(config, [new_id()], Label.SPAM)
    assert said(config, new_id()) is None
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_is_logged_and_no_more(config: Config, history: History, caplog) -> None:
    (Path(config.gateway.state) / "journal.db").write_bytes(b"no database at all " * 100)
    reviewed(config, [new_id()], Label.SPAM)
    assert "the reputation of senders stays as it was" in caplog.text
