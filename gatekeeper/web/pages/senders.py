"""senders: whom somebody lets in or keeps out: what was allowed and blocked in the quarantine, and what is added here.

Users see and change the lines for their own mailboxes, administrators all of them. Who is let in must be vouched for by
SPF, DKIM or DMARC, whatever is typed, or whoever writes that name would be.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.quarantine.acts import Reviewer, Role
from gatekeeper.tables import SenderList
from gatekeeper.web import forms
from gatekeeper.web.access import only
from gatekeeper.web.filters import scope
from gatekeeper.web.pages.rendering import redirect, render
from gatekeeper.web.services import services

_PLACE = "/senders"
_SHOWN = 500
_DEEDS = {"allow": "let in", "deny": "keep out"}
_PROOFS = {"allow": "dmarc dkim spf", "deny": ""}
_FOR = "for="


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, taken apart for people."""

    text: str
    deed: str
    who: str
    proofs: str
    recipient: str


@only(Role.USER, Role.ADMINISTRATOR)
async def listed(request: Request) -> Response:
    """The list."""
    return await _page(request)


@only(Role.USER, Role.ADMINISTRATOR)
async def add(request: Request) -> Response:
    """One more sender."""
    who: Reviewer = request.state.who
    sent = await forms.read(request)
    deed = sent.chosen("deed", "What to do", _DEEDS)
    sender = sent.text("sender", "Sender").lower().removeprefix("@")
    new = _lines(who, deed, sender) if deed and sender else []
    if not sent.mistakes and not (new and _are_sound(new)):
        sent.mistakes["sender"] = "Write an address, or a domain such as partner.example."
    if sent.mistakes:
        return await _page(request, sender, deed, sent.mistakes, 400)
    done = await services(request).desk.list_senders(who, new)
    said = f"{sender} will be {'let in' if deed == 'allow' else 'kept out'}."
    return redirect(request, _PLACE, said, undo=(done.entry,))


@only(Role.USER, Role.ADMINISTRATOR)
async def remove(request: Request) -> Response:
    """Forget one line."""
    who, senders = request.state.who, services(request).senders
    sent = await forms.read(request)
    line = next(iter(sent.many("line")), "")
    if line not in {one.text for one in _theirs(who, await run_in_threadpool(senders.lines))}:
        raise HTTPException(404)
    done = await services(request).desk.unlist_sender(who, line)
    return redirect(request, _PLACE, "Removed.", undo=(done.entry,))


async def _page(
    request: Request, sender: str = "", deed: str = "", mistakes: dict[str, str] | None = None, status: int = 200
) -> Response:
    lines = [*_theirs(request.state.who, await run_in_threadpool(services(request).senders.lines))]
    return render(
        request,
        "senders.html",
        status,
        lines=lines[::-1][:_SHOWN],
        more=max(0, len(lines) - _SHOWN),
        sender=sender,
        deed=deed,
        deeds=_DEEDS,
        mistakes=mistakes or {},
    )


def _theirs(who: Reviewer, lines: list[str]) -> Iterator[Line]:
    """What of the list is theirs to see."""
    own = scope(who)
    for text in lines:
        deed, sender, *words = text.split()
        named = [word.removeprefix(_FOR) for word in words if word.startswith(_FOR)]
        if own is None or (named and named[0].lower() in own):
            proofs = " or ".join(word for word in words if not word.startswith(_FOR))
            yield Line(text, deed, sender, proofs, *named[:1] or [""])


def _lines(who: Reviewer, deed: str, sender: str) -> list[str]:
    """What is to be written: for each mailbox of a user, or for everybody."""
    own = scope(who)
    scopes = [""] if own is None else [f"{_FOR}{address}" for address in own]
    return [" ".join(filter(None, (deed, sender, _PROOFS[deed], named))) for named in scopes]


def _are_sound(lines: list[str]) -> bool:
    """Whether a list reads each of them as one line about one sender."""
    read = SenderList.parse("\n".join(lines), "")
    return not read.problems and len(read.entries) == len(lines)


ROUTES = [
    Route(_PLACE, listed, methods=["GET"]),
    Route(_PLACE, add, methods=["POST"]),
    Route(f"{_PLACE}/remove", remove, methods=["POST"]),
]
