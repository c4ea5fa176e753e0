"""desk_teaching: somebody at the desk says what a held message is; what was learnt from it unasked gives way.

Its features were kept when it came; where they are gone, they are made anew of its bytes. All here blocks, and fails
with `StoreError`; `NotTaught` is that one teacher has taught enough.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from gatekeeper.app import autolearn, state
from gatekeeper.app.learning import Learning, Sample
from gatekeeper.app.ownership import Ownership
from gatekeeper.app.reviewing import reviewed, said
from gatekeeper.app.teaching import unpacked
from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import Features, features_of
from gatekeeper.config.schema import Config
from gatekeeper.message import parse
from gatekeeper.quarantine.acts import Reviewer, Role
from gatekeeper.quarantine.audit import Back
from gatekeeper.stores.training_rows import Taught
from gatekeeper.values import Label

_SOURCES = {Role.USER: "web", Role.HELPDESK: "review", Role.ADMINISTRATOR: "review"}
"""What a user says is bounded, as what they send in by mail is (`allowance`); who sees everybody's mail is believed."""


class NotTaught(Exception):  # noqa: N818  # it says what did not happen
    """It was not learnt; the text says why."""


def teach(config: Config, who: Reviewer, hold_id: str, raw: bytes, label: Label) -> Back:
    """It is of this class; what it takes to undo that, nothing if it was known as that already."""
    with _learning(config) as learning:
        sample = _sample(config, hold_id, raw, label)
        before = [event for event in _events(learning, sample) if event.label == label.other]
        learnt = learning.learn([sample], _SOURCES[who.role], _teacher(config, who))
    if learnt.refused:
        raise NotTaught("not learnt, because more is learnt from one teacher only tomorrow, or when others have taught")
    earlier = said(config, hold_id)
    reviewed(config, [hold_id], label)
    if not learnt.learnt:
        return Back()
    gave_way = tuple((Label(event.label), event.source, event.teacher) for event in before)
    return Back(taught=label, before=gave_way, said=earlier)


def unteach(config: Config, hold_id: str, raw: bytes, back: Back) -> None:
    """As if it had not been taught: what gave way is learnt again."""
    assert back.taught is not None
    with _learning(config) as learning:
        learning.forget(ids=[hold_id])
        for label, source, teacher in back.before[:1]:
            learning.learn([_sample(config, hold_id, raw, label)], source, teacher)
    reviewed(config, [hold_id], back.said)


def forget_unasked(config: Config, hold_id: str) -> bool:
    """What was learnt from it as spam without anybody saying so is forgotten; whether there was anything."""
    if not (state.classifier(config) / "training.db").exists():
        return False
    with _learning(config) as learning:
        events = learning.training.taught_ids([hold_id]).get(hold_id, ())
        if not any(event.source == autolearn.SOURCE and event.label == Label.SPAM for event in events):
            return False
        return learning.forget(ids=[hold_id], source="").forgotten > 0


@contextmanager
def _learning(config: Config) -> Iterator[Learning]:
    learning = Learning(state.classifier(config), config.classifier)
    try:
        yield learning
    finally:
        learning.close()


def _sample(config: Config, hold_id: str, raw: bytes, label: Label) -> Sample:
    """What is to be learnt. Its id names the event too, so that it can be found again."""
    fold = config.classifier.fold
    passed = state.passed(config, create=False)
    try:
        trace = passed.get(hold_id) if passed.path.exists() else None
        if trace is not None:
            features: Features = unpacked(trace, passed)
            return Sample(features.folded() if fold else features, trace.digest, label, hold_id)
    finally:
        passed.close()
    message = parse(raw)
    return Sample(features_of(message, fold), digest_of(message), label, hold_id)


def _events(learning: Learning, sample: Sample) -> list[Taught]:
    training = learning.training
    found = [
        *training.taught([sample.digest]).get(sample.digest, ()),
        *training.taught_ids([sample.id]).get(sample.id, ()),
    ]
    return list(dict.fromkeys(found))


def _teacher(config: Config, who: Reviewer) -> str:
    """A user is counted by their mailbox, by whatever way they teach."""
    own = min(who.mailboxes, default="")
    return Ownership(config).mailbox(own) if who.role is Role.USER and own else who.name
