"""held: the list of what is held: found by words and filters, page by page, and decided on by many at once.

A decision on ticked messages is carried out at once; one on all that match asks first, and then does so many at a time.
"""

from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.quarantine.acts import NotDone, Reviewer, Role
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.listing import STATES, Entry, Query
from gatekeeper.values import Label
from gatekeeper.web import filters, forms
from gatekeeper.web.filters import HELD, Filters
from gatekeeper.web.pages.rendering import redirect, render
from gatekeeper.web.services import Services, services

PLACE = "/held"
_LINES = 50
_AT_ONCE = 200  # messages that one form decides on
_COUNTED = 10_000
_SHOWN = 10
_UNDONE_TOGETHER = 100

BULK = {"release": "Release", "ham": "Release as wanted", "delete": "Delete", "spam": "Delete as spam"}
"""What can be done with many, and what the button says."""


@dataclass(slots=True)
class Tally:
    """What came of many decisions."""

    done: int = 0
    entries: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def said(self, act: str) -> str:
        """In a sentence."""
        sentence = f"{_messages(self.done)} {_PAST[act]}."
        if self.failed:
            sentence += f" {len(self.failed)} could not be: {self.failed[0]}"
        return sentence


_PAST = {"release": "released", "ham": "released and learnt as wanted", "delete": "deleted", "spam": "deleted as spam"}


async def listed(request: Request) -> Response:
    """A page of the list."""
    who, site = request.state.who, services(request)
    asked = filters.filters(request.query_params, HELD)
    query = filters.held(asked, who, site.config.quarantine.matrix)
    places = {name: request.query_params.get(name, "")[:40] for name in ("after", "before")}
    try:
        page = await run_in_threadpool(site.quarantine.page, query, **places, limit=_LINES)
    except ValueError:  # no cursor of ours: the first page
        page = await run_in_threadpool(site.quarantine.page, query, limit=_LINES)
    count = await run_in_threadpool(site.quarantine.count, query, _COUNTED)
    return render(
        request,
        "held.html",
        page=page,
        count=count,
        counted=_COUNTED,
        asked=asked,
        kinds=[*Kind],
        states=list(STATES),
        bulk=BULK,
        alone=who.role is Role.USER and len(who.mailboxes) == 1,
    )


async def decide(request: Request) -> Response:
    """What is ticked, or all that matches."""
    sent = await forms.read(request)
    act = sent.chosen("act", "What to do", BULK)
    asked = filters.filters({name: sent.text(name, name, needed=False) for name in HELD}, HELD)
    query = filters.held(asked, request.state.who, services(request).config.quarantine.matrix)
    if not act:
        raise HTTPException(400, sent.mistakes["act"])
    back = f"{PLACE}?{asked.query}" if asked.given else PLACE
    if sent.many("all"):
        if not sent.many("sure"):
            return await _ask(request, act, asked, query, back)
        ids = [entry.id for entry in await run_in_threadpool(_first, services(request), query, _AT_ONCE)]
    else:
        ids = sent.many("id")[:_AT_ONCE]
    if not ids:
        return redirect(request, back, "Nothing was chosen: tick some messages first.", bad=True)
    return await _done(request, act, ids, back)


async def _ask(request: Request, act: str, asked: Filters, query: Query, back: str) -> Response:
    """Show what would be decided on."""
    site = services(request)
    count = await run_in_threadpool(site.quarantine.count, query, _COUNTED)
    page = await run_in_threadpool(site.quarantine.page, query, limit=_SHOWN)
    return render(
        request,
        "held_sure.html",
        act=act,
        title=BULK[act],
        asked=asked,
        back=back,
        count=count,
        counted=_COUNTED,
        at_once=_AT_ONCE,
        entries=page.entries,
    )


async def _done(request: Request, act: str, ids: list[str], back: str) -> Response:
    """Carry it out, one after the other, and say what came of it."""
    tally = Tally()
    for hold_id in dict.fromkeys(ids):
        try:
            tally.entries += await _act(services(request), request.state.who, act, hold_id)
            tally.done += 1
        except NotDone as error:
            tally.failed.append(str(error))
    undo = tally.entries if act in ("delete", "spam") and len(tally.entries) <= _UNDONE_TOGETHER else []
    return redirect(request, back, tally.said(act), undo=undo, bad=not tally.done)


async def _act(site: Services, who: Reviewer, act: str, hold_id: str) -> list[int]:
    """Do one thing to one message; the lines of the audit trail by which it is undone, the last one first."""
    if act in ("release", "ham"):
        return [(await site.desk.release(who, hold_id, teach=act == "ham", offer=False)).entry]
    taught = [(await site.desk.teach(who, hold_id, Label.SPAM)).entry] if act == "spam" else []
    return [(await site.desk.delete(who, hold_id)).entry, *taught]


def _first(site: Services, query: Query, limit: int) -> tuple[Entry, ...]:
    return site.quarantine.page(query, limit=limit).entries


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


ROUTES = [Route(PLACE, listed), Route(PLACE, decide, methods=["POST"])]
