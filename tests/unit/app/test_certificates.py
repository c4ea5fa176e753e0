"""Whether the certificates of the fronts can be used."""

from pathlib import Path

import msgspec
import pytest

from gatekeeper.app import certificates
from gatekeeper.app.plan import UnusableError
from gatekeeper.config.schema import Config


def config(certificate: Path, listen: list[str]) -> Config:
    front = {"listen": listen, "certificate": str(certificate)}
    return msgspec.convert({"smtp": front, "web": front}, Config)


@pytest.fixture
def none(tmp_path: Path) -> Path:
    (tmp_path / "none.pem").write_text("no certificate")
    return tmp_path / "none.pem"


def test_each_front_that_listens_needs_one_that_can_be_used(none: Path) -> None:
    assert [str(problem) for problem in certificates.mistakes(config(none, ["127.0.0.1:0"]))] == [
        f"{front}: error: {front}.certificate: a certificate and its key are not both there in PEM; "
        "name PEM files of a chain and its key that belong together"
        for front in ("smtp", "web")
    ]
    with pytest.raises(UnusableError, match=r"smtp\.certificate: .*"):
        certificates.require(config(none, ["127.0.0.1:0"]))


def test_where_nobody_listens_nobody_needs_one(none: Path) -> None:
    certificates.require(config(none, []))
