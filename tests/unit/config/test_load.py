from pathlib import Path

import msgspec
import pytest

from gatekeeper.config.load import ConfigError, find_config, load
from gatekeeper.config.schema import Config


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    enabled: bool = True
    zones: list[str] = []


CHECKS = {"dnsbl": Settings, "names": Settings}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "local.d").mkdir()
    return tmp_path / "gatekeeper.toml"


def test_without_a_file_everything_has_its_default() -> None:
    loaded = load(None, CHECKS)
    assert loaded.config == Config()
    assert loaded.checks == {"dnsbl": Settings(), "names": Settings()}
    assert loaded.warnings == ()


def test_settings_of_the_gateway_and_of_checks(file: Path) -> None:
    file.write_text('[gateway]\nworkers = 3\n[checks.dnsbl]\nzones = ["a.example"]\n')
    (file.parent / "local.d" / "x.toml").write_text("[checks.names]\nenabled = false\n")
    loaded = load(file, CHECKS)
    assert loaded.config.gateway.workers == 3
    assert loaded.checks == {"dnsbl": Settings(zones=["a.example"]), "names": Settings(enabled=False)}


def test_every_mistake_in_every_file_is_named_in_reading_order(file: Path) -> None:
    file.write_text(
        "[gateway]\n"
        'hostnam = "x"\n'
        'workers = "two"\n'
        "[smtp]\n"
        'listen = ["127.0.0.1"]\n'
        "[polcy]\n"
        "[checks.dnsbl]\n"
        "zones = 3\n"
        "[checks.nmes]\n"
        "[dnsbl]\n"
    )
    other = file.parent / "local.d" / "x.toml"
    other.write_text("[policy]\nreject = 1\n[metrics]\nlisten = ':1'\n")
    with pytest.raises(ConfigError) as raised:
        load(file, CHECKS)
    assert [str(problem) for problem in raised.value.problems if problem.severity == "error"] == [
        f"{file}:2: error: gateway.hostnam is unknown; did you mean hostname?",
        f'{file}:3: error: gateway.workers is "two"; write a whole number of at least 0',
        f"{file}:5: error: smtp.listen[0]: '127.0.0.1' has no port; write for instance 127.0.0.1:2525 or [::1]:2525",
        f"{file}:6: error: polcy is unknown; did you mean policy?",
        f'{file}:8: error: checks.dnsbl.zones is 3; write a list in [brackets], each element text in "quotes"',
        f"{file}:9: error: there is no check 'nmes'; did you mean names?",
        f"{file}:10: error: dnsbl is unknown; write [checks.dnsbl]",
        f"{other}:1: error: the scores of policy do not ascend: tag 5, quarantine 8, reject 1; "
        "let each be at least the last",
    ]
    assert any("everybody can read" in problem.message for problem in raised.value.problems)
    assert str(raised.value).count("\n") == len(raised.value.problems) - 1


def test_a_check_that_is_no_table(file: Path) -> None:
    file.write_text("checks.dnsbl = 3\n")
    with pytest.raises(ConfigError, match=r"checks\.dnsbl is 3; write a table"):
        load(file, CHECKS)


def test_files_that_are_not_toml_are_all_named(file: Path) -> None:
    file.write_text("[")
    (file.parent / "local.d" / "x.toml").write_text("]")
    with pytest.raises(ConfigError) as raised:
        load(file, CHECKS)
    assert [Path(problem.source).name for problem in raised.value.problems] == ["gatekeeper.toml", "x.toml"]


def test_warnings_do_not_stop_it(file: Path) -> None:
    file.write_text('[metrics]\nlisten = "0.0.0.0:9477"\n')
    (warning,) = load(file, CHECKS).warnings
    assert (warning.line, warning.severity) == (2, "warning")


def test_the_digest_stands_for_the_settings_wherever_they_are_written(file: Path) -> None:
    file.write_text("[policy]\ntag = 3\n[checks.names]\nenabled = false\n")
    first = load(file, CHECKS).digest
    file.write_text("# moved\n[checks.names]\nenabled = false\n")
    (file.parent / "local.d" / "x.toml").write_text("[policy]\ntag = 3.0\n")
    assert load(file, CHECKS).digest == first
    (file.parent / "local.d" / "x.toml").write_text("[policy]\ntag = 3.5\n")
    second = load(file, CHECKS).digest
    file.write_text("")
    assert len({first, second, load(file, CHECKS).digest, load(None, CHECKS).digest}) == 4
    assert len(first) == 12


def test_which_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    default = tmp_path / "default.toml"
    monkeypatch.setattr("gatekeeper.config.load.DEFAULT_PATH", default)
    monkeypatch.delenv("GATEKEEPER_CONFIG", raising=False)
    assert find_config() is None
    default.touch()
    assert find_config() == default
    monkeypatch.setenv("GATEKEEPER_CONFIG", "/from/the/environment")
    assert find_config() == Path("/from/the/environment")
    assert find_config(Path("/named")) == Path("/named")
    monkeypatch.setenv("GATEKEEPER_CONFIG", "")
    assert find_config() == default
