"""check_action: the right-hand sides of Postfix's header_checks and body_checks (header_checks(5)).

What judges a message is done; what changes its header or its way is refused when the table is read, never passed over
in silence: what goes on is what came in, and its next hop is the mailertable's.
"""

from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.tables.text import Reader
from gatekeeper.values import Reply


class Deed(StrEnum):
    """What is done with the message; `OK` is read as `DUNNO`."""

    DISCARD = "DISCARD"
    DUNNO = "DUNNO"
    HOLD = "HOLD"
    INFO = "INFO"
    PASS = "PASS"  # noqa: S105  # a word of Postfix's
    REJECT = "REJECT"
    WARN = "WARN"


_CHANGES = ("IGNORE", "PREPEND", "REPLACE", "STRIP")
_ROUTES = ("BCC", "FILTER", "REDIRECT")
_WORDS = frozenset(Deed)
_LONGEST_TEXT = 450  # with code and status within the 512 octets of RFC 5321 §4.5.3.1.5
_REFUSED, _LATER = "message content rejected", "service unavailable"  # what Postfix says where the table says nothing


@dataclass(frozen=True, slots=True)
class CheckAction:
    """`text` is what stands behind the word, as octets in Latin-1; it may hold what a sender wrote."""

    deed: Deed
    text: str = ""

    @property
    def reply(self) -> Reply:
        """The reply of a `REJECT`: a text that begins with `4.x.x` defers."""
        first, _, rest = self.text.partition(" ")
        status = first if _is_status(first) else "5.7.1"
        said = (rest if _is_status(first) else self.text).strip()
        later = status[0] == "4"
        text = printable(said)[:_LONGEST_TEXT] or (_LATER if later else _REFUSED)
        return Reply(450 if later else 550, status, (text,))


def check_action(value: str) -> CheckAction | None:
    """What `value` says, or None if it is nothing that can be done."""
    word, _, text = value.replace("\t", " ").strip().partition(" ")
    known = "DUNNO" if word.upper() == "OK" else word.upper()
    return CheckAction(Deed(known), text.strip()) if known in _WORDS else None


def judge_action(value: str, reader: Reader) -> bool:
    """Whether `value` can be done; if it cannot, or says something odd, that is told of the line being read."""
    word, _, text = value.replace("\t", " ").strip().partition(" ")
    known = word.upper()
    if known in _CHANGES:
        reader.error(f"{known} would change the header or body, which goes on as it came", "leave the rule to Postfix")
    elif known in _ROUTES:
        reader.error(f"{known} would change where mail goes, which the mailertable says", "leave the rule to Postfix")
    elif "$" in word:
        reader.error("the action is not written out", "write one rule for each action")
    elif known not in _WORDS and known != "OK":
        reader.error(f"{word!r} is no action", f"write one of {', '.join(Deed)}")
    else:
        _warn_of_status(known, text.strip(), reader)
        return True
    return False


def _warn_of_status(word: str, text: str, reader: Reader) -> None:
    first = text.partition(" ")[0]
    if word == Deed.REJECT and first[:3].isdigit() and len(first) == 3:
        reader.warn(f"{first} would be a part of the text", f"write {first[0]}.7.1; the code follows from it")
    elif word == Deed.REJECT and first[:1] == "4" and _is_status(first):
        reader.warn("REJECT 4.x.x does not refuse, it defers", "write 5.7.1 to refuse")


def _is_status(word: str) -> bool:
    """`D.S.N` of RFC 3463 §2 in a negative class."""
    numbers = word.split(".")
    return (
        len(numbers) == 3
        and numbers[0] in ("4", "5")
        and all(number.isascii() and number.isdigit() and len(number) <= 3 for number in numbers)
    )


def printable(text: str) -> str:
    """`text` in the letters that a reply and a log line may carry."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)
