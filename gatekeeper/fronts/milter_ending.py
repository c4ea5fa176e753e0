"""milter_ending: what is answered at the end of a message, and what is changed in it. Pure; nothing here fails.

There is one answer for all recipients. Those from whom the message is kept are removed, and the rest get it; if that
leaves nobody, the MTA is told to discard what it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.fronts.report import sternest
from gatekeeper.message.edit import Removed
from gatekeeper.pipeline.headers import refusal, verdict_fields
from gatekeeper.values import Action, Envelope, Fate, Outcome, Reply, Verdict

_FATES = {Action.QUARANTINE: Fate.UNCONFIRMED, Action.DISCARD: Fate.DISCARDED}


@dataclass(frozen=True, slots=True)
class Ending:
    """`reply` refuses or defers for all; else the message goes on without `without`, or nowhere if `discard`.

    `remove` are header fields to delete, in this order; `insert` are those to stand at the top. `outcomes` has each
    recipient; one that is held counts as unconfirmed until the MTA has gone on.
    """

    outcomes: dict[str, Outcome]
    reply: Reply | None = None
    discard: bool = False
    without: tuple[str, ...] = ()
    remove: tuple[Removed, ...] = ()
    insert: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def held(self) -> tuple[str, ...]:
        """Whom it must be held for, durably, before anything is answered."""
        return tuple(address for address, outcome in self.outcomes.items() if outcome.fate is Fate.UNCONFIRMED)


def end(verdicts: Mapping[str, Verdict], envelope: Envelope, hostname: str, forged: Sequence[Removed]) -> Ending:
    """How it ends. `verdicts` has each recipient, and is consistent: a refusal or deferral holds for all."""
    first = next(iter(verdicts.values()))
    if first.action in (Action.REJECT, Action.DEFER):
        return refused(verdicts, refusal(first, envelope.id))
    outcomes = {address: _outcome(verdict) for address, verdict in verdicts.items()}
    without = tuple(address for address, verdict in verdicts.items() if not verdict.action.hands_on)
    if len(without) == len(verdicts):
        return Ending(outcomes, discard=True)
    spokesman = sternest({address: verdict for address, verdict in verdicts.items() if verdict.action.hands_on})
    fields = verdict_fields(spokesman or first, envelope, hostname)  # all recipients get the same header
    return Ending(outcomes, without=without, remove=downwards(forged), insert=tuple(fields))


def refused(recipients: Mapping[str, object], reply: Reply) -> Ending:
    """All are told the same no."""
    fate = Outcome(Fate.REFUSED, reply=str(reply))
    return Ending(dict.fromkeys(recipients, fate), reply)


def released(recipients: Sequence[str], own: Sequence[Removed]) -> Ending:
    """It comes from our own quarantine: it passes, without the fields that say so."""
    return Ending(dict.fromkeys(recipients, Outcome(Fate.HANDED_OVER)), remove=downwards(own))


def downwards(fields: Sequence[Removed]) -> tuple[Removed, ...]:
    """From the last to the first, because an MTA that has removed one may count the rest anew."""
    return tuple(sorted(fields, key=lambda field: (field.name.lower(), field.nth), reverse=True))


def _outcome(verdict: Verdict) -> Outcome:
    return Outcome(_FATES.get(verdict.action, Fate.HANDED_OVER))
