"""arc: is the chain of those who handed a message on unbroken, and what did they see (RFC 8617)?

A chain says who has sealed a message, not that they are honest: `vouched` goes by the sealers that an operator trusts.
Only those from the last one back, without a gap, count; whoever came behind a trusted one may have put its seal on
another message.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gatekeeper.authentication.dkim import Signed, record_of
from gatekeeper.authentication.domains import aligned, ascii_domain
from gatekeeper.authentication.header import relaxed_line
from gatekeeper.authentication.key import KeyFault
from gatekeeper.authentication.results import Said, said
from gatekeeper.authentication.signature import (
    Signature,
    SignatureFault,
    read_message_signature,
    read_seal,
    tags_of,
)
from gatekeeper.authentication.steps import Steps, asked
from gatekeeper.message import Field, Message

MOST = 50
"""Sets in a chain (RFC 8617 §4.2.1)."""

_NAMES = (b"arc-authentication-results", b"arc-message-signature", b"arc-seal")


class ChainFault(Exception):  # noqa: N818  # it is the chain that is at fault
    """It cannot be a chain."""


class ArcSet(NamedTuple):
    """What one hop added: the results it saw, its signature of the message, its seal of this set and all before it."""

    results: Field
    signature: Field
    seal: Field


@dataclass(frozen=True, slots=True)
class Chain:
    """`result` is `none`, `pass`, `fail`, or `temperror` where a key could not be looked up. `sealers` are the domains
    of the seals from the first to the last, `sets` what they sealed.
    """

    result: str
    why: str = ""
    sealers: tuple[str, ...] = ()
    sets: tuple[ArcSet, ...] = field(default=(), repr=False)


def verify(message: Message, now: float) -> Steps[Chain]:
    """The chain of a message; `now` is when it came, in seconds of the epoch. All keys are asked for together."""
    try:
        sets = arc_sets(message)
        if not sets:
            return Chain("none")
        seals = [read_seal(each.seal) for each in sets]
        _check_claims(seals)
        signature = read_message_signature(sets[-1].signature, now)
    except (ChainFault, SignatureFault) as fault:
        return Chain("fail", str(fault))
    sealers = tuple(seal.domain for seal in seals)
    answers = yield from asked(frozenset(each.question for each in (signature, *seals)))
    try:
        signed = Signed(message, {signature.length})
        signed.check_whole(signature, record_of(answers[signature.question], signature.algorithm).key)
        sealed = [relaxed_line(part.name, part.value) for each in sets for part in each]
        for place, seal in enumerate(seals):
            key = record_of(answers[seal.question], seal.algorithm).key
            # it signs all sets up to its own, in their order, and itself without its signature (§5.1.1)
            before = sealed[: (place + 1) * len(_NAMES) - 1]
            seal.check_header([*before, signed.header.signing(seal.field, relaxed=True)], key)
    except (KeyFault, SignatureFault) as fault:
        return Chain("temperror" if fault.result == "temperror" else "fail", str(fault), sealers)
    return Chain("pass", "", sealers, sets)


def arc_sets(message: Message) -> tuple[ArcSet, ...]:
    """The sets of a message from the first to the last, each of them whole and single (§5.2 step 3); or ChainFault."""
    found: dict[tuple[bytes, int], Field] = {}
    fields = [each for each in message.fields if each.name.lower() in _NAMES]
    if len(fields) > MOST * len(_NAMES):
        raise ChainFault("more sets than a chain may have")
    for each in fields:
        place = (each.name.lower(), _instance(each))
        if place in found:
            raise ChainFault(f"two of instance {place[1]}")
        found[place] = each
    last, odd = divmod(len(fields), len(_NAMES))
    if odd or any((name, number) not in found for name in _NAMES for number in range(1, last + 1)):
        raise ChainFault("a set is not complete")
    return tuple(ArcSet(*(found[name, number] for name in _NAMES)) for number in range(1, last + 1))


def vouched(chain: Chain, trusted: Collection[str], author: str) -> str:
    """Which trusted sealer saw that `author`, the domain in From, was authentic when it had the message; or ""."""
    if chain.result != "pass":
        return ""
    for sealer, each in zip(reversed(chain.sealers), reversed(chain.sets), strict=True):
        if not any(sealer == domain or sealer.endswith(f".{domain}") for domain in trusted):
            return ""
        if _saw(said(each.results.value), author):
            return sealer
    return ""


def _saw(results: Sequence[Said], author: str) -> bool:
    """Whether these say that `author` was authentic. What is said against it by DMARC outweighs all: strangers may get
    their words into a field (a comment that they end), but they do not get others out of it.
    """
    policies = [found for found in results if found.method == "dmarc" and _author_of(found) == author]
    return any(_speaks_for(found, author) for found in results) and all(found.result == "pass" for found in policies)


def _author_of(found: Said) -> str:
    return ascii_domain(found.properties.get("header.from", ""))


def _speaks_for(found: Said, author: str) -> bool:
    if found.result != "pass":
        return False
    told = found.properties.get
    match found.method:
        case "dmarc":
            return _author_of(found) == author
        case "dkim":
            named = told("header.d") or told("header.i", "").rpartition("@")[2]
            return aligned(ascii_domain(named), author)
        case "spf":
            return aligned(ascii_domain(told("smtp.mailfrom", "").rpartition("@")[2]), author)
        case _:
            return False


def _instance(each: Field) -> int:
    if each.name.lower() == _NAMES[0]:
        name, _, value = each.value.partition(b";")[0].partition(b"=")
        number = value.strip() if name.strip().lower() == b"i" else b""
    else:
        try:
            number = tags_of(each).get(b"i", b"")
        except SignatureFault as fault:
            raise ChainFault(str(fault)) from None
    if not number.isdigit() or len(number) > 2 or not 1 <= int(number) <= MOST:
        raise ChainFault("an instance without a number")
    return int(number)


def _check_claims(seals: Sequence[Signature]) -> None:
    """What each says of the chain before it (§5.2 steps 2 and 3)."""
    claims = [seal.tags[b"cv"].lower() for seal in seals]
    if b"fail" in claims:
        raise ChainFault("a sealer found the chain broken")
    if claims[0] != b"none" or any(claim != b"pass" for claim in claims[1:]):
        raise ChainFault("a seal says what it cannot know")
