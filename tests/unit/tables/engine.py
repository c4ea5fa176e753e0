"""engine: tests that need Hyperscan are skipped without it, except where everything must be there."""

import os

import pytest

from gatekeeper.tables import hyperscan

WITHOUT = "no Hyperscan that can be used; type: sudo apt-get install libhyperscan5"
needs_hyperscan = pytest.mark.skipif(
    not hyperscan.ENGINE and not os.environ.get("GATEKEEPER_REQUIRE_SERVERS"), reason=WITHOUT
)
