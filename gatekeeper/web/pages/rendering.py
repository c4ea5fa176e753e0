"""rendering: from a template to a page. What is put into one is escaped, and what is missing in one is an error.

    return render(request, "message.html", held=held)

Besides its own values a template has `who`, `csrf` (the hidden field that every form must hold), `flash`, `navigation`,
`path` and `theme`, and the filters `when`, `ago`, `octets` and `spelt` (for what a sender wrote). A page that is
redirected to shows what `flash` said.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from itsdangerous import BadData, URLSafeTimedSerializer
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gatekeeper.quarantine.acts import Role
from gatekeeper.web import forgery, visits
from gatekeeper.web.services import services
from gatekeeper.web.wording import spelt

_FLASH, _THEME = "gatekeeper-flash", "gatekeeper-theme"
_FLASH_SECONDS = 60
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Place:
    """One of the places that every page leads to, and who is led there."""

    path: str
    title: str
    roles: frozenset[Role] = frozenset(Role)


NAVIGATION: tuple[Place, ...] = (
    Place("/", "Overview"),
    Place("/held", "Quarantine"),
    Place("/history", "History"),
    Place("/senders", "Senders", frozenset({Role.USER, Role.ADMINISTRATOR})),
    Place("/audit", "Audit trail", frozenset({Role.ADMINISTRATOR})),
)
"""In this order; a page of `pages` that belongs there stands here."""


def render(request: Request, template: str, /, status: int = 200, **values: object) -> Response:
    """The page of this template."""
    who, said = request.state.who, _flashed(request)
    page = _templates.get_template(template).render(
        who=who,
        csrf=_token_field(request),
        flash=said,
        navigation=[place for place in NAVIGATION if who is not None and who.role in place.roles],
        path=request.url.path,
        theme=_theme(request),
        **values,
    )
    response = HTMLResponse(page, status)
    if said:
        response.delete_cookie(_FLASH, path="/", secure=visits.is_secure(request), httponly=True, samesite="lax")
    return response


def redirect(
    request: Request,
    path: str,
    said: str = "",
    *,
    undo: Sequence[int] = (),
    button: str = "Undo",
    bad: bool = False,
) -> Response:
    """Go on to `path`, which must be one of ours, and say this there, once. `undo` are lines of the audit trail, and
    `button` what undoes them.
    """
    response = RedirectResponse(path, 303)
    if said:
        value = _signed(request).dumps({"said": said[:1_000], "undo": [*undo], "button": button, "bad": bad})
        secure = visits.is_secure(request)
        response.set_cookie(_FLASH, value, _FLASH_SECONDS, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def _token_field(request: Request) -> Markup:
    """Nothing where the page knows no browser: its forms, if any, prove themselves."""
    if not request.state.visit.secret:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(forgery.FIELD, forgery.token(request))


def _flashed(request: Request) -> Mapping[str, object] | None:
    cookie = request.cookies.get(_FLASH)
    if not cookie:
        return None
    try:
        said: Mapping[str, object] = _signed(request).loads(cookie, max_age=_FLASH_SECONDS)
    except BadData:
        return None
    return said


def _signed(request: Request) -> URLSafeTimedSerializer:
    """Bound to this browser's secret: what one was told cannot be planted on another."""
    return URLSafeTimedSerializer(services(request).key, salt="gatekeeper.flash." + request.state.visit.secret)


def _theme(request: Request) -> str:
    chosen = request.cookies.get(_THEME, "")
    return chosen if chosen in THEMES else ""


def set_theme(request: Request, response: Response, theme: str) -> None:
    """Keep it for a year; any that is none follows the system."""
    secure = visits.is_secure(request)
    if theme in THEMES:
        response.set_cookie(_THEME, theme, 31_536_000, path="/", secure=secure, httponly=True, samesite="lax")
    else:
        response.delete_cookie(_THEME, path="/", secure=secure, httponly=True, samesite="lax")


def _when(moment: float) -> Markup:
    """A time as people read it, and as programs do."""
    broken = time.localtime(moment)
    exact = time.strftime("%Y-%m-%dT%H:%M:%S%z", broken)
    return Markup('<time datetime="{}">{}</time>').format(exact, time.strftime("%-d %b %Y, %H:%M", broken))


def _ago(moment: float) -> Markup:
    """How long it is since, in one unit; the time itself when pointed at."""
    passed = max(0, int(time.time() - moment))
    size, unit = next(((s, u) for s, u in _UNITS if passed >= s), (60, "min"))
    exact = time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(moment))
    shown = time.strftime("%-d %b %Y, %H:%M", time.localtime(moment))
    return Markup('<time datetime="{}" title="{}">{} {} ago</time>').format(exact, shown, passed // size, unit)


def _octets(size: float) -> str:
    """`1.2 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"


_UNITS = ((86_400, "d"), (3_600, "h"))


def _versioned(name: str) -> str:
    """A file of `static`, under a name that is another one when the file is."""
    return f"/static/{name}?{sha256(files('gatekeeper.web').joinpath('static', name).read_bytes()).hexdigest()[:12]}"


_templates = Environment(
    loader=PackageLoader("gatekeeper.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_templates.filters |= {"when": _when, "ago": _ago, "octets": _octets, "spelt": spelt}
_templates.globals["static"] = _versioned
