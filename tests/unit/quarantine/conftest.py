from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.quarantine import Quarantine


@pytest.fixture
def quarantine(tmp_path: Path) -> Iterator[Quarantine]:
    quarantine = Quarantine(tmp_path / "quarantine")
    yield quarantine
    quarantine.close()
