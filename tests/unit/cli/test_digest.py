"""`gatekeeper digest`: who would get one, and who has."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.app import digesting
from gatekeeper.cli import main
from tests.servers.exchange import Exchange
from tests.unit.app.test_digesting import KIM, LEE, World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(digesting, "_SETTLED", 0.0)
    with Exchange() as sink:
        world = World(tmp_path, sink)
        yield world
        world.quarantine.close()


def run(world: World, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(world.home / "gatekeeper.toml"), "digest", *arguments])


def test_a_dry_run_says_who_would_get_one_and_sends_nothing(world: World) -> None:
    world.hold(KIM)
    world.hold(KIM, LEE, subject="other")
    said = run(world, "--dry-run")
    assert said.output == f"{KIM}: 2 held, would be sent\n{LEE}: 1 held, would be sent\n"
    assert said.exit_code == 0
    assert run(world, "--dry-run", "--recipient", LEE).output == f"{LEE}: 1 held, would be sent\n"
    assert not world.sink.messages


def test_a_dry_run_says_so_where_nobody_would(world: World) -> None:
    assert run(world, "--dry-run").stderr.startswith("nobody: nothing new is held")
    assert run(world, "--dry-run").stdout == ""
    assert run(world).output == ""  # cron would mail it every hour


def test_it_is_sent_and_the_next_hop_quoted(world: World) -> None:
    world.hold(KIM)
    said = run(world)
    assert said.output.startswith(f"{KIM}: 1 held, delivered via esmtp:[127.0.0.1]:{world.sink.port}: 250")
    assert (said.exit_code, run(world).output) == (0, "")
    assert len(world.sink.messages) == 1


def test_who_did_not_get_it_makes_it_fail(world: World) -> None:
    world.sink.behaviour.rcpt_replies[KIM] = "550 5.1.1 unknown"
    world.hold(KIM, LEE)
    said = run(world, "--json")
    found = [json.loads(line) for line in said.output.splitlines()]
    assert [(one["recipient"], one["messages"], one["fate"]) for one in found] == [
        (KIM, 1, "refused"),
        (LEE, 1, "delivered"),
    ]
    assert found[0]["reply"].startswith("550 5.1.1")
    assert said.exit_code == 1


def test_without_pages_there_is_nothing_to_link_to(world: World) -> None:
    config = world.home / "gatekeeper.toml"
    config.write_text(config.read_text().partition("[web]")[0])
    said = run(world)
    assert said.exit_code == 1
    assert "web.url is not set" in said.output
