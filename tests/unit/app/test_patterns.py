"""Databases are compiled aside and kept; what is not there or not sound changes nothing but the time that it takes."""

import logging
import os
import signal
import time
from pathlib import Path

import pytest

from gatekeeper.app import patterns
from gatekeeper.app.patterns import Compiling, Watch, cache, load, make, missing_engine
from gatekeeper.config import schema
from gatekeeper.tables import PatternTable, Tables
from gatekeeper.tables.hyperscan import EngineError
from gatekeeper.tables.matcher import Budget, Expression
from gatekeeper.tables.pattern_set import PatternSet
from tests.unit.tables.engine import needs_hyperscan

RULES = "".join(f"/^X: {word}/ REJECT {word}\n" for word in ("one", "two", "three", "four", "five"))


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> schema.Config:
    monkeypatch.setattr(patterns, "_DELAY", 0.0)
    return schema.Config(gateway=schema.Gateway(state=str(tmp_path)))


def tables() -> Tables:
    return Tables(line_checks={"header": (PatternTable.parse(RULES, "rules", "pcre"),)})


def eventually(holds) -> bool:
    ends = time.monotonic() + 60
    while not holds() and time.monotonic() < ends:
        time.sleep(0.02)
    return holds()


@needs_hyperscan
def test_what_is_compiled_once_is_there_for_the_next(config: schema.Config) -> None:
    first, second = tables(), tables()
    assert load(first.pattern_sets(), cache(config)) == list(first.pattern_sets())
    assert make(first.pattern_sets(), cache(config)) == 1
    assert make(second.pattern_sets(), cache(config)) == 0
    for known in (*first.pattern_sets(), *second.pattern_sets()):
        assert known.loaded
        assert known.matching(b"X: three", Budget()) == [2]


@needs_hyperscan
def test_few_patterns_need_no_database(config: schema.Config) -> None:
    assert make([PatternSet([Expression("a")] * 3)], cache(config)) == 0
    assert not cache(config).directory.exists()


@needs_hyperscan
def test_one_that_is_damaged_is_told_and_compiled_anew(config: schema.Config, caplog: pytest.LogCaptureFixture) -> None:
    (known,) = tables().pattern_sets()
    cache(config).write(known.digest, b"no database, though these bytes were written")
    assert make([known], cache(config)) == 1
    assert known.loaded
    assert "a database of 5 patterns is not used" in caplog.text
    assert make(tables().pattern_sets(), cache(config)) == 0


@needs_hyperscan
def test_patterns_that_do_not_compile_are_told_and_go_on(
    config: schema.Config, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: PatternSet) -> bytes:
        raise EngineError("too large")

    (known,) = tables().pattern_sets()
    monkeypatch.setattr(PatternSet, "compiled", fails)
    assert make([known], cache(config)) == 0
    assert "5 patterns are looked for one by one, they do not compile: too large" in caplog.text
    assert known.matching(b"X: two", Budget()) == [1]


@needs_hyperscan
def test_a_process_that_serves_takes_what_another_compiles(config: schema.Config) -> None:
    serving, compiled = tables(), tables()
    watch = Watch(config, serving)
    watch.start()
    (known,) = serving.pattern_sets()
    assert not known.loaded
    compiling = Compiling(config, compiled)
    assert eventually(lambda: known.loaded)
    compiling.close()
    watch.close()
    assert not compiled.pattern_sets()[0].loaded  # it was done by another process
    again = tables()
    Watch(config, again).start()
    assert again.pattern_sets()[0].loaded


@needs_hyperscan
def test_what_compiles_is_ended_with_the_keeper(
    config: schema.Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = tmp_path / "note"

    def for_ever(_: PatternSet) -> None:
        note.write_text(str(os.getpid()))
        signal.pause()

    monkeypatch.setattr(PatternSet, "compiled", for_ever)
    compiling = Compiling(config, tables())
    assert eventually(lambda: note.exists() and note.read_text())
    compiling.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_nothing_is_begun_where_there_is_nothing_to_compile(
    config: schema.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("a process was begun"))
    Compiling(config, Tables()).close()


@needs_hyperscan
@pytest.mark.parametrize("limit", ["_CPU", "_MEMORY"])
def test_what_takes_too_much_to_compile_is_told(
    limit: str, config: schema.Config, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def hungry(_: PatternSet) -> bytes:
        ballast = []
        while True:
            ballast.append(bytearray(1 << 20) if limit == "_MEMORY" else b"")

    monkeypatch.setattr(PatternSet, "compiled", hungry)
    monkeypatch.setattr(patterns, limit, {"_CPU": 1, "_MEMORY": 1 << 30}[limit])
    with caplog.at_level(logging.ERROR):
        compiling = Compiling(config, tables())
        assert eventually(lambda: "patterns are looked for one by one" in caplog.text)
    compiling.close()


def test_without_hyperscan_nothing_is_loaded_and_check_says_what_to_install(
    config: schema.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "ENGINE", "")
    sets = tables().pattern_sets()
    assert load(sets, cache(config)) == []
    (problem,) = missing_engine(sets)
    assert (problem.severity, problem.remedy) == ("warning", "apt install libhyperscan5")
    assert problem.message.startswith("5 patterns")
    assert list(missing_engine([])) == []
    monkeypatch.setattr(patterns, "ENGINE", "Version: 5")
    assert list(missing_engine(sets)) == []
