"""looking: held messages and all mail: lists, single messages, why they are held, and their bytes."""

import msgspec

from gatekeeper.message.edit import header_fields
from gatekeeper.message.words import decoded_words
from gatekeeper.pipeline.reasons import reasons, shown
from gatekeeper.quarantine import Held
from gatekeeper.quarantine.kinds import kind_of
from gatekeeper.quarantine.listing import Entry
from gatekeeper.stores.accounts import Scope
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Envelope, Verdict
from gatekeeper.web.api import shapes
from gatekeeper.web.api.asking import moment, query
from gatekeeper.web.api.operation import Call, get
from gatekeeper.web.api.problems import ProblemError

_HEADER = 65_536  # bytes of a message that are looked at for its header


@get("/held", Scope.READ)
def list_held(call: Call, asked: shapes.HeldPageAsked) -> shapes.HeldPage:
    """List what is held.

    The newest first, with the recipients who are seen.
    """
    try:
        page = call.site.quarantine.page(query(call, asked), after=asked.after, before=asked.before, limit=asked.limit)
    except ValueError as error:
        raise ProblemError(400, str(error)) from None
    return shapes.HeldPage(messages=[_line(entry) for entry in page.entries], after=page.after, before=page.before)


@get("/held/{id}", Scope.READ)
def get_held(call: Call) -> shapes.HeldMessage:
    """Show one held message.

    Who brought it, what was decided for each recipient and became of them, and its header.
    """
    held = call.site.desk.get(call.who, call.path["id"])
    return shapes.HeldMessage(
        id=held.id,
        held_at=moment(held.held_at),
        received_at=moment(held.envelope.received_at),
        client=(held.envelope.client or held.envelope.peer).address,
        helo=held.envelope.helo,
        sender=held.envelope.sender,
        size=held.size,
        sha256=held.sha256,
        recipients=[_judged(held, address) for address in held.verdicts],
        header=_header(call, held),
    )


@get("/held/{id}/why", Scope.READ)
def why_held(call: Call) -> shapes.Reasons:
    """Say why a message is held.

    The fewest findings that suffice, and the nearest change that would have let it pass, by the settings of today.
    """
    held = call.site.desk.get(call.who, call.path["id"])
    return reasons_of(call, held.envelope, held.verdicts)


@get("/held/{id}/raw", Scope.ACT)
def raw_held(call: Call) -> bytes:
    """Download a held message.

    Our lines on top, below them byte for byte as it came. It may be dangerous; it stands in the audit trail.
    """
    return call.site.desk.download(call.who, call.path["id"])


def reasons_of(call: Call, envelope: Envelope, verdicts: dict[str, Verdict]) -> shapes.Reasons:
    """Why its recipients get what they get."""
    found = reasons(call.site.policy, envelope, verdicts, call.site.config.scores)
    told = [msgspec.convert(shown(one, call.site.described), shapes.Why) for one in found]
    return shapes.Reasons(id=envelope.id, verdicts=told)


def _line(entry: Entry) -> shapes.HeldLine:
    return shapes.HeldLine(
        id=entry.id,
        held_at=moment(entry.held_at),
        sender=entry.sender,
        subject=entry.subject,
        size=entry.size,
        recipients=[
            shapes.HeldRecipient(address=one.address, kind=one.kind, reason=one.reason, score=one.score, fate=one.fate)
            for one in entry.recipients
        ],
    )


def _judged(held: Held, address: str) -> shapes.Judged:
    verdict, outcome = held.verdicts[address], held.outcomes[address]
    return shapes.Judged(
        address=address,
        kind=kind_of(verdict),
        action=verdict.action,
        reason=verdict.reason,
        score=verdict.score,
        fate=outcome.fate,
        hop=outcome.hop,
        reply=outcome.reply,
    )


def _header(call: Call, held: Held) -> list[tuple[str, str]]:
    """Empty if the message is gone."""
    try:
        head = call.site.quarantine.read(held.id, _HEADER)
    except StoreError:
        return []
    fields = header_fields(head)
    return [(field.name.decode("latin-1"), " ".join(decoded_words(field.value).split())) for field in fields]
