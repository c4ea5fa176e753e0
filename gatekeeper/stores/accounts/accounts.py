"""accounts: the file with all tables, one object for each need."""

from pathlib import Path

from gatekeeper.stores.accounts.attempts import Attempts
from gatekeeper.stores.accounts.links import Links
from gatekeeper.stores.accounts.schema import MIGRATIONS
from gatekeeper.stores.accounts.sessions import Sessions
from gatekeeper.stores.accounts.tokens import Tokens
from gatekeeper.stores.accounts.users import Users
from gatekeeper.stores.database import Database


class Accounts:
    """The file at `path`; made at its first use. All methods block."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, MIGRATIONS)
        self.users = Users(self._database)
        self.sessions = Sessions(self._database)
        self.links = Links(self._database)
        self.tokens = Tokens(self._database)
        self.attempts = Attempts(self._database)

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._database.close()
