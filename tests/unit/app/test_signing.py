from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gatekeeper.app.signing import read_signer
from gatekeeper.config import schema


@pytest.fixture
def table(tmp_path: Path) -> Path:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key = rsa.generate_private_key(65537, 1024).private_bytes(serialization.Encoding.PEM, form, plain)
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "key.pem").chmod(0o600)
    (tmp_path / "KeyTable").write_text(f"main example.org:s1:{tmp_path}/key.pem\n")
    return tmp_path / "KeyTable"


def config(**settings: str) -> schema.Config:
    return schema.Config(signing=schema.Signing(**settings))  # type: ignore[arg-type]


def test_without_settings_nothing_is_signed() -> None:
    signer, problems = read_signer(schema.Config())
    assert (dict(signer.keys), signer.seal, problems) == ({}, None, [])


def test_keys_by_domain_and_the_one_that_seals(table: Path) -> None:
    signer, problems = read_signer(config(key_table=str(table), seal_as="Example.org", seal="always"))
    assert problems == []
    assert (list(signer.keys), signer.seal, signer.always) == (["example.org"], signer.keys["example.org"], True)


def test_sealing_needs_a_key_of_that_domain(table: Path) -> None:
    assert "example.net" in str(read_signer(config(key_table=str(table), seal_as="example.net"))[1][0])
    assert "no key" in str(read_signer(config(seal_as="example.net"))[1][0])


def test_a_key_that_everybody_can_read_is_a_warning(table: Path) -> None:
    (table.parent / "key.pem").chmod(0o644)
    signer, (problem,) = read_signer(config(key_table=str(table)))
    assert problem.severity == "warning"
    assert signer.keys
