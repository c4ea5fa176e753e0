"""parameters: what may stand behind the path of MAIL and RCPT, and only if it was offered.

Fails with CommandError: 555 for a parameter that is unknown or was not offered, 504 for a value that is known and not
implemented, 501 for a bad value or a repeated parameter (RFC 5321 §4.1.1.11), 552 5.3.4 for a SIZE above the limit.
"""

from gatekeeper.protocols import replies
from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.protocols.grammar import ORIGINAL, PARAMETER, SIZE, XTEXT
from gatekeeper.protocols.replies import CommandError

_NOTIFY = frozenset({"SUCCESS", "FAILURE", "DELAY"})
_LONGEST_ENVID = 100  # RFC 3461 §4.4
_LONGEST_ORCPT = 500  # RFC 3461 §4.2


def mail_parameters(text: str, offered: Capabilities, limit: int) -> dict[str, str]:
    """Names and values but that of ENVID are in upper case. `limit` is the most that SIZE may say, in bytes."""
    found = _split(text, _mail_names(offered))
    for name, value in found.items():
        if name == "SIZE":
            _check_size(value, limit)
        elif name == "BODY":
            _check_body(found, value.upper())
        elif name == "SMTPUTF8":
            _require(value == "")
        elif name == "RET":
            found[name] = value.upper()
            _require(found[name] in ("FULL", "HDRS"))
        else:
            _require(0 < len(value) <= _LONGEST_ENVID and XTEXT.fullmatch(value) is not None)
    return found


def rcpt_parameters(text: str, offered: Capabilities) -> dict[str, str]:
    """NOTIFY (in upper case) and ORCPT, both of RFC 3461."""
    found = _split(text, frozenset({"NOTIFY", "ORCPT"}) if offered.dsn else frozenset())
    for name, value in found.items():
        if name == "NOTIFY":
            found[name] = value.upper()
            wanted = found[name].split(",")
            _require(wanted == ["NEVER"] or (_NOTIFY.issuperset(wanted) and len(set(wanted)) == len(wanted)))
        else:
            _require(len(value) <= _LONGEST_ORCPT and ORIGINAL.fullmatch(value) is not None)
    return found


def _mail_names(offered: Capabilities) -> frozenset[str]:
    names = {"SIZE"} if offered.size is not None else set()
    names |= {"BODY"} if offered.eightbit else set()
    names |= {"SMTPUTF8"} if offered.smtputf8 else set()
    names |= {"RET", "ENVID"} if offered.dsn else set()
    return frozenset(names)


def _split(text: str, known: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in text.split(" "):
        if not word:
            continue
        match = PARAMETER.fullmatch(word)
        if match is None:
            raise CommandError(replies.BAD_PARAMETER)
        name = match[1].upper()
        if name not in known:
            raise CommandError(replies.UNKNOWN_PARAMETER)
        _require(name not in found)
        found[name] = match[2] or ""
    return found


def _check_size(value: str, limit: int) -> None:
    _require(SIZE.fullmatch(value) is not None)
    if int(value) > limit:
        raise CommandError(replies.TOO_LARGE)


def _check_body(found: dict[str, str], value: str) -> None:
    if value == "BINARYMIME":
        raise CommandError(replies.NOT_IMPLEMENTED_VALUE)
    _require(value in ("7BIT", "8BITMIME"))
    found["BODY"] = value


def _require(good: bool) -> None:
    if not good:
        raise CommandError(replies.BAD_PARAMETER)
