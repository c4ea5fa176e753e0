"""message: one held message: what it is, why it is held, what it says; and what this reviewer may do about it.

`/held/ID/page` is its own document, to be shown in a sandboxed frame (`safe_html`). What is not theirs is answered as
what does not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gatekeeper.pipeline.reasons import Reasons
from gatekeeper.pipeline.reasons import reasons as judged
from gatekeeper.quarantine import Held
from gatekeeper.quarantine.acts import NEEDED, Act, NotDone, Reviewer
from gatekeeper.quarantine.kinds import Kind, kind_of
from gatekeeper.quarantine.permission import permission
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Answers, Envelope, Finding, Verdict, is_id
from gatekeeper.web.letter import letter, page_of
from gatekeeper.web.pages.rendering import render
from gatekeeper.web.safe_html import POLICY, SafePage
from gatekeeper.web.services import Services, services

_LARGE = 2_000_000  # bytes
_NO_PAGE = "<!doctype html><html lang=en><meta charset=utf-8><title>Nothing</title><p>There is no page in it."


T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True)
class Reason:
    """One verdict, for those recipients: why, in sentences, and by which findings, those that suffice first."""

    recipients: tuple[str, ...]
    verdict: Verdict
    kind: Kind
    sentences: list[str]
    findings: list[tuple[Finding, bool, str]]  # whether it is one of those that suffice, and what it means


async def shown(request: Request) -> Response:
    """The message, as far as it is theirs."""
    held = await found(request)
    values = await apart(request, held, _values, services(request), request.state.who, held)
    return render(request, "message.html", held=held, **values)


async def page(request: Request) -> Response:
    """Its page alone, safe to look at."""
    held = await found(request)
    safe = await apart(request, held, _page, services(request), request.state.who, held.id)
    headers = {"Content-Security-Policy": POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(safe.document if safe else _NO_PAGE, headers=headers)


async def found(request: Request) -> Held:
    """The message that is asked for. Fails with 404."""
    hold_id = request.path_params["hold_id"]
    if not is_id(hold_id):
        raise HTTPException(404)
    try:
        return await run_in_threadpool(services(request).desk.get, request.state.who, hold_id)
    except NotDone:
        raise HTTPException(404) from None


async def apart(request: Request, held: Held, work: Callable[[*Ts], T], *given: *Ts) -> T:
    """In a thread; with large messages one after the other, because each takes seconds and hundreds of megabytes."""
    turns: CapacityLimiter = request.app.state.large
    return await to_thread.run_sync(work, *given, limiter=turns if held.size > _LARGE else None)


def _page(site: Services, who: Reviewer, hold_id: str) -> SafePage | None:
    raw = _raw(site, who, hold_id)
    return page_of(raw) if raw else None


def _values(site: Services, who: Reviewer, held: Held) -> dict[str, Any]:
    raw = _raw(site, who, held.id)
    read = letter(raw, _answers(site, held.id)) if raw else None
    return {
        "letter": read,
        "reasons": reasons(site, held.envelope, held.verdicts),
        "may": _may(site, who, held),
        "removed": _removed(held),
        "trail": site.desk.audit(hold_id=held.id, limit=20) if who.role != "user" else [],
    }


def reasons(site: Services, envelope: Envelope, verdicts: Mapping[str, Verdict]) -> list[Reason]:
    """Each different verdict, with its recipients."""
    return [_reason(site, one) for one in judged(site.policy, envelope, verdicts, site.config.scores)]


def _reason(site: Services, one: Reasons) -> Reason:
    suffice = {finding.name for finding in one.why.sufficient}
    ordered = sorted(one.verdict.findings, key=lambda f: (f.name not in suffice, -abs(f.score), f.name))
    findings = [(finding, finding.name in suffice, site.described.get(finding.name, "")) for finding in ordered]
    return Reason(one.recipients, one.verdict, kind_of(one.verdict), one.told, findings)


def _may(site: Services, who: Reviewer, held: Held) -> dict[str, tuple[str, ...]]:
    """What can be done, and for whom: what the matrix grants, and who waits for it."""
    granted = permission(site.config.quarantine.matrix)
    found: dict[str, tuple[str, ...]] = {}
    for act in NEEDED:
        allowed = granted.recipients(who, held, NEEDED[act])
        among = held.waiting if act in _FOR_WHO_WAITS else allowed
        found[act] = tuple(address for address in allowed if address in among)
    if found[Act.RELEASE]:
        found[Act.REQUEST] = ()
    return found


_FOR_WHO_WAITS = (Act.RELEASE, Act.REQUEST, Act.DELETE, Act.ALLOW)


def _removed(held: Held) -> dict[str, str]:
    """By the path of a part, what was done to it in what went on."""
    return {
        change.path: "taken out" if change.deed == "strip" else f"renamed to {change.name}"
        for verdict in held.verdicts.values()
        for change in verdict.changes
    }


def _raw(site: Services, who: Reviewer, hold_id: str) -> bytes:
    """Its bytes; nothing where they are gone."""
    try:
        return site.desk.raw(who, hold_id)
    except (NotDone, StoreError):
        return b""


def _answers(site: Services, hold_id: str) -> Answers:
    """What was answered when it was judged: what is in its archives."""
    record = site.journal.get(hold_id)
    return dict(record.tape) if record else {}


ROUTES = [Route("/held/{hold_id}", shown), Route("/held/{hold_id}/page", page)]
