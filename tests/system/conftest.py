"""What all system tests start with: they are marked `system`, and they have a sink for what arrives."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.exchange import Exchange
from tests.system.browser import browser, page, reviewed, visitors

__all__ = ["browser", "page", "reviewed", "sink", "visitors"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.system)


@pytest.fixture
def sink() -> Iterator[Exchange]:
    """The mail server behind everything, without the limits of the real one."""
    with Exchange(connections=1000) as exchange:
        yield exchange
