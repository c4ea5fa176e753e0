"""What tests need of the machine: `@pytest.mark.milter` is for those that start a milter with pymilter.

`make test` runs them in several processes, so each may run beside any other: ports and directories are its own.
"""

import os
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, settings

_SAME = "GATEKEEPER_REQUIRE_SERVERS" in os.environ  # continuous integration says the same of the same commit
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=_SAME)
settings.load_profile("shared")  # how long an example takes says more of a shared machine than of what is tested


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """What `-n auto` means: two for each processor, because tests spend half of their time waiting."""
    return min(2 * len(os.sched_getaffinity(0)), 16)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip where pymilter could not be built; fail there if .ci/run asks that everything is."""
    if item.get_closest_marker("milter") and find_spec("Milter") is None:
        reason = "pymilter is not installed; make setup says which line to type"
        pytest.fail(reason) if os.environ.get("GATEKEEPER_REQUIRE_SERVERS") else pytest.skip(reason)
