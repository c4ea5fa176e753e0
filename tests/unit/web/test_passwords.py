"""argon2id, as it is really used: not the cheap one of the other tests."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from gatekeeper.web import passwords


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of that for pages."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher())


def test_a_password_is_costly_to_guess_and_never_digested_alike() -> None:
    one, other = passwords.digested("correct horse"), passwords.digested("correct horse")
    assert one != other
    parameters = extract_parameters(one)
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 19_456  # KiB, what OWASP asks for at least
    assert parameters.time_cost >= 2
    assert passwords.is_right("correct horse", one)
    assert not passwords.is_right("correct hors", one)
    assert not passwords.is_outdated(one)


@pytest.mark.parametrize("secret", ["", "x", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$AAAA$AAAA"])
def test_what_is_no_digest_is_nobodys_password(secret: str) -> None:
    for password in ("", "x", "nobody's"):
        assert not passwords.is_right(password, secret)


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("correct horse", False),
        ("пароль из слов", False),
        ("short", True),
        ("a" * 20, True),
        ("kim.lee@own.example", True),
        ("x" * 1001, True),
    ],
)
def test_what_anybody_would_guess(password: str, weak: bool) -> None:
    assert bool(passwords.weakness(password, "Kim.Lee@own.example")) is weak
