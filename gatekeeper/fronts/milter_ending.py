"""milter_ending: what is answered at the end of a message, and what is changed in it. Pure; nothing here fails.

There is one answer for all recipients. Those from whom the message is kept are removed, and the rest get it; if that
leaves nobody, the MTA is told to discard what it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gatekeeper.fronts.report import sternest
from gatekeeper.message.edit import Edit, Removed, header_fields
from gatekeeper.message.header import Raw
from gatekeeper.message.line_edits import Fitted, name_and_value
from gatekeeper.message.rewrite import Rewritten
from gatekeeper.pipeline.headers import refusal, verdict_fields
from gatekeeper.quarantine.hold import UNTOLD
from gatekeeper.values import Action, Envelope, Fate, LineEdit, Orders, Outcome, Reply, Verdict

_UNTOUCHED, _NONE = Fitted(), Orders()
_FATES = {Action.QUARANTINE: Fate.UNCONFIRMED, Action.DISCARD: Fate.DISCARDED}


@dataclass(frozen=True, slots=True)
class Ending:
    """`reply` refuses or defers for all; else the message goes on without `without`, or nowhere if `discard`.

    `add` are further recipients. `change` are header fields that get another value: name, which of that name, what
    stands behind the colon; `remove` are those to delete, in this order; `insert` are those to stand at the top.
    `outcomes` has each recipient; one that is held counts as unconfirmed until the MTA has gone on. `body`, if there is
    one, is another body. `changed` are those who get parts of it changed, while the original is kept.
    """

    outcomes: dict[str, Outcome]
    reply: Reply | None = None
    discard: bool = False
    without: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    change: tuple[tuple[bytes, int, bytes], ...] = ()
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
    edit: Edit,
    rewritten: Rewritten | None = None,
    lines: Fitted = _UNTOUCHED,
    orders: Orders = _NONE,
) -> Ending:
    """How it ends. `verdicts` has each recipient, and is consistent: a refusal or deferral holds for all. `edit` knows
    the fields that must go: forged ones, and those that `rewritten` has others for; and what becomes of single ones by
    `lines` (`by_milter`), whose top and body count too. `orders` say to whom else it goes.
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
    change = tuple((one.name, one.nth, name_and_value(one.lines)[1]) for one in edit.altered)
    added = [(found.name, found.value.removeprefix(b" ")) for found in header_fields(lines.top)]
    remove, insert = downwards(edit.removed), (*fields, *added)
    ending = Ending(outcomes, without=without, change=change, remove=remove, insert=insert, body=lines.body or ())
    if rewritten is not None:
        changed = tuple(address for address in verdicts if address not in without)
        insert = (*fields, *rewritten.fields, *added)
        ending = replace(ending, insert=insert, body=rewritten.body, changed=changed)
    return _rerouted(ending, verdicts, orders)


def _rerouted(ending: Ending, recipients: Iterable[str], orders: Orders) -> Ending:
    """With other recipients. All that goes on goes to a redirection alone, as in Postfix."""
    if orders.redirect:
        without = tuple(address for address in recipients if address.lower() != orders.redirect.lower())
        own = len(without) < len(ending.outcomes)  # it is one of them
        return replace(ending, without=without, add=() if own else (orders.redirect,))
    known = {address.lower() for address in recipients}
    add = tuple(address for address in orders.copies if address.lower() not in known)
    return replace(ending, add=add, outcomes=ending.outcomes | dict.fromkeys(add, Outcome(Fate.HANDED_OVER)))


def by_milter(raw: Raw, lines: Fitted) -> Fitted:
    """As a milter can change them: a field gets another value or goes; what else there is to add stands on top."""
    top, fields = [lines.top], {}
    for start, edits in lines.fields.items():
        for edit in edits:
            name = name_and_value(bytes(raw[start : edit.end]))[0]
            stays = name_and_value(edit.data)[0].lower() == name.lower()  # never what only stands before it
            top += [] if stays else [edit.data]
            if edit.end > start:
                fields[start] = (edit if stays else LineEdit(start, edit.end),)
    return Fitted(fields, b"".join(top), lines.body)


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
    fate = _FATES.get(verdict.action, Fate.HANDED_OVER)
    return Outcome(fate, reply=UNTOLD if fate is Fate.UNCONFIRMED else "")
