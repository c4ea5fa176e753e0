"""api_world: a site with a real desk, messages in it, and programs that ask its API."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx2 as httpx
from starlette.testclient import TestClient

from gatekeeper.app import reviewing_site
from gatekeeper.app.build import read
from gatekeeper.quarantine import Hold
from gatekeeper.stores.accounts import Scope, Token
from gatekeeper.values import Action, Client, Envelope, Fate, Finding, Outcome, Record, Verdict, new_id
from gatekeeper.web import site
from gatekeeper.web.services import Services
from tests.servers.exchange import Exchange

RAW = b"From: a@example.net\r\nSubject: Pay \xe4t once\r\n\r\nNow.\r\n"
SPAM = Verdict(
    Action.QUARANTINE,
    "bayes-spam",
    9.0,
    5.0,
    (Finding("bayes-spam", 6.0, "0.99: pills", secret=True), Finding("link-mismatch", 3.0, "a.example is b.example")),
)
WORM = Verdict(
    Action.QUARANTINE, "virus-found", 0.0, 5.0, (Finding("virus-found", certain=Action.QUARANTINE, danger=True),)
)
BOB, EVE = "bob@own.test", "eve@own.test"
NAME = "https://quarantine.own.test"


@dataclass
class ApiWorld:
    """`ask` does it with a token of this scope, for all mail or for these mailboxes."""

    services: Services
    exchange: Exchange
    client: TestClient
    tokens: dict[tuple[Scope, tuple[str, ...]], str] = field(default_factory=dict)

    def token(self, scope: Scope, *mailboxes: str, ends_at: float | None = None) -> str:
        secret = f"gk_{new_id()}"
        token = Token(secret, scope, frozenset(mailboxes), ends_at=ends_at)
        assert self.services.accounts.tokens.add(secret, token)
        return secret

    def ask(self, method: str, path: str, scope: Scope = Scope.ADMIN, *mailboxes: str, **more: Any) -> httpx.Response:
        if (scope, mailboxes) not in self.tokens:
            self.tokens[scope, mailboxes] = self.token(scope, *mailboxes)
        headers = {"Authorization": f"Bearer {self.tokens[scope, mailboxes]}"}
        return self.client.request(method, f"/api/v1{path}", headers=headers | more.pop("headers", {}), **more)

    def get(self, path: str, scope: Scope = Scope.READ, *mailboxes: str, **more: Any) -> Any:
        """What is answered, which must be well."""
        answer = self.ask("GET", path, scope, *mailboxes, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: object = None, scope: Scope = Scope.ACT, *mailboxes: str) -> Any:
        answer = self.ask("POST", path, scope, *mailboxes, json=body if body is not None else {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def hold(self, *recipients: str, verdict: Verdict = SPAM, raw: bytes = RAW, sender: str = "a@example.net") -> str:
        """Its id."""
        return self.hold_each(dict.fromkeys(recipients or (BOB,), verdict), raw, sender)

    def hold_each(self, verdicts: dict[str, Verdict], raw: bytes = RAW, sender: str = "a@example.net") -> str:
        client = Client("192.0.2.1", "mx.example.net")
        envelope = Envelope(new_id(), "smtp", client, client, sender=sender, recipients=tuple(verdicts))
        self.services.quarantine.hold(Hold(envelope, verdicts, [raw], new_id()))
        self.services.quarantine.confirm(envelope.id)
        self.services.journal.record(Record(envelope, verdicts, dict.fromkeys(verdicts, Outcome(Fate.HELD))))
        self.services.journal.flush()
        return envelope.id


@contextmanager
def furnished(room: Path, settings: str = "") -> Iterator[ApiWorld]:
    """With these settings."""
    table, config = room / "mailertable", room / "gatekeeper.toml"
    with Exchange() as exchange:
        table.write_text(f"own.test\tesmtp:[127.0.0.1]:{exchange.port}\n")
        config.write_text(
            f'[gateway]\nhostname = "gate.test"\nstate = "{room / "state"}"\n[web]\nurl = "{NAME}"\n'
            f'[relay]\nmailertable = "{table}"\ntls = "none"\n{settings}'
        )
        services = reviewing_site.services(read(config))
        services.quarantine.find()  # there is one, once a gateway has started
        application = site.site(services)
        with TestClient(application, NAME, follow_redirects=False, raise_server_exceptions=False) as client:
            yield ApiWorld(services, exchange, client)
            assert client.portal is not None
            client.portal.call(cast(Any, services.desk).close)
        reviewing_site.close(services)
