"""skeleton: is the client's reverse name in a zone? A template that works: copy it, rename it, change it.

Fails open: a DNS failure is a finding without weight, never a refusal.
"""

from collections.abc import Callable, Generator, Mapping

import msgspec

from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Answers, Dns, Finding, Found, Question, Stage


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.skeleton]"""

    enabled: bool = True
    zone: str = "names.example"  # where to ask
    score: float = 1.0  # for a name that is there


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The callable for each stage at which this check runs. `tables` are the operator's, for checks that want them."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.envelope.client is None or not mail.envelope.client.name:
            return []
        question = Dns(f"{mail.envelope.client.name}.{settings.zone}", "A")
        answers = yield frozenset({question})
        match answers[question]:
            case Found(values):
                return [Finding("skeleton-listed", settings.score, f"{question.name} is {values[0]}")]
            case _:
                return []

    return {Stage.CONNECT: check}
