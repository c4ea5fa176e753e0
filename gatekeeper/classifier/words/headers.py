"""headers: the fields of a header → words with the prefixes that bogofilter gives them. Never raises.

Fields that a spam filter of the receiving site wrote are treated as not there: what another filter thought, or we
ourselves, must not be learnt.
"""

from collections.abc import Iterable, Iterator, Mapping

from gatekeeper.classifier.patterns import QUEUE_ID, UNSAID, VERP
from gatekeeper.classifier.words.charset import UNDECLARED, charset_of, recoded
from gatekeeper.classifier.words.pieces import pieces
from gatekeeper.message import Field
from gatekeeper.message.words import decoded_words

_VERDICTS = (
    b"x-gatekeeper",
    b"x-spam",
    b"x-bogosity",
    b"x-rspamd",
    b"x-virus",
    b"x-amavis",
    b"x-forefront",
    b"x-ms-exchange",
    b"x-microsoft-antispam",
    b"x-ymail",
    b"x-apparently-to",
    b"authentication-results",
    b"arc-",
    b"received-spf",
    b"dkim-filter",
)
"""How the names of fields begin that a filter, or the site that it works for, added on the way in."""

_PREFIXES = {
    b"subject": b"subj:",
    b"from": b"from:",
    b"to": b"to:",
    b"cc": b"to:",
    b"received": b"rcvd:",
    b"return-path": b"rtrn:",
}
_SINGLE = frozenset((b"date", b"delivery-date", b"message-id", b"resent-message-id", b"references", b"in-reply-to"))
"""Fields whose first line is never twice the same."""


def sent(fields: Iterable[Field]) -> Iterator[Field]:
    """The fields that were not added by a filter on the way in."""
    return (field for field in fields if not field.name.lower().startswith(_VERDICTS))


def header_words(fields: Iterable[Field]) -> Iterator[bytes]:
    """The words of a message's own header."""
    return _words(fields, _PREFIXES, b"head:")


def part_words(fields: Iterable[Field], prefix: bytes) -> Iterator[bytes]:
    """The words of the header of a part, or of a message inside the message."""
    return _words(fields, {}, prefix)


def _words(fields: Iterable[Field], prefixes: Mapping[bytes, bytes], other: bytes) -> Iterator[bytes]:
    charset = UNDECLARED
    for field in sent(fields):
        name = field.name.lower()
        if name == b"content-type":
            charset = charset_of((field.value,))
        prefix = prefixes.get(name)
        if prefix is None:
            yield from pieces(field.name, other)
        value = _said(name, field.value, charset)
        yield from pieces(value, prefix or other)
        if b"=" in value and b"@" in value:
            yield from (b"%b%b-#-%b" % (prefix or other, match[1], match[2]) for match in VERP.finditer(value))


def _said(name: bytes, value: bytes, charset: str) -> bytes:
    """What is read of the value of a field."""
    if name in _SINGLE:
        value = value.partition(b"\n")[2]
    if not value.isascii():
        value = recoded(value, charset)
    if b"=?" in value:
        value = decoded_words(value).encode("utf-8", "replace")
    if name.startswith(b"content-"):
        value = UNSAID.sub(b" ", value)
    return QUEUE_ID.sub(b" ", value)
