"""desk_lessons: what the gateway learns from an act: whom to let in or keep out, and what the message is.

All here blocks. What could not be learnt is told with what was done, because that stays done: a message that has been
released cannot be called back for want of disk.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from gatekeeper.app import desk_teaching, state
from gatekeeper.app.desk_teaching import NotTaught
from gatekeeper.config.schema import Config
from gatekeeper.quarantine.acts import UNDO_SECONDS, NotDone, Reviewer
from gatekeeper.quarantine.audit import NOTHING, Back
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Label

_log = logging.getLogger(__name__)
_LEARNT = {Label.HAM: "It is learnt as wanted mail.", Label.SPAM: "It is learnt as spam."}


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt: what it takes to undo it, and what is said of it."""

    back: Back = NOTHING
    said: str = ""


def listed(config: Config, lines: Sequence[str]) -> Lesson:
    """These lines stand in the reviewers' list of senders."""
    gone = state.own_senders(config).put(lines)
    deed, who, *bound = lines[0].split()
    bound = [word for word in bound if not word.startswith("for=")]
    told = "is let in" if deed == "allow" else "is kept out"
    said = f"Mail from {who} {told} from now on, as far as it is proven by {' or '.join(bound)}."
    return Lesson(Back(listed=tuple(lines), senders=gone), said)


def written(config: Config, lines: Sequence[str]) -> Lesson:
    """These lines were typed into the list."""
    gone = state.own_senders(config).put(lines)
    told = f" in place of {_quoted(gone)}" if gone else ""
    return Lesson(Back(listed=tuple(lines), senders=gone), f"Added to the list: {_quoted(lines)}{told}.")


def struck(config: Config, lines: Sequence[str]) -> Lesson:
    """These lines were taken out."""
    state.own_senders(config).take_back(lines, ())
    return Lesson(Back(senders=tuple(lines)), f"Taken off the list: {_quoted(lines)}.")


def _quoted(lines: Sequence[str]) -> str:
    return ", ".join(f"'{line}'" for line in lines)


def undoable(back: Back) -> Back:
    """With the time until when it can be undone, if there is anything to undo."""
    anything = back.listed or back.senders or back.taught is not None
    return msgspec.structs.replace(back, until=time.time() + UNDO_SECONDS) if anything else back


def taught(config: Config, who: Reviewer, hold_id: str, raw: bytes, label: Label) -> Lesson:
    """It is of this class."""
    try:
        back = desk_teaching.teach(config, who, hold_id, raw, label)
    except NotTaught as error:
        raise NotDone(str(error)) from None
    return Lesson(back, _LEARNT[label] if back.taught else f"It was known as {label} already.")


def released(config: Config, who: Reviewer, hold_id: str, raw: bytes, teach: bool, lines: Sequence[str]) -> Lesson:
    """It has been released: whom to let in is written down, and what was learnt from it unasked is forgotten."""
    back, said = NOTHING, []
    try:
        if lines:
            lesson = listed(config, lines)
            back, said = lesson.back, [lesson.said]
        if teach:
            lesson = taught(config, who, hold_id, raw, Label.HAM)
            learnt = lesson.back  # that it was released stays said for its sender
            back = msgspec.structs.replace(back, taught=learnt.taught, before=learnt.before, said=Label.HAM)
            said.append(lesson.said)
        elif desk_teaching.forget_unasked(config, hold_id):
            said.append("What was learnt from it unasked is forgotten.")
    except (StoreError, NotDone) as error:
        _log.warning("%s: released, but not all of it was learnt: %s", hold_id, error)
        said.append(f"But not everything was learnt from it: {error}.")
    return Lesson(back, " ".join(said))


def take_back(config: Config, hold_id: str, raw: bytes, back: Back) -> None:
    """As if it had not been learnt."""
    if back.listed or back.senders:
        state.own_senders(config).take_back(back.listed, back.senders)
    if back.taught is not None:
        desk_teaching.unteach(config, hold_id, raw, back)
