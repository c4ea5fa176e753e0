"""headers: what we say in the message and in the reply.

`X-Spam-*` stand as SpamAssassin writes them, so that rules in mail programs and in Exchange which look for them go on
working; `X-Gatekeeper-*` carry id and reason, and why mail is tagged. The same names coming from outside are forged,
and are removed. `Authentication-Results` says what was authenticated, under our hostname. Others write such fields too,
so only those that bear our name are removed (RFC 8601 §5).
"""

from collections.abc import Sequence
from itertools import count, islice

from gatekeeper.authentication import results
from gatekeeper.message.edit import Edit, Forged, Removed
from gatekeeper.message.spam_fields import FLAG as FLAG
from gatekeeper.message.spam_fields import LEVEL as LEVEL
from gatekeeper.message.spam_fields import STATUS as STATUS
from gatekeeper.message.spam_fields import folded, spam_fields
from gatekeeper.message.spam_fields import symbol as symbol
from gatekeeper.pipeline.why import of_verdict
from gatekeeper.pipeline.why_text import in_short
from gatekeeper.values import Action, Envelope, Reply, Verdict

ID, REASON, WHY = b"X-Gatekeeper-Id", b"X-Gatekeeper-Reason", b"X-Gatekeeper-Why"
RELEASE = b"X-Gatekeeper-Release"
OWN_NAMES = frozenset(name.lower() for name in (FLAG, LEVEL, STATUS, ID, REASON, WHY, RELEASE))
RESULTS = results.FIELD

_MOST_RESULTS = 200
_MOST_TOLD, _LONGEST_TOLD = 20, 200
_MOST_NAMED, _LONGEST_NAME = 3, 40


def verdict_fields(verdict: Verdict, envelope: Envelope, hostname: str) -> list[tuple[bytes, bytes]]:
    """Name and value of the header fields that say what was found; to stand at the top of the message.

    Values are ASCII; a long one is folded with CRLF and a tab (RFC 5322 §2.2.3).
    """
    authenticated = results.written(hostname, verdict.findings)
    fields = [(RESULTS, authenticated)] if authenticated else []
    fields.append((ID, f"{envelope.id} by {hostname}".encode()))
    if verdict.action is not Action.ACCEPT or verdict.changes:
        fields.append((REASON, verdict.reason.encode("ascii", "replace")))
    if verdict.action is Action.TAG:
        fields.append((WHY, folded(in_short(of_verdict(verdict)).split(), WHY)))
    names = (finding.name for finding in verdict.findings)
    learnt = verdict.learn or "no"  # what is to be learnt is learnt soon after, within what a day allows
    return fields + spam_fields(
        spam=verdict.spam, score=verdict.score, required=verdict.required, names=names, learnt=learnt
    )


def forged(hostname: str) -> Forged:
    """The fields that claim to be ours beside those of `OWN_NAMES`, for one message: also those behind so many of their
    name that nobody looks whether they do.
    """
    looked_at = count()
    return {RESULTS.lower(): lambda value: next(looked_at) >= _MOST_RESULTS or results.bears(value, hostname)}


def forged_ones(edit: Edit, hostname: str) -> tuple[Removed, ...]:
    """Which of the fields that were taken out had claimed to be ours."""
    claiming = OWN_NAMES | forged(hostname).keys()
    return tuple(field for field in edit.removed if field.name.lower() in claiming)


def told(removed: Sequence[Removed]) -> list[str]:
    """What the record says of fields that were taken out: of the first few, and how many more there were."""
    shown = removed[:_MOST_TOLD]
    lines = [f"removed forged {field.name.decode('ascii', 'replace')}: {_line(field.value)}" for field in shown]
    more = len(removed) - len(shown)
    return [*lines, f"removed {more} more"] if more else lines


def _line(value: bytes) -> str:
    return printable(" ".join(value[:_LONGEST_TOLD].decode("ascii", "replace").split()))


def refusal(verdict: Verdict, message_id: str) -> Reply:
    """The reply that tells the client why: the table's own, or ours with reason and id (RFC 5321 §4.2, RFC 3463).

    A table's own reply counts only if it says the same as the verdict: 5xx to refuse, 4xx to defer.
    """
    code, status = (451, "4.7.1") if verdict.action is Action.DEFER else (550, "5.7.1")
    label = f"[{verdict.reason}]{_together(verdict)} ({message_id})"
    if verdict.reply is not None and verdict.reply.permanent is (verdict.action is Action.REJECT):
        return Reply(verdict.reply.code, verdict.reply.status, (f"{verdict.reply.text} {label}",))
    said = "Try again later" if verdict.action is Action.DEFER else "Message refused"
    told = (f.evidence for f in verdict.findings if f.name == verdict.reason and not f.secret)
    evidence = next(filter(None, told), "")
    return Reply(code, status, (f"{said}: {printable(evidence)} {label}" if evidence else f"{said} {label}",))


def _together(verdict: Verdict) -> str:
    """What else it took to reach the score from which mail is refused, as far as the sender may know."""
    if verdict.action is not Action.REJECT or verdict.reached is None:
        return ""
    found = (f.name for f in of_verdict(verdict).sufficient if f.name != verdict.reason and not f.secret)
    names = [printable(name, _LONGEST_NAME) for name in islice(dict.fromkeys(found), _MOST_NAMED)]
    return f" with {', '.join(names)}" if names else ""


def printable(text: str, most: int = 200) -> str:
    """Text that a sender may have chosen, fit for a reply or a log: printable ASCII, cut."""
    return "".join(c if " " <= c <= "~" else "?" for c in text[:most])
