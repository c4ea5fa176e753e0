"""attachments: which attachments get in, by the operator's rules and the shipped ones (`tables.attachments`).

Judged is every name that any reader may give a part, in every form that Windows makes of it, every type it may be
declared as, and what its bytes are; then the same of all that is inside it. A disguised name is a finding too. What
cannot be opened is judged elsewhere (`containers`): silence is no finding here. It cannot fail.

What is signed or encrypted is never changed: where a rule would strip or rename it, the message is held.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import msgspec

from gatekeeper.message import Mail, Part
from gatekeeper.message.forms import extension, extensions, forms, is_disguised, printable
from gatekeeper.message.rewrite import SEALED
from gatekeeper.tables import AttachmentRule, AttachmentRules, Tables
from gatekeeper.tables.attachments import DEEDS, ENCRYPTED_ARCHIVE, ENCRYPTED_DOCUMENT, NAME
from gatekeeper.values import Action, Answers, Change, Finding, Item, Opened, Question, Stage

BANNED, SIGNED, DISGUISED = "banned-attachment", "signed-attachment", "double-extension"
STRIPPED, RENAMED = "stripped-attachment", "renamed-attachment"

_ORDER = (Action.DISCARD, Action.REJECT, Action.QUARANTINE, None)
_SETTLES = DEEDS.index("reject")
_MOST = 10
_MESSAGES = ("eml", "msg")
_LETTERS = ("mail", "msg", "tnef")  # what is in a letter is as good as attached: `tnef:` is how Outlook sends
_UNNAMED = "attachment"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.attachments]"""

    enabled: bool = True
    rename: str = "{name}.txt"  # what a renamed attachment is called, where the rule does not say
    disguise_score: float = 4.0  # invoice.pdf.exe, invoice.pdf.html, or a name with its letters turned round

    def __post_init__(self) -> None:
        if NAME not in self.rename:
            raise ValueError(f"{self.rename!r} has no {NAME} for the old name: write for instance {NAME}.txt")


@dataclass(frozen=True, slots=True)
class Thing:
    """What is judged: a part, or something in an archive or a document (`member`).

    `classes` are beyond the families of its kinds. A forwarded `message` is named after its subject, which may end in
    ".com": it is read as a message, never run.
    """

    path: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    kinds: tuple[str, ...]
    classes: frozenset[str] = frozenset()
    member: bool = False
    message: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fits. `name` is what it fits, if it is about names; `what` tells people what was met, and where."""

    rule: AttachmentRule
    name: str
    what: str

    @property
    def sternness(self) -> int:
        """The greater, the less of the attachment gets in."""
        return DEEDS.index(self.rule.deed)


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the attachment stage; without rules there is none."""
    rules = tables.attachments
    banned = rules.banned

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None:
            return []
        walked = list(_sealing(mail.message.root))
        things = [[_of_part(part)] for part, _ in walked]
        found = [list(_hits(part, rules)) for (part,) in things]
        questions = frozenset(question for part, _ in walked for question in part.insides())
        if questions and not any(hit.sternness >= _SETTLES for hits in found for hit in hits):
            answers = yield questions
            for (part, _), inside, hits in zip(walked, things, found, strict=True):
                inside += [thing for question in part.insides() for thing in _of_answer(part.path, answers[question])]
                hits += [hit for thing in inside[1:] for hit in _hits(thing, rules)]
        findings = [
            _finding(part, sealed, max(hits, key=lambda hit: hit.sternness), settings, banned)
            for (part, sealed), hits in zip(walked, found, strict=True)
            if hits
        ]
        return [*_fewer(findings), *_disguises(things, banned, settings.disguise_score)]

    return {Stage.ATTACHMENT: check} if rules.rules else {}


def _sealing(root: Part) -> Iterator[tuple[Part, bool]]:
    """Every part, and whether it is signed or encrypted, or below what is."""
    stack = [(root, False)]
    while stack:
        part, above = stack.pop()
        sealed = above or not SEALED.isdisjoint(part.types())
        yield part, sealed
        stack.extend((below, sealed) for below in reversed((*part.parts, *part.strays)))


def _of_part(part: Part) -> Thing:
    message = bool(part.parts) and part.types() == ("message/rfc822",)
    return Thing(part.path, part.names(), part.types(), part.kinds(), message=message)


def _of_answer(path: str, answer: object) -> Iterator[Thing]:
    """What is inside, if it was opened; what is encrypted in the part itself is said of the part."""
    if not isinstance(answer, Opened):
        return
    for item in answer.item.walk():
        classes = frozenset(_class(anomaly.name) for anomaly in item.anomalies if anomaly.name.endswith(".encrypted"))
        if classes:
            yield Thing(path, (), (), (), classes, _is_member(item.path.rpartition("/")[0]))
        if item.path and not _is_folder(item):
            kinds = (item.kind,) if item.sha256 else ()
            message = item.kind in _MESSAGES
            member = _is_member(item.path)
            yield Thing(f"{path}/{item.path}", item.names, item.types, kinds, member=member, message=message)


def _is_member(path: str) -> bool:
    """Whether this way leads through more than letters."""
    return any(step.partition(":")[0].partition(".")[0] not in _LETTERS for step in path.split("/") if step)


def _class(anomaly: str) -> str:
    return ENCRYPTED_ARCHIVE if anomaly == "archive.encrypted" else ENCRYPTED_DOCUMENT


def _is_folder(item: Item) -> bool:
    return not item.size and any(name.endswith(("/", "\\")) for name in item.names)


def _hits(thing: Thing, rules: AttachmentRules) -> Iterator[Hit]:
    """Each rule that decides about a name, a type, a kind or a class of it, unless it allows it."""
    for rule, name, what in _decisions(thing, rules):
        if rule is not None and rule.deed != "allow":
            place = _place(thing, name or next(iter(thing.names), ""))
            yield Hit(rule, name, f"{place} ({what})" if what else place)


def _place(thing: Thing, name: str) -> str:
    """Where it is and what it is called, for people; said once where the path ends with the name."""
    shown = printable(name)
    return thing.path if not shown or thing.path.endswith(f":{shown}") else f"{thing.path}: {shown}"


def _decisions(thing: Thing, rules: AttachmentRules) -> Iterator[tuple[AttachmentRule | None, str, str]]:
    """What the rules say about each name, with the name, and about each other aspect, with what it is."""
    for name in thing.names:
        for form in forms(name):
            last = extension(form)
            known = "" if thing.message and last == "com" else last
            yield rules.of_name(form, known, thing.member), name, ""
    for declared in thing.types:
        yield rules.of_type(declared, thing.member), "", printable(declared)
    for kind in dict.fromkeys(thing.kinds):
        yield rules.of_kind(kind, thing.member), "", kind
    for name in thing.classes:
        yield rules.of_class(name, thing.member), "", name


def _finding(part: Part, sealed: bool, hit: Hit, settings: Settings, banned: Collection[str]) -> Finding:
    """What the sternest rule about a part, or about something in it, leads to."""
    rule, evidence = hit.rule, f"{hit.what}: {hit.rule.reason}"
    if rule.deed not in ("strip", "rename"):
        return Finding(BANNED, evidence=evidence, certain=Action(rule.deed), danger=True)
    if sealed:
        return Finding(SIGNED, evidence=evidence, certain=Action.QUARANTINE, danger=True)
    why = printable(rule.note or rule.reason)
    if rule.deed == "strip":
        return Finding(STRIPPED, evidence=evidence, danger=True, change=Change(part.path, "strip", why))
    name = hit.name if hit.name in part.names() else next(iter(part.names()), _UNNAMED)
    new = rule.renamed(name, settings.rename)
    harmless = new if extensions(new).isdisjoint(banned) else f"{new}.txt"
    change = Change(part.path, "rename", why, harmless)
    return Finding(RENAMED, evidence=evidence, danger=True, change=change)


def _fewer(findings: list[Finding]) -> list[Finding]:
    """The sternest few; a message of which more would have to be changed is held, because all or none must be."""
    order = sorted(findings, key=lambda finding: (_ORDER.index(finding.certain), finding.name == RENAMED))
    if len(order) > _MOST and order[0].change is not None:
        many = f"{len(order)} attachments would have to be changed"
        return [Finding(BANNED, evidence=many, certain=Action.QUARANTINE, danger=True), *order[:_MOST]]
    return order[:_MOST]


def _disguises(things: Iterable[Iterable[Thing]], banned: Collection[str], score: float) -> Iterator[Finding]:
    """A finding for each of the first parts that have a disguised name, or something inside with one."""
    shown = (
        next((_place(thing, name) for thing in inside for name in thing.names if is_disguised(name, banned)), "")
        for inside in things
    )
    return (Finding(DISGUISED, score, evidence) for evidence in islice(filter(None, shown), _MOST))
