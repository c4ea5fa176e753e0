"""site_mistakes: what would keep the pages of `[web]` from being served, or everybody from signing in. `Problem`s.

For `gatekeeper check`. Nothing is made where nothing is: who has no file of accounts has no users.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from gatekeeper.app import state
from gatekeeper.config.schema import Config
from gatekeeper.quarantine.acts import Role
from gatekeeper.stores.accounts import User
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Problem

_LIBRARIES = ("argon2", "itsdangerous", "nh3", "python_multipart", "pyzipper", "starlette", "uvicorn")
_NAMED = 5


def mistakes(config: Config) -> Iterator[Problem]:
    """Every one of them, if there are to be pages."""
    if not config.web.listen:
        return
    if lacking := [name for name in _LIBRARIES if find_spec(name) is None]:
        message = f"there are to be pages, but {', '.join(lacking)} cannot be found"
        yield _problem(message, "pip install 'gatekeeper[web]'")
    yield from _people(config)


def _people(config: Config) -> Iterator[Problem]:
    """Who cannot sign in, or sees nothing."""
    users = _users(config)
    if users is None:
        return
    if not (config.web.directory or any(user.role == Role.ADMINISTRATOR for user in users)):
        remedy = "gatekeeper users add NAME --role administrator"
        yield _problem("no administrator can sign in to the pages", remedy, "warning")
    if blind := [user.name for user in users if user.role == Role.USER and not user.mailboxes]:
        message = f"users of no mailbox, who see nothing: {', '.join(blind[:_NAMED])}{' …' if blind[_NAMED:] else ''}"
        yield _problem(message, "gatekeeper users mailboxes NAME ADDRESS", "warning")


def _users(config: Config) -> list[User] | None:
    """All of them; None if they cannot be seen: who may not look is told nothing of what may not be so."""
    try:
        if not (Path(config.gateway.state) / "accounts.db").exists():
            return []
        accounts = state.accounts(config)
        try:
            return accounts.users.all()
        finally:
            accounts.close()
    except (StoreError, OSError):
        return None


def _problem(message: str, remedy: str, severity: str = "error") -> Problem:
    return Problem("web", 0, "warning" if severity == "warning" else "error", message, remedy)
