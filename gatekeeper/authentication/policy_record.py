"""policy_record: what the owner of a domain wants done with mail that is not from it: a DMARC record.

RFC 7489 §6.3 and, where it goes further, RFC 9989: `np` (mail from names that do not exist), `t` (it is a trial). Fails
with ValueError on what cannot be used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Wish = Literal["none", "quarantine", "reject"]
_GENTLER: Mapping[Wish, Wish] = {"reject": "quarantine", "quarantine": "none", "none": "none"}
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """`domain` is where it was found; `below` is for its subdomains, `absent` for those that do not exist. `percent`
    is how much of the mail it is for; the rest gets what is one step gentler, and so does all of it in a `trial`.
    """

    domain: str
    policy: Wish
    below: Wish
    absent: Wish
    strict_spf: bool = False
    strict_dkim: bool = False
    percent: int = 100
    trial: bool = False
    tags: Mapping[str, str] = field(default_factory=dict, compare=False)

    def wish(self, author: str, exists: bool, lot: int) -> Wish:
        """What is to be done with mail from `author` that fails; `lot` is a number from 0 to 99 drawn for it."""
        wish = self.policy
        if author != self.domain:
            wish = self.below if exists else self.absent
        return _GENTLER[wish] if self.trial or lot >= self.percent else wish


def is_policy(text: str) -> bool:
    """Whether this is a DMARC record at all (RFC 7489 §6.6.3 step 2): what does not begin so is none."""
    name, _, value = text[:20].partition(";")[0].partition("=")
    return name.rstrip(" \t") == "v" and value.strip(" \t") == "DMARC1"


def parse_policy(text: str, domain: str) -> PolicyRecord:
    """A record that was found at `domain`; ValueError if it asks for nothing that is known."""
    if len(text) > _LONGEST:
        raise ValueError(f"a record of more than {_LONGEST} octets")
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    policy = _wish(tags.get("p", ""))
    below = _wish(tags["sp"]) if "sp" in tags else policy
    if policy is None or below is None:
        if not tags.get("rua"):
            raise ValueError("a record without a policy")
        policy = below = "none"  # RFC 7489 §6.6.3 step 6: it wants reports
    return PolicyRecord(
        domain,
        policy,
        below,
        _wish(tags.get("np", "")) or below,
        tags.get("aspf", "r").lower() == "s",
        tags.get("adkim", "r").lower() == "s",
        _percent(tags.get("pct", "100")),
        tags.get("t", "n").lower() == "y",
        tags,
    )


def _wish(text: str) -> Wish | None:
    match text.lower():
        case "none" | "quarantine" | "reject" as wish:
            return wish
        case _:
            return None


def _percent(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 3 and int(text) <= 100 else 100
