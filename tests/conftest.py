"""What tests need of the machine: `@pytest.mark.milter` is for those that start a milter with pymilter."""

import os
from importlib.util import find_spec

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip where pymilter could not be built; fail there if .ci/run asks that everything is."""
    if item.get_closest_marker("milter") and find_spec("Milter") is None:
        reason = "pymilter is not installed; make setup says which line to type"
        pytest.fail(reason) if os.environ.get("GATEKEEPER_REQUIRE_SERVERS") else pytest.skip(reason)
