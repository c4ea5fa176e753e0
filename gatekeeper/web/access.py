"""access: who may call a page. Said by decorators beside the page, and seen to by `guard`.

    @public                     no sign-in
    @bearer                     no cookie either: what the request carries is its own proof, and the page checks it
    @only(Role.ADMINISTRATOR)   these roles

Without any, whoever is signed in. A page of `bearer` must not act on what a browser sends by itself.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.quarantine.acts import Role

Page = Callable[[Request], Awaitable[Response]]
P = TypeVar("P", bound=Page)


@dataclass(frozen=True, slots=True)
class Access:
    """`cookies`: it lives from them, so what changes anything must show that it comes from a page of ours."""

    signed_in: bool = True
    cookies: bool = True
    roles: frozenset[Role] = frozenset(Role)


_NAME = "__gatekeeper_access__"


def of(page: Page) -> Access:
    """What was said of a page."""
    access: Access = getattr(page, _NAME, Access())
    return access


def public(page: P) -> P:
    """Everybody may call it."""
    return _mark(page, replace(of(page), signed_in=False))


def bearer(page: P) -> P:
    """It finds out itself who asks, from a token in the request."""
    return _mark(page, replace(of(page), signed_in=False, cookies=False))


def only(*roles: Role) -> Callable[[P], P]:
    """Others are told that it is not for them."""
    return lambda page: _mark(page, replace(of(page), roles=frozenset(roles)))


def _mark(page: P, access: Access) -> P:
    setattr(page, _NAME, access)
    return page
