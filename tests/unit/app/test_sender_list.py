import msgspec
import pytest

from gatekeeper.app.sender_list import leaning
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
