"""telling: what `spamc -L` says becomes of what is known: its user teaches, or takes back what they have taught.

A user is believed as far as a socket can be: anybody who reaches it may use any name, so the number of messages that
one name may teach is bounded as it is for mail, and nobody takes back what others have taught. Fails with `StoreError`.
"""

from gatekeeper.app import state
from gatekeeper.app.learning import Learning
from gatekeeper.app.ownership import Ownership
from gatekeeper.app.teaching import Became, Teaching
from gatekeeper.classifier.digest import digest_of
from gatekeeper.config.schema import Config
from gatekeeper.fronts.pipe import network
from gatekeeper.fronts.scand_session import Teach
from gatekeeper.message import parse
from gatekeeper.values import Label

SOURCE = "spamc"


def teacher(config: Config) -> Teach:
    """What a front calls; opens what it needs each time, so that it can be called in any process and thread."""

    def teach(raw: bytes, label: Label | None, user: str) -> bool:
        learning = Learning(state.classifier(config), config.classifier, create=label is not None)
        try:
            return _forget(learning, config, raw, user) if label is None else _learn(learning, config, raw, label, user)
        finally:
            learning.close()

    return teach


def _learn(learning: Learning, config: Config, raw: bytes, label: Label, user: str) -> bool:
    """Whether it was not known as that before."""
    teaching = Teaching.of(config, learning)
    try:
        (taught,) = teaching.take([parse(network(raw))], label, user, SOURCE)
    finally:
        if teaching.passed is not None:
            teaching.passed.close()
    return taught.became in (Became.LEARNT, Became.MOVED)


def _forget(learning: Learning, config: Config, raw: bytes, user: str) -> bool:
    """Whether this user had taught it by this way."""
    training = learning.training
    if not training.path.exists():
        return False
    digest, mailbox = digest_of(parse(network(raw))), Ownership(config).mailbox(user)
    events = training.taught([digest]).get(digest, ())
    ids = [event.id for event in events if event.source == SOURCE and event.teacher == mailbox]
    return bool(ids) and learning.forget(ids=ids).forgotten > 0
