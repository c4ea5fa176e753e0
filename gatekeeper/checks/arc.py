"""arc: is the chain of those who handed the message on unbroken (RFC 8617)?

By itself it weighs nothing, because anybody may begin a chain. `dmarc` goes by it where its last sealers are trusted.
Fails open: a key that DNS does not give is `temperror`.
"""

from collections.abc import Callable, Generator, Mapping

import msgspec

from gatekeeper.authentication.arc import verify
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Answers, Authenticated, Finding, Question, Stage


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.arc]"""

    enabled: bool = False
    fail_score: float = 0.2  # a chain that does not hold


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the header stage; of a message without a chain it says nothing."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        assert mail.message is not None
        chain = yield from verify(mail.message, mail.envelope.received_at)
        if chain.result == "none":
            return []
        sealer = chain.sealers[-1] if chain.sealers else ""
        properties = (("header.d", sealer),) if sealer else ()
        evidence = chain.why or f"{len(chain.sealers)} sealed it, {sealer} last"
        result = Authenticated("arc", chain.result, sealer, properties)
        score = settings.fail_score if chain.result == "fail" else 0.0
        return [Finding(f"arc-{chain.result}", score, evidence, result=result)]

    return {Stage.HEADER: check}
