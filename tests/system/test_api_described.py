"""A running gateway's API is as its description says, whatever is asked: schemathesis asks."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messages import ham
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import COMMAND, Gateway
from tests.servers.room import wait_until

HOLDING = "[policy]\ntag = -100\nquarantine = -90\nreject = 1000\n"  # every message
MESSAGES = 40
EXAMPLES = "15"  # for each call


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """With messages that are held."""
    with Exchange(connections=1000) as sink:
        hop = {"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}
        with Gateway(hop, HOLDING, pages=True) as made:
            for number in range(MESSAGES):
                assert send(made.port, ham(number)).startswith("250")
            wait_until(lambda: len(made.quarantine()) == MESSAGES, "they are held")
            yield made


def token(gateway: Gateway, *scope: str) -> str:
    command = [COMMAND, "--config", gateway.config, "tokens", "add", *scope]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "scope",
    [("bot", "--scope", "admin"), ("kim", "--scope", "act", "--mailbox", "kim@example.org")],
    ids=["administrator", "user"],
)
def test_nothing_is_answered_that_is_not_described(gateway: Gateway, tmp_path: Path, scope: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run"]
    options = ["--checks", "all", "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", EXAMPLES]
    more = ["--seed", "1", "--no-color", "--generation-database", "none", "--continue-on-failure"]
    address = f"{gateway.pages}/api/openapi.json"
    found = subprocess.run(
        [*command, address, *options, *more, "-H", f"Authorization: Bearer {token(gateway, *scope)}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert found.returncode == 0, f"{found.stdout[-20_000:]}\n{found.stderr[-2_000:]}"
