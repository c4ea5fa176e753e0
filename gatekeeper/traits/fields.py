"""fields: how a header is written, which tells of the program that wrote it. Nothing here fails."""

from collections.abc import Callable, Iterator, Mapping

from gatekeeper.message.habits import BOUNDARY, ENCODED, OUTLOOK_BOUNDARY
from gatekeeper.traits.letter import Letter

_SINGLE = (b"subject", b"from", b"to", b"date", b"message-id", b"reply-to", b"mime-version", b"content-type")
_COMMON_NAMES = """
    From To Cc CC Subject SUBJECT Date Message-ID Message-Id Message-id Reply-To Reply-to MIME-Version Mime-Version
    Mime-version Content-Type Content-type Content-Transfer-Encoding Content-transfer-encoding from to cc subject date
    message-id reply-to mime-version content-type content-transfer-encoding FROM TO DATE MESSAGE-ID REPLY-TO
    CONTENT-TYPE MIME-VERSION
"""
_COMMON = frozenset(_COMMON_NAMES.encode().split())
_COMMON_IN_LOWER_CASE = frozenset(name.lower() for name in _COMMON)
_LOWER = (b"from", b"to", b"subject", b"date", b"message-id")
_OUTLOOK = ("Microsoft Outlook Express", "Microsoft Outlook, Build", "Microsoft Outlook IMO", "Microsoft Outlook C")
_PERSONAL = (
    "Mutt/", "NeoMutt", "exmh", "Sylpheed", "Claws Mail", "Ximian Evolution", "Evolution", "Apple Mail", "KMail", "VM ",
    "Gnus", "Mew version", "Mozilla Thunderbird", "Mozilla/5.0 (X11", "git-send-email", "Wanderlust", "Alpine", "Pine",
    "aerc", "Betterbird", "Balsa", "slrn", "nmh", "MH ",
)  # fmt: skip


def _twice(letter: Letter) -> Iterator[str]:
    for name in _SINGLE:
        if len(letter.message.values(name)) > 1:
            yield f"{len(letter.message.values(name))} {name.decode()}"


def _odd_case(letter: Letter) -> Iterator[str]:
    """`MiME-Version` and the like: no program that is known writes them so."""
    for field in letter.message.fields[:200]:
        if field.name not in _COMMON and field.name.lower() in _COMMON_IN_LOWER_CASE:
            yield field.name.decode("latin-1")


def _lower_case(letter: Letter) -> Iterator[str]:
    for field in letter.message.fields[:200]:
        if field.name in _LOWER:
            yield field.name.decode("latin-1")


def _capitals(letter: Letter) -> Iterator[str]:
    for field in letter.message.fields[:200]:
        if field.name in (b"FROM", b"TO", b"SUBJECT", b"DATE", b"MESSAGE-ID", b"REPLY-TO", b"CONTENT-TYPE"):
            yield field.name.decode("latin-1")


def _raw_octets(letter: Letter) -> Iterator[str]:
    for name in (b"subject", b"from", b"to"):
        if any(not value.isascii() for value in letter.message.values(name)[:1]):
            yield f"{name.decode()} is not encoded"


def _needless(letter: Letter) -> Iterator[str]:
    """Encoded words of nothing but ASCII hide what they say from plain filters."""
    for name in (b"subject", b"from"):
        for value in letter.message.values(name)[:1]:
            raw = value.decode("latin-1")
            found = ENCODED.search(raw)
            text = letter.field(name) or ""
            if found and text.isascii() and found[1] in "bB" and text.strip():
                yield f"{name.decode()}: {text}"


def _below(letter: Letter) -> Iterator[str]:
    """Servers write their line on top; one below what the author wrote was there before."""
    written = False
    for field in letter.message.fields[:200]:
        name = field.name.lower()
        if name in (b"subject", b"from", b"to"):
            written = True
        elif name == b"received" and written:
            yield field.value[:60].decode("latin-1").strip()
            return


def _no_mime_version(letter: Letter) -> Iterator[str]:
    if letter.message.values(b"content-type") and not letter.message.values(b"mime-version"):
        yield "no MIME-Version"


def _odd_mime_version(letter: Letter) -> Iterator[str]:
    value = letter.field(b"mime-version")
    if value is not None and not value.startswith("1.0"):
        yield value or "empty"


def _urgent(letter: Letter) -> Iterator[str]:
    values = (letter.field(b"x-priority") or "", letter.field(b"x-msmail-priority") or "")
    if (
        values[0][:1] in ("1", "2")
        or values[1].lower() == "high"
        or (letter.field(b"importance") or "").lower() == "high"
    ):
        yield " ".join(filter(None, values)) or "important"


def _no_mimeole(letter: Letter) -> Iterator[str]:
    """Programs that write the one write the other."""
    if letter.message.values(b"x-msmail-priority") and not letter.message.values(b"x-mimeole"):
        yield "X-MSMail-Priority without X-MimeOLE"


def _priority_alone(letter: Letter) -> Iterator[str]:
    if letter.message.values(b"x-priority") and not _mailer(letter):
        yield "X-Priority without a mail program"


def _mailer(letter: Letter) -> str:
    return letter.field(b"x-mailer") or letter.field(b"user-agent") or ""


def _false_outlook(letter: Letter) -> Iterator[str]:
    mailer = _mailer(letter)
    if mailer.startswith("Microsoft Outlook Express") and not letter.message.values(b"x-mimeole"):
        yield f"{mailer} without X-MimeOLE"


def _false_boundary(letter: Letter) -> Iterator[str]:
    """Outlook's boundaries have one shape; others borrow half of it."""
    found = BOUNDARY.search(letter.field(b"content-type") or "")
    if found and "nextpart" in found[1].lower() and not OUTLOOK_BOUNDARY.match(found[1]):
        yield found[1]


def _boundary_of_outlook(letter: Letter) -> Iterator[str]:
    found = BOUNDARY.search(letter.field(b"content-type") or "")
    if found and _mailer(letter).startswith(_OUTLOOK) and not OUTLOOK_BOUNDARY.match(found[1]):
        yield f"{_mailer(letter)}: {found[1]}"


def _blank_before_colon(letter: Letter) -> Iterator[str]:
    for field in letter.message.fields[:200]:
        behind = field.start + len(field.name)
        if letter.message.raw[behind : behind + 1] in (b" ", b"\t"):
            yield field.name.decode("latin-1")


def _many_encodings(letter: Letter) -> Iterator[str]:
    value = letter.field(b"content-transfer-encoding")
    if value is not None and value.lower() not in ("7bit", "8bit", "binary", "base64", "quoted-printable"):
        yield value or "empty"


def _personal(letter: Letter) -> Iterator[str]:
    """A mail program of people who type, by the field that such programs write."""
    mailer = _mailer(letter)
    if mailer.startswith(_PERSONAL):
        yield mailer


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "field-twice": _twice,
    "field-odd-case": _odd_case,
    "field-lower-case": _lower_case,
    "field-capitals": _capitals,
    "field-raw-octets": _raw_octets,
    "field-needless-base64": _needless,
    "field-blank-colon": _blank_before_colon,
    "received-below": _below,
    "mime-version-absent": _no_mime_version,
    "mime-version-odd": _odd_mime_version,
    "mime-encoding-odd": _many_encodings,
    "urgent": _urgent,
    "mailer-without-mimeole": _no_mimeole,
    "mailer-priority-alone": _priority_alone,
    "mailer-false-outlook": _false_outlook,
    "mailer-false-boundary": _false_boundary,
    "mailer-outlook-boundary": _boundary_of_outlook,
    "mailer-personal": _personal,
}
