"""acts: what the forms of a message do: each is a POST, does one thing, and says what came of it."""

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.quarantine.acts import Done, NotDone
from gatekeeper.values import Label
from gatekeeper.web import forms
from gatekeeper.web.filters import number
from gatekeeper.web.forms import Form
from gatekeeper.web.pages import message
from gatekeeper.web.pages.held import PLACE
from gatekeeper.web.pages.rendering import redirect, render
from gatekeeper.web.services import services

Doing = Callable[[Request, str, Form], Awaitable[Done]]

_LEAVING = ("release", "delete", "request")
"""After these there is nothing more to do with the message: back to the list."""


async def act(request: Request) -> Response:
    """Do what the address names."""
    doing = _DOING.get(request.path_params["act"])
    if doing is None:
        raise HTTPException(404)
    held = await message.found(request)
    here = f"{PLACE}/{held.id}"
    try:
        done = await doing(request, held.id, await forms.read(request))
    except NotDone as error:
        if error.missing:
            raise HTTPException(404) from None
        return redirect(request, here, _sentence(str(error)), bad=True)
    undo, button = [done.entry] if done.undo_until else [], f"Undo {done.undoing}".rstrip()
    if done.offered:
        return redirect(request, f"/held/offered/{done.entry}", done.said, undo=undo, button=button)
    to = PLACE if request.path_params["act"] in _LEAVING else here
    return redirect(request, to, done.said, undo=undo, button=button)


async def download(request: Request) -> Response:
    """The message itself, as it came."""
    held = await message.found(request)
    try:
        raw = await message.apart(request, held, services(request).desk.download, request.state.who, held.id)
    except NotDone as error:
        return redirect(request, f"{PLACE}/{held.id}", _sentence(str(error)), bad=True)
    return _file(raw, "message/rfc822", f"{held.id}.eml")


async def sealed(request: Request) -> Response:
    """The message in a zip that no scanner opens; the password stands in its name."""
    held = await message.found(request)
    try:
        packed, password = await message.apart(request, held, services(request).desk.sealed, request.state.who, held.id)
    except NotDone as error:
        return redirect(request, f"{PLACE}/{held.id}", _sentence(str(error)), bad=True)
    return _file(packed, "application/zip", f"{held.id}.password-{password}.zip")


async def offered(request: Request) -> Response:
    """What would now pass, too: one decision about all of it."""
    site, who, entry = services(request), request.state.who, number(request.path_params["entry"])
    ids = await run_in_threadpool(site.desk.offered, who, entry)
    entries = [held for hold_id in ids if (held := await run_in_threadpool(_got, request, hold_id))]
    if not entries:
        return redirect(request, PLACE, "Nothing else waits that would now pass.")
    return render(request, "offered.html", entries=entries, place=PLACE)


def _got(request: Request, hold_id: str) -> object | None:
    try:
        return services(request).desk.get(request.state.who, hold_id)
    except NotDone:
        return None


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


async def _release(request: Request, hold_id: str, sent: Form) -> Done:
    besides = {name: True for name in ("teach", "allow") if sent.many(name)}
    return await services(request).desk.release(request.state.who, hold_id, tuple(sent.many("to")), **besides)


async def _request(request: Request, hold_id: str, sent: Form) -> Done:
    return await services(request).desk.request(request.state.who, hold_id, tuple(sent.many("to")))


async def _delete(request: Request, hold_id: str, sent: Form) -> Done:
    return await services(request).desk.delete(request.state.who, hold_id, tuple(sent.many("to")))


async def _block(request: Request, hold_id: str, _sent: Form) -> Done:
    return await services(request).desk.block_sender(request.state.who, hold_id)


async def _spam(request: Request, hold_id: str, _sent: Form) -> Done:
    return await services(request).desk.teach(request.state.who, hold_id, Label.SPAM)


async def _ham(request: Request, hold_id: str, _sent: Form) -> Done:
    return await services(request).desk.teach(request.state.who, hold_id, Label.HAM)


async def _forward(request: Request, hold_id: str, _sent: Form) -> Done:
    return await services(request).desk.forward(request.state.who, hold_id)


async def _attachment(request: Request, hold_id: str, sent: Form) -> Done:
    return await services(request).desk.release_attachment(
        request.state.who, hold_id, sent.text("part", "Part", most=100)
    )


_DOING: dict[str, Doing] = {
    "release": _release,
    "request": _request,
    "delete": _delete,
    "block": _block,
    "spam": _spam,
    "ham": _ham,
    "forward": _forward,
    "attachment": _attachment,
}

ROUTES = [
    Route("/held/offered/{entry}", offered),
    Route("/held/{hold_id}/eml", download, methods=["POST"]),
    Route("/held/{hold_id}/zip", sealed, methods=["POST"]),
    Route("/held/{hold_id}/{act}", act, methods=["POST"]),
]
