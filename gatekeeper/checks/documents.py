"""documents: macros and other things that start when a document is opened: Office old and new, RTF, OneNote, PDF.

It asks what is inside each part (`Contents`) and weighs what the openers found there, at any depth. Each class of
danger counts once for a part. What could not be opened, or is encrypted, is judged elsewhere (`containers`): silence is
no finding here. It cannot fail.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from itertools import islice
from typing import Literal

import msgspec

from gatekeeper.message import Mail
from gatekeeper.message.forms import printable
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Answers, Finding, Item, Opened, Question, Stage

_CLASSES = {
    "office.macros": "macros",
    "office.macros-autorun": "autorun",
    "office.macros-suspicious": "suspicious",
    "office.macros-stomped": "stomped",
    "office.xlm": "xlm",
    "office.dde": "dde",
    "office.remote-template": "remote_template",
    "office.remote-object": "remote_object",
    "office.external-data": "remote_object",
    "office.run-program": "exploit",
    "office.equation": "exploit",
    "office.activex": "exploit",
    "office.moniker": "exploit",
    "office.default-password": "password",
    "rtf.object": "rtf_object",
    "rtf.object-update": "rtf_update",
    "onenote.embedded-file": "onenote",
    "pdf.launch": "pdf_launch",
    "pdf.javascript": "pdf_script",
    "pdf.open-action": "pdf_start",
    "pdf.submit-form": "pdf_form",
}
"""What the openers call it → the class that it is weighed in. Others are worth no finding by themselves."""

_DROPPER = frozenset({"office.macros-autorun", "office.macros-suspicious"})
_MOST = 50


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.documents]"""

    enabled: bool = True
    dropper: Literal["reject", "quarantine", "tag"] = "quarantine"  # macros that start by themselves, and run or fetch
    autorun_score: float = 3.0  # for macros that start by themselves
    suspicious_score: float = 2.0  # for macros that run programs, fetch things, or hide words
    stomped_score: float = 4.0  # for compiled macros whose source was removed
    macros_score: float = 1.0  # for any macros
    xlm_score: float = 3.0  # for Excel 4 macro sheets
    dde_score: float = 6.0  # for DDE, which starts a program
    remote_template_score: float = 6.0  # for a template that is fetched from another host
    remote_object_score: float = 1.5  # for objects, pictures or data that are
    exploit_score: float = 3.0  # for objects that programs are attacked through: Equation Editor, Flash, monikers
    password_score: float = 2.0  # for a file encrypted with the password that every Excel knows
    rtf_object_score: float = 1.0  # for an object in RTF
    rtf_update_score: float = 4.0  # for one that is loaded when the document is opened
    onenote_score: float = 3.0  # for a file in a OneNote section
    pdf_launch_score: float = 6.0  # for a PDF that starts a program
    pdf_script_score: float = 1.0  # for one with JavaScript
    pdf_start_score: float = 1.5  # for one that does something when it is opened
    pdf_form_score: float = 1.0  # for one that sends a form


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the attachment stage."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None:
            return []
        asked: list[tuple[str, Question]] = [
            (part.path, question) for part in mail.message.walk() for question in part.insides()
        ]
        if not asked:
            return []
        answers = yield frozenset(question for _, question in asked)
        opened: dict[str, list[Item]] = {}
        for path, question in asked:
            if isinstance(answer := answers[question], Opened):
                opened.setdefault(path, []).extend(answer.item.walk())
        found = (finding for path, items in opened.items() for finding in _findings(path, items, settings))
        return list(islice(found, _MOST))

    return {Stage.ATTACHMENT: check}


def _findings(path: str, items: Iterable[Item], settings: Settings) -> Iterator[Finding]:
    """The first of each class in one part, and whether any one thing in it is a dropper."""
    classes: dict[str, str] = {}
    dropper = ""
    for item in items:
        where = f"{path}/{item.path}".rstrip("/")
        for anomaly in item.anomalies:
            if name := _CLASSES.get(anomaly.name):
                classes.setdefault(name, ": ".join(filter(None, (printable(where), printable(anomaly.detail)))))
        if not dropper and _DROPPER.issubset(anomaly.name for anomaly in item.anomalies):
            dropper = printable(where)
    if dropper:
        yield Finding("document-dropper", 0.0, dropper, certain=Action(settings.dropper))
    for name, evidence in classes.items():
        yield Finding(f"document-{name.replace('_', '-')}", getattr(settings, f"{name}_score"), evidence)
