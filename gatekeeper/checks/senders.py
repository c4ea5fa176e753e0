"""senders: does the operator, or a recipient, want mail from this sender or not, and is it really from there?

An entry of `tables.senders` holds only if what it names vouches for the sender: a signature or DMARC for the author in
From, SPF for the envelope sender, the client's address for either. So a name that was only written there opens nothing:
an `allow` that nobody vouched for is a note which says so. `deny` and `hold` need no voucher. Each recipient has their
own entries, so one message may be let in for one and held for another. Fails closed: what could not be authenticated,
because DNS did not answer, was not.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from gatekeeper.authentication.domains import aligned
from gatekeeper.message import Mail
from gatekeeper.message.addresses import mailboxes
from gatekeeper.tables import Tables
from gatekeeper.tables.address import parents, split
from gatekeeper.tables.senders import Deed, SenderEntry, SenderList, Vouchers
from gatekeeper.values import Action, Finding, Reply, Stage

ALLOWED, DENIED, HELD, UNVOUCHED = "sender-allowed", "sender-denied", "sender-held", "sender-unvouched"
_MOST = 10  # addresses in From
_REFUSAL = Reply(550, "5.7.1", ("Mail from you is not wanted here",))
_NAMES = {Deed.ALLOW: ALLOWED, Deed.DENY: DENIED, Deed.HOLD: HELD}
_ACTIONS = {Deed.ALLOW: Action.ACCEPT, Deed.DENY: Action.REJECT, Deed.HOLD: Action.QUARANTINE}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.senders]"""

    enabled: bool = True


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the attachment stage, when all that authenticates has run; none without entries."""
    senders = tables.senders
    if not senders.entries:
        return {}

    def check(mail: Mail) -> list[Finding]:
        if mail.message is None or mail.envelope.outbound:
            return []
        found: dict[SenderEntry, list[str]] = {}
        vain: dict[SenderEntry, list[str]] = {}
        for recipient in mail.envelope.recipients:
            for entry, holds in _asked(senders, recipient, mail):
                (found if holds else vain).setdefault(entry, []).append(recipient)
        everybody = mail.envelope.recipients
        return [
            *(_finding(entry, _only(who, everybody)) for entry, who in found.items()),
            *(_note(entry, _only(who, everybody), mail) for entry, who in vain.items()),
        ]

    return {Stage.ATTACHMENT: check}


def _asked(senders: SenderList, recipient: str, mail: Mail) -> Iterator[tuple[SenderEntry, bool]]:
    """The entries for this recipient in their order, with whether each holds, up to the first that does."""
    authors, envelope = _authors(mail), mail.envelope.sender
    for entry in senders.about(recipient, filter(None, (*authors, envelope))):
        holds = _holds(entry, mail, authors, envelope)
        yield entry, holds
        if holds:
            return


def _holds(entry: SenderEntry, mail: Mail, authors: tuple[str, ...], envelope: str) -> bool:
    """What lets somebody in does not go by one author of several: nobody vouches for the others."""
    if not entry.vouchers and (entry.deed is not Deed.ALLOW or len(authors) == 1 or _is(entry.who, envelope)):
        return True
    return _vouched(entry.vouchers, mail, *_meant(entry, authors, envelope))


def _meant(entry: SenderEntry, authors: tuple[str, ...], envelope: str) -> tuple[str, str]:
    """The author and the envelope sender, as far as the entry is about them; else empty."""
    author = authors[0] if len(authors) == 1 and _is(entry.who, authors[0]) else ""
    return author, envelope if _is(entry.who, envelope) else ""


def _authors(mail: Mail) -> tuple[str, ...]:
    """Every address in From, as far as anybody reads."""
    assert mail.message is not None
    found = (author.address for value in mail.message.values(b"from")[:_MOST] for author in mailboxes(value)[:_MOST])
    return tuple(dict.fromkeys(filter(None, found)))


def _is(who: str, address: str) -> bool:
    local, domain = split(address)
    return who == f"{local}@{domain}" if "@" in who else who in parents(domain)


def _vouched(vouchers: Vouchers, mail: Mail, author: str, envelope: str) -> bool:
    """Whether anything vouches for the one of the two that the entry is about; the other is empty."""
    client = mail.envelope.client
    if client is not None and client.address in vouchers.clients and (author or envelope):
        return True
    passed = [result for result in mail.results if result.passed]
    of_author, of_envelope = split(author)[1], split(envelope)[1]
    for result in passed:
        if result.method in vouchers.methods:
            if result.method == "spf" and result.domain == of_envelope and of_envelope:
                return True
            if result.method == "dkim" and aligned(result.domain, of_author):
                return True
            if result.method == "dmarc" and result.domain == of_author and of_author:
                return True
        if result.method == "dkim" and author and not vouchers.signers.isdisjoint(parents(result.domain)):
            return True
    return False


def _only(recipients: list[str], everybody: tuple[str, ...]) -> tuple[str, ...]:
    return () if len(recipients) == len(everybody) else tuple(recipients)


def _finding(entry: SenderEntry, only: tuple[str, ...]) -> Finding:
    reply = _REFUSAL if entry.deed is Deed.DENY else None
    return Finding(_NAMES[entry.deed], evidence=str(entry), certain=_ACTIONS[entry.deed], reply=reply, only_for=only)


def _note(entry: SenderEntry, only: tuple[str, ...], mail: Mail) -> Finding:
    awaits = _awaited(entry, mail) if entry.deed is Deed.ALLOW else ()
    evidence = f"{entry}: nothing that it names vouches for this"
    return Finding(UNVOUCHED, evidence=evidence, only_for=only, awaits=awaits)


def _awaited(entry: SenderEntry, mail: Mail) -> tuple[str, ...]:
    """What might still vouch for the one whom the entry is about."""
    author, envelope = _meant(entry, _authors(mail), mail.envelope.sender)
    speaking = ({"dkim", "dmarc"} if author else set()) | ({"spf"} if envelope else set())
    methods = sorted(entry.vouchers.methods & speaking)
    signers = [f"dkim={signer}" for signer in sorted(entry.vouchers.signers)] if author else []
    return (*methods, *signers, *(("client",) if entry.vouchers.clients and (author or envelope) else ()))
