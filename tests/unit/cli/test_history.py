"""What is known of a sender is shown as it is, safely, and forgotten when that is asked for."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.cli import main
from gatekeeper.stores.history import Attempt, History, Judgement, Letter, Named, Review
from gatekeeper.values import Label, Seen

AT = 1.7e9


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "gatekeeper.toml"
    path.write_text(f'[gateway]\nstate = "{tmp_path}"\n[history]\nhalf_life = 1e9\n')
    return path


@pytest.fixture(autouse=True)
def _past(tmp_path: Path) -> None:
    history = History(tmp_path / "history.db")
    history.note(
        [
            Letter("kim@example.org", ("ann@mail.firm.test", "bob\x1b[2J@mail.firm.test"), "", AT),
            Named("doe jane", "ann@mail.firm.test", False, AT),
            Named("kim possible", "kim@example.org", True, AT),
            Judgement("domain:firm.test", True, AT),
            Judgement("network:192.0.2.0/24", False, AT),
            Review("id", "domain:firm.test", Label.SPAM, AT),
            Attempt(Seen("domain:firm.test ann@mail.firm.test example.org", 1, 2, 3), AT),
        ]
    )
    history.close()


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), "history", *arguments])


def told(config: Path, subject: str):
    done = run(config, "show", subject, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_an_address_is_shown_with_the_reputation_of_its_domain(config: Path) -> None:
    found = told(config, "Ann@Mail.Firm.test")
    assert [(c["ours"], c["written"]) for c in found["contacts"]] == [("kim@example.org", 1)]
    assert [n["name"] for n in found["names"]] == ["doe jane"]
    (sender,) = found["senders"]
    assert sender["key"] == "domain:firm.test"
    assert {name: round(count, 1) for name, count in sender["counts"].items()} == {
        "good": 1.0,
        "bad": 0.0,
        "ham": 0.0,
        "spam": 1.0,
    }
    assert found["tried"] == 1


def test_a_domain_is_shown_with_its_addresses_and_an_address_of_a_host_as_its_network(config: Path) -> None:
    assert len(told(config, "mail.firm.test")["contacts"]) == 2
    assert [s["key"] for s in told(config, "192.0.2.9")["senders"]] == ["network:192.0.2.0/24"]
    assert len(told(config, "kim@example.org")["contacts"]) == 2


def test_the_tables_do_nothing_to_a_terminal(config: Path) -> None:
    out = run(config, "show", "mail.firm.test").output
    assert "\x1b" not in out
    assert "bob\\x1b[2J@mail.firm.test" in out
    assert "firm.test      1.0   0.0  0.0            1.0" in " ".join(
        run(config, "show", "firm.test").output.split("\n")
    )
    assert "one of ours" in run(config, "show", "example.org").output


def test_of_whom_nothing_is_known_that_is_said(config: Path) -> None:
    assert run(config, "show", "x@\x1bnowhere.test").output == "x@\\x1bnowhere.test: nothing is known\n"


def test_what_is_forgotten_is_gone(config: Path) -> None:
    assert run(config, "forget", "ann@mail.firm.test").output == "ann@mail.firm.test: 3 forgotten\n"
    assert told(config, "ann@mail.firm.test")["contacts"] == []
    assert told(config, "firm.test")["senders"], "a reputation is the domain's"
    assert json.loads(run(config, "forget", "firm.test", "--json").output) == {"subject": "firm.test", "forgotten": 2}
    assert told(config, "firm.test")["senders"] == []


def test_where_nothing_was_ever_remembered_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(f'[gateway]\nstate = "{tmp_path}/none"\n')
    done = run(path, "show", "ann@firm.test")
    assert done.exit_code == 1
    assert "no such file; start gatekeeper once" in done.output
