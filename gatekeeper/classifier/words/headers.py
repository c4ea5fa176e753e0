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

_BETWEEN = b" \0 "
"""What stands between two fields: no word, and no pattern goes past it."""


def sent(fields: Iterable[Field]) -> list[Field]:
    """The fields that were not added by a filter on the way in."""
    return [field for field in fields if not field.name.lower().startswith(_VERDICTS)]


def header_words(fields: Iterable[Field]) -> Iterator[bytes]:
    """The words of a message's own header; `fields` are those that were `sent`."""
    return _words(fields, _PREFIXES, b"head:")


def part_words(fields: Iterable[Field], prefix: bytes) -> Iterator[bytes]:
    """The words of the header of a part, or of a message inside the message."""
    return _words(fields, {}, prefix)


def _words(fields: Iterable[Field], prefixes: Mapping[bytes, bytes], other: bytes) -> Iterator[bytes]:
    texts: dict[bytes, list[bytes]] = {}
    charset = UNDECLARED
    for field in fields:
        name, value = field.name.lower(), field.value
        if name in _SINGLE:
            value = value.partition(b"\n")[2]
        elif name == b"content-type":
            charset = charset_of((value,))
        if not value.isascii():
            value = recoded(value, charset)
        if b"=?" in value:
            value = decoded_words(value).encode("utf-8", "replace")
        prefix = prefixes.get(name)
        if prefix is None:
            said = UNSAID.sub(b" ", value) if name.startswith(b"content-") else value
            texts.setdefault(other, []).extend((field.name, said))
        else:
            texts.setdefault(prefix, []).append(value)
    for prefix, values in texts.items():
        yield from _of_one_prefix(prefix, _BETWEEN.join(values))


def _of_one_prefix(prefix: bytes, text: bytes) -> Iterator[bytes]:
    yield from pieces(QUEUE_ID.sub(b" ", text), prefix)
    if b"=" in text and b"@" in text:
        yield from (b"%b%b-#-%b" % (prefix, match[1], match[2]) for match in VERP.finditer(text))
