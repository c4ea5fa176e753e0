"""dmarc: does somebody who was authenticated speak for the domain in From, and what does its owner want if not?

It goes by what SPF, DKIM and ARC have found before. What the owner wants is done as far as the operator says (RFC 7489
§6.7): at first it is only a score. Mail that was forwarded breaks DMARC honestly; a trusted sealer who saw it whole
outweighs that. Fails open: a policy that DNS does not give is `temperror`, without weight; so is mail that SPF might
speak for, had it been asked.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import Literal

import msgspec

from gatekeeper.authentication.arc import Chain, ChainFault, arc_sets, vouched
from gatekeeper.authentication.author import author_domains
from gatekeeper.authentication.dmarc import Dmarc, evaluate
from gatekeeper.authentication.signature import SignatureFault, read_seal
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Answers, Authenticated, Finding, Question, Stage

FORWARDED = "dmarc-forwarded"
_UNASKED = "DKIM does not speak for it, and SPF was not asked"
Deed = Literal["none", "score", "tag", "hold", "reject"]
_ACTIONS: Mapping[Deed, Action] = {"tag": Action.TAG, "hold": Action.QUARANTINE, "reject": Action.REJECT}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.dmarc]"""

    enabled: bool = False
    on_quarantine: Deed = "score"  # what p=quarantine leads to: "none", "score", "tag", "hold" or "reject"
    on_reject: Deed = "score"  # what p=reject leads to, likewise
    fail_score: float = 0.3  # nobody speaks for the domain, and its owner only watches (p=none)
    quarantine_score: float = 2.0  # its owner wants such mail put aside
    reject_score: float = 3.5  # its owner wants it refused
    permerror_score: float = 1.0  # From names no domain or too many, or the policy cannot be read
    trusted_sealers: list[str] = []  # domains whose word in an ARC chain counts for what they forwarded


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the body stage: those whose results it needs have run then."""
    trusted = frozenset(domain.strip(".").lower() for domain in settings.trusted_sealers)

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        assert mail.message is not None
        if mail.envelope.outbound:  # nobody but us could speak for it, and we have not signed it yet
            return []
        authors = author_domains(mail.message.values(b"from"))
        found = yield from evaluate(authors, mail.results, mail.envelope.id)
        if found.result == "fail":
            if sealer := _sealer(mail, trusted, authors):
                return [_forwarded(found, sealer)]
            if any(result.method == "spf" for result in mail.results):
                return [_failed(found, settings)]
            found = replace(found, result="temperror", why=_UNASKED)  # the client is not known, or private
        score = settings.permerror_score if found.result == "permerror" else 0.0
        return [Finding(f"dmarc-{found.result}", score, _evidence(found), result=_result(found))]

    return {Stage.BODY: check}


def _failed(found: Dmarc, settings: Settings) -> Finding:
    wishes: Mapping[str, tuple[str, float, Deed]] = {
        "none": ("dmarc-fail", settings.fail_score, "score"),
        "quarantine": ("dmarc-quarantine", settings.quarantine_score, settings.on_quarantine),
        "reject": ("dmarc-reject", settings.reject_score, settings.on_reject),
    }
    name, score, deed = wishes[found.wish]
    weight = 0.0 if deed == "none" else score
    return Finding(name, weight, _evidence(found), _ACTIONS.get(deed), result=_result(found))


def _forwarded(found: Dmarc, sealer: str) -> Finding:
    return Finding(FORWARDED, 0.0, f"{found.domain}: {sealer} saw that it was authentic", result=_result(found))


def _sealer(mail: Mail, trusted: frozenset[str], authors: tuple[str, ...]) -> str:
    """The trusted sealer who speaks for every domain in From, if the chain holds."""
    assert mail.message is not None
    if not trusted or not any(result.method == "arc" and result.passed for result in mail.results):
        return ""
    try:
        sets = arc_sets(mail.message)
        chain = Chain("pass", "", tuple(read_seal(each.seal).domain for each in sets), sets)
    except (ChainFault, SignatureFault):
        return ""
    sealers = [vouched(chain, trusted, author) for author in authors]
    return sealers[0] if sealers and all(sealers) else ""


def _evidence(found: Dmarc) -> str:
    policy = f"p={found.policy}" if found.policy else ""
    return ": ".join(filter(None, (found.domain, found.why, policy)))


def _result(found: Dmarc) -> Authenticated:
    properties = (("header.from", found.domain),) if found.domain else ()
    return Authenticated("dmarc", found.result, found.domain, properties)
