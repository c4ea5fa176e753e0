"""dkim: are the signatures of the message good, and do they cover all of it (RFC 6376)?

A signature that fails says little: mailing lists break them. One that passes says which domain vouches, and later
checks go by it. Fails open: a key that DNS does not give is `temperror`, without weight.
"""

from collections.abc import Callable, Generator, Mapping
from typing import Annotated

import msgspec

from gatekeeper.authentication.author import author_domains
from gatekeeper.authentication.dkim import Verified, verify
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Answers, Authenticated, Finding, Question, Stage

PARTIAL, TOO_MANY = "dkim-partial", "dkim-too-many"

Count = Annotated[int, msgspec.Meta(ge=1, le=50)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.dkim]"""

    enabled: bool = False
    signatures: Annotated[int, msgspec.Meta(ge=1, le=50)] = (
        8  # how many are verified, those of the domain in From first
    )
    fail_score: float = 0.2  # a signature that does not fit, or by a key that is too weak
    partial_score: float = 1.0  # text was put behind what a signature covers (l=)
    too_many_score: float = 1.0  # there are more signatures


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the header stage."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        assert mail.message is not None
        authors = author_domains(mail.message.values(b"from"))
        verified, more = yield from verify(mail.message, authors, mail.envelope.received_at, settings.signatures)
        findings = [_finding(found, settings) for found in verified]
        if not findings and mail.envelope.outbound:
            return []  # we have not signed it yet
        if not findings:
            return [Finding("dkim-none", 0.0, "no signature", result=Authenticated("dkim", "none"))]
        if more:
            findings.append(Finding(TOO_MANY, settings.too_many_score, f"{more} signatures were not looked at"))
        return findings

    return {Stage.HEADER: check}


def _finding(found: Verified, settings: Settings) -> Finding:
    named = (("header.d", found.domain), ("header.i", found.identity), ("header.s", found.selector))
    properties = tuple(pair for pair in (*named, ("header.b", found.mark)) if pair[1])
    evidence = ": ".join(filter(None, (found.domain, found.why)))
    if found.partial:
        result = Authenticated("dkim", "policy", found.domain, properties)
        return Finding(PARTIAL, settings.partial_score, f"{evidence}: text behind what is signed", result=result)
    bad = found.result in ("fail", "policy") and not found.testing
    result = Authenticated("dkim", found.result, found.domain, properties)
    return Finding(f"dkim-{found.result}", settings.fail_score if bad else 0.0, evidence, result=result)
