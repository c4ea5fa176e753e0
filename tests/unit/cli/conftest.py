from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.quarantine import Quarantine
from gatekeeper.stores.journal import Journal

from .stored import Stored


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A configuration whose state directory does not exist."""
    config = tmp_path / "gatekeeper.toml"
    config.write_text(f'[gateway]\nhostname = "gate.test"\nstate = "{tmp_path / "state"}"\n')
    return config


@pytest.fixture
def stored(empty: Path, tmp_path: Path) -> Iterator[Stored]:
    stored = Stored(empty, Quarantine(tmp_path / "state" / "quarantine"), Journal(tmp_path / "state" / "journal.db"))
    yield stored
    stored.quarantine.close()
    stored.journal.close()
