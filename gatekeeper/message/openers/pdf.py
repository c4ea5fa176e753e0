"""pdf: what a PDF does, and what is embedded in it (ISO 32000-1, 12.6 actions, 7.11.4 embedded files).

qpdf reads the objects, wherever they are. A file that it cannot read, or only after repair, is scanned raw as well
(`pdf_raw`): readers differ in what they repair. `LimitError` when there is too much of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from gatekeeper.message.openers import pdf_raw
from gatekeeper.message.openers.contract import Allowance, Found, LimitError, Link, Member, Thing
from gatekeeper.message.openers.document_patterns import PDF_MARK
from gatekeeper.message.openers.fields import is_remote
from gatekeeper.message.openers.pdf_streams import decoded
from gatekeeper.values import Anomaly

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

KINDS = frozenset({"pdf"})

_OBJECTS = 200_000
_WRITTEN = 200_000_000
"""Bytes of all objects as text that are looked at."""

_DEEP = 20
_ACTIONS = {"/Launch": "pdf.launch", "/SubmitForm": "pdf.submit-form", "/GoToR": "", "/GoToE": "", "/URI": ""}
_STARTS = {*_ACTIONS, "/JavaScript"}


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """What is in the file."""
    import pikepdf

    try:
        with pikepdf.open(BytesIO(thing.data), suppress_warnings=True, attempt_recovery=True) as pdf:
            yield from _Walk(pdf, allowance).found()
            repaired = bool(pdf.get_warnings())
    except pikepdf.PasswordError:
        yield Anomaly("pdf.encrypted", "a password is asked for")
        return
    except pikepdf.PdfError as error:
        yield Anomaly("pdf.damaged", str(error).rpartition(">: ")[2][:200])  # before that stands an address in memory
        repaired = True
    if repaired:
        yield from pdf_raw.scan(thing.data, allowance)


@dataclass(slots=True)
class _Walk:
    """Goes through the objects of one file once."""

    pdf: "Pdf"
    allowance: Allowance
    scripts: int = 0
    left: int = _WRITTEN
    said: set[tuple[int, int]] = field(default_factory=set)

    def found(self) -> Iterator[Found]:
        for number, thing in enumerate(self.pdf.objects):
            if number >= _OBJECTS or self.left < 0:
                raise LimitError("limit.pdf")
            if self._marked(thing):
                yield from self._dictionaries(thing, 0)

    def _marked(self, thing: object) -> bool:
        """Whether an object holds anything of interest; qpdf writes it much faster than Python looks into it."""
        import pikepdf

        if not isinstance(thing, pikepdf.Object):
            return False
        is_stream = isinstance(thing, pikepdf.Stream)
        written = thing.stream_dict.unparse() if is_stream else thing.unparse(resolved=True)
        self.left -= len(written)
        return PDF_MARK.search(written) is not None

    def _dictionaries(self, thing: "Object", depth: int) -> Iterator[Found]:
        """A dictionary and all that are written in it; others come by themselves."""
        import pikepdf

        if depth > _DEEP or (depth and getattr(thing, "is_indirect", False)):
            return
        if isinstance(thing, pikepdf.Array):
            for one in islice(thing, _OBJECTS):
                yield from self._dictionaries(one, depth + 1)
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            entries = dict((thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing).items())
            yield from self._judged(entries)
            for one in entries.values():
                yield from self._dictionaries(one, depth + 1)

    def _judged(self, entries: dict[str, "Object"]) -> Iterator[Found]:
        action = str(entries.get("/S", ""))
        if "/JS" in entries:
            yield from self._script(entries["/JS"])
        if action in _ACTIONS:
            yield from _action(action, entries)
        if "/EF" in entries:
            yield from self._embedded(entries)
        if "/XFA" in entries:
            yield Anomaly("pdf.xfa")
        if "/RichMedia" in (str(entries.get("/Subtype", "")), action) or "/RichMediaContent" in entries:
            yield Anomaly("pdf.rich-media")
        yield from _triggers(entries)

    def _script(self, script: "Object") -> Iterator[Found]:
        """JavaScript, as a string or a stream."""
        import pikepdf

        if isinstance(script, pikepdf.Stream):
            text = decoded(script, self.allowance)
        else:
            text = bytes(script) if isinstance(script, pikepdf.String) else b""
        self.scripts += 1
        self.allowance.entry()
        yield Anomaly("pdf.javascript", text[:100].decode("latin-1"))
        yield Member("pdf", (f"JavaScript {self.scripts}",), text)

    def _embedded(self, entries: dict[str, "Object"]) -> Iterator[Found]:
        """The streams of a file specification (7.11.3), which may differ for each system."""
        import pikepdf

        files = entries["/EF"]
        if not isinstance(files, pikepdf.Dictionary):
            return
        names = tuple(
            dict.fromkeys(str(entries[key]) for key in ("/UF", "/F", "/DOS", "/Unix", "/Mac") if key in entries)
        )
        for stream in files.values():
            if isinstance(stream, pikepdf.Stream) and stream.objgen not in self.said:
                self.said.add(stream.objgen)
                self.allowance.entry()
                yield Anomaly("pdf.embedded-file", ", ".join(names)[:200])
                yield Member("pdf", names, decoded(stream, self.allowance))


def _action(action: str, entries: dict[str, "Object"]) -> Iterator[Found]:
    target = _target(entries.get("/URI" if action == "/URI" else "/F"))
    if action == "/Launch":
        windows = entries.get("/Win")
        words = (_target(windows.get(key)) for key in ("/F", "/P")) if windows is not None else ()
        target = " ".join(word for word in (target, *words) if word)
    if _ACTIONS[action]:
        yield Anomaly(_ACTIONS[action], target[:200])
    if target and (action in ("/URI", "/SubmitForm") or is_remote(target)):
        yield Link(target)


def _target(value: "Object | None") -> str:
    """A string, or the name in a file specification."""
    import pikepdf

    for _ in range(3):
        if not isinstance(value, pikepdf.Dictionary):
            break
        value = value.get("/UF", value.get("/F"))
    return str(value) if isinstance(value, pikepdf.String) else ""


def _triggers(entries: dict[str, "Object"]) -> Iterator[Found]:
    """Actions that start when the document or a page is opened. To go to a page is none."""
    import pikepdf

    opening = entries.get("/OpenAction")
    starts = [opening] if isinstance(opening, pikepdf.Dictionary) else []
    if str(entries.get("/Type", "")) in ("/Catalog", "/Page") and isinstance(entries.get("/AA"), pikepdf.Dictionary):
        starts += [one for one in entries["/AA"].values() if isinstance(one, pikepdf.Dictionary)]
    for start in starts:
        if (action := str(start.get("/S", ""))) in _STARTS:
            yield Anomaly("pdf.open-action", action.lstrip("/"))
