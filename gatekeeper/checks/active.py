"""active: pages that make files, pictures with scripts, pages that ask for passwords, shortcuts that run commands.

Pages in the message itself are read here, those inside archives and documents where these are opened (`Contents`). A
page in the body counts for less than one that is attached: mail programs run no scripts, browsers do. Each class of
danger counts once a message. It cannot fail; what could not be opened is judged elsewhere (`containers`).
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

import msgspec

from gatekeeper.message import Mail, Message, Part
from gatekeeper.message.active import ACTIVE_KINDS, active_content, page_kind
from gatekeeper.message.forms import extensions, printable
from gatekeeper.message.kinds import KINDS, kind_of
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Anomaly, Answers, Finding, Item, Opened, Question, Stage

SMUGGLED = "html-smuggling"
_CLASSES = {
    "smuggling": "makes-file",
    "activex": "starts-programs",
    "hta": "starts-programs",
    "protocol": "starts-programs",
    "obfuscated-script": "hidden-script",
    "form-password": "login-form",
    "meta-refresh": "redirect",
    "script-redirect": "redirect",
    "iframe": "redirect",
    "data-uri": "redirect",
    "script": "script",
    "event-handler": "script",
    "script-link": "script",
    "stylesheet": "script",
}
"""What is met in a page (`message.active`) → the class that it is weighed in, which is the finding `active-…`."""

_PICTURE = {
    "script": "picture-script",
    "event-handler": "picture-script",
    "script-link": "picture-script",
    "data-uri": "picture-script",
    "entity": "picture-script",
    "foreign-object": "picture-page",
    "external": "picture-page",
}
"""The same for SVG, beside what counts there as in a page."""

_SHORTCUTS = frozenset(
    {
        "lnk.command",
        "lnk.hidden-arguments",
        "url.remote-file",
        "scf.remote-file",
        "xml.remote-file",
        "xml.command",
    }
)
_IN_BODY = frozenset(("makes-file", "starts-programs", "hidden-script", "login-form"))  # scripts are in ham as well
_DANGEROUS = frozenset(("program", "script", "shortcut", "archive"))
_ALWAYS = frozenset(("program", "shortcut"))
_AREAS = frozenset(("html", "svg", "xml"))
_DANGEROUS_EXTENSIONS = frozenset(e for kind in KINDS.values() if kind.family in _DANGEROUS for e in kind.extensions)
_BODY_TYPES = frozenset(("text/html", "text/plain", "application/xhtml+xml"))
_LAYERS = 3  # pages carried in pages
_MOST_PAGES = 200


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.active]"""

    enabled: bool = True
    smuggling: Literal["reject", "quarantine", "tag"] = "quarantine"  # for a page that makes a program or an archive
    makes_file_score: float = 4.0  # for an attached page that makes any other file
    starts_programs_score: float = 5.0  # for one that reaches for programs: ActiveX, HTML applications
    hidden_script_score: float = 3.0  # for one that hides what its script does
    login_form_score: float = 4.0  # for one that asks for a password
    redirect_score: float = 2.0  # for one that leads elsewhere by itself, or frames another page
    script_score: float = 1.0  # for one with any script or event handler
    picture_script_score: float = 6.0  # for a picture (SVG) with a script
    picture_page_score: float = 1.5  # for one that holds a page, or fetches something
    shortcut_score: float = 5.0  # for a shortcut that runs a command, or a file on another host
    unread_score: float = 3.0  # for a page too large or too intricate to be read to its end
    in_body_score: float = 1.0  # for a page that is the text itself and makes files, hides scripts, asks for passwords


class Page(NamedTuple):
    """Something that was read: where, what was met, what it carries (names and kind of each), is it only a body."""

    place: str
    anomalies: tuple[Anomaly, ...]
    carried: tuple[tuple[tuple[str, ...], str], ...]
    is_body: bool = False


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the attachment stage."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None:
            return []
        questions = {question: part.path for part in mail.message.walk() for question in part.insides()}
        answers: Answers = (yield frozenset(questions)) if questions else {}
        pages = list(_pages(mail.message))
        for question, path in questions.items():
            if isinstance(answer := answers[question], Opened):
                pages += (_opened(path, item) for item in answer.item.walk() if item.anomalies)
        return list(_findings(pages, settings))

    return {Stage.ATTACHMENT: check}


def _pages(message: Message) -> Iterator[Page]:
    """The pages of the message itself, and those that they carry."""
    left = _MOST_PAGES
    for part in message.walk():
        for decoding, seen in zip(part.decodings(), part.kinds(), strict=True):
            if seen in ACTIVE_KINDS and left:
                left -= 1
                kind = page_kind(seen, part.names(), part.types())
                is_body = kind == "html" and not decoding.name and _is_body(part)
                yield from _read(part.path, decoding.data, kind, is_body=is_body)


def _read(place: str, data: bytes, kind: str, *, is_body: bool, layers: int = _LAYERS) -> Iterator[Page]:
    active = active_content(data, kind)
    kinds = [kind_of(payload.data, payload.names) if payload.data else "" for payload in active.payloads]
    carried = tuple((payload.names, kind) for payload, kind in zip(active.payloads, kinds, strict=True))
    yield Page(place, active.anomalies, carried, is_body)
    for payload, inner in zip(active.payloads, kinds, strict=True):
        if inner in ACTIVE_KINDS and payload.data and layers:
            yield from _read(f"{place}/{kind}:", payload.data, inner, is_body=is_body, layers=layers - 1)


def _is_body(part: Part) -> bool:
    attached = any(b"attachment" in value.lower() for value in part.values(b"content-disposition"))
    return not attached and not part.names() and _BODY_TYPES.issuperset(part.types())


def _opened(path: str, item: Item) -> Page:
    carried = tuple((inner.names, inner.kind) for inner in item.items)
    return Page(f"{path}/{item.path}".rstrip("/"), item.anomalies, carried)


def _findings(pages: Iterable[Page], settings: Settings) -> Iterator[Finding]:
    """The first of each class; and, once, a page that makes a file of a dangerous kind."""
    met: dict[str, str] = {}
    smuggled = ""
    for page in pages:
        smuggled = smuggled or next((_shown(page.place, *one) for one in _dangerous(page)), "")
        for anomaly in page.anomalies:
            name = _class_of(anomaly.name)
            in_body = page.is_body and name in _IN_BODY
            if name and (in_body or not page.is_body or name == "unread"):
                met.setdefault("in-body" if in_body else name, _shown(page.place, anomaly.name, anomaly.detail))
    if smuggled:
        yield Finding(SMUGGLED, 0.0, smuggled, certain=Action(settings.smuggling), danger=True)
    for name, evidence in met.items():
        if score := getattr(settings, f"{name.replace('-', '_')}_score"):
            yield Finding(f"active-{name}", score, evidence)


def _class_of(anomaly: str) -> str:
    area, _, name = anomaly.partition(".")
    if anomaly in _SHORTCUTS:
        return "shortcut"
    if anomaly == "limit.active":
        return "unread"
    if area == "svg" and name in _PICTURE:
        return _PICTURE[name]
    return _CLASSES.get(name, "") if area in ACTIVE_KINDS else ""


def _dangerous(page: Page) -> Iterator[tuple[str, str]]:
    """Name and kind of each file it carries that would be banned as an attachment; all but programs only if saved."""
    if _AREAS.isdisjoint(anomaly.name.partition(".")[0] for anomaly in page.anomalies):
        return
    saved = any(anomaly.name.endswith((".smuggling", ".data-uri")) for anomaly in page.anomalies)
    for names, kind in page.carried:
        by_name = next((name for name in names if saved and extensions(name) & _DANGEROUS_EXTENSIONS), "")
        family = KINDS[kind].family if kind else ""
        if by_name or family in _ALWAYS or (saved and family in _DANGEROUS):
            yield by_name or next(iter(names), "unnamed"), kind or "not seen"


def _shown(place: str, name: str, detail: str) -> str:
    return printable(f"{place}: {name}" + (f" ({detail})" if detail else ""))
