"""check_action: the right-hand sides of Postfix's header_checks and body_checks (header_checks(5)).

What they do through the proxy and through a milter is in deploy/header_checks.md. What cannot be done is refused when
the table is read, never passed over in silence.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from gatekeeper.protocols.address import read_path
from gatekeeper.tables.hop import Hop, smtp_hop
from gatekeeper.tables.text import Reader
from gatekeeper.values import Orders, Reply


class Deed(StrEnum):
    """What is done with the message or a line of it; `OK` is read as `DUNNO`."""

    BCC = "BCC"
    DISCARD = "DISCARD"
    DUNNO = "DUNNO"
    FILTER = "FILTER"
    HOLD = "HOLD"
    IGNORE = "IGNORE"
    INFO = "INFO"
    PASS = "PASS"  # noqa: S105  # a word of Postfix's
    PREPEND = "PREPEND"
    REDIRECT = "REDIRECT"
    REJECT = "REJECT"
    REPLACE = "REPLACE"
    STRIP = "STRIP"
    WARN = "WARN"


CHANGES = frozenset((Deed.IGNORE, Deed.PREPEND, Deed.REPLACE, Deed.STRIP))
ROUTES = frozenset((Deed.BCC, Deed.FILTER, Deed.REDIRECT))
_WRITING = frozenset((Deed.PREPEND, Deed.REPLACE))
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
        """The reply of a `REJECT`: a text that begins with `4.x.x` defers, and so does one with `2.x.x`."""
        first, _, rest = self.text.strip().partition(" ")
        status = first if is_status(first) else "5.7.1"
        said = (rest if is_status(first) else self.text).strip()
        later = status[0] != "5"
        text = printable(said)[:_LONGEST_TEXT] or (_LATER if later else _REFUSED)
        return Reply(451 if later else 550, "4" + status[1:] if later else status, (text,))


def check_action(value: str) -> CheckAction | None:
    """What `value` says, or None if it is nothing that can be done."""
    word, text = split(value)
    known = "DUNNO" if word.upper() == "OK" else word.upper()
    return CheckAction(Deed(known), text) if known in _WORDS else None


def split(value: str) -> tuple[str, str]:
    """The word at the start, and the text behind it, to which white space at its end belongs: `$1` may have some."""
    word, *text = value.split(None, 1) or ("",)
    return word, text[0] if text else ""


def route(deed: Deed, to: str, told: str) -> Orders:
    """What a REDIRECT, BCC or FILTER orders."""
    match deed:
        case Deed.REDIRECT:
            return Orders(redirect=to, told=(told,))
        case Deed.BCC:
            return Orders(copies=(to,), told=(told,))
        case _:
            return Orders(next_hop=to, told=(told,))


def judge_action(value: str, reader: Reader, *, header: bool = True) -> bool:
    """Whether `value` can be done to a line, of a `header` or of the body; if it cannot, or says something odd, that is
    told of the line being read.
    """
    word, text = split(value)
    known, text = word.upper(), text.strip()
    before = sum(problem.severity == "error" for problem in reader.problems)
    if "$" in word:
        reader.error("the action is not written out", "write one rule for each action")
    elif known not in _WORDS and known != "OK":
        reader.error(f"{word!r} is no action", f"write one of {', '.join(Deed)}")
    elif known in _WRITING and not (could_be_field(text) if header else text):
        remedy = f"write {known} Name: value" if header else f"write {known} and the line"
        reader.error(f"{known} has no {'header field' if header else 'text'} behind it", remedy)
    elif known in ROUTES:
        judge_route(Deed(known), text, reader)
    else:
        _warn_of_status(known, text, reader)
    return before == sum(problem.severity == "error" for problem in reader.problems)


def judge_route(deed: Deed, text: str, reader: Reader) -> None:
    """Tell of an address or next hop that is none."""
    if "$" in text:
        reader.error(f"with $1 whoever writes the message would choose where it goes by {deed}", "write it out")
    elif deed is Deed.FILTER:
        if filter_hop(text, reader) is None and ":" not in text:
            reader.error(f"{text!r} is no transport:nexthop", "write for instance FILTER smtp:[127.0.0.1]:10025")
    elif not is_address(text):
        reader.error(f"{deed} {text}: this is no address", f"write {deed} user@example.org")


def filter_hop(text: str, reader: Reader) -> Hop | None:
    """The next hop of a FILTER, or None, and told, if it is none that can be reached here."""
    transport, colon, place = text.partition(":")
    if not colon:
        return None
    example = "write for instance FILTER smtp:[127.0.0.1]:10025"
    if transport.lower() not in ("smtp", "relay") or not place.strip():
        reader.error(f"{text!r}: the transport {transport!r} with this next hop is not spoken here", example)
        return None
    hop = smtp_hop("smtp", place.strip(), reader, example)
    return hop and replace(hop, mailer="esmtp")


def is_address(text: str) -> bool:
    """Whether mail can be sent there, and nothing else stands in it."""
    try:
        mailbox, rest = read_path(f"<{text}>")
    except ValueError:
        return False
    return "@" in mailbox and not rest


def could_be_field(text: str) -> bool:
    """Whether it is a header field, as far as can be told before its `$1` is filled in."""
    name, colon, _ = text.partition(":")
    name = name.rstrip(" ")
    return "$" in name or (bool(colon and name) and all("!" <= letter <= "~" for letter in name))


def _warn_of_status(word: str, text: str, reader: Reader) -> None:
    first = text.partition(" ")[0]
    if word == Deed.REJECT and first[:3].isdigit() and len(first) == 3:
        reader.warn(f"{first} would be a part of the text", f"write {first[0]}.7.1; the code follows from it")
    elif word == Deed.REJECT and first[:1] in ("2", "4") and is_status(first):
        reader.warn(f"REJECT {first[0]}.x.x does not refuse, it defers", "write 5.7.1 to refuse")


def is_status(word: str) -> bool:
    """`D.S.N` of RFC 3463 §2."""
    numbers = word.split(".")
    return (
        len(numbers) == 3
        and numbers[0] in ("2", "4", "5")
        and all(number.isascii() and number.isdigit() and len(number) <= 3 for number in numbers)
    )


def printable(text: str) -> str:
    """`text` in the letters that a reply and a log line may carry."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)
