"""entry: one right-hand side of the access map. Never raises; what is no rule is read as sendmail reads it: as the
text of an error.
"""

from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.tables.reply import error_reply
from gatekeeper.tables.text import Reader
from gatekeeper.values import Reply


class Rule(StrEnum):
    """What an entry says. `ERROR` has a reply; a `REJECT` does not say which."""

    OK = "OK"
    RELAY = "RELAY"
    REJECT = "REJECT"
    DISCARD = "DISCARD"
    SKIP = "SKIP"
    ERROR = "ERROR"
    QUARANTINE = "QUARANTINE"


_BARE = {rule.value: rule for rule in (Rule.OK, Rule.RELAY, Rule.REJECT, Rule.DISCARD, Rule.SKIP)}


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` as it was looked up, `line` in the source, `reply` with ERROR, `text` the reason of QUARANTINE."""

    key: str
    line: int
    rule: Rule
    reply: Reply | None = None
    text: str = ""


def entry(key: str, line: int, value: str, reader: Reader) -> Entry | None:
    """What `value` says, or None (reported) if it says nothing."""
    bare = _BARE.get(value.upper())
    if bare:
        return Entry(key, line, bare)
    word, colon, rest = value.partition(":")
    if colon and word.upper() == Rule.QUARANTINE:
        return Entry(key, line, Rule.QUARANTINE, text=rest.strip() or "held by the access map")
    if colon and word.upper() == Rule.ERROR:
        reply = error_reply(rest, reader)
    else:
        reply = error_reply(value, _deprecating(value, reader))
    return None if reply is None else Entry(key, line, Rule.ERROR, reply)


def _deprecating(value: str, reader: Reader) -> Reader:
    """`reader`, after it was told that a text without `ERROR:` is only just an error."""
    if value.lstrip('"')[:3].isdigit():
        reader.warn("an error without its tag is deprecated", f"write ERROR:{value}")
        return reader
    rules = ", ".join([*_BARE, "QUARANTINE:text"])
    reader.error(
        f"{value!r} is no rule, so sendmail would send it as the text of an error", f"use {rules} or ERROR:550 text"
    )
    return Reader("")
