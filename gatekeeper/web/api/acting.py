"""acting: decisions about held messages, done at the desk, which sees to what may be done and writes it down."""

from gatekeeper.quarantine.acts import Done
from gatekeeper.stores.accounts import Scope
from gatekeeper.values import Label
from gatekeeper.web.api import shapes
from gatekeeper.web.api.asking import moment
from gatekeeper.web.api.operation import Call, post
from gatekeeper.web.api.problems import ProblemError

_LARGEST = 2**53 - 1


@post("/held/{id}/release", Scope.ACT)
async def release(call: Call, asked: shapes.ReleaseAsked) -> shapes.Decision:
    """Let a message go on.

    To those who wait for it, or to some. Who got it without its attachments is sent the original when named. Who could
    not be reached stays waiting: see `fate`. What was learnt by `teach` or `allow` can be undone for 60 seconds; what
    was sent stays sent.
    """
    desk, wanted = call.site.desk, asked.recipients
    done = await desk.release(call.who, call.path["id"], wanted, teach=asked.teach, allow=asked.allow)
    return _decision(done)


@post("/held/{id}/request", Scope.ACT)
async def request(call: Call, asked: shapes.ForWhom) -> shapes.Decision:
    """Ask the administrators to release a message."""
    return _decision(await call.site.desk.request(call.who, call.path["id"], asked.recipients))


@post("/held/{id}/delete", Scope.ACT)
async def delete(call: Call, asked: shapes.ForWhom) -> shapes.Decision:
    """Delete a message.

    Nobody waits for it any more. For 60 seconds that can be undone.
    """
    return _decision(await call.site.desk.delete(call.who, call.path["id"], asked.recipients))


@post("/held/{id}/block-sender", Scope.ACT)
async def block_sender(call: Call) -> shapes.Decision:
    """Keep the sender of a message out from now on.

    For everybody; with a token for some mailboxes, for these.
    """
    return _decision(await call.site.desk.block_sender(call.who, call.path["id"]))


@post("/held/{id}/teach", Scope.ACT)
async def teach(call: Call, asked: shapes.TeachAsked) -> shapes.Decision:
    """Say that a message is spam or ham.

    What was learnt of it before is forgotten. It stays held.
    """
    return _decision(await call.site.desk.teach(call.who, call.path["id"], Label(asked.label)))


@post("/held/{id}/forward", Scope.ACT)
async def forward(call: Call, asked: shapes.ForwardAsked) -> shapes.Decision:
    """Send a message to an administrator.

    Attached, as it came.
    """
    return _decision(await call.site.desk.forward(call.who, call.path["id"], asked.address))


@post("/held/{id}/release-attachment", Scope.ACT)
async def release_attachment(call: Call, asked: shapes.AttachmentAsked) -> shapes.Decision:
    """Send one part of a message alone.

    To who waits for the message, or got it without that part.
    """
    return _decision(await call.site.desk.release_attachment(call.who, call.path["id"], asked.part))


@post("/audit/{entry}/undo", Scope.ACT)
async def undo(call: Call) -> shapes.Decision:
    """Undo a decision.

    Within 60 seconds, where it has not left the machine: of a release only what was learnt is taken back, and what was
    sent stays sent.
    """
    entry = call.path["entry"]
    if not (entry.isascii() and entry.isdigit() and len(entry) <= len(str(_LARGEST))):
        raise ProblemError(404, "There is no such line in the audit trail.")
    return _decision(await call.site.desk.undo(call.who, int(entry)))


def _decision(done: Done) -> shapes.Decision:
    return shapes.Decision(
        entry=done.entry,
        act=done.act,
        id=done.hold_id,
        said=done.said,
        undo_until=None if done.undo_until is None else moment(done.undo_until),
        offered=list(done.offered),
        recipients=[
            shapes.SentTo(address=address, fate=outcome.fate, hop=outcome.hop, reply=outcome.reply)
            for address, outcome in done.outcomes.items()
        ],
    )
