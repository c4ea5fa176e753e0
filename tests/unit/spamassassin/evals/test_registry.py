"""Every function by its name."""

from pathlib import Path

import pytest

from gatekeeper import checks
from gatekeeper.spamassassin.evals.elsewhere import ELSEWHERE
from gatekeeper.spamassassin.evals.registry import EVALS, fits
from tests.unit.spamassassin.evals.cases import SomeTexts, case

CHECKS = Path(checks.__file__).parent


def test_old_names_mean_the_same() -> None:
    assert EVALS["check_from_in_whitelist"] is EVALS["check_from_in_welcomelist"]
    assert EVALS["check_uri_host_in_blacklist"] is EVALS["check_uri_host_in_blocklist"]
    assert EVALS["check_dkim_verified"] is EVALS["check_dkim_valid"]


@pytest.mark.parametrize(
    ("name", "arguments", "right"),
    [
        ("check_no_relays", 0, True),
        ("check_no_relays", 1, False),
        ("html_range", 2, True),
        ("html_range", 3, True),
        ("html_range", 4, False),
        ("html_range", 1, False),
        ("check_blank_line_ratio", 3, True),
    ],
)
def test_a_function_takes_so_many_arguments(name: str, arguments: int, right: bool) -> None:
    assert fits(name, arguments) is right


@pytest.mark.parametrize("name", sorted(EVALS))
@pytest.mark.parametrize("argument", ["", "undef", "é(", "9" * 5000])
def test_nothing_fails_on_an_empty_message_and_an_odd_rule(name: str, argument: str) -> None:
    arguments = next(count for count in range(9) if fits(name, count))
    assert EVALS[name](case(SomeTexts()), *[argument] * arguments) in (True, False)


def test_what_runs_here_runs_nowhere_else_and_the_checks_that_do_the_rest_exist() -> None:
    assert not set(EVALS) & set(ELSEWHERE)
    named = {reason.split("`")[1] for reason in ELSEWHERE.values() if "`" in reason}
    assert all((CHECKS / f"{name}.py").exists() for name in named)
    assert "`dnsbl`" in ELSEWHERE["check_rbl"]
