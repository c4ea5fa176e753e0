"""What would keep the directory from answering is said before mail comes, with what to do."""

from pathlib import Path
from typing import Any

import pytest

from gatekeeper.app import directory
from gatekeeper.app.plan import UnusableError
from gatekeeper.app.workers import load
from gatekeeper.config.directory import Directory
from gatekeeper.config.schema import Config, Domain

SERVERS = {"servers": ["ldaps://dc1.example.org"], "search_base": "dc=example"}


def said(**settings: Any) -> list[str]:
    config = Config(domains={"example.org": Domain(verify="ldap")}, directory=Directory(**{**SERVERS, **settings}))
    return [f"{problem.severity}: {problem.message}" for problem in directory.mistakes(config)]


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("secret\n")
    file.chmod(0o640)
    return file


def test_what_is_sound_has_no_mistakes(password: Path) -> None:
    assert said(bind_dn="cn=x", password_file=str(password)) == []
    assert said(filter="(&(objectClass=user)(|(mail=%s)(proxyAddresses=smtp:%s)))") == []


def test_what_is_not_asked_need_not_be_sound() -> None:
    assert list(directory.mistakes(Config(directory=Directory(filter="%s")))) == []


@pytest.mark.parametrize("template", ["(mail=%s", "mail=%s)", "(&(mail=%s)", "(=%s)"])
def test_a_filter_that_is_none(template: str) -> None:
    (wrong,) = said(filter=template)
    assert wrong.startswith("error: directory.filter is no filter: ")


def test_certificates_that_are_none(tmp_path: Path) -> None:
    assert said(ca_file=str(tmp_path / "absent.pem")) == [
        f"error: directory.ca_file: {tmp_path}/absent.pem: No such file or directory"
    ]
    (tmp_path / "ca.pem").write_text("no certificate")
    (wrong,) = said(ca_file=str(tmp_path / "ca.pem"))
    assert wrong.startswith(f"error: directory.ca_file: {tmp_path}/ca.pem: ")


def test_a_password_that_cannot_be_read_is_empty_or_everybodys(password: Path) -> None:
    where = f"directory.password_file: {password}"
    password.chmod(0o644)
    assert said(password_file=str(password)) == [f"warning: {where} can be read by everybody"]
    password.write_text("\n")
    password.chmod(0o600)
    assert said(password_file=str(password)) == [f"error: {where} is empty"]
    password.write_bytes(b"\xff\xfe")
    assert said(password_file=str(password)) == [f"error: {where}: is no text"]
    password.unlink()
    assert said(password_file=str(password)) == [f"error: {where}: No such file or directory"]


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "find_spec", lambda name: None)
    assert said() == ["error: there is a directory to be asked, but sansldap is missing"]


def test_a_gateway_does_not_start_with_a_mistake(tmp_path: Path, password: Path) -> None:
    file = tmp_path / "gatekeeper.toml"
    text = f"""
        [gateway]
        state = "{tmp_path}/state"
        [smtp]
        listen = ["127.0.0.1:0"]
        [domains."example.org"]
        verify = "ldap"
        [directory]
        servers = ["ldaps://dc1.example.org"]
        search_base = "dc=example"
        bind_dn = "cn=x"
        password_file = "{password}"
    """
    file.write_text(text)
    assert load(file)
    password.unlink()
    with pytest.raises(UnusableError, match="password: No such file or directory"):
        load(file)
