import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gatekeeper.cli.dkim import dkim
from tests.servers.dns import DnsServer

NAME = "s1._domainkey.example.org"


@pytest.fixture
def dns():
    with DnsServer() as server:
        yield server


@pytest.fixture
def file(tmp_path: Path, dns: DnsServer) -> Path:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key = rsa.generate_private_key(65537, 2048).private_bytes(serialization.Encoding.PEM, form, plain)
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "KeyTable").write_text(f"main example.org:s1:{tmp_path}/key.pem\n")
    path = tmp_path / "gatekeeper.toml"
    path.write_text(f'[dns]\nservers = ["{dns.address}"]\n[signing]\nkey_table = "{tmp_path}/KeyTable"\n')
    return path


def run(file: Path, *words: str) -> Result:
    return CliRunner().invoke(dkim, words, obj=file)


def record(file: Path) -> str:
    return str(json.loads(run(file, "--json").output)["record"])


def test_the_line_for_the_zone(file: Path) -> None:
    said = run(file)
    assert said.exit_code == 0
    assert said.output.startswith(f'{NAME}. IN TXT ( "v=DKIM1; k=rsa; p=MI')
    strings = said.output.split('"')[1::2]
    assert "".join(strings) == record(file)
    assert max(map(len, strings)) <= 255


def test_a_record_that_is_not_there(file: Path) -> None:
    said = run(file, "--test", "example.org")
    assert (said.exit_code, said.output) == (1, f"{NAME}: not published\n")


def test_one_that_is(file: Path, dns: DnsServer) -> None:
    text = record(file)
    dns.zone[NAME] = {"TXT": [f'"{text[:200]}" "{text[200:]}"']}
    said = run(file, "--test")
    assert (said.exit_code, said.output) == (0, f"{NAME}: published\n")


def test_another_key_is_there(file: Path, dns: DnsServer) -> None:
    dns.zone[NAME] = {"TXT": ['"v=DKIM1; p=MIGf"']}
    said = run(file, "--test")
    assert (said.exit_code, said.output) == (1, f"{NAME}: another record is there\n")


def test_a_domain_without_a_key(file: Path) -> None:
    said = run(file, "example.net")
    assert said.exit_code == 1
    assert "example.net has no key" in said.stderr


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda place: (place / "key.pem").write_text("rubbish"), "there is no private key in PEM in it"),
        (lambda place: (place / "key.pem").unlink(), "cannot be read: No such file"),
        (lambda place: (place / "KeyTable").write_text("main example.org\n"), "is no key"),
        (lambda place: (place / "KeyTable").unlink(), "cannot be read: No such file"),
    ],
)
def test_what_is_wrong_with_a_key_is_told_with_file_and_line(file: Path, spoil, told: str) -> None:
    spoil(file.parent)
    said = run(file)
    assert said.exit_code == 1
    assert told in said.stderr
    assert "KeyTable" in said.stderr
    assert "rubbish" not in said.stderr
