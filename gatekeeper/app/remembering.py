"""remembering: from what became of a message to what is remembered of its sender. Called by every front when a message
has ended; for those that somebody has judged later, by whoever they told.

    a letter     our user wrote to somebody outside, themselves and to few: those are correspondents from then on
    a name       of our own users, and of correspondents who are who they say they are
    a judgement  a stranger's message was found good or bad; what its sender's past had a share in does not count
    an attempt   that was, or would have been, put off by greylisting

It cannot fail; writing it down is the store's affair.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gatekeeper.authentication.vouching import identity, vouched
from gatekeeper.checks import correspondents, greylist, reputation
from gatekeeper.pipeline.outages import OUTAGES
from gatekeeper.stores.history import Attempt, Change, Judgement, Letter, Named, Review, Store
from gatekeeper.tables.address import mailbox, split
from gatekeeper.values import (
    Acquainted,
    Action,
    Answer,
    Authenticated,
    Fate,
    Finding,
    Known,
    Label,
    Record,
    Seen,
    Verdict,
)

_OF_THE_PAST = frozenset(
    (correspondents.KNOWN, correspondents.THROUGH_COLLEAGUES, correspondents.BORROWED, reputation.GOOD, reputation.BAD)
)
_NO_JUDGEMENT = OUTAGES | {greylist.PUT_OFF}
_WENT_OUT = frozenset((Fate.DELIVERED, Fate.HANDED_OVER))
_KEPT_OUT = frozenset((Action.REJECT, Action.QUARANTINE, Action.DISCARD))
_MOST_WRITTEN_TO = 20  # who writes to more at once writes to nobody in particular


@dataclass(frozen=True, slots=True)
class Remembering:
    """`own` says whether a domain is ours."""

    store: Store
    own: Callable[[str], bool]

    def __call__(self, record: Record) -> None:
        """A message has ended."""
        self.store.note(changes(record, self.own))


def changes(record: Record, own: Callable[[str], bool]) -> list[Change]:
    """What is to be remembered of it."""
    at = record.envelope.received_at
    asked = next(((question, answer) for question, answer in record.tape if isinstance(question, Known)), None)
    if record.envelope.outbound:
        return [*_letters(record, asked[0], own)] if asked else []
    attempts = [Attempt(question, at) for question, _ in record.tape if isinstance(question, Seen)]
    return [*attempts, *_names(record, asked), *_judgements(record)]


def review(record: Record, label: Label | None, at: float) -> list[Change]:
    """Somebody has said what it is, or taken that back."""
    key = identity(_results(_findings(record)), record.envelope.client)
    if not key or record.envelope.outbound:
        return []
    return [Review(record.envelope.id, key, label, at)]


def _letters(record: Record, asked: Known, own: Callable[[str], bool]) -> Iterator[Change]:
    """Nothing that a program wrote: whoever got a vacation note would be a correspondent."""
    at = record.envelope.received_at
    if not own(split(asked.author)[1]):
        return
    if asked.name:
        yield Named(asked.name, mailbox(asked.author), True, at)
    went = (address for address, outcome in record.outcomes.items() if outcome.fate in _WENT_OUT)
    theirs = tuple("@".join(split(address)) for address in went if not own(split(address)[1]))
    if theirs and len(theirs) <= _MOST_WRITTEN_TO and not asked.automatic and record.envelope.sender:
        yield Letter(mailbox(asked.author), theirs, asked.message_id, at)


def _names(record: Record, asked: tuple[Known, Answer] | None) -> Iterator[Change]:
    if asked is None or not asked[0].name or not isinstance(asked[1], Acquainted):
        return
    question, known = asked[0], asked[1].written or asked[1].answered
    if known and vouched(_results(_findings(record)), split(question.author)[1]):
        yield Named(question.name, question.author, False, record.envelope.received_at)


def _judgements(record: Record) -> Iterator[Change]:
    findings, verdict = _findings(record), _first(record)
    key = identity(_results(findings), record.envelope.client)
    good = _good(verdict) if verdict is not None and record.size else None
    if key and good is not None:
        yield Judgement(key, good, record.envelope.received_at)


def _good(verdict: Verdict) -> bool | None:
    """None: it was not judged to its end, or is neither."""
    if verdict.required <= 0 or verdict.action is Action.DEFER:
        return None
    present = [finding for finding in verdict.findings if finding.name not in _OF_THE_PAST]
    if any(f.danger and f.certain in _KEPT_OUT and f.name not in _NO_JUDGEMENT for f in present):
        return False
    score = sum(finding.score for finding in present)
    if score >= verdict.required:
        return False
    return True if score < verdict.required / 2 and verdict.action.hands_on else None


def _first(record: Record) -> Verdict | None:
    """That of a recipient whose message was judged to its end."""
    return next((verdict for verdict in record.verdicts.values() if verdict.required > 0), None)


def _findings(record: Record) -> tuple[Finding, ...]:
    verdict = _first(record)
    return verdict.findings if verdict is not None else ()


def _results(findings: Iterable[Finding]) -> list[Authenticated]:
    return [finding.result for finding in findings if finding.result is not None]
