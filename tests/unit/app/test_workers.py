"""From a configuration to roles and sockets; what cannot be served is said so."""

import os
import sys
from pathlib import Path

import pytest

from gatekeeper.app import workers
from gatekeeper.app.plan import Plan, UnusableError
from gatekeeper.observe import metrics


@pytest.fixture(autouse=True)
def _own_metrics(monkeypatch):
    monkeypatch.delenv(metrics.DIRECTORY, raising=False)
    monkeypatch.setattr("gatekeeper.observe.log.configure", lambda *_: None)


def planned(tmp_path: Path, settings: str, gateway: str = "") -> Plan:
    path = tmp_path / "gatekeeper.toml"
    path.write_text(f'[gateway]\nstate = "{tmp_path}/state"\nworkers = 3\n{gateway}\n{settings}')
    return workers.load(path)


@pytest.mark.milter
def test_both_fronts_and_a_keeper(tmp_path):
    plan = planned(
        tmp_path,
        '[smtp]\nlisten = ["127.0.0.1:0", "[::1]:0"]\n[milter]\nsocket = "/run/x/m.sock"\nmode = "0666"\n'
        '[metrics]\nlisten = "127.0.0.1:0"\n',
        'drain = 7.0\nuser = "nobody"',
    )
    assert [(role.name, role.count, len(role.listen)) for role in plan.roles] == [
        ("smtp", 3, 2),
        ("milter", 3, 1),
        ("keeper", 1, 1),
    ]
    smtp, milter, _ = plan.roles
    assert [endpoint.copies for endpoint in smtp.listen] == [3, 3]
    assert (milter.listen[0].host, milter.listen[0].mode, milter.listen[0].copies) == ("/run/x/m.sock", 0o666, 0)
    assert (plan.drain, plan.user) == (7.0, "nobody")
    assert plan.own == (tmp_path / "state", tmp_path / "state" / "metrics")


@pytest.mark.milter
def test_one_front_alone(tmp_path):
    assert [role.name for role in planned(tmp_path, '[milter]\nsocket = "inet:0@127.0.0.1"\n').roles] == [
        "milter",
        "keeper",
    ]
    assert [role.name for role in planned(tmp_path, '[smtp]\nlisten = [":0"]\n').roles] == ["smtp", "keeper"]


def test_spamc_alone(tmp_path):
    roles = planned(tmp_path, '[scand]\nlisten = ["127.0.0.1:0", "/run/s"]\nmode = "0660"\n').roles
    assert [(role.name, role.count) for role in roles] == [("scand", 3), ("keeper", 1)]
    assert [(endpoint.copies, endpoint.mode) for endpoint in roles[0].listen] == [(3, 0o660), (0, 0o660)]


def test_nothing_to_serve_is_a_mistake(tmp_path):
    with pytest.raises(UnusableError, match=r"set smtp\.listen, milter\.socket, scand\.listen or web\.listen"):
        planned(tmp_path, "")


def test_mistakes_have_their_line(tmp_path):
    with pytest.raises(UnusableError, match=r"gatekeeper\.toml:6: "):
        planned(tmp_path, '[milter]\nsocket = "inet:host:25"\n')


def test_without_pymilter_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "milter", None)
    for name in ("gatekeeper.fronts.milter", "gatekeeper.fronts.milter_listener"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(UnusableError, match=r"gatekeeper\[milter\]"):
        planned(tmp_path, '[milter]\nsocket = "/run/m.sock"\n')


def test_metrics_of_an_earlier_run_are_forgotten_once(tmp_path):
    directory = tmp_path / "state" / "metrics"
    directory.mkdir(parents=True)
    (directory / "counter_1.db").touch()
    settings = '[smtp]\nlisten = [":0"]\n[metrics]\nlisten = "127.0.0.1:0"\n'
    planned(tmp_path, settings)
    assert not list(directory.iterdir())
    assert os.environ[metrics.DIRECTORY] == str(directory)
    (directory / "counter_2.db").touch()
    planned(tmp_path, settings)
    assert list(directory.iterdir())


def test_open_sessions_end_with_their_worker(tmp_path, monkeypatch):
    monkeypatch.setenv(metrics.DIRECTORY, str(tmp_path))
    for name in ("gauge_livesum_7.db", "counter_7.db", "gauge_livesum_77.db"):
        (tmp_path / name).touch()
    workers.forget(7)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["counter_7.db", "gauge_livesum_77.db"]
    monkeypatch.delenv(metrics.DIRECTORY)
    workers.forget(7)


def test_each_reading_has_its_own_tables_compiled_also_the_patterns_of_spamassassin(tmp_path, monkeypatch):
    """Whoever serves by changed tables must not go on with the patterns of the old ones."""
    compiled = []

    class Compiling:
        def __init__(self, _, tables) -> None:
            compiled.append({text.re2 for patterns in tables.pattern_sets() for text in patterns.expressions})

        def close(self) -> None:
            compiled.append("closed")

    monkeypatch.setattr(workers, "Compiling", Compiling)
    monkeypatch.setattr(workers, "keep", lambda *_: None)
    rules = tmp_path / "local.cf"
    for word in ("tulip", "orchid"):
        rules.write_text(f"body A /{word}/\nscore A 1\n")
        settings = f'[smtp]\nlisten = [":0"]\n[tables]\nshipped_rules = false\nspamassassin = ["{rules}"]\n'
        keeper = planned(tmp_path, settings).roles[-1]
        keeper.run((), None)
    assert [len(each) for each in compiled[::2]] == [1, 1]
    assert [word in str(each) for word, each in zip(("tulip", "orchid"), compiled[::2], strict=True)] == [True, True]
    assert compiled[1::2] == ["closed", "closed"]


def test_the_pages_are_one_process_of_their_own(tmp_path):
    roles = planned(tmp_path, '[web]\nlisten = ["127.0.0.1:0", "[::1]:0"]\n').roles
    assert [(role.name, role.count, len(role.listen)) for role in roles] == [("web", 1, 2), ("keeper", 1, 1 - 1)]


def test_without_the_extra_for_pages_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "starlette", None)
    for name in [name for name in sys.modules if name.startswith(("gatekeeper.web.", "starlette."))]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(UnusableError, match=r"web\.listen is set, but starlette.* is missing: .*gatekeeper\[web\]"):
        planned(tmp_path, '[web]\nlisten = ["127.0.0.1:0"]\n')


def test_a_certificate_that_is_none_keeps_the_old_configuration_serving(tmp_path):
    (tmp_path / "web.pem").write_text("no certificate")
    for front in ("web", "smtp"):
        with pytest.raises(UnusableError, match=rf"{front}\.certificate: .*; name PEM files of a chain and its key"):
            planned(tmp_path, f'[{front}]\nlisten = ["127.0.0.1:0"]\ncertificate = "{tmp_path}/web.pem"\n')
