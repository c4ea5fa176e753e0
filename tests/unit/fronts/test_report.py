"""Every message is told of once to everybody who keeps something of it."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gatekeeper.classifier.features import Features
from gatekeeper.fronts.report import report
from gatekeeper.observe.metrics import Metrics
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.passed import Passed
from gatekeeper.values import Absent, Record, Words
from tests.unit.stores import samples

FEATURES = Features((b"hello",), np.array([1], np.uint32))


def message() -> Record:
    record = samples.record()
    return replace(record, tape=((Words("ab" * 16, FEATURES), Absent()),))


def service(place: Path, passed: Passed | None) -> Any:
    return SimpleNamespace(journal=Journal(place / "journal.db"), metrics=Metrics(), passed=passed, remember=None)


def test_the_journal_has_the_question_and_the_other_store_the_features(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    passed, record = Passed(tmp_path / "passed.db"), message()
    told = service(tmp_path, passed)
    report(told, record)
    assert passed.flush()
    assert told.journal.flush()
    trace, kept = passed.get(record.envelope.id), told.journal.get(record.envelope.id)
    assert trace is not None
    assert Features.unpack(trace.features).words == FEATURES.words
    ((question, answer),) = kept.tape
    assert (question, question.features, answer) == (Words("ab" * 16), None, Absent())
    assert b"hello" not in (tmp_path / "journal.db").read_bytes() + (tmp_path / "journal.db-wal").read_bytes()
    told.journal.close()
    passed.close()


def test_where_no_features_are_kept_the_journal_goes_on(tmp_path: Path) -> None:
    told, record = service(tmp_path, None), message()
    report(told, record)
    assert told.journal.flush()
    assert told.journal.get(record.envelope.id) is not None
    told.journal.close()


def test_who_remembers_senders_is_told_too(tmp_path: Path) -> None:
    told, remembered, record = service(tmp_path, None), [], message()
    told.remember = remembered.append
    report(told, record)
    assert remembered == [record]
    told.journal.close()
