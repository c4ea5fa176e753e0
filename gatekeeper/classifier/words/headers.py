"""headers: the fields of a header → words with the prefixes that bogofilter gives them. Never raises.

Fields that a spam filter of the receiving site wrote are treated as not there, and so are the labels of mail programs:
what another filter thought, or we ourselves, or which folder it lay in, must not be learnt.
"""

from collections.abc import Iterable, Mapping

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
    b"x-gmail-labels",
    b"x-gm-thrid",
    b"x-mozilla-",
    b"x-evolution",
    b"x-label",
)
"""How the names of fields begin that a filter, the site that it works for, or a mail program that sorted it added."""

Named = list[tuple[bytes, Field]]
"""Fields, each with its name in lower case."""

_PREFIXES = {
    b"subject": b"subj:",
    b"from": b"from:",
    b"to": b"to:",
    b"cc": b"to:",
    b"received": b"rcvd:",
    b"return-path": b"rtrn:",
}
_SINGLE = frozenset(
    (b"date", b"delivery-date", b"message-id", b"resent-message-id", b"references", b"in-reply-to", b"x-keywords")
)
"""Fields whose first line is not read: it is never twice the same, or says where somebody put the message."""

_BETWEEN = b" \0 "
"""What stands between two fields: no word, and no pattern goes past it."""

_VERP_SIZE = 150
"""How far back from a `=` the left part of an address is looked for."""


def sent(fields: Iterable[Field]) -> Named:
    """The fields that were not added when the message had come, each with its name in lower case."""
    named = ((field.name.lower(), field) for field in fields)
    return [pair for pair in named if not pair[0].startswith(_VERDICTS)]


def header_words(fields: Named) -> list[bytes]:
    """The words of a message's own header."""
    return _words(fields, _PREFIXES, b"head:")


def part_words(fields: Named, prefix: bytes) -> list[bytes]:
    """The words of the header of a part, or of a message inside the message."""
    return _words(fields, {}, prefix)


def _words(fields: Named, prefixes: Mapping[bytes, bytes], other: bytes) -> list[bytes]:
    texts: dict[bytes, list[bytes]] = {other: []}
    charset = UNDECLARED
    for name, field in fields:
        value = field.value
        if name == b"content-type":
            charset = charset_of((value,))
        if name in _SINGLE:
            value = value.partition(b"\n")[2]
        if b"=?" in value or not value.isascii():
            value = _decoded(value, charset)
        prefix = prefixes.get(name)
        if prefix is None:
            said = UNSAID.sub(b" ", value) if name[:8] == b"content-" else value
            texts[other] += (said,) if name in _PREFIXES else (field.name, said)
        elif prefix in texts:
            texts[prefix].append(value)
        else:
            texts[prefix] = [value]
    return [word for prefix, values in texts.items() for word in _of_one_prefix(prefix, _BETWEEN.join(values))]


def _decoded(value: bytes, charset: str) -> bytes:
    """A value in UTF-8, its encoded words decoded."""
    if not value.isascii():
        value = recoded(value, charset)
    return decoded_words(value).encode("utf-8", "replace") if b"=?" in value else value


def _of_one_prefix(prefix: bytes, text: bytes) -> list[bytes]:
    found = pieces(QUEUE_ID.sub(b" ", text), prefix)
    if b"=" in text and b"@" in text:
        for left in text.split(b"=")[:-1]:
            if (verp := left[-_VERP_SIZE:]).count(b"-") > 1 and (match := VERP.search(verp)):
                found.append(b"%b%b-#-%b" % (prefix, match[1], match[2]))
    return found
