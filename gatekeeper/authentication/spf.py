"""spf: may this client send for this domain (RFC 7208)? pyspf judges, and is run again whenever it lacks an answer.

It never asks by itself: its look-up is ours, which takes what was answered and raises `Missing` for the rest. What the
RFC bounds it bounds (10 terms that look something up, 2 that find nothing, 10 exchanges); the length of a record and of
what macros make of it are bounded here. Whatever it raises is a `permerror`.
"""

from dataclasses import dataclass

import spf

from gatekeeper.authentication.domains import ascii_domain
from gatekeeper.authentication.steps import Steps
from gatekeeper.values import Absent, Answer, Answers, Dns, Found, Question

_LONGEST_RECORD = 4096
_LONGEST_TERM = 255
_LONGEST_LOCAL = 512
_MOST_WORK = 60_000  # 6,000 terms, in all runs together: 40 ms
_MOST_ROUNDS = 150


class Missing(Exception):  # noqa: N818  # it is no error
    """An answer is needed to go on; `ahead` are questions that will probably be asked next."""

    def __init__(self, question: Dns, ahead: frozenset[Dns] = frozenset()) -> None:
        super().__init__(question.name)
        self.questions = ahead | {question}


@dataclass(frozen=True, slots=True)
class Spf:
    """`result` is a word of RFC 7208 §2.6; `domain` is the one that was asked; `why` is for people."""

    result: str
    domain: str = ""
    why: str = ""


def evaluate(client: str, sender: str, helo: str) -> Steps[Spf]:
    """Whether `client`, an IP address, may use the domain of `sender`, or that of `helo` if `sender` is empty."""
    local, at, host = sender.rpartition("@") if sender else ("postmaster", "@", helo)
    domain = ascii_domain(host)
    if not at or not domain:
        return Spf("none", "", "no domain to ask")
    if len(local) > _LONGEST_LOCAL:
        return Spf("permerror", domain, "the sender is too long")
    address = (local or "postmaster").encode("ascii", "replace").decode() + f"@{domain}"
    answers: dict[Question, Answer] = {}
    work = _Work()
    for _ in range(_MOST_ROUNDS):
        try:
            return _judged(client, address, ascii_domain(helo) or "unknown", answers, work)
        except Missing as missing:
            answers.update((yield frozenset[Question](missing.questions - answers.keys())))
    return Spf("permerror", domain, "it takes too many look-ups")


def _judged(client: str, address: str, helo: str, answers: Answers, work: "_Work") -> Spf:
    domain = address.rpartition("@")[2]
    try:
        query = _Query(client, address, helo, answers, work)
        result, _, why = query.check()
    except Missing:
        raise
    except Exception as error:  # it is a stranger's record, and so is the library
        return Spf("permerror", domain, type(error).__name__)
    told = str(why).removeprefix("SPF Permanent Error: ").removeprefix("SPF Temporary Error: ")
    return Spf(result, domain, told if result in ("permerror", "temperror") else str(query.mechanism or ""))


class _Work:
    """What macros and terms may cost in all runs together."""

    def __init__(self) -> None:
        self.left = _MOST_WORK

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise spf.PermError("it takes too much work")


class _Query(spf.query):  # type: ignore[misc]  # it has no types
    """pyspf's evaluation with our answers; `answers` grows from one run to the next."""

    def __init__(self, client: str, sender: str, helo: str, answers: Answers, work: _Work) -> None:
        super().__init__(client, sender, helo)
        self._answers = answers
        self._work = work
        self._ahead: frozenset[Dns] = frozenset()

    def dns(self, name: str, qtype: str, *, ignore_void: bool = False) -> list[object]:
        """The records as pyspf wants them; raises Missing, or TempError where DNS had no answer."""
        host = name.rstrip(".").lower()
        if not _askable(host):
            return []
        question = Dns(host, qtype)
        if question not in self._answers:
            raise Missing(question, self._ahead if question in self._ahead else frozenset())
        match self._answers[question]:
            case Found(values):
                return self._records(qtype, values)
            case Absent():
                self._void(ignore_void)
                return []
            case failure:
                raise spf.TempError(f"{type(failure).__name__} for {qtype} of {host}")

    def get_explanation(self, spec: str) -> None:
        """It would be for the sender, written by a stranger: nobody asks for it."""

    def validate_mechanism(self, mech: str) -> object:
        """A term; pyspf's patterns may need quadratic time, so it must be short."""
        if len(mech) > _LONGEST_TERM or any(len(label) > 63 and "%" not in label for label in mech.split(".")):
            raise spf.PermError("a term is too long", mech[:40])
        self._work.spend(10)
        return super().validate_mechanism(mech)

    def expand(self, s: str, stripdot: bool = True) -> str:
        """What macros make of a term."""
        if len(s) > _LONGEST_TERM:
            raise spf.PermError("a term is too long", s[:40])
        if "%" in s:
            self._work.spend(10 * s.count("%"))
        return str(super().expand(s, stripdot))

    def _void(self, ignored: bool) -> None:
        if not ignored:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError(f"Void lookup limit of {spf.MAX_VOID_LOOKUPS} exceeded")

    def _records(self, kind: str, values: tuple[str, ...]) -> list[object]:
        match kind:
            case "MX":
                pairs = [(int(number), host.rstrip(".")) for number, _, host in (v.partition(" ") for v in values)]
                self._expect(self.A, [host for _, host in pairs], spf.MAX_MX)
                return [*pairs]
            case "PTR":
                names = [value.rstrip(".") for value in values]
                self._expect(self.A, names, spf.MAX_PTR)
                return [*names]
            case "TXT":
                records = [value for value in values if spf.RE_SPF.match(value.encode())]
                self._expect(
                    "TXT", [host for text in records for host in _included(text)], spf.MAX_LOOKUP - self.lookups
                )
                if any(len(text) > _LONGEST_RECORD for text in records):
                    raise spf.PermError(f"a record of more than {_LONGEST_RECORD} octets")
                return [(value.encode(),) for value in values]
            case _:
                return [*values]

    def _expect(self, kind: str, hosts: list[str], most: int) -> None:
        """All these are asked about together, when the first is."""
        self._ahead = frozenset(Dns(host.lower(), kind) for host in hosts[: max(most, 0)] if host)


def _askable(host: str) -> bool:
    """Whether DNS can have it. A backslash escapes in the text of names, so it is none of them."""
    return "\\" not in host and all(0 < len(label) < 64 for label in host.split(".")) and len(host) <= 253


def _included(record: str) -> list[str]:
    """The domains whose records this one includes, where it names them without macros."""
    terms = [term.lstrip("+-~?").partition(":") for term in record[:_LONGEST_RECORD].split(" ")]
    return [host.rstrip(".") for name, _, host in terms if name.lower() == "include" and "%" not in host]
