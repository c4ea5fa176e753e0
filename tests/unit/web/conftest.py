"""What tests of pages start with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.web import passwords
from tests.unit.web.browsing import CHEAP, Site


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A twentieth of a second for each would be minutes."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Reached by https, under its name."""
    made = Site(tmp_path)
    yield made
    made.close()
