"""ooxml: what an Office document of today does when it is opened (ECMA-376; [MS-OI29500]).

The zip's members are `zip_archive`'s; a `vbaProject.bin` among them is `ole`'s. This one reads what ties them together:
relationships to other hosts, fields, DDE, macro sheets, controls. Parts are told by what is in them, not by where they
lie, which is the author's choice. ValueError when there is no zip.
"""

from collections.abc import Iterator, Mapping

from gatekeeper.message.openers import xlsb
from gatekeeper.message.openers.contract import Allowance, Found, Link, Member, Thing
from gatekeeper.message.openers.document_patterns import BIFF_AUTO, XLM_CALLS
from gatekeeper.message.openers.fields import Fields, is_remote, judged
from gatekeeper.message.openers.macros import shown, words_in
from gatekeeper.message.openers.ole_objects import classes
from gatekeeper.message.openers.package import Part, has, parts
from gatekeeper.message.openers.xml_elements import elements, utf8
from gatekeeper.values import Anomaly

KINDS = frozenset({"ooxml", "docx", "docm", "xlsx", "xlsm", "xlsb", "pptx", "pptm", "zip", "jar", "apk"})

_FETCHED = {
    "attachedtemplate": "office.remote-template",
    "oleobject": "office.remote-object",
    "frame": "office.remote-object",
    "subdocument": "office.remote-object",
    "package": "office.remote-object",
    "afchunk": "office.remote-object",
}
"""Relationships whose target Office fetches, or asks to fetch, when it opens the document."""

_MACRO_SHEETS = ("xlmacrosheet", "xlintlmacrosheet")
_FIELD_MARKS = (b"instrText", b"fldSimple")
_FIELDS = frozenset({"fldChar", "instrText", "fldSimple"})
_MARKS = frozenset({"ddeLink", "ocx", "customUI", "webPr", "hlinkClick", "hlinkHover", "hlinkMouseOver", "definedName"})
_ALL_MARKS = (*_FIELD_MARKS, *(mark.encode() for mark in _MARKS))
_MACRO_SHEET = b"macrosheet"
_HEAD = 2000


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """What is worth saying of the document as a whole."""
    if not has(thing, b"[content_types].xml"):
        return
    found = parts(thing, allowance, _wanted)
    macro_sheets = False
    for part in found:
        if part.name.endswith(".rels"):
            for one in relationships(part.data):
                macro_sheets |= isinstance(one, Anomaly) and one.name == "office.xlm"
                yield one
    for part in found:
        if part.name.endswith(".bin"):
            yield from xlsb.part(part.name, part.data, macro_sheets)
        elif not part.name.endswith(".rels"):
            yield from active(utf8(part.data), macro_sheets)
            if macro_sheets and _MACRO_SHEET in part.data[:_HEAD]:
                yield from _macro_sheet(part.name, part.data)


def _wanted(part: Part) -> bool:
    """Whether it is worth keeping in memory: it ties things together, or something in it may start."""
    if part.name.endswith(".bin"):
        return xlsb.is_wanted(part.name, part.data)
    if not part.name.endswith((".xml", ".vml")):
        return part.name.endswith(".rels")
    text = utf8(part.data)
    return _MACRO_SHEET in text[:_HEAD] or any(mark in text for mark in _ALL_MARKS)


def relationships(part: bytes) -> Iterator[Found]:
    """What the document is tied to (ECMA-376 part 2, 9.3)."""
    for element in elements(part, {"Relationship"}):
        kind = element.attributes.get("Type", "").rpartition("/")[2].lower()
        target = element.attributes.get("Target", "")
        if kind in _MACRO_SHEETS:
            yield Anomaly("office.xlm", target[:200])
        if element.attributes.get("TargetMode", "").lower() == "external":
            yield Link(target)
            if kind in _FETCHED and is_remote(target):
                yield Anomaly(_FETCHED[kind], target[:200])


def active(part: bytes, macro_sheets: bool = False) -> Iterator[Found]:
    """What a part in UTF-8 starts, whichever part it is."""
    if any(mark in part for mark in _FIELD_MARKS):
        yield from _fields(part)
    if any(mark.encode() in part for mark in _MARKS):
        for element in elements(part, _MARKS):
            yield from _marked(element.name, element.attributes, macro_sheets)


def _marked(name: str, attributes: Mapping[str, str], macro_sheets: bool) -> Iterator[Found]:
    """One element that starts something."""
    if name == "ddeLink":
        yield Anomaly("office.dde", f"{attributes.get('ddeService', '')} {attributes.get('ddeTopic', '')}"[:200])
    elif name == "ocx":
        yield from classes([attributes.get("classid", "")])
    elif name == "customUI" and attributes.get("onLoad"):
        yield Anomaly("office.macros-autorun", f"customUI {attributes['onLoad']}"[:200])
    elif name == "webPr" and attributes.get("url"):
        yield Link(attributes["url"])
        yield Anomaly("office.external-data", attributes["url"][:200])
    elif name == "definedName" and macro_sheets:
        if auto := words_in(BIFF_AUTO, attributes.get("name", "").encode()):
            yield Anomaly("office.macros-autorun", shown(auto))
    elif attributes.get("action", "").lower().startswith("ppaction://program"):
        yield Anomaly("office.run-program", name)


def _fields(part: bytes) -> Iterator[Found]:
    """The fields of a WordprocessingML part (17.16)."""
    fields = Fields()
    for element in elements(part, _FIELDS):
        if element.name == "fldSimple":
            yield from judged(element.attributes.get("instr", ""))
        elif element.name != "fldChar":
            fields.text(element.text)
        else:
            match element.attributes.get("fldCharType"):
                case "begin":
                    fields.begin()
                case "separate":
                    fields.separate()
                case "end":
                    yield from fields.end()


def _macro_sheet(name: str, part: bytes) -> Iterator[Found]:
    """The formulas of an Excel 4 macro sheet, as text."""
    text = "\n".join(element.text for element in elements(part, {"f"}))
    if calls := words_in(XLM_CALLS, text.encode()):
        yield Anomaly("office.macros-suspicious", shown(calls))
    if text:
        yield Member("xlm", (name.rpartition("/")[2].removesuffix(".xml"),), text.encode())
