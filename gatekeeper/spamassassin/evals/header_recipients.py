"""header_recipients: lists of recipients that a machine went through in order (HeaderEval)."""

from collections import Counter
from collections.abc import Iterable

from gatekeeper.spamassassin.evals.contract import Case, once
from gatekeeper.spamassassin.evals.perl import fixed, within

_SORTED = 7
"""Addresses from which on their being sorted says something."""
_SIMILAR = 5
_LIKE = 2
"""Letters that addresses have in common to be alike."""
_MOST = 256
_HOST = fixed(r"@(.*)")


def sorted_recipients(case: Case) -> bool:
    """Whether many recipients stand in order of the alphabet."""
    recipients = _recipients(case)
    return len(recipients) >= _SORTED and recipients == sorted(recipients)


def similar_recipients(case: Case, least: str, most: str) -> bool:
    """Whether the share of pairs that begin alike, as users or as different hosts, is `least` to `most`."""
    return within(_similarity(case), least, most)


def check_for_missing_to_header(case: Case) -> bool:
    """Whether there is no To and no Apparently-To, or an empty one."""
    return not (case.texts.header("To") or case.texts.header("Apparently-To"))


@once
def _recipients(case: Case) -> list[bytes]:
    found = list(case.texts.headers("ToCc:addr"))
    if len(found) < _SIMILAR:
        found.extend(case.texts.headers("Bcc:addr"))
    kept: list[bytes] = []
    for address in found:
        if address in (b"", b"0") or len(kept) == _MOST:
            break
        if not kept or address.lower() != kept[-1].lower():
            kept.append(address)
    return kept


@once
def _similarity(case: Case) -> float:
    recipients = _recipients(case)
    if len(recipients) < _SIMILAR:
        return 0.0
    hosts = [found[1] for address in recipients if (found := _HOST.search(address))]
    hosts.extend([b""] * (len(recipients) - len(hosts)))
    alike = _pairs(address[:_LIKE] for address in recipients) + _pairs(host[:_LIKE] for host in hosts) - _pairs(hosts)
    return alike * 2 / (len(recipients) * (len(recipients) - 1))


def _pairs(values: Iterable[bytes]) -> int:
    """How many pairs of them are equal."""
    return sum(count * (count - 1) // 2 for count in Counter(values).values())


FUNCTIONS = (
    sorted_recipients,
    similar_recipients,
    check_for_missing_to_header,
)
