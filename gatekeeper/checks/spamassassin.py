"""spamassassin: the rules of SpamAssassin that `[tables] spamassassin` names, run here. Off until it names some.

Each rule that hits is a finding by its own name with its own score; those whose names begin with `__` are only parts of
others. It asks the network nothing. Work is bounded: the first `size` bytes of a message are looked at, and patterns
that backtrack, and all lines together, have some time for each message. Where any of it does not last, rules may be
missing, which is a finding.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Stage

_EXHAUSTED = {"hold": Action.QUARANTINE, "defer": Action.DEFER, "tag": Action.TAG}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.spamassassin]"""

    enabled: bool = True
    bayes: bool = False  # run the rules that ask Bayes, by what our classifier says; then other scores count
    size: Annotated[int, Meta(ge=1000)] = 512_000  # how much of a larger message is looked at, from its beginning
    seconds: Annotated[float, Meta(gt=0)] = 0.5  # for patterns with look-around or back references, for one message
    exhausted: Literal["hold", "defer", "tag"] = "tag"  # what becomes of a message that takes longer


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The content stage, when what was authenticated is known."""
    if tables.spamassassin is None:
        return {}
    from gatekeeper.spamassassin.judging import judging  # a tenth of a second that few need

    rules, exhausted = tables.spamassassin, _EXHAUSTED[settings.exhausted]
    return {Stage.CONTENT: judging(rules, tables.trusted, settings.bayes, settings.size, settings.seconds, exhausted)}
