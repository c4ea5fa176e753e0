"""history: all mail that was judged, with its verdict and what became of it. Users see what was for them."""

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.quarantine.acts import NotDone, Reviewer, Role
from gatekeeper.values import Action, Fate, Record, Verdict, is_id
from gatekeeper.web import filters, withholding
from gatekeeper.web.filters import JOURNAL
from gatekeeper.web.pages.message import reasons
from gatekeeper.web.pages.rendering import render
from gatekeeper.web.services import Services, services

_LINES = 50


async def listed(request: Request) -> Response:
    """A page of it."""
    asked = filters.filters(request.query_params, JOURNAL)
    query = filters.journal(asked, request.state.who)
    below, above = (filters.number(request.query_params.get(name, "")) for name in ("below", "above"))
    page = await run_in_threadpool(
        services(request).journal.page, query, below=below, above=0 if below else above, limit=_LINES
    )
    if above and not below and len(page.lines) < _LINES:  # the first page is a whole one
        page = await run_in_threadpool(services(request).journal.page, query, limit=_LINES)
    covered = filters.hidden(request.state.who, services(request).config.quarantine.matrix)
    shown = tuple(withholding.of_line(line, covered) for line in page.lines)
    if asked.value("reason"):  # that it is among them would say it
        shown = tuple(line for line in shown if line.reason != withholding.WITHHELD)
    page = replace(page, lines=shown)
    return render(request, "history.html", page=page, asked=asked, actions=[*Action], fates=[*Fate])


async def shown(request: Request) -> Response:
    """One message: who sent it to whom, why it was judged so, what became of it."""
    who, site, message_id = request.state.who, services(request), request.path_params["message_id"]
    record = await run_in_threadpool(site.journal.get, message_id) if is_id(message_id) else None
    theirs = _theirs(record, who) if record else None
    if theirs is None:
        raise HTTPException(404)
    theirs = withholding.of_record(theirs, filters.hidden(who, site.config.quarantine.matrix))
    held = await run_in_threadpool(_is_held, site, who, message_id)
    return render(
        request, "record.html", record=theirs, reasons=reasons(site, theirs.envelope, theirs.verdicts), held=held
    )


def _theirs(record: Record, who: Reviewer) -> Record | None:
    """What of it was for this reviewer, and nothing about others; None if there is nothing."""
    if who.role is not Role.USER:
        return record
    own = {address.lower() for address in who.mailboxes}
    mine = [address for address in (*record.verdicts, *record.outcomes) if address.lower() in own]
    if not mine:
        return None
    return replace(
        record,
        envelope=replace(record.envelope, recipients=tuple(a for a in record.envelope.recipients if a in mine)),
        verdicts={a: _about(verdict, mine) for a, verdict in record.verdicts.items() if a in mine},
        outcomes={a: outcome for a, outcome in record.outcomes.items() if a in mine},
        notes=(),
    )


def _about(verdict: Verdict, mine: list[str]) -> Verdict:
    """Without the other recipients that a finding is about."""
    findings = (replace(f, only_for=tuple(a for a in f.only_for if a in mine)) for f in verdict.findings)
    return replace(verdict, findings=tuple(findings))


def _is_held(site: Services, who: Reviewer, message_id: str) -> bool:
    try:
        site.desk.get(who, message_id)
    except NotDone:
        return False
    return True


ROUTES = [Route("/history", listed), Route("/history/{message_id}", shown)]
