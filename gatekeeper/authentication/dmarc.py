"""dmarc: is the domain that people see in From the one that is authenticated, and what if not (RFC 7489)?

Fails open: a policy that cannot be looked up is `temperror`, one that cannot be read `permerror`; so is a From with
no domain, or with more of them than anybody needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from gatekeeper.authentication.author import MOST
from gatekeeper.authentication.domains import aligned, ascii_domain, organisational
from gatekeeper.authentication.policy_record import PolicyRecord, Wish, is_policy, parse_policy
from gatekeeper.authentication.steps import Steps, together
from gatekeeper.values import Absent, Answer, Answers, Authenticated, Dns, Found, Question

_KINDS = ("A", "AAAA", "MX")


@dataclass(frozen=True, slots=True)
class Dmarc:
    """`result` is a word of RFC 8601 §2.7; `domain` is that of From. `wish` is what its owner wants if it fails."""

    result: str
    domain: str = ""
    why: str = ""
    wish: Wish = "none"
    policy: str = ""


def evaluate(authors: Sequence[str], results: Sequence[Authenticated], message_id: str) -> Steps[Dmarc]:
    """The result for the domains in From, the worst of them if there are several (RFC 7489 §6.6.1): who puts more there
    than is looked at is no better off for it.

    `results` are those of SPF and DKIM. `message_id` is our own id: it decides which messages `pct` is for.
    """
    looked_at = [author for author in authors if author][:MOST]
    if not looked_at:
        return Dmarc("permerror", "", "From names no domain")
    lot = int.from_bytes(sha256(message_id.encode()).digest()[:4], "big") % 100
    names = {place for author in looked_at for place in _places(author)}
    answers = yield frozenset[Question](_question(name) for name in names)
    counting = _counting(results)
    found = yield from together([_judged(author, counting, answers, lot) for author in looked_at])
    if len(looked_at) < len(authors):
        found.append(Dmarc("permerror", looked_at[0], "From has more in it than is looked at"))
    return max(found, key=_badness)


def _judged(author: str, results: Sequence[Authenticated], answers: Answers, lot: int) -> Steps[Dmarc]:
    try:
        record = _discovered(author, answers)
    except LookupError as error:
        return Dmarc("temperror", author, str(error))
    except ValueError as error:
        return Dmarc("permerror", author, str(error))
    if record is None:
        return Dmarc("none", author)
    speaking = [result for result in results if _may_speak(result, author, record)]
    if any(result.passed for result in speaking):
        return Dmarc("pass", author, policy=record.policy)
    if any(result.result == "temperror" for result in speaking):  # not another's: anybody can have a silent server
        return Dmarc("temperror", author, "SPF or DKIM had no answer", policy=record.policy)
    exists = True
    if author != record.domain and record.absent != record.below:
        questions = {Dns(author, kind) for kind in _KINDS}
        there = yield frozenset[Question](questions)
        exists = not all(isinstance(there[question], Absent) for question in questions)
    wish = record.wish(author, exists, lot)
    return Dmarc("fail", author, "neither SPF nor DKIM speaks for it", wish, record.policy)


def _counting(results: Sequence[Authenticated]) -> list[Authenticated]:
    """Those of DKIM, and that of SPF: for the envelope sender, or for HELO where there is none (RFC 7489 §3.1.2)."""
    spf = [result for result in results if result.method == "spf"]
    sender = [result for result in spf if any(name == "smtp.mailfrom" for name, _ in result.properties)]
    return [*(result for result in results if result.method == "dkim"), *(sender or spf)]


def _may_speak(result: Authenticated, author: str, record: PolicyRecord) -> bool:
    """Whether a pass of this kind would be one for the author's domain."""
    return aligned(result.domain, author, record.strict_spf if result.method == "spf" else record.strict_dkim)


def _discovered(author: str, answers: Answers) -> PolicyRecord | None:
    """RFC 7489 §6.6.3; ValueError for a policy that cannot be read, LookupError where DNS had no answer."""
    for place in _places(author):
        texts = [text for text in _texts(answers[_question(place)]) if is_policy(text)]
        if len(texts) > 1:
            raise ValueError("more than one policy")
        if texts:
            return parse_policy(texts[0], place)
    return None


def _texts(answer: Answer) -> tuple[str, ...]:
    match answer:
        case Found(texts):
            return texts
        case Absent():
            return ()
        case _:
            raise LookupError("the policy could not be looked up")


def _places(author: str) -> tuple[str, ...]:
    """The domains whose policy may be that of `author`, if DNS can have a name for it."""
    return tuple(place for place in dict.fromkeys((author, organisational(author))) if ascii_domain(f"_dmarc.{place}"))


def _question(domain: str) -> Dns:
    return Dns(f"_dmarc.{domain}", "TXT")


def _badness(found: Dmarc) -> tuple[int, int]:
    results, wishes = ("none", "pass", "permerror", "temperror", "fail"), ("none", "quarantine", "reject")
    return results.index(found.result), wishes.index(found.wish)
