"""accounts: who may sign in to the pages, who has, and who tried too often, in one file. Fails with `StoreError`."""

from gatekeeper.stores.accounts.accounts import Accounts
from gatekeeper.stores.accounts.sessions import Session
from gatekeeper.stores.accounts.tokens import Scope, Token
from gatekeeper.stores.accounts.users import User

__all__ = ["Accounts", "Scope", "Session", "Token", "User"]
