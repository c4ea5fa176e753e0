"""postfix_access: what Postfix's access maps say of the client, its HELO, the sender and the recipient.

A refusal is in Postfix's words. OK for a client is an allow entry; of the others, which anybody could write, it only
ends the search in that map. HOLD and DISCARD for a recipient concern that recipient alone. Never fails; a pattern that
takes too long defers. A client that is not known is not looked up, and neither is one whose name cannot be found out.
"""

from collections.abc import Callable, Generator, Mapping

import msgspec

from gatekeeper.authentication.iprev import reverse
from gatekeeper.message import Mail
from gatekeeper.message.line_edits import field_line
from gatekeeper.tables import Restriction, Tables
from gatekeeper.tables.access_action import Subject
from gatekeeper.tables.check_action import Deed, printable, route
from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.restriction import Said
from gatekeeper.values import Action, Answers, Finding, LineEdit, Orders, Question, Reply, Stage

ALLOWED, DENIED, DEFERRED = "postfix-access-allowed", "postfix-access-denied", "postfix-access-deferred"
DISCARDED, HELD, WARNED = "postfix-access-discarded", "postfix-access-held", "postfix-access-warned"
UNFINISHED = "postfix-access-unfinished"
CHANGED, REROUTED = "postfix-access-changed", "postfix-access-rerouted"

_SECONDS = 0.1  # for the patterns of one map that backtrack, about one name or address
_LATER = Reply(451, "4.3.5", ("Too long a pattern, try again later",))
_STAGES = {Subject.HELO: Stage.HELO, Subject.SENDER: Stage.SENDER, Subject.RECIPIENT: Stage.RECIPIENT}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.postfix_access]"""

    enabled: bool = True


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """A stage for each map that there is."""
    checks: dict[Stage, Callable[[Mail], object]] = {}
    for restriction in tables.restrictions:
        if restriction.subject is Subject.CLIENT:
            checks[Stage.CONNECT] = _client_check(restriction)
        else:
            checks[_STAGES[restriction.subject]] = _check(restriction)
    return checks


def _client_check(
    restriction: Restriction,
) -> Callable[[Mail], Generator[frozenset[Question], Answers, list[Finding]]]:
    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        client = mail.envelope.client
        if client is None:
            return []
        name: str | None = client.name
        if not name and client.ip:
            found = yield from reverse(client.ip)
            name = None if found.result == "temperror" else found.name
        budget = Budget(_SECONDS)
        said = restriction.client(name, client.address, budget)
        return _findings(restriction.subject, f"{name or 'unknown'}[{client.address}]", said, budget)

    return check


def _check(restriction: Restriction) -> Callable[[Mail], list[Finding]]:
    def check(mail: Mail) -> list[Finding]:
        budget, envelope = Budget(_SECONDS), mail.envelope
        if restriction.subject is Subject.HELO:
            about, said = envelope.helo, restriction.helo(envelope.helo, budget)
        else:
            about = envelope.sender if restriction.subject is Subject.SENDER else mail.recipient
            said = restriction.mailbox(about, budget)
        return _findings(restriction.subject, about, said, budget)

    return check


def _findings(subject: Subject, about: str, said: list[Said], budget: Budget) -> list[Finding]:
    found = [finding for one in said for finding in _finding(subject, about, one)]
    if budget.left <= 0:
        evidence = f"{subject} {about}: longer than {_SECONDS:g} s for what backtracks"
        found.append(Finding(UNFINISHED, evidence=evidence, certain=Action.DEFER, reply=_LATER))
    return found


def _finding(subject: Subject, about: str, said: Said) -> list[Finding]:
    hit, action = said
    evidence = f"{hit.source} line {hit.line}: {subject} {about}"
    told = f"{evidence}: {printable(action.text)}" if action.text else evidence
    match action.word:
        case "REJECT":
            reply = action.reply(subject, about)
            name, certain = (DENIED, Action.REJECT) if reply.permanent else (DEFERRED, Action.DEFER)
            return [Finding(name, evidence=evidence, certain=certain, reply=reply)]
        case "DISCARD":
            return [Finding(DISCARDED, evidence=told, certain=Action.DISCARD)]
        case "HOLD":
            return [Finding(HELD, evidence=told, certain=Action.QUARANTINE)]
        case "PREPEND":
            line = field_line(action.text.encode("utf-8", "surrogateescape"))
            orders = Orders((LineEdit(0, 0, line),), told=(f"PREPEND {printable(action.text)} by {evidence}",))
            return [Finding(CHANGED, evidence=told, orders=orders)] if line else []
        case "BCC" | "FILTER" | "REDIRECT":
            orders = route(Deed(action.word), action.text, f"{action.word} {printable(action.text)} by {evidence}")
            return [Finding(REROUTED, evidence=told, orders=orders)]
        case "WARN" | "INFO":
            return [Finding(WARNED, evidence=told)]
        case _ if subject is Subject.CLIENT:
            return [Finding(ALLOWED, evidence=told, certain=Action.ACCEPT)]
        case _:
            return []
