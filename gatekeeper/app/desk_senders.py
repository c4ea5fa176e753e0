"""desk_senders: the lines of a sender list that let the sender of a held message in, or keep them out. Pure.

A line is bound to what was authenticated when the message came, so that nobody who only writes the same name is let in,
and nobody whose name was borrowed is kept out. Fails with `NotDone` where nothing proves who sent it.
"""

from collections.abc import Iterable, Sequence

from gatekeeper.authentication.domains import aligned
from gatekeeper.message import Message
from gatekeeper.message.addresses import mailboxes
from gatekeeper.quarantine.acts import Act, NotDone, Reviewer, Role
from gatekeeper.quarantine.hold import Held
from gatekeeper.tables import SenderList
from gatekeeper.tables.address import split
from gatekeeper.tables.senders import Deed
from gatekeeper.values import Authenticated

_FOR = "for="
_MOST = 100  # recipients that one act writes lines for
_UNPROVEN = "nothing proves who sent it, so whoever writes this name would be let in: release it without allowing"


def results(held: Held) -> tuple[Authenticated, ...]:
    """What was authenticated when it came."""
    found = (f.result for verdict in held.verdicts.values() for f in verdict.findings if f.result is not None)
    return tuple(dict.fromkeys(found))


def author(message: Message) -> str:
    """The address in From as lists have it, if it is one alone; else ""."""
    found = {address for value in message.values(b"from")[:2] for address in _addresses(value)}
    return found.pop() if len(found) == 1 else ""


def proofs(held: Held, who: str) -> tuple[str, ...]:
    """What vouched for this author."""
    passed = [result for result in results(held) if result.passed]
    domain, sender = split(who)[1], _mailbox(held.envelope.sender)
    methods = (
        ("dkim", any(r.method == "dkim" and aligned(r.domain, domain) for r in passed)),
        ("dmarc", any(r.method == "dmarc" and r.domain == domain for r in passed)),
        ("spf", who == sender and any(r.method == "spf" and r.domain == domain for r in passed)),
    )
    return tuple(method for method, holds in methods if holds)


def allowing(held: Held, message: Message, recipients: Sequence[str]) -> tuple[str, ...]:
    """The lines that let its author in: for these recipients, or for all if none is named."""
    who = author(message)
    vouching = proofs(held, who) if who else ()
    if not vouching:
        raise NotDone(_UNPROVEN)
    return _lines(Deed.ALLOW, who, vouching, recipients)


def blocking(held: Held, message: Message, recipients: Sequence[str]) -> tuple[str, ...]:
    """The lines that keep its author out, as far as they are who they say, or else when they come from that client."""
    who = author(message) or _mailbox(held.envelope.sender)
    client = held.envelope.client
    vouching = (proofs(held, who) if who else ()) or ((f"client={client.address}",) if client and client.ip else ())
    if not who or not vouching:
        raise NotDone("nothing tells who sent it, so there is nobody to block: delete it instead")
    return _lines(Deed.DENY, who, vouching, recipients)


def scopes(who: Reviewer, recipients: Sequence[str]) -> Sequence[str]:
    """For whom a line is: a user speaks for themselves, the others for everybody, which is nobody in particular."""
    return recipients if who.role is Role.USER else ()


def act_of(who: Reviewer, lines: Sequence[str]) -> Act:
    """What it is called to change these lines of the list. Those of a user are for their own mailboxes."""
    named = recipients(lines)
    own = {address.lower() for address in who.mailboxes}
    if not lines or (who.role is Role.USER and (len(named) < len(lines) or not own.issuperset(named))):
        raise NotDone("there is no such line", missing=True)
    return Act.ALLOW if all(line.startswith(Deed.ALLOW) for line in lines) else Act.BLOCK


def recipients(lines: Sequence[str]) -> tuple[str, ...]:
    """Those for whom these lines are."""
    last = (line.split()[-1] for line in lines)
    return tuple(word.removeprefix(_FOR).lower() for word in last if word.startswith(_FOR))


def _lines(deed: Deed, who: str, vouching: Iterable[str], recipients: Sequence[str]) -> tuple[str, ...]:
    """One for each recipient. What a list cannot say, because an address is an odd one, is not said."""
    scopes = [f"for={_mailbox(recipient)}" for recipient in recipients[:_MOST]] or [""]
    lines = tuple(" ".join(filter(None, (deed, who, *vouching, scope))) for scope in dict.fromkeys(scopes))
    read = SenderList.parse("\n".join(lines), "")
    said = {(f"for={recipient}" if recipient else "", sender) for recipient, sender in read.entries}
    if said != {(scope, who) for scope in scopes}:
        raise NotDone(f"{who[:100]!r} is no address that a list can hold: write it into tables.senders")
    return lines


def _addresses(value: bytes) -> list[str]:
    return [_mailbox(found.address) for found in mailboxes(value)[:2] if found.address]


def _mailbox(address: str) -> str:
    local, domain = split(address)
    return f"{local}@{domain}" if local and domain else ""
