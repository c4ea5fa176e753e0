"""structure: messages that two mail programs see differently, and those that nobody could read to their end.

What weighs is a difference in what is there: another type, another extension, a file that only some readers find.
Sloppiness that leads all readers to the same parts (no close delimiter, a footer behind base64) is told, and weighs
nothing. Fragments and parts that are fetched from elsewhere are findings of their own: what they bring is not there to
be judged. A limit is never a pass. It asks nothing, cannot fail.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from gatekeeper.message import Mail, Message, Part
from gatekeeper.message.names import endings
from gatekeeper.tables import Tables
from gatekeeper.values import Finding, Stage

_MOST_SHOWN = 10
_NOTHING = frozenset({"data", "empty", "text", "csv"})  # what broken base64 decodes to, and any text may look like
_HARMLESS = ("text/", "multipart/")
_DECLARED_ODDLY = frozenset({"mime.boundary-unclear", "mime.field-syntax"})
_ODD = ("header.no-empty-line",)
_TELLING = ("mime.", "header.", "limit.")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.structure]"""

    enabled: bool = True
    score: float = 4.0  # for a message in which readers find different types, names or files
    partial_score: float = 4.0  # for a fragment of a message: its parts are judged one by one, if at all
    external_score: float = 4.0  # for a part that the reader fetches from elsewhere
    limit_score: float = 8.0  # for a message too intricate to be read to its end


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the attachment stage."""

    def check(mail: Mail) -> list[Finding]:
        return list(_findings(mail.message, settings)) if mail.message else []

    return {Stage.ATTACHMENT: check}


def _findings(message: Message, settings: Settings) -> Iterator[Finding]:
    differences = [f"{part.path}: {difference}" for part in message.walk() for difference in _differences(part)]
    if differences:
        shown = "; ".join(differences[:_MOST_SHOWN])
        yield Finding("ambiguous-structure", settings.score, shown)
    anomalies = sorted(name for name in message.anomalies if name.startswith(_TELLING))
    if "mime.partial" in anomalies:
        yield Finding("partial-message", settings.partial_score, "message/partial")
    if "mime.external-body" in anomalies:
        yield Finding("external-body", settings.external_score, "message/external-body")
    if limits := [name for name in anomalies if name.startswith("limit.")]:
        yield Finding("limit-exceeded", settings.limit_score, ", ".join(limits))
    if odd := [name for name in anomalies if name.startswith("mime.") or name in _ODD]:
        yield Finding("odd-structure", 0.0, ", ".join(odd))


def _differences(part: Part) -> Iterator[str]:
    """What readers disagree about in this part, in a few plain words."""
    inside = {decoding.name for decoding in part.decodings()}
    extensions = endings(name for name in part.names() if name not in inside)
    types = part.types()
    if len(types) > 1:
        yield "two types"
    if len(extensions) > 1:
        yield "two extensions"
    if "mime.hidden-field" in part.anomalies and (extensions or not types[0].startswith(_HARMLESS)):
        yield "a field that only some see"
    if _reveals(part):
        yield "content that only some decode"
    if any(_is_file(below) for stray in part.strays for below in stray.walk()):
        yield "a file that only some find"
    if part.parts and not _DECLARED_ODDLY.isdisjoint(part.anomalies) and any(map(_is_file, part.walk())):
        yield "a boundary that only some read"
    if any(below.raw is not part.raw for below in part.parts) and "multipart/" in types[0]:
        yield "parts inside an encoding that is not allowed there"


def _reveals(part: Part) -> bool:
    """Whether a reading shows something other than text that the first one does not show."""
    decodings = part.decodings()
    if len(decodings) < 2:
        return False
    first, *others = (kind for kind, found in zip(part.kinds(), decodings, strict=True) if not found.name)
    return any(kind != first and kind not in _NOTHING for kind in others)


def _is_file(part: Part) -> bool:
    return bool(part.names()) or not all(kind.startswith(_HARMLESS) for kind in part.types()) or _reveals(part)
