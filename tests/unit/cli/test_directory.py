"""What the command says where there is no directory, or one that cannot be used, and what it says to people."""

import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.app import state
from gatekeeper.cli.main import main
from gatekeeper.config.directory import Directory
from gatekeeper.config.schema import Config, Gateway
from tests.servers.slapd import BASE, READER, Slapd, mailbox


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GATEKEEPER_STATE", str(tmp_path / "state"))
    return tmp_path / "gatekeeper.toml"


def run(file: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(file), "directory", "test", *words])


def test_without_a_directory_it_says_what_to_set(file: Path) -> None:
    file.write_text("")
    told = run(file, "kim@example.org")
    assert told.exit_code == 2
    assert told.stderr.startswith("gatekeeper: there is no directory: set directory.servers")


@pytest.mark.parametrize("address", ["nonsense", "@example.org", "kim@"])
def test_what_is_no_address_is_not_called_a_mailbox_that_is_missing(file: Path, address: str) -> None:
    file.write_text('[directory]\nservers = ["ldap://127.0.0.1:9"]\n')
    told = run(file, address)
    assert told.exit_code == 2
    assert f"'{address}' is no mail address: write LOCAL@DOMAIN" in told.stderr


def test_what_cannot_be_used_is_told(file: Path, tmp_path: Path) -> None:
    file.write_text(f'[directory]\nservers = ["ldap://127.0.0.1:9"]\nca_file = "{tmp_path}/absent"\n')
    told = run(file, "kim@example.org")
    assert told.exit_code == 2
    assert "absent: No such file or directory" in told.stderr


def test_where_nobody_answers_what_is_kept_is_told(file: Path, tmp_path: Path) -> None:
    file.write_text('[directory]\nservers = ["ldap://127.0.0.1:9"]\n')
    settings = Directory(servers=["ldap://127.0.0.1:9"])
    kept = state.owners(Config(gateway=Gateway(state=str(tmp_path / "state")), directory=settings))
    kept.keep("k.lee@example.org", "kim@example.org", time.time() - 100)
    kept.close()
    told = run(file, "K.Lee@Example.org")
    assert told.exit_code == 3
    first, second, third = told.stdout.splitlines()
    assert first == "K.Lee@Example.org: nobody can say: Connection refused"
    assert second.startswith("kept: kim@example.org, said 10")
    assert third == 'mail for Example.org does not depend on it: write verify = "ldap" in [domains."Example.org"]'


def test_nothing_in_an_address_commands_the_terminal(file: Path) -> None:
    file.write_text('[directory]\nservers = ["ldap://127.0.0.1:9"]\n')
    told = run(file, "k\x1b[2J@example.org")
    assert "\x1b" not in told.stdout
    assert told.exit_code == 3


def test_whose_an_address_is_and_who_says_so(file: Path) -> None:
    with Slapd() as slapd:
        slapd.add(mailbox("kim", ["k.lee@example.org"]))
        file.write_text(
            f'[directory]\nservers = ["{slapd.url}"]\nca_file = "{slapd.ca}"\nsearch_base = "{BASE}"\n'
            f'bind_dn = "{READER}"\npassword_file = "{slapd.password}"\n'
            '[domains."Example.org"]\nverify = "ldap"\ndelimiter = "+"\n'
        )
        told = run(file, "k.lee+news@EXAMPLE.org")
        assert told.stdout.startswith(f"k.lee+news@EXAMPLE.org: the mailbox kim@example.org, says {slapd.url} in ")
        assert len(told.stdout.splitlines()) == 1
        assert told.exit_code == 0
        told = run(file, "nobody@example.org")
        assert told.stdout.startswith(f"nobody@example.org: no such mailbox, says {slapd.url} in ")
        assert told.exit_code == 1
