"""links: somebody without a password here asks for a link by mail, and is signed in by it.

It goes to addresses in own domains alone, and to people: to no list, where a directory can tell. Whether it went
anywhere shows in the log, and to nobody who asked: not in words, and not in time.
"""

import logging
import secrets
import string

from starlette.concurrency import run_in_threadpool

from gatekeeper.observe.log import event
from gatekeeper.quarantine.acts import Role
from gatekeeper.stores.accounts import Session
from gatekeeper.stores.accounts.attempts import Allowance
from gatekeeper.stores.opening import StoreError
from gatekeeper.web.link_mail import link_mail
from gatekeeper.web.services import DirectoryError, Services

_PLAIN = frozenset(string.ascii_letters + string.digits + "!#$%&'*+/=?^_`{|}~.-")  # RFC 5322 §3.2.3
_log = logging.getLogger(__name__)


def are_given(site: Services) -> bool:
    """Somebody may ask for one."""
    return site.config.web.links and bool(site.config.web.url)


def sound(address: str) -> str:
    """A plain mail address in lower case; "" if it is none."""
    local, _, domain = address.strip().lower().rpartition("@")
    plain = _PLAIN.issuperset(local) and _PLAIN.issuperset(domain)
    return f"{local}@{domain}" if local and domain and plain and len(address) <= 254 else ""


def allowances(address: str, client: str) -> tuple[Allowance, Allowance]:
    """How often one may be asked for: for an address, and from one."""
    return Allowance(f"link to {address}", 3, 600.0), Allowance(f"links for {client}", 10, 60.0)


async def send(site: Services, address: str, client: str) -> None:
    """A link to `address`, if there is anybody. Never raises: who asked has gone."""
    try:
        sent = await _send(site, address)
    except (DirectoryError, StoreError) as error:
        _log.error("no link was sent: %s", error)
        return
    event(_log, "link", address=address, client=client, sent=sent)


async def _send(site: Services, address: str) -> str:
    web = site.config.web
    if not site.own(address.rpartition("@")[2]):
        return "no: it is not in a domain of ours"
    if site.directory is not None and not await site.directory.mailboxes(address):
        return "no: the directory knows nobody of this address"
    token = secrets.token_urlsafe(32)
    await run_in_threadpool(site.accounts.links.add, token, address, web.link_lifetime)
    url = web.url.rstrip("/")
    hostname = site.config.gateway.hostname or url.partition("://")[2].partition(":")[0]
    raw = link_mail(address, f"{url}/sign-in/link/{token}", url, hostname, web.link_lifetime)
    outcome = await site.post(address, raw)
    return f"{outcome.fate} {outcome.hop} {outcome.reply}"


async def spend(site: Services, token: str) -> Session | None:
    """Who is signed in by it; None if it has been used, or is too old. Fails with `DirectoryError`."""
    address = await run_in_threadpool(site.accounts.links.address, token)
    if address is None:
        return None
    mailboxes = await site.directory.mailboxes(address) if site.directory is not None else frozenset((address,))
    if await run_in_threadpool(site.accounts.links.spend, token) is None or not mailboxes:
        return None
    event(_log, "signed in", name=address, way="link")
    return Session("link", address, Role.USER, mailboxes)
