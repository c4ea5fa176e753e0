"""audit: what people did with held mail, for administrators; and undoing, for whoever did it."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.quarantine.acts import UNDO_SECONDS, Act, NotDone, Role
from gatekeeper.web import forms
from gatekeeper.web.access import only
from gatekeeper.web.filters import filters, number
from gatekeeper.web.pages.rendering import redirect, render
from gatekeeper.web.services import services

_LINES = 100
_MOST_UNDONE = 100


@only(Role.ADMINISTRATOR)
async def listed(request: Request) -> Response:
    """A page of the trail, the newest first."""
    asked = filters(request.query_params, ("who", "act", "message"))
    act = asked.one_of("act", [*Act])
    found = await run_in_threadpool(
        services(request).desk.audit,
        hold_id=asked.value("message"),
        act=Act(act) if act else None,
        who=asked.value("who"),
        limit=_LINES + 1,
        before=number(request.query_params.get("before", "")),
    )
    older = found[_LINES - 1].entry if len(found) > _LINES else 0
    return render(
        request, "audit.html", lines=found[:_LINES], older=older, asked=asked, acts=[*Act], undo_seconds=UNDO_SECONDS
    )


async def undo(request: Request) -> Response:
    """Undo what this reviewer did, the last thing first; or what anybody did, if they may."""
    sent = await forms.read(request)
    back, said = sent.path("back"), ""
    undone, refused = 0, ""
    for entry in filter(None, map(number, sent.many("entry")[:_MOST_UNDONE])):
        try:
            said = (await services(request).desk.undo(request.state.who, entry)).said
            undone += 1
        except NotDone as error:
            refused = str(error)
    if not undone:
        return redirect(request, back, f"Nothing was undone: {refused or 'nothing was named'}.", bad=True)
    said = said if undone == 1 and not refused else f"{undone} undone.{f' Not all: {refused}.' if refused else ''}"
    return redirect(request, back, said)


ROUTES = [Route("/audit", listed), Route("/audit/undo", undo, methods=["POST"])]
