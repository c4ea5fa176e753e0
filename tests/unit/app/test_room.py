"""The alarm goes off early, once, and is called off."""

import logging

import pytest

from gatekeeper.app import room
from gatekeeper.app.room import Alarm, retention
from gatekeeper.config.quarantine import Keep, Quarantine
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.room import Retention, Usage


class Filling:
    """A quarantine of which so many per cent are used."""

    def __init__(self, percent: int) -> None:
        self.percent = percent

    def usage(self) -> Usage:
        return Usage(3, self.percent, 100, 10**9, 10**9)


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, object]]:
    found = [(record.getMessage(), record.fields["full"]) for record in caplog.records]
    caplog.clear()
    return found


def test_an_alarm_is_told_once_an_hour_and_called_off(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    clock = [1000.0]
    monkeypatch.setattr(room.time, "monotonic", lambda: clock[0])
    quarantine = Filling(79)
    alarm = Alarm(quarantine, 0.8)
    alarm.look()
    assert told(caplog) == []
    quarantine.percent = 80
    alarm.look()
    assert told(caplog) == [("quarantine-nearly-full", "80%")]
    clock[0] += 3599
    alarm.look()
    assert told(caplog) == []
    clock[0] += 1
    quarantine.percent = 100
    alarm.look()
    assert told(caplog) == [("quarantine-nearly-full", "100%")]
    quarantine.percent = 10
    alarm.look()
    alarm.look()
    assert told(caplog) == [("quarantine-has-room", "10%")]
    quarantine.percent = 90
    alarm.look()
    assert told(caplog) == [("quarantine-nearly-full", "90%")]


def test_the_metrics_know_without_an_alarm() -> None:
    alarm = Alarm(Filling(42), 0.8)
    alarm.look()
    metrics = alarm._metrics
    values = [gauge._value.get() for gauge in (metrics._held, metrics._held_bytes, metrics._full)]
    assert values == [3, 42, 0.42]


def test_the_configuration_says_how_long_what_is_kept() -> None:
    assert retention(Quarantine()) == Retention(30, {}, 0, 0)
    settings = Quarantine(keep_days=20, large=5, keep_large_days=2, keep=Keep(virus=7, bulk=60))
    assert retention(settings) == Retention(20, {Kind.VIRUS: 7, Kind.BULK: 60}, 5, 2)
    assert (retention(settings).longest, retention(settings).shortest) == (60, 2)
