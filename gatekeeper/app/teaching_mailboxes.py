"""teaching_mailboxes: `[teaching]`: mail to these addresses teaches what is attached to it.

It is learnt, and on disk, before the client is told 250. Whoever sends the same again is told that it is known, so what
was taught counts once, whichever of us breaks down when. What cannot be read or written now is to be sent again (451).
Learning blocks; the model that is served follows within seconds.
"""

import logging
from collections import Counter
from collections.abc import Sequence

from gatekeeper.app import state
from gatekeeper.app.learning import Learning
from gatekeeper.app.letter import Letter, letter
from gatekeeper.app.teaching import Became, Taught, Teaching
from gatekeeper.config.schema import Config
from gatekeeper.fronts.teaching import TeachingMailboxes
from gatekeeper.message import Buffer
from gatekeeper.observe.log import event
from gatekeeper.pipeline.contract import Steps
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Label, Reply

_LATER = Reply(451, "4.3.0", ("What you teach cannot be kept now, try again later",))
_WHY_NOT = {
    Became.NOT_THEIRS: "it did not go to you",
    Became.WRITTEN: "you wrote it yourself; attach the message that is meant as a whole",
    Became.TOO_MUCH: "you have taught enough for now",
}
_log = logging.getLogger(__name__)


def teaching_mailboxes(config: Config) -> TeachingMailboxes | None:
    """Those of the configuration; None if there are none."""
    settings = config.teaching
    addresses = {Label.SPAM: settings.spam, Label.HAM: settings.ham}
    labels = {address.lower(): label for label, some in addresses.items() for address in some}

    def teach(raw: Buffer, label: Label, teacher: str) -> Steps[Reply]:
        sent_back = yield from letter(bytes(raw))
        try:
            found = _learn(config, sent_back, label, teacher)
        except StoreError as error:
            _log.error("what %s teaches is not learnt: %s", teacher, error)
            return _LATER
        event(_log, "taught", teacher=teacher, label=label, **Counter(str(one.became) for one in found))
        return _reply(found, label)

    return TeachingMailboxes(labels, teach) if labels else None


def _learn(config: Config, sent_back: Letter, label: Label, teacher: str) -> list[Taught]:
    """Opens what it needs each time, so that it can be called in any process and thread."""
    learning = Learning(state.classifier(config), config.classifier)
    teaching = Teaching.of(config, learning)
    try:
        return teaching.teach(sent_back, label, teacher)
    finally:
        learning.close()
        if teaching.passed is not None:
            teaching.passed.close()


def _reply(found: Sequence[Taught], label: Label) -> Reply:
    """Positive if anything of it counts. What does not is told with the first reason."""
    whys = [why for one in found if (why := _WHY_NOT.get(one.became))]
    taken = len(found) - len(whys)
    if not taken:
        return Reply(550, "5.7.1", (f"Not learnt: {whys[0]}",))
    learnt = "Learnt" if any(one.became is not Became.KNOWN for one in found) else "Known"
    counted = f"{learnt} as {label}" if len(found) == 1 else f"{learnt} as {label}: {taken} of {len(found)} messages"
    return Reply(250, "2.0.0", (f"{counted}; {whys[0]}" if whys else counted,))
