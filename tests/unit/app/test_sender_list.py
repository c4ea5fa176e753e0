from pathlib import Path

import msgspec
import pytest

from gatekeeper.app import state
from gatekeeper.app.sender_list import leaning, renewed, reviewed_senders
from gatekeeper.config.schema import Config
from gatekeeper.tables import SenderList

LIST = SenderList.parse("allow a.example client=192.0.2.1\nallow b.example spf\nallow c.example dkim=d.example\n", "s")


def problems(**checks: object) -> list[tuple[int, str]]:
    config = msgspec.convert({"tables": {"senders": "/etc/senders"}, "checks": checks}, Config)
    return [(problem.line, problem.severity) for problem in leaning(config, LIST)]


def test_an_entry_that_leans_on_what_is_not_checked_is_told() -> None:
    assert sorted(problems()) == [(2, "warning"), (3, "warning")]
    assert problems(spf={"enabled": True}) == [(3, "warning")]


@pytest.mark.parametrize("off", [{}, {"dkim": {"enabled": False}}])
def test_what_is_switched_off_is_as_what_never_was_on(off: dict[str, object]) -> None:
    assert problems(spf={"enabled": True}, **off) == [(3, "warning")]


def test_nothing_is_told_where_all_is_checked() -> None:
    assert problems(spf={"enabled": True}, dkim={"enabled": True}) == []


def of(directory: Path) -> Config:
    return msgspec.convert({"gateway": {"state": str(directory)}}, Config)


def test_what_leans_on_nothing_in_the_reviewers_list_is_told_of_there() -> None:
    (problem, _) = leaning(msgspec.convert({}, Config), LIST, "/state/senders")
    assert problem.source == "/state/senders"


def test_the_reviewers_list_is_read_anew_and_the_operators_stays(tmp_path: Path) -> None:
    config = of(tmp_path)
    own = state.own_senders(config)
    assert reviewed_senders(config).entries == {}
    own.put(["allow news@shop.test dkim"])
    before = LIST.followed_by(reviewed_senders(config))
    own.put(["deny pest.test client=192.0.2.1"])
    own.take_back(["allow news@shop.test dkim"], [])
    assert {who for _, who in before.entries} == {"a.example", "b.example", "c.example", "news@shop.test"}
    assert {who for _, who in renewed(config, before).entries} == {"a.example", "b.example", "c.example", "pest.test"}


@pytest.mark.parametrize("damage", [b"allow \xff\xfe", b"let in everybody\n"])
def test_a_list_that_is_damaged_is_an_error_that_names_it(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "senders"
    path.write_bytes(damage)
    (problem,) = reviewed_senders(of(tmp_path)).problems
    assert (problem.severity, problem.source) == ("error", str(path))


def test_a_list_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "senders").mkdir()
    (problem,) = reviewed_senders(of(tmp_path)).problems
    assert "cannot be read" in problem.message
