"""programs: what Debian brings and a test compares with. A test without it is skipped, but not in CI, which has all."""

import os
import shutil

import pytest


def needs(program: str, package: str = "") -> pytest.MarkDecorator:
    """A mark for tests that run `program`, which comes in `package`, by default of the same name."""
    there = shutil.which(program) or os.environ.get("GATEKEEPER_REQUIRE_SERVERS")
    return pytest.mark.skipif(not there, reason=f"no {program}: apt-get install {package or program}")
