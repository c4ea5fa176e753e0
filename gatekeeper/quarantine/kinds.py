"""kinds: the class of the reason that a message is held for, from which follows who may do what with it. Pure.

The worst that was found counts, not only what settled the verdict. It cannot fail: what no class is known for is policy
if it settled the verdict by itself, and spam if it was the score.
"""

from enum import StrEnum

from gatekeeper.values import Action, Verdict


class Kind(StrEnum):
    """What sort of reason it is."""

    SPAM = "spam"
    BULK = "bulk"
    POLICY = "policy"
    ATTACHMENT = "attachment"
    VIRUS = "virus"


_WORMS = frozenset(("virus-found", "eicar", "yara-match"))
_BULK = frozenset(("campaign-reported", "pyzor-reported"))


def kind_of(verdict: Verdict) -> Kind:
    """Its class."""
    dangers = {finding.name for finding in verdict.findings if finding.danger}
    if not _WORMS.isdisjoint(dangers | {verdict.reason}):
        return Kind.VIRUS
    if dangers:
        return Kind.ATTACHMENT
    if verdict.reason in _BULK:
        return Kind.BULK
    settling = (f for f in verdict.findings if f.name == verdict.reason and f.certain not in (None, Action.TAG))
    return Kind.POLICY if any(settling) else Kind.SPAM
