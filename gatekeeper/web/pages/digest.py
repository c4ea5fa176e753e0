"""digest: where the links of a digest lead. Nobody need sign in: the link says for what it is good, and once.

Programs that look for dangerous links follow every one of every mail, with GET and HEAD. So following it shows a page
and changes nothing; the act is what its button sends. What comes of it, or why nothing does, is a page too.
"""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.quarantine.acts import Act, Done, NotDone, Reviewer, Role
from gatekeeper.quarantine.digest_listing import PATH
from gatekeeper.quarantine.digest_mail import WHY
from gatekeeper.quarantine.digest_token import NoTicket, Ticket
from gatekeeper.quarantine.hold import OPEN, Held
from gatekeeper.quarantine.kinds import Kind, kind_of
from gatekeeper.values import Fate
from gatekeeper.web import visits
from gatekeeper.web.access import bearer
from gatekeeper.web.pages.rendering import render
from gatekeeper.web.services import Services, services
from gatekeeper.web.wording import spelt

_TITLES = {
    Act.RELEASE: "Release this message?",
    Act.REQUEST: "Ask for this message?",
    Act.DELETE: "Delete this message?",
    Act.BLOCK: "Block this sender?",
}
_BUTTONS = {
    Act.RELEASE: "Release it to me",
    Act.REQUEST: "Ask for it",
    Act.DELETE: "Delete it",
    Act.BLOCK: "Block the sender",
}
_MEANS = {
    Act.RELEASE: "It is delivered to you as it came.",
    Act.REQUEST: "Whoever runs your mail is asked to look at it and to let it go on.",
    Act.DELETE: "It is not delivered to you, and thrown away.",
    Act.BLOCK: "Their mail is kept from you, as far as it can be told that it is theirs. This one stays held.",
}
_DONE = {Act.RELEASE: "Released", Act.REQUEST: "Asked for", Act.DELETE: "Deleted", Act.BLOCK: "Blocked"}
_WORTHLESS = {
    NoTicket.FORGED: (404, "No such link", "It was not made here, or was cut off on its way: open it from the mail."),
    NoTicket.EXPIRED: (
        410,
        "This link is too old",
        "Links are good for some days. The message may be held all the same.",
    ),
    NoTicket.USED: (410, "This link was used", "Each is good once, and this one has done its work."),
}
_MISJUDGED = (Kind.SPAM, Kind.BULK)  # who has it released says that it is none
_GONE = (410, "It is not held any more", "It has been decided about, or was held for so long that it went away.")


class _NoUse(Exception):  # noqa: N818  # it says what the link is
    """The link leads to nothing: status, title, what is said."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a link is good for: `address` is the recipient who got it, and whose word this is."""

    ticket: Ticket
    address: str
    held: Held

    @property
    def who(self) -> Reviewer:
        """They act as a user whose mailbox that is, and no other."""
        return Reviewer(self.address, Role.USER, frozenset({self.address}))

    @property
    def kind(self) -> Kind:
        """Why it is held."""
        return kind_of(self.held.verdicts[self.address])


@bearer
async def ask(request: Request) -> Response:
    """What would be done, and a button that does it."""
    request.state.visit = await visits.recognise(request)
    try:
        wish = await run_in_threadpool(_wish, services(request), request.path_params["token"])
    except _NoUse as error:
        return _said(request, *error.args)
    act = wish.ticket.act
    return render(
        request,
        "digest.html",
        title=_TITLES[act],
        means=_MEANS[act],
        button=_BUTTONS[act],
        bad=act in (Act.DELETE, Act.BLOCK),
        subject=wish.held.subject or "(no subject)",
        sender=spelt(wish.held.envelope.sender) or "no sender",
        recipient=spelt(wish.address),
        held_at=wish.held.held_at,
        kind=wish.kind,
        why=WHY[wish.kind],
    )


@bearer
async def act(request: Request) -> Response:
    """Do it, if nobody has used this link before. Where nothing comes of it, it stays good."""
    request.state.visit = await visits.recognise(request)
    site = services(request)
    try:
        wish = await run_in_threadpool(_wish, site, request.path_params["token"])
    except _NoUse as error:
        return _said(request, *error.args)
    if not await run_in_threadpool(site.digests.spend, wish.ticket):
        return _said(request, *_WORTHLESS[NoTicket.USED])
    try:
        done = await _do(site, wish)
    except BaseException as error:
        await run_in_threadpool(site.digests.give_back, wish.ticket)
        if isinstance(error, NotDone):
            return _said(request, HTTPStatus.CONFLICT, "Nothing was done", str(error))
        raise
    outcome = done.outcomes.get(wish.address)
    if wish.ticket.act is Act.RELEASE and (outcome is None or outcome.fate is not Fate.RELEASED):
        await run_in_threadpool(site.digests.give_back, wish.ticket)
        return _said(request, HTTPStatus.BAD_GATEWAY, "Not delivered", done.said)
    return _said(request, HTTPStatus.OK, _DONE[wish.ticket.act], done.said)


def _wish(site: Services, token: str) -> _Wish:
    """What the link is good for; `_NoUse` if that is nothing."""
    ticket = site.digests.ticket(token)
    if isinstance(ticket, NoTicket):
        raise _NoUse(*_WORTHLESS[ticket])
    held = site.quarantine.get(ticket.hold_id)
    address = next((one for one in held.outcomes if ticket.is_for(one)), None) if held else None
    if address is None:
        raise _NoUse(*_GONE)
    try:
        held = site.desk.get(Reviewer(address, Role.USER, frozenset({address})), ticket.hold_id)
    except NotDone:
        raise _NoUse(*_GONE) from None
    if held.outcomes[address].fate not in OPEN:
        raise _NoUse(*_GONE)
    return _Wish(ticket, address, held)


async def _do(site: Services, wish: _Wish) -> Done:
    only = (wish.address,)
    match wish.ticket.act:
        case Act.RELEASE:
            return await site.desk.release(wish.who, wish.held.id, only, teach=wish.kind in _MISJUDGED)
        case Act.REQUEST:
            return await site.desk.request(wish.who, wish.held.id, only)
        case Act.BLOCK:
            return await site.desk.block_sender(wish.who, wish.held.id)
        case _:
            return await site.desk.delete(wish.who, wish.held.id, only)


def _said(request: Request, status: int, title: str, said: str) -> Response:
    return render(request, "digest_said.html", status=status, title=title, said=said, good=status < 300)


ROUTES = [
    Route(PATH + "{token}", ask, methods=["GET"]),
    Route(PATH + "{token}", act, methods=["POST"]),
]
