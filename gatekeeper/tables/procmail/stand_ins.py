"""stand_ins: what gatekeeper says in place of `spamassassin`, `spamc` and `bogofilter`, and what it does in place of
`formail` and of `sed` where that mends a From_ line. It cannot fail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from gatekeeper.message.spam_fields import BOGOSITY, FLAG, LEVEL, STATUS, Fields, bogosity, spam_fields
from gatekeeper.tables.procmail.formail import FormailError, read_formail
from gatekeeper.tables.procmail.letter import fields_of, letter
from gatekeeper.tables.procmail.outcome import Call, Ran

_SPAM = frozenset(name.lower() for name in (FLAG, LEVEL, STATUS))
_TAGS = ("Spam", "Ham", "Unsure")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was found so far: whether it makes spam, the score, from which score on it would, and the names."""

    spam: bool
    score: float
    required: float
    names: tuple[str, ...] = ()


def name_of(call: Call) -> str:
    """Which program is called, wherever it lies."""
    return PurePosixPath(call.words[0]).name


def edited(call: Call, data: bytes) -> Ran:
    """For `formail`, and for the repair by `sed`."""
    if name_of(call) == "sed":
        return Ran(0, b"F" + data if data else b"")
    try:
        return Ran(0, read_formail(call.words[1:]).run(data))
    except FormailError:  # an argument that came with the message
        return Ran(1)


def spamassassin(call: Call, data: bytes, opinion: Opinion) -> Ran:
    """For `spamassassin` and `spamc`: the message with our fields, or how the program ends where it is a condition."""
    if call.filtering:
        said = spam_fields(spam=opinion.spam, score=opinion.score, required=opinion.required, names=opinion.names)
        return Ran(0, _with(data, said, _SPAM))
    options = set(call.words[1:])
    if name_of(call) == "spamc":
        return Ran(1 if opinion.spam and options & {"-c", "--check", "-E", "--exitcode"} else 0)
    return Ran(5 if opinion.spam and options & {"-e", "--exit-code", "--error-code"} else 0)


def bogofilter(call: Call, data: bytes, status: int, spamicity: float) -> Ran:
    """For `bogofilter`; `status` is what it ends with: 0 for spam, 1 for ham, 2 if it is unsure."""
    code = 0 if _has(call.words[1:], "e") else status
    if not call.filtering:
        return Ran(code)
    return Ran(code, _with(data, [(BOGOSITY, bogosity(_TAGS[status], spamicity))], frozenset((BOGOSITY.lower(),))))


def _has(options: Sequence[str], letter_: str) -> bool:
    return any(word[:1] == "-" and word[1:2] != "-" and letter_ in word for word in options)


def _with(data: bytes, added: Fields, replaced: frozenset[bytes]) -> bytes:
    """`data` with the fields `added` at the end of its header, and without those there were of these names."""
    before = letter(data)
    top, fields, empty = fields_of(before.head)
    kept = [field for field in fields if field.partition(b":")[0].strip().lower() not in replaced]
    lines = [b"%b: %b\n" % (name, value.replace(b"\r\n", b"\n")) for name, value in added]
    return top + b"".join((*kept, *lines)) + (empty or b"\n") + before.body
