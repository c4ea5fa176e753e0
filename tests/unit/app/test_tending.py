"""The keeper sees that what is served follows from what was learnt, and that what passed does not pile up."""

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.app import tending as module
from gatekeeper.app.learning import Learning
from gatekeeper.app.tending import Tending
from gatekeeper.config.schema import Classifier, Config, Gateway
from gatekeeper.stores import model_file
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Label, Sketch
from tests.servers.room import wait_until
from tests.unit.app.learning_samples import HAM, SPAM, everything, sample, samples
from tests.unit.app.test_autolearn import let_through

BOTH = samples([(1, SPAM), (2, HAM), (3, SPAM), (4, HAM)])


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(gateway=Gateway(state=str(tmp_path)))


@pytest.fixture
def learning(tmp_path: Path) -> Iterator[Learning]:
    learning = Learning(tmp_path / "classifier")
    yield learning
    learning.close()


def with_passed(config: Config):  # type: ignore[no-untyped-def]
    from gatekeeper.app import state

    return state.passed(config)


def look(tending: Tending, times: int = 2) -> None:
    for _ in range(times):
        tending.once()


def test_where_nothing_was_learnt_nothing_is_made(config: Config, tmp_path: Path) -> None:
    look(Tending(config))
    assert list(tmp_path.iterdir()) == []


def test_after_something_was_forgotten_the_model_is_made_anew(config: Config, learning: Learning) -> None:
    learning.learn([*BOTH, sample(5, SPAM)])
    learning.forget(digests=[sample(5, SPAM).digest])
    assert learning.behind
    assert learning.model().known.behind
    look(Tending(config))
    assert not learning.behind
    straight = Learning(learning.directory.parent / "straight")
    straight.learn(BOTH)
    assert everything(learning) == everything(straight)
    straight.close()


def test_what_was_learnt_and_not_served_is_served(config: Config, learning: Learning) -> None:
    """As when the one who learnt was killed between the two."""
    learning.learn(BOTH[:2])
    old = {path: path.read_bytes() for path in learning.directory.glob("model*")}
    learning.learn(BOTH[2:])
    expected = everything(learning)
    for path in learning.directory.glob("model*"):
        path.unlink()
    for path, content in old.items():
        path.write_bytes(content)
    assert learning.behind
    look(Tending(config))
    assert everything(learning) == expected


@pytest.mark.parametrize("damage", [b"", b"{}", b"no card"])
def test_a_damaged_model_is_made_anew(config: Config, learning: Learning, damage: bytes) -> None:
    learning.learn(BOTH)
    expected = everything(learning)
    (learning.directory / model_file.CARD).write_bytes(damage)
    look(Tending(config))
    assert everything(learning) == expected


def test_another_configuration_changes_the_model_that_is_served(config: Config, learning: Learning) -> None:
    learning.learn(BOTH)
    before, card = learning.model().known, model_file.read_card(learning.directory)
    look(Tending(config))
    assert model_file.read_card(learning.directory) == card, "it was as it is wanted"
    asking = Config(gateway=config.gateway, classifier=Classifier(spam_cutoff=0.75, ham_cutoff=0.25, robs=0.1))
    look(Tending(asking))
    known = learning.model().known
    assert (known.cutoffs.spam, known.cutoffs.ham, known.parameters.robs) == (0.75, 0.25, 0.1)
    look(Tending(config))
    assert learning.model().known.cutoffs == before.cutoffs


def test_while_somebody_learns_it_waits(config: Config, learning: Learning) -> None:
    learning.learn(BOTH)
    tending = Tending(config)
    for each in samples([(5, SPAM), (6, HAM), (7, SPAM)]):
        learning.learn([each])
        learning.forget(digests=[each.digest])
        tending.once()
        assert learning.behind, "it changed since the last look"
    tending.once()
    assert not learning.behind


def test_what_is_in_step_is_looked_at_once(config: Config, learning: Learning, monkeypatch: pytest.MonkeyPatch) -> None:
    learning.learn(BOTH)
    looked: list[int] = []
    tending = Tending(config)
    monkeypatch.setattr(Learning, "behind", property(lambda _: looked.append(1)))
    look(tending, 5)
    first = len(looked)
    assert first > 0
    look(tending, 5)
    assert len(looked) == first


def test_what_is_marked_is_learnt_only_where_that_is_wanted(config: Config, learning: Learning) -> None:
    learning.learn(BOTH)
    passed = with_passed(config)
    let_through(passed, sample(5, SPAM))
    look(Tending(config))
    assert learning.training.number() == len(BOTH)
    look(Tending(replaced(config, autolearn=True)))
    assert [event.label for event in learning.training.find(source="auto")] == [Label.SPAM]
    passed.close()


def test_before_anything_was_learnt_nothing_is_sure(config: Config, learning: Learning) -> None:
    passed = with_passed(config)
    let_through(passed, sample(5, SPAM))
    look(Tending(replaced(config, autolearn=True)))
    assert not learning.training.path.exists()
    assert len(passed.sure()) == 1
    passed.close()


def test_what_passed_too_long_ago_goes_now_and_then(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = with_passed(config)
    (old,) = let_through(passed, sample(1, HAM))
    passed._database.write(lambda connection: connection.execute("UPDATE messages SET time = 0"))
    tending = Tending(config)
    tending.once()
    assert passed.get(old) is None
    (again,) = let_through(passed, sample(2, HAM))
    passed._database.write(lambda connection: connection.execute("UPDATE messages SET time = 0"))
    tending.once()
    assert passed.get(again) is not None, "not at every look"
    monkeypatch.setattr(module, "PRUNE", 0.0)
    tending.once()
    assert passed.get(again) is None
    passed.close()


def test_what_fails_is_told_once_and_tried_again(
    config: Config, learning: Learning, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    learning.learn(BOTH)
    learning.forget(digests=[BOTH[0].digest])
    tries: list[int] = []

    def failing(*_: object) -> None:
        tries.append(1)
        raise StoreError(Path("training.db"), "disk full", "make room")

    tending = Tending(config)
    with monkeypatch.context() as broken:
        broken.setattr(Learning, "rebuild", failing)
        look(tending, 4)
    assert len(tries) > 1
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == [
        "training.db: disk full; make room"
    ]
    look(tending)
    assert not learning.behind


def test_damage_to_what_passed_does_not_hold_up_the_model(
    config: Config, learning: Learning, caplog: pytest.LogCaptureFixture
) -> None:
    learning.learn(BOTH)
    learning.forget(digests=[BOTH[0].digest])
    (learning.directory / "passed.db").write_bytes(b"no database" * 100)
    look(Tending(replaced(config, autolearn=True)), 4)
    assert not learning.behind
    assert [r.getMessage().count("passed.db") for r in caplog.records if r.levelno >= logging.ERROR] == [1]


def test_it_runs_by_itself_until_it_is_told_to_end(
    config: Config, learning: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY", 0.01)
    learning.learn(BOTH)
    learning.forget(digests=[BOTH[0].digest])
    tending = Tending(config)
    tending.start()
    wait_until(lambda: not learning.behind, "the model is made anew")
    tending.close()


def test_it_goes_behind_mail_and_never_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(os, "setpriority", lambda which, who, nice: asked.append(nice))
    for started in (0, 19):
        monkeypatch.setattr(os, "getpriority", lambda which, who, nice=started: nice)
        module._yield()
    assert asked == [5, 19]


def replaced(config: Config, **settings: bool) -> Config:
    return Config(gateway=config.gateway, classifier=Classifier(**settings))  # type: ignore[arg-type]


def test_what_was_reported_too_long_ago_goes(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    from gatekeeper.app import state

    campaigns = state.campaigns(config)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 100 * 86_400)
    campaigns.report(Sketch("file", b"old" * 32, (1,)), 0.8)
    monkeypatch.setattr(time, "time", lambda: now)
    campaigns.report(Sketch("file", b"new" * 32, (2,)), 0.8)
    Tending(config).once()
    assert campaigns.reported(Sketch("file", b"old" * 32, (1,))) is None
    assert campaigns.reported(Sketch("file", b"new" * 32, (2,))) is not None


def test_nothing_is_made_for_what_nobody_reported(config: Config) -> None:
    Tending(config).once()
    assert not (Path(config.gateway.state) / "campaigns.db").exists()
