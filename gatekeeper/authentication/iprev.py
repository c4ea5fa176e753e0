"""iprev: what the client is called, by its address: the reverse name, if that name leads back to it (RFC 8601 §2.7.3).

Whoever has the address writes its reverse name, so it proves nothing until whoever has the name agrees. At most ten
names are followed, as many as RFC 7208 §4.6.4 allows. It cannot fail: what was not answered is `temperror`.
"""

import ipaddress
from collections.abc import Generator
from dataclasses import dataclass

from gatekeeper.protocols.dns_name import dns_name
from gatekeeper.values import Absent, Address, Answer, Answers, Dns, Found, Question

_MOST_NAMES = 10


@dataclass(frozen=True, slots=True)
class Reverse:
    """`result` is a word of RFC 8601: `pass`, `fail` (no name leads back), `permerror` (no name at all), `temperror`.
    `name` is the one that was confirmed, `claimed` are all that were followed.
    """

    result: str
    name: str = ""
    claimed: tuple[str, ...] = ()


def reverse(address: Address) -> Generator[frozenset[Question], Answers, Reverse]:
    """Ask for the names of `address`, then for the addresses of these."""
    pointer = Dns(address.reverse_pointer, "PTR")
    answer = (yield frozenset((pointer,)))[pointer]
    if not isinstance(answer, Found):
        return Reverse("permerror" if isinstance(answer, Absent) else "temperror")
    names = tuple(dict.fromkeys(filter(None, map(dns_name, answer.values))))[:_MOST_NAMES]
    if not names:
        return Reverse("fail")
    questions = {name: forward(name, address) for name in names}
    answers = yield frozenset(questions.values())
    confirmed = next((name for name in names if leads_to(answers[questions[name]], address)), "")
    if confirmed:
        return Reverse("pass", confirmed, names)
    known = all(isinstance(answers[question], Found | Absent) for question in questions.values())
    return Reverse("fail" if known else "temperror", claimed=names)


def forward(name: str, address: Address) -> Dns:
    """The question whose answer may hold `address`."""
    return Dns(name, "A" if address.version == 4 else "AAAA")


def leads_to(answer: Answer, address: Address) -> bool:
    """Whether `address` is among the address records of an answer."""
    return isinstance(answer, Found) and any(_is(value, address) for value in answer.values)


def _is(text: str, address: Address) -> bool:
    try:
        return ipaddress.ip_address(text) == address
    except ValueError:
        return False
