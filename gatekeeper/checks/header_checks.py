"""header_checks: Postfix's header_checks, mime_header_checks, nested_header_checks and body_checks, as they stand.

Every logical header field and every line of the body is looked up once, and the first rule that matches says what
becomes of the message: `REJECT` and `DISCARD` end the search, `HOLD` holds the message unless one of those follows,
`PASS` lets all that follows through these tables, `WARN` and `INFO` are findings without weight, and the rest changes
lines or ways of a message that goes on. Lookup failures there are none; a message that uses up its time is held, or
what `exhausted` says: not all of it was looked at.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatekeeper.message import Mail, Message
from gatekeeper.message.checked_lines import BODY_SIZE, Piece, Place, checked_lines
from gatekeeper.message.decoded_lines import decoded_field, decoded_lines
from gatekeeper.message.line_edits import body_line, field_line, merged
from gatekeeper.tables import Tables
from gatekeeper.tables.check_action import CHANGES, ROUTES, CheckAction, Deed, check_action, printable, route
from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.pattern_table import Hit, PatternTable
from gatekeeper.values import Action, Finding, LineEdit, Orders, Stage

REJECTED, DEFERRED, DISCARDED = "header-checks-rejected", "header-checks-deferred", "header-checks-discarded"
HELD, WARNED, UNFINISHED = "header-checks-held", "header-checks-warned", "header-checks-unfinished"
CHANGED, REROUTED = "header-checks-changed", "header-checks-rerouted"

_SHOWN = 200  # octets of a line that Postfix shows in its log
_MOST = 10  # findings without weight
_NOWHERE = (-1, -1)
_EXHAUSTED = {"hold": Action.QUARANTINE, "defer": Action.DEFER, "tag": Action.TAG}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.header_checks]"""

    enabled: bool = True
    decoded: bool = False  # look up what is encoded (RFC 2047, base64, QP) decoded too, as UTF-8; Postfix does not
    body_checks_size_limit: Annotated[int, Meta(ge=0)] = BODY_SIZE  # bytes of each part that are looked at; 0: all
    seconds: Annotated[float, Meta(gt=0)] = 0.5  # for the patterns with look-around or back references, for one message
    longest: Annotated[float, Meta(gt=0)] = 5.0  # seconds for all patterns over one message
    exhausted: Literal["hold", "defer", "tag"] = "hold"  # what becomes of a message that takes longer than either


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """One stage, in the order of the message, because a rule may end the search for all that follows it."""
    by_place = {Place(place): asked for place, asked in tables.line_checks.items() if asked}

    def check(mail: Mail) -> list[Finding]:
        if mail.message is None:
            return []
        budget = Budget(settings.seconds)
        lines = _looked_up(mail.message, settings)
        findings = _judged(_hits(lines, by_place, budget, settings.longest))
        if budget.left <= 0:
            said = f"longer than {settings.longest:g} s, or than {settings.seconds:g} s for what backtracks"
            findings.append(Finding(UNFINISHED, evidence=said, certain=_EXHAUSTED[settings.exhausted]))
        return findings

    return {Stage.BODY: check} if by_place else {}


def _looked_up(message: Message, settings: Settings) -> Iterator[tuple[Piece, bytes]]:
    """Each piece, with what it is decoded if that is asked for; then lines that stand nowhere as they are."""
    limit = settings.body_checks_size_limit
    for piece in checked_lines(message.raw, limit):
        yield piece, decoded_field(piece.text) if settings.decoded and piece.place is not Place.BODY else b""
    for line in decoded_lines(message, limit) if settings.decoded else ():
        yield Piece(Place.BODY, line, *_NOWHERE), b""


def _hits(
    lines: Iterator[tuple[Piece, bytes]],
    tables: Mapping[Place, tuple[PatternTable, ...]],
    budget: Budget,
    longest: float,
) -> Iterator[tuple[CheckAction, str, Piece]]:
    """What the tables say to each line, with where that stands and what it was about. Whoever sends thousands of parts
    uses up the budget too.
    """
    ends = time.monotonic() + longest
    for piece, decoded in lines:
        if time.monotonic() > ends:
            budget.left = 0.0
            return
        asked, text = tables.get(piece.place, ()), piece.text
        hit = _first(asked, text, budget)
        if hit is None and decoded:
            text, hit = decoded, _first(asked, decoded, budget)
        action = check_action(hit.text) if hit else None
        if hit and action:
            shown = printable(text[:_SHOWN].decode("utf-8", "replace"))
            yield action, f"{hit.source} line {hit.line}, {piece.place.value}: {shown}", piece


def _first(tables: tuple[PatternTable, ...], text: bytes, budget: Budget) -> Hit | None:
    found = (table.look_up(text, budget) for table in tables)
    return next((hit for hit in found if hit), None)


def _judged(hits: Iterator[tuple[CheckAction, str, Piece]]) -> list[Finding]:
    """The findings in the order of the lines, up to the one that ends the search. A redirection ends it too: so does
    Postfix, whatever its manual says.
    """
    noted: list[Finding] = []
    held: list[Finding] = []
    edits: list[tuple[Place, LineEdit]] = []
    told: list[str] = []
    orders = Orders()
    for action, evidence, piece in hits:
        match action.deed:
            case Deed.PASS:
                break
            case Deed.REJECT:
                return [*noted, _refusal(action, evidence)]
            case Deed.DISCARD:
                return [*noted, Finding(DISCARDED, evidence=_told(action, evidence), certain=Action.DISCARD)]
            case Deed.HOLD if not held:
                held.append(Finding(HELD, evidence=_told(action, evidence), certain=Action.QUARANTINE))
            case Deed.WARN | Deed.INFO if len(noted) < _MOST:
                noted.append(Finding(WARNED, evidence=_told(action, evidence)))
            case deed if deed in CHANGES:
                edit = _edit(action, piece)
                edits += [(piece.place, edit)] if edit else []
                why = "the line is encoded" if (piece.start, piece.end) == _NOWHERE else "its text is no header field"
                done = f"{deed} by" if edit else f"no {deed}, {why}, by"
                told.append(f"{done} {evidence}")
            case deed if deed in ROUTES:
                said = f"{deed} {printable(action.text)} by {evidence}"
                told.append(said)
                orders = replace(orders.then(route(deed, action.text, said)), told=())
        if action.deed is Deed.REDIRECT:
            break
    return [*noted, *held, *_ordered(replace(orders, lines=_lines(edits), told=tuple(told)))]


def _lines(edits: list[tuple[Place, LineEdit]]) -> tuple[LineEdit, ...]:
    """Fields one by one, lines of the body in stretches: there may be thousands."""
    fields = (edit for place, edit in edits if place is not Place.BODY)
    return (*fields, *merged(edit for place, edit in edits if place is Place.BODY))


def _ordered(orders: Orders) -> list[Finding]:
    """One finding for all that changes lines or ways."""
    if not orders.told:
        return []
    name = REROUTED if orders.redirect or orders.copies or orders.next_hop else CHANGED
    first, *more = orders.told
    evidence = f"{first}, and {len(more)} more" if more else first
    told = orders.told[:_MOST] + ((f"and {len(orders.told) - _MOST} more",) if len(orders.told) > _MOST else ())
    return [Finding(name, evidence=evidence, orders=replace(orders, told=told))]


def _edit(action: CheckAction, piece: Piece) -> LineEdit | None:
    """What a rule makes of its line; None if its text, filled in, is no header field, or the line stands nowhere."""
    if (piece.start, piece.end) == _NOWHERE:
        return None
    if action.deed in (Deed.IGNORE, Deed.STRIP):
        return LineEdit(piece.start, piece.end)
    text = action.text.encode("latin-1")
    in_front = action.deed is Deed.PREPEND
    if piece.place is Place.BODY:
        ends = in_front or piece.end > piece.start + len(piece.text)
        line = body_line(text) + (b"\r\n" if ends else b"")
    else:
        line = field_line(text)
    return LineEdit(piece.start, piece.start if in_front else piece.end, line) if line else None


def _refusal(action: CheckAction, evidence: str) -> Finding:
    reply = action.reply
    if reply.permanent:
        return Finding(REJECTED, evidence=evidence, certain=Action.REJECT, reply=reply)
    return Finding(DEFERRED, evidence=evidence, certain=Action.DEFER, reply=reply)


def _told(action: CheckAction, evidence: str) -> str:
    """The evidence, with what the rule has to say of it."""
    return f"{evidence}: {printable(action.text)[:_SHOWN]}" if action.text else evidence
