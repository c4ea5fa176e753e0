"""access_action: the right-hand sides of Postfix's access maps (access(5)).

What Postfix takes for the name of a restriction (`permit_mynetworks`, a class of the operator's) is an error here, as
is what depends on restrictions that come later. Replies are in Postfix's words, compared with the real smtpd(8).
"""

from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.tables.check_action import ROUTES, Deed, could_be_field, is_status, judge_route, printable, split
from gatekeeper.tables.text import Reader
from gatekeeper.values import Reply

_CODES = {"REJECT": 554, "DEFER": 450, "DEFER_IF_PERMIT": 450}
_FINAL = frozenset(("OK", "DUNNO", "DISCARD"))
_WORDS = frozenset((*_CODES, *_FINAL, *ROUTES, "HOLD", "INFO", "PREPEND", "WARN"))
_LONGEST_TEXT = 400  # with code, status and what it is about within the 512 octets of RFC 5321 §4.5.3.1.5
_DENIED = "Access denied"


class Subject(StrEnum):
    """What is looked up, as replies call it."""

    CLIENT = "Client host"
    HELO = "Helo command"
    SENDER = "Sender address"
    RECIPIENT = "Recipient address"


_MOVED = {
    Subject.SENDER: {"1": "7", "2": "8", "3": "7", "4": "7", "5": "0", "6": "7", "9": "0"},
    Subject.RECIPIENT: {"7": "3", "8": "2", "9": "0"},
}
"""What becomes of the detail of a status X.1.detail, which is about the other of the two addresses."""


@dataclass(frozen=True, slots=True)
class AccessAction:
    """`word` is OK, DUNNO, REJECT (with the code of the reply, which may only defer), DISCARD, HOLD, INFO, WARN,
    PREPEND, BCC, FILTER or REDIRECT; `text` is what stands behind it.
    """

    word: str
    text: str = ""
    code: int = 0

    def reply(self, subject: Subject, about: str) -> Reply:
        """What a client is told of a REJECT: `<joe@example.org>: Recipient address rejected: Access denied`."""
        return rejection(self.code, self.text or _DENIED, subject, about, "7.1")


def rejection(code: int, text: str, subject: Subject, about: str, status: str) -> Reply:
    """A reply in Postfix's words; `text` may begin with a status, else it is `status` in the class of `code`."""
    first, _, rest = text.partition(" ")
    if is_status(first):
        status, text = _fitting(first, subject), rest.strip() or _DENIED
    said = printable(f"<{about}>: {subject} rejected: {text}")[:_LONGEST_TEXT]
    return Reply(code, f"{code // 100}.{status}", (said,))


def access_action(value: str) -> AccessAction | None:
    """What `value` says, or None if that cannot be done here."""
    word, text = split(value)
    known, text = word.upper(), text.strip()
    if word.isascii() and word.isdigit():
        if len(word) == 3 and word[0] in "45" and text:
            return AccessAction("REJECT", text, int(word))
        return None if text else AccessAction("OK")
    if known == "PERMIT":
        return AccessAction("OK")
    return AccessAction("REJECT" if known in _CODES else known, text, _CODES.get(known, 0)) if known in _WORDS else None


def judge_access_action(value: str, reader: Reader) -> None:
    """Tell of what cannot be done, or says something odd, in the line being read."""
    word, text = split(value)
    if access_action(value) is not None:
        _judge_text(word.upper(), text.strip(), reader)
        if word[0] in "45" and word.isdigit() and word == value:
            reader.warn(f"{word} alone is read as OK", f"write {word} and a text to refuse, OK to let it pass")
    elif "$" in word:
        reader.error("the action is not written out", "write one rule for each action")
    elif word.upper() == "DEFER_IF_REJECT":
        reader.error("DEFER_IF_REJECT depends on restrictions that Postfix would ask later", "write DEFER or REJECT")
    elif word.isdigit():
        reader.error(f"{word} does not refuse", "begin the reply with 4 or 5: 450 or 554")
    else:
        remedy = f"write 550 text or one of {', '.join(sorted(_WORDS))}"
        reader.error(f"{word!r} is nothing that can be done here", remedy)


def _judge_text(word: str, text: str, reader: Reader) -> None:
    if word in ROUTES:
        judge_route(Deed(word), text, reader)
    elif word == Deed.PREPEND and not could_be_field(text):
        reader.error("PREPEND has no header field behind it", "write PREPEND Name: value")


def _fitting(status: str, subject: Subject) -> str:
    """Subject and detail of the status; one about another kind of address is changed, as Postfix does it."""
    _, kind, detail = status.split(".")
    if kind != "1":
        return f"{kind}.{detail}"
    moved = _MOVED.get(subject)
    return "0.0" if moved is None else f"1.{moved.get(detail, detail)}"
