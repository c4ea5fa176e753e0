"""milter_ending: what is answered at the end of a message, and what is changed in it. Pure; nothing here fails.

There is one answer for all recipients. Those from whom the message is kept are removed, and the rest get it; if that
leaves nobody, the MTA is told to discard what it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gatekeeper.fronts.report import sternest
from gatekeeper.message.edit import Removed
from gatekeeper.message.rewrite import Rewritten
from gatekeeper.pipeline.headers import refusal, verdict_fields
from gatekeeper.values import Action, Envelope, Fate, Outcome, Reply, Verdict

_FATES = {Action.QUARANTINE: Fate.UNCONFIRMED, Action.DISCARD: Fate.DISCARDED}


@dataclass(frozen=True, slots=True)
class Ending:
    """`reply` refuses or defers for all; else the message goes on without `without`, or nowhere if `discard`.

    `remove` are header fields to delete, in this order; `insert` are those to stand at the top. `outcomes` has each
    recipient; one that is held counts as unconfirmed until the MTA has gone on. `changed` are those who get another
    body, `body`, while the original is kept.
    """

    outcomes: dict[str, Outcome]
    reply: Reply | None = None
    discard: bool = False
    without: tuple[str, ...] = ()
    remove: tuple[Removed, ...] = ()
    insert: tuple[tuple[bytes, bytes], ...] = ()
    body: tuple[memoryview, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def held(self) -> tuple[str, ...]:
        """From whom it is kept until somebody decides."""
        return tuple(address for address, outcome in self.outcomes.items() if outcome.fate is Fate.UNCONFIRMED)

    @property
    def kept(self) -> tuple[str, ...]:
        """For whom the quarantine must have it, durably, before anything is answered."""
        return (*self.held, *self.changed)


def end(
    verdicts: Mapping[str, Verdict],
    envelope: Envelope,
    hostname: str,
    drop: Sequence[Removed],
    rewritten: Rewritten | None = None,
) -> Ending:
    """How it ends. `verdicts` has each recipient, and is consistent: a refusal or deferral holds for all. `drop` are
    the fields that must go: forged ones, and those that `rewritten` has others for.
    """
    first = next(iter(verdicts.values()))
    if first.action in (Action.REJECT, Action.DEFER):
        return refused(verdicts, refusal(first, envelope.id))
    outcomes = {address: _outcome(verdict) for address, verdict in verdicts.items()}
    without = tuple(address for address, verdict in verdicts.items() if not verdict.action.hands_on)
    if len(without) == len(verdicts):
        return Ending(outcomes, discard=True)
    spokesman = sternest({address: verdict for address, verdict in verdicts.items() if verdict.action.hands_on})
    fields = verdict_fields(spokesman or first, envelope, hostname)  # all recipients get the same header
    ending = Ending(outcomes, without=without, remove=downwards(drop), insert=tuple(fields))
    if rewritten is None:
        return ending
    changed = tuple(address for address in verdicts if address not in without)
    return replace(ending, insert=(*fields, *rewritten.fields), body=rewritten.body, changed=changed)


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
