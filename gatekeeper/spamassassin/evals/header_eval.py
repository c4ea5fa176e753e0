"""header_eval: what is odd in single header fields: illegal octets, capitals, templates, Message-ID (HeaderEval)."""

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.dates import date
from gatekeeper.spamassassin.evals.locales import likely_capitals, spoken
from gatekeeper.spamassassin.evals.perl import SPACE, ends_of, fixed, literal, number, stands_in

_CONTROLS = bytes(sorted({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D}))
_ILLEGAL = _CONTROLS + bytes(range(0x80, 0x100))
_POUND_CENT_REGISTERED = b"\xa2\xa3\xae"
_ENCODED = fixed(r"=\?(.+?)\?.\?.*?\?=")
_REPLY = fixed(r"^(?:(?:Re|Fwd|Fw|Aw|Antwort|WG|SV|VB|VS|VL):\s*)+", "i")
_SHORTEST = 10
"""Octets; a shorter subject in capitals is nothing."""
_NO_LETTER = bytes(set(range(256)) - set(range(65, 91)) - set(range(97, 123)))
_CHARSET_TOLD = fixed(r"=\?([-_a-z0-9]*)\?", "i")
_TEMPLATE = fixed(r"%[A-Z][A-Z_-]")
_MAY_HOLD_IT = fixed(
    r"^(?:X-VMS-To|X-UIDL|X-Face|To|Cc|From|Subject|References|In-Reply-To|(?:X-|Resent-|X-Original-)?Message-Id):", "i"
)
_MARKS = b",:;!?-"
_HAILED = fixed(r"^\s*[,:;!?-](?:$|\s)")
_WORD = fixed(r"^\w+\s+")
_OUTLOOK_ID = fixed(r"^<[0-9a-f]{4}([0-9a-f]{8})\$[0-9a-f]{8}\$[0-9a-f]{8}@")
_STAMP = fixed(r"(\s.?\d+ \S\S\S \d+ \d+:\d+:\d+ \S+).*\n?$")
_TICK, _EPOCH, _FUDGE = 0.0023283064365387, 27111902.8329849, 250
"""Outlook counts in 2^32 tenths of a microsecond since 1601."""
_RATWARE_ID = fixed(r"<[A-Z]{28}\.([^>]+?)>")
_REWRITTEN = fixed(r"^SRS\d[=+-]", "i")
_LONGEST = 320
"""Octets of an address that is looked for elsewhere."""


def check_for_faraway_charset_in_headers(case: Case) -> bool:
    """Whether From or Subject is in a character set that `ok_locales` does not speak."""
    values = (value for name in ("From:raw", "Subject:raw") for value in case.texts.headers(name))
    declared = (found[1].decode("latin-1") for value in values for found in _ENCODED.finditer(value))
    return any(not spoken(case.options, charset) for charset in declared)


def check_for_unique_subject_id(_case: Case) -> bool:
    """Nothing: SpamAssassin says no always."""
    return False


def check_illegal_chars(case: Case, header: str, ratio: str, count: str) -> bool:
    """Whether so many octets of the raw field, and such a share of it, may not stand there. UTF-8 may."""
    name = header if header.endswith(":raw") else f"{header}:raw"
    value = case.texts.header(name) or b""
    if not value.strip() or _good_utf8(value):
        return False
    illegal = _count(value, _ILLEGAL)
    if name.lower() == "subject:raw" and illegal and _count(value, _POUND_CENT_REGISTERED) == 1:
        illegal -= 1
    return illegal / len(value) >= number(ratio) and illegal >= number(count)


def _good_utf8(value: bytes) -> bool:
    """Whether there is something beyond ASCII, all of it is UTF-8, and no control character stands in it."""
    if value.isascii() or _count(value, _CONTROLS[:-1]):
        return False
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _count(value: bytes, octets: bytes) -> int:
    return len(value) - len(value.translate(None, octets))


def subject_is_all_caps(case: Case) -> bool:
    """Whether the subject has several words, and all their letters are capitals."""
    subject = _REPLY.sub(b"", (case.texts.header("Subject") or b"").strip(b" \t\n\r\f\v"))
    letters = subject.translate(None, _NO_LETTER)
    if len(subject.split(None, 1)) < 2 or len(subject) < _SHORTEST or not letters or letters != letters.upper():
        return False
    told = _CHARSET_TOLD.finditer(case.texts.header("Subject:raw") or b"")
    return not any(likely_capitals(found[1].decode()) for found in told)


def check_for_to_in_subject(case: Case, what: str) -> bool:
    """Whether the recipient's `address`, or the `user` of it where a name is called, stands in the subject."""
    address, subject = case.first("To:addr"), case.texts.header("Subject") or b""
    if not address:
        return False
    if what == "address":
        return stands_in(address.lower(), subject.lower())
    return what == "user" and _called(address.split(b"@")[0], subject.removesuffix(b"\n"))


def _called(user: bytes, subject: bytes) -> bool:
    """`re: NAME`, with a word before the name or not, `NAME,` in its own case, `NAME` alone, or `, NAME!`."""
    name, said = user.lower(), subject.lower()
    if said == name:
        return True
    if subject.startswith(user) and _HAILED.search(subject[len(user) :]):
        return True
    if said.startswith(b",") and (rest := said[1:].lstrip(SPACE)).startswith(name):
        return len(rest) == len(name) + 1 and rest[-1:] in _MARKS
    answer = said[3:].lstrip(SPACE) if said.startswith((b"re:", b"fw:")) else b""
    return bool(answer) and (answer == name or _WORD.sub(b"", answer, 1) == name)


def check_outlook_message_id(case: Case) -> bool:
    """Whether Message-ID is like one of Outlook and the time in it is neither that of Date nor of Received."""
    token = _OUTLOOK_ID.search(case.texts.header("MESSAGEID") or b"")
    if not token:
        return False
    stamp = _STAMP.search(case.texts.header("Received") or b"")
    times = (date(case.texts.header("Date") or b"") or 0, (stamp and date(stamp[1])) or 0)
    return all(abs(int(token[1], 16) - int(when * _TICK + _EPOCH)) >= _FUDGE for when in times)


def check_header_count_range(case: Case, header: str, least: str, most: str) -> bool:
    """Whether there are `least` to `most` fields of that name that differ."""
    return number(least) <= len(set(case.texts.headers(header))) <= number(most)


def check_unresolved_template(case: Case) -> bool:
    """Whether a `%NAME` is left in a field that should hold none."""
    header = case.texts.header("ALL") or b""
    lines = header.split(b"\n") if b"%" in header else ()
    return any(_TEMPLATE.search(line) and not _MAY_HOLD_IT.search(line) for line in lines)


def check_ratware_name_id(case: Case) -> bool:
    """Whether Message-ID is 28 capitals and the address of From, which has a quoted name before it."""
    found = _RATWARE_ID.search(case.texts.header("MESSAGEID") or b"")
    if not found or len(found[1]) > _LONGEST:
        return False
    return fixed(rf'"[^"]+"\s*<{literal(found[1])}>').search(case.texts.header("From") or b"") is not None


def check_ratware_envelope_from(case: Case) -> bool:
    """Whether the envelope sender holds the recipient's domain and user, the wrong way round."""
    to, sender = case.first("To:addr"), case.first("EnvelopeFrom:addr")
    user, at, host = to.removesuffix(b"\n").partition(b"@")
    if not user or not at or not host or not sender or len(to) > _LONGEST or _REWRITTEN.search(sender):
        return False
    known = case.texts.registry
    domain = known.registered(host)
    if not known.is_domain(domain):
        return False
    return any(
        sender.lower().startswith(user.lower() + b"@", end + 1) and sender[end : end + 1] != b"\n"
        for end in ends_of(domain.lower(), sender.lower())
    )


def check_for_matching_env_and_hdr_from(case: Case) -> bool:
    """Whether the envelope sender is the author."""
    return case.first("EnvelopeFrom:addr").lower() == (case.first("From:addr")).lower()


def check_equal_from_domains(case: Case) -> bool:
    """Whether the last two labels of author and envelope sender differ (the name says the opposite)."""
    domains = [_last_labels(case.first(name)) for name in ("From:addr", "EnvelopeFrom:addr")]
    return all(domains) and domains[0] != domains[1]


def _last_labels(address: bytes) -> bytes:
    _, at, domain = address.rpartition(b"@")
    labels = domain.lower().split(b".") if at else [b""]
    return b".".join(labels[-2:]) if len(labels) > 2 and all(labels[-2:]) else b".".join(labels)


FUNCTIONS = (
    check_for_faraway_charset_in_headers,
    check_for_unique_subject_id,
    check_illegal_chars,
    subject_is_all_caps,
    check_for_to_in_subject,
    check_outlook_message_id,
    check_header_count_range,
    check_unresolved_template,
    check_ratware_name_id,
    check_ratware_envelope_from,
    check_for_matching_env_and_hdr_from,
    check_equal_from_domains,
)
