"""kinds: the class of the reason for which a message is held. Pure, and nothing here fails.

The worst that was found counts, not what decided: what a scanner calls a worm is `VIRUS`, whatever it is held for.
"""

from enum import StrEnum

from gatekeeper.values import Action, Finding, Verdict


class Kind(StrEnum):
    """`BULK`: what was reported by others who got it too, or advertises such mail. `POLICY`: the operator's tables, the
    author's domain or a failure of ours had it held, whatever it says. `ATTACHMENT`: what is attached.
    """

    SPAM = "spam"
    BULK = "bulk"
    POLICY = "policy"
    ATTACHMENT = "attachment"
    VIRUS = "virus"


_VIRUSES = frozenset({"virus-found", "virus-suspected", "yara-match", "eicar"})
_ATTACHMENTS = frozenset(
    {
        "archive-bomb",
        "double-extension",
        "encrypted-archive",
        "external-body",
        "html-smuggling",
        "not-opened",
        "not-opened-yet",
        "odd-archive",
        "partial-message",
        "type-mismatch",
        "unreadable-container",
        "virus-unscanned",
        "yara-unscanned",
    }
)
_OF_ATTACHMENTS = ("active-", "antivirus-", "document-", "opener-")
_OF_POLICY = ("access-", "header-checks-", "lines-", "postfix-access-", "procmail-", "sender-")
_JUDGED = ("bayes-", "campaign-", "dnsbl-", "gtube", "hashbl-", "pyzor-", "reputation-", "spamassassin-", "uribl-")
_BULK = ("bulk-", "campaign-", "pyzor-")


def kind_of(verdict: Verdict) -> Kind:
    """The kind of what this verdict holds."""
    findings = verdict.findings
    if verdict.reason in _VIRUSES or any(finding.name in _VIRUSES for finding in findings):
        return Kind.VIRUS
    if verdict.changes or _of_attachment(verdict.reason) or any(map(_dangerous, findings)):
        return Kind.ATTACHMENT
    if _by_policy(verdict):
        return Kind.POLICY
    return Kind.BULK if verdict.reason.startswith(_BULK) else Kind.SPAM


def _of_attachment(reason: str) -> bool:
    return reason in _ATTACHMENTS or "attachment" in reason or reason.startswith(_OF_ATTACHMENTS)


def _dangerous(finding: Finding) -> bool:
    """What alone would have kept it back, even from who is exempt."""
    settles = finding.certain not in (None, Action.ACCEPT, Action.TAG)
    return finding.danger and settles and not finding.name.startswith(_OF_POLICY)


def _by_policy(verdict: Verdict) -> bool:
    """Whether something settled it that does not judge what it says."""
    if verdict.reason == "check-failed" or verdict.reason.startswith(_OF_POLICY):
        return True
    settled = any(f.name == verdict.reason and f.certain not in (None, Action.TAG) for f in verdict.findings)
    return settled and not verdict.reason.startswith(_JUDGED)
