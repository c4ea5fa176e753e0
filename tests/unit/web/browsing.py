"""A site of its own for each test, and a browser that looks at it.

site = Site(tmp_path)
site.sign_in("ann", Role.USER, "ann@own.example")
page = site.get("/quarantine")
site.post("/quarantine/ID/release")            # with the token that the forms have
"""

import contextlib
import html
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import msgspec
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from gatekeeper.config.schema import Config, Gateway
from gatekeeper.config.web import Web
from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.acts import Role
from gatekeeper.quarantine.digest_ledger import DigestLedger
from gatekeeper.stores.accounts import Accounts, User
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.list_states import ListStates
from gatekeeper.stores.own_senders import OwnSenders
from gatekeeper.values import Fate, Outcome
from gatekeeper.web import site
from gatekeeper.web.services import Directory, Services
from tests.unit.web.desk import NotingDesk

PASSWORD = "correct horse battery"
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
SECRET = CHEAP.hash(PASSWORD)
OWN = "own.example"
NAME = "https://quarantine.own.example"

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"


class Site:
    """Its stores are in `room`. `web` are settings of [web]; `base` is how the browser comes."""

    def __init__(
        self,
        room: Path,
        base: str = NAME,
        *,
        directory: Directory | None = None,
        client: str = "192.0.2.9",
        behind: bool = False,
        **web: Any,
    ) -> None:
        self.room = room
        self.config = Config(gateway=Gateway(state=str(room)), web=msgspec.convert({"url": NAME, **web}, Web))
        self.accounts = Accounts(room / "accounts.db")
        self.posted: list[tuple[str, bytes]] = []
        self.quarantine, self.journal = Quarantine(room / "quarantine"), Journal(room / "journal.db")
        self.digests = DigestLedger(room / "quarantine")
        self.desk = NotingDesk(self.quarantine)
        self.application = site.site(
            Services(
                config=self.config,
                key=b"k" * 32,
                accounts=self.accounts,
                quarantine=self.quarantine,
                journal=self.journal,
                digests=self.digests,
                senders=OwnSenders(room / "senders"),
                desk=self.desk,
                own=lambda domain: domain == OWN,
                post=self._post,
                directory=directory,
                lists=ListStates(room / "lists.db", create=False),
            )
        )
        self.base, self.client, self.behind = base, client, behind
        self.browser = self.other()

    def other(self, client: str = "") -> TestClient:
        """Another browser, which knows nothing of the first, perhaps elsewhere."""
        place = (client or self.client, 50000)
        return TestClient(self._reached, self.base, follow_redirects=False, client=place)

    def add(self, name: str, role: Role = Role.USER, *mailboxes: str) -> None:
        self.accounts.users.add(User(name, role, SECRET, frozenset(mailboxes)))

    def sign_in(self, name: str, role: Role = Role.USER, *mailboxes: str, password: str = PASSWORD) -> httpx.Response:
        """As whom there need not be before."""
        self.add(name, role, *mailboxes)
        return self.post("/sign-in", {"name": name, "password": password}, form="/sign-in")

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.browser.get(path, **more)

    def post(
        self, path: str, fields: dict[str, Any] | None = None, *, form: str = "/sign-in?next=/", **more: Any
    ) -> httpx.Response:
        """Sent from the page `form`, with its token."""
        sent = {"csrf": token(self.browser, form), **(fields or {})}
        return self.browser.post(path, data=sent, headers={"Origin": self.base}, **more)

    async def _reached(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As it arrives: `behind` a proxy without TLS, though the browser came with it."""
        await self.application(scope | {"scheme": "http"} if self.behind else scope, receive, send)

    async def _post(self, address: str, raw: bytes) -> Outcome:
        self.posted.append((address, raw))
        return Outcome(Fate.DELIVERED)

    def contents(self) -> Iterator[tuple[str, list[Any]]]:
        """Every row of every table of every store."""
        for path in sorted(self.room.rglob("*.db")):
            with contextlib.closing(sqlite3.connect(path)) as store:
                for (table,) in store.execute(_TABLES):
                    yield f"{path.name} {table}", store.execute(f"SELECT * FROM {table}").fetchall()

    def close(self) -> None:
        for store in (self.accounts, self.quarantine, self.journal, self.digests):
            store.close()


def token(browser: TestClient, page: str = "/sign-in") -> str:
    """What the forms of a page hold."""
    found = browser.get(page)
    if found.status_code == 303:
        found = browser.get(found.headers["location"])
    return re.findall(r'name="csrf" value="([0-9a-f]{64})"', found.text)[0]


def text(response: httpx.Response) -> str:
    """What people read on the page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", response.text)).split())


def cookies(response: httpx.Response) -> list[str]:
    return response.headers.get_list("set-cookie")
