"""trail: who did what with held messages."""

from gatekeeper.stores.accounts import Scope
from gatekeeper.web.api import record_shapes as shapes
from gatekeeper.web.api.asking import moment
from gatekeeper.web.api.operation import Call, get


@get("/audit", Scope.ADMIN)
def audit(call: Call, asked: shapes.TrailAsked) -> shapes.Trail:
    """Read the audit trail.

    The newest lines first.
    """
    lines = call.site.desk.audit(hold_id=asked.id, limit=asked.limit, before=asked.before)
    entries = [
        shapes.TrailLine(
            entry=line.entry,
            time=moment(line.time),
            who=line.who,
            role=line.role,
            act=line.act,
            id=line.hold_id,
            recipients=list(line.recipients),
            detail=line.detail,
            undone=line.undone,
        )
        for line in lines
    ]
    more = len(lines) == asked.limit and lines[-1].entry > 1
    return shapes.Trail(entries=entries, before=lines[-1].entry if more else 0)
