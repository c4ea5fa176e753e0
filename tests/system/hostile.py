"""hostile: a gateway with pages that holds what comes, and those who look: for tests of what strangers may try.

with holding("[web]\\nlinks = true\\n") as (gateway, sink):
    hold_id = held(gateway, letter("Roses"), KIM)
    browser = signed_in(gateway, "kim", Role.USER, KIM)
"""

import re
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path

from gatekeeper.quarantine.acts import Role
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import COMMAND, Gateway
from tests.servers.room import LOOPBACK, wait_until
from tests.system.browser import PASSWORD
from tests.system.test_pages_running import Browser

KIM, LEE = "kim@example.org", "lee@example.org"
_HOLD = "[policy]\ntag = -100.0\nquarantine = -90.0\nreject = 10000.0\n[checks.active]\nenabled = false\n"
_VISITS = ("sessions", "attempts", "links")  # tables of who looks, not of what they did
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"


@contextmanager
def holding(settings: str = "") -> Iterator[tuple[Gateway, Exchange]]:
    """The gateway, and what stands behind it."""
    with (
        Exchange(connections=1000, size=100_000_000) as sink,
        Gateway({"example.org": f"esmtp:[{LOOPBACK}]:{sink.port}"}, _HOLD + settings, pages=True) as gateway,
    ):
        yield gateway, sink


def letter(subject: str = "Roses", text: str = "Hello.\n") -> bytes:
    """One of a single part."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = "Ann <ann@out.test>", KIM, subject
    made.set_content(text)
    return made.as_bytes()


def held(gateway: Gateway, content: bytes, *to: str, sender: str = "ann@out.test") -> str:
    """Send it for these; the id under which it is held."""
    reply = send(gateway.port, content, to or (KIM,), sender)
    assert reply.startswith("250"), reply
    hold_id = reply.rsplit(" ", 1)[1]
    wait_until(lambda: any(one["id"] == hold_id for one in gateway.look("journal", "list")), "it is in the journal")
    return hold_id


def tell(gateway: Gateway, recipient: str, count: int) -> None:
    """Send the digests, once one tells `recipient` of so many messages: what came just now is told of later."""

    def is_due() -> bool:
        due = gateway.look("digest", "--dry-run")
        return any((one["recipient"], one["messages"]) == (recipient, count) for one in due)

    wait_until(is_due, f"there are {count} to tell {recipient} of")
    gateway.run("digest")


def signed_in(gateway: Gateway, name: str, role: Role, *mailboxes: str) -> Browser:
    """A browser of one who is made, and signed in."""
    gateway.add_user(name, PASSWORD, role.value, *mailboxes)
    browser = Browser(base_url=gateway.pages)
    assert browser.sign_in(name) == 303
    return browser


def csrf(browser: Browser, page: str = "/account") -> str:
    """What the forms of this browser hold."""
    return str(re.findall(r'name="csrf" value="(\w+)"', browser.get(page).text)[0])


def api_token(gateway: Gateway, name: str, *options: str) -> dict[str, str]:
    """The header by which a program shows who it is."""
    command = [COMMAND, "--config", gateway.config, "tokens", "add", name, *options]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {"Authorization": f"Bearer {said.strip()}"}


def state(gateway: Gateway) -> dict[str, object]:
    """All that is kept, but for who looks: every row of every store, every other file by what is in it. Once it rests:
    what came just now is remembered behind the replies.
    """
    found, before = _state(gateway), dict[str, object]()
    while found != before:
        time.sleep(0.2)
        found, before = _state(gateway), found
    return found


def _state(gateway: Gateway) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in sorted((gateway.home / "state").rglob("*")):
        if path.suffix == ".db" and path.parent.name != "metrics":
            found |= _rows(path)
        elif path.is_file() and path.parent.name != "metrics" and not path.name.endswith(("-wal", "-shm", ".lock")):
            found[path.name] = sha256(path.read_bytes()).hexdigest()
    return found


def _rows(path: Path) -> dict[str, object]:
    with closing(sqlite3.connect(path)) as store:
        tables = [name for (name,) in store.execute(_TABLES) if name not in _VISITS]
        return {f"{path.name} {table}": store.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
