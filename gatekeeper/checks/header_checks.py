"""header_checks: Postfix's header_checks, mime_header_checks, nested_header_checks and body_checks, as they stand.

Every logical header field and every line of the body is looked up once, and the first rule that matches says what
becomes of the message: `REJECT` and `DISCARD` end the search, `HOLD` holds the message unless one of those follows,
`PASS` lets all that follows through these tables, `WARN` and `INFO` are findings without weight. Lookup failures there
are none; a message that uses up its time is held, or what `exhausted` says: not all of it was looked at.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatekeeper.message import Mail
from gatekeeper.message.checked_lines import BODY_SIZE, Place, checked_lines
from gatekeeper.tables import Tables
from gatekeeper.tables.check_action import CheckAction, Deed, check_action, printable
from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.pattern_table import Hit, PatternTable
from gatekeeper.values import Action, Finding, Stage

REJECTED, DEFERRED, DISCARDED = "header-checks-rejected", "header-checks-deferred", "header-checks-discarded"
HELD, WARNED, UNFINISHED = "header-checks-held", "header-checks-warned", "header-checks-unfinished"

_SHOWN = 200  # octets of a line that Postfix shows in its log
_MOST = 10  # findings without weight
_EXHAUSTED = {"hold": Action.QUARANTINE, "defer": Action.DEFER, "tag": Action.TAG}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.header_checks]"""

    enabled: bool = True
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
        lines = checked_lines(mail.message.raw, settings.body_checks_size_limit)
        findings = _judged(_hits(lines, by_place, budget, settings.longest))
        if budget.left <= 0:
            said = f"longer than {settings.longest:g} s, or than {settings.seconds:g} s for what backtracks"
            findings.append(Finding(UNFINISHED, evidence=said, certain=_EXHAUSTED[settings.exhausted]))
        return findings

    return {Stage.BODY: check} if by_place else {}


def _hits(
    lines: Iterator[tuple[Place, bytes]],
    tables: Mapping[Place, tuple[PatternTable, ...]],
    budget: Budget,
    longest: float,
) -> Iterator[tuple[CheckAction, str]]:
    """What the tables say to each line, with where that stands and what it was about. Whoever sends thousands of parts
    uses up the budget too.
    """
    ends = time.monotonic() + longest
    for place, text in lines:
        if time.monotonic() > ends:
            budget.left = 0.0
            return
        hit = _first(tables.get(place, ()), text, budget)
        action = check_action(hit.text) if hit else None
        if hit and action:
            shown = printable(text[:_SHOWN].decode("latin-1"))
            yield action, f"{hit.source} line {hit.line}, {place.value}: {shown}"


def _first(tables: tuple[PatternTable, ...], text: bytes, budget: Budget) -> Hit | None:
    found = (table.look_up(text, budget) for table in tables)
    return next((hit for hit in found if hit), None)


def _judged(hits: Iterator[tuple[CheckAction, str]]) -> list[Finding]:
    """The findings in the order of the lines, up to the one that ends the search."""
    noted: list[Finding] = []
    held: list[Finding] = []
    for action, evidence in hits:
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
    return [*noted, *held]


def _refusal(action: CheckAction, evidence: str) -> Finding:
    reply = action.reply
    if reply.permanent:
        return Finding(REJECTED, evidence=evidence, certain=Action.REJECT, reply=reply)
    return Finding(DEFERRED, evidence=evidence, certain=Action.DEFER, reply=reply)


def _told(action: CheckAction, evidence: str) -> str:
    """The evidence, with what the rule has to say of it."""
    return f"{evidence}: {printable(action.text)[:_SHOWN]}" if action.text else evidence
