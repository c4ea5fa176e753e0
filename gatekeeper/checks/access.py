"""access: what the operator's access map says of the client, the sender and the recipient.

`Connect:` and `From:` with OK or RELAY are allow entries. For a recipient both only mean that it is not refused, as in
sendmail: `To:example.org RELAY` opens the way to a domain and says nothing of what comes along it. REJECT says what
sendmail says there. Never fails; without a map there is no check. A client that is not known is not looked up. Only
where an entry goes by a client's name is DNS asked for it, unless the MTA before us knew it; one that is not confirmed
(`authentication.iprev`) has none.
"""

from collections.abc import Callable, Generator, Mapping

import msgspec

from gatekeeper.authentication.iprev import reverse
from gatekeeper.message import Mail
from gatekeeper.tables import AccessMap, Entry, Rule, Tables
from gatekeeper.values import Action, Answers, Finding, Question, Reply, Stage

ALLOWED, DENIED, DISCARDED, QUARANTINED = "access-allowed", "access-denied", "access-discarded", "access-quarantined"
ACCESS_DENIED = Reply(550, "5.7.1", ("Access denied",))
MAILBOX_DISABLED = Reply(550, "5.2.1", ("Mailbox disabled for this recipient",))


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.access]"""

    enabled: bool = True


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """Three stages if there is a map, else none."""
    access = tables.access
    if access is None:
        return {}
    return {
        Stage.CONNECT: _client_check(access),
        Stage.SENDER: lambda mail: _findings(access.sender(mail.envelope.sender), ACCESS_DENIED),
        Stage.RECIPIENT: lambda mail: _findings(_of_recipient(access, mail), MAILBOX_DISABLED),
    }


def _client_check(access: AccessMap) -> Callable[[Mail], Generator[frozenset[Question], Answers, list[Finding]]]:
    named = access.names_clients

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        client = mail.envelope.client
        if client is None:
            return []
        name: str | None = client.name
        if named and not name and client.ip:
            found = yield from reverse(client.ip)
            name = None if found.result == "temperror" else found.name
        return _findings(access.client(name, client.address), ACCESS_DENIED)

    return check


def _of_recipient(access: AccessMap, mail: Mail) -> Entry | None:
    entry = access.recipient(mail.recipient)
    return None if entry and entry.rule in (Rule.OK, Rule.RELAY) else entry


def _findings(entry: Entry | None, refusal: Reply) -> list[Finding]:
    """What an entry means; `refusal` is the reply of a plain REJECT."""
    if entry is None:
        return []
    evidence = f"{entry.key} {entry.rule} (line {entry.line})"
    match entry.rule:
        case Rule.REJECT:
            return [Finding(DENIED, evidence=evidence, certain=Action.REJECT, reply=refusal)]
        case Rule.ERROR if entry.reply:
            action = Action.REJECT if entry.reply.permanent else Action.DEFER
            return [Finding(DENIED, evidence=evidence, certain=action, reply=entry.reply)]
        case Rule.DISCARD:
            return [Finding(DISCARDED, evidence=evidence, certain=Action.DISCARD)]
        case Rule.QUARANTINE:
            return [Finding(QUARANTINED, evidence=f"{evidence}: {entry.text}", certain=Action.QUARANTINE)]
        case _:
            return [Finding(ALLOWED, evidence=evidence, certain=Action.ACCEPT)]
