"""mime_eval: how a message is put together: encodings, character sets, boundaries, ratios (MIMEEval)."""

from dataclasses import dataclass, field

from gatekeeper.spamassassin.evals.contract import Case, Part, once
from gatekeeper.spamassassin.evals.locales import likely_capitals, spoken
from gatekeeper.spamassassin.evals.mime_lines import Lines, lines_of
from gatekeeper.spamassassin.evals.parts import declared, disposition, encoding, leaves, parts
from gatekeeper.spamassassin.evals.perl import fixed, number

_HTML = fixed(r"^text/html", "i")
_ASCII = fixed(
    r"us-ascii|ansi_x3\.4-1968|iso-ir-6|ansi_x3\.4-1986|iso_646\.irv:1991|ascii|iso646-us|us|ibm367|cp367|csascii"
)
_ISO, _GOOD_ISO = fixed(r"iso-\S+-\S+\b", "i"), fixed(r"iso-(?:8859-\d{1,2}|2022-(?:jp|kr))\b")
_SHOWN = fixed(r"^(?:attachment|inline)")
_LETTER = fixed(r"[a-z]", "i")
_RATIO = fixed(r"^\d{0,3}\.\d{1,3}$")
_CHARSETS = tuple(fixed(pattern, "i") for pattern in (r'charset="([^"]+)"', r"charset='([^']+)'", r"charset=(\S+)"))
_ENCODED = 60
_ENCODED_LINES = fixed(r"^(?:[A-Za-z0-9+/=]{60,76} ){2}")
_JAPANESE = fixed(r"\x1b\$B.*\x1b\(B", "s")
_LOWER = b"abcdefghijklmnopqrstuvwxyz0123456789"
_CAPITALS = bytes(range(65, 91))
_LEAST_TEXT = 200
"""Octets; less has no share of capitals."""

_ALWAYS = (
    "mime_base64_count",
    "mime_base64_encoded_text",
    "mime_body_html_count",
    "mime_body_text_count",
    "mime_faraway_charset",
    "mime_missing_boundary",
    "mime_multipart_alternative",
    "mime_qp_count",
    "mime_qp_long_line",
    "mime_qp_ratio",
    "mime_ascii_text_illegal",
    "mime_text_unicode_ratio",
)


@dataclass(slots=True)
class _Facts:
    """What `check_for_mime` knows by name, and the character sets that parts declare."""

    named: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_ALWAYS, 0.0))
    charsets: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        self.named[name] = self.named.get(name, 0) + 1


def check_for_mime(case: Case, name: str) -> bool:
    """Whether the fact of that name is there: `mime_qp_count`, `mime_missing_boundary`, …"""
    return name == "mime_checked_attachments" or bool(_facts(case).named.get(name))


def check_for_mime_html(case: Case) -> bool:
    """Whether the message is HTML or has some."""
    return _is_html(case) or _facts(case).named["mime_body_html_count"] > 0


def check_for_mime_html_only(case: Case) -> bool:
    """Whether it has no other text."""
    named = _facts(case).named
    return _is_html(case) or (named["mime_body_html_count"] > 0 and named["mime_body_text_count"] == 0)


def _is_html(case: Case) -> bool:
    return _HTML.search(case.texts.header("Content-Type") or b"") is not None


def check_mime_multipart_ratio(case: Case, least: str, most: str) -> bool:
    """Whether the plain text is `least` to `most` times as long as the HTML beside it; 1 where there are not both."""
    return number(least) <= _facts(case).named["mime_multipart_ratio"] < number(most)


def check_for_ascii_text_illegal(case: Case) -> bool:
    """Whether plain text that says it is ASCII is not."""
    return _facts(case).named["mime_ascii_text_illegal"] > 0


def check_abundant_unicode_ratio(case: Case, ratio: str) -> bool:
    """Whether plain text has so many letters written as `&#x….;`, for each octet that is not."""
    if not _RATIO.search(ratio.encode("latin-1", "replace")):
        return False
    return _facts(case).named["mime_text_unicode_ratio"] >= number(ratio)


def check_qp_ratio(case: Case, least: str) -> bool:
    """Whether so many octets of quoted-printable are encoded without need, for each octet there is."""
    return _facts(case).named["mime_qp_ratio"] >= number(least)


def check_msg_parse_flags(case: Case, name: str) -> bool:
    """Whether that oddity was met while the message was taken apart: `missing_mime_headers`, …"""
    return name in case.texts.flags


def check_for_faraway_charset(case: Case) -> bool:
    """Whether the text is in a character set that `ok_locales` does not speak, most of it beyond ASCII."""
    charset = _charset(case)
    if charset is None or spoken(case.options, charset):
        return False
    text = b"\n".join(case.text)
    high = len(text) - len(text.translate(None, bytes(range(128, 256))))
    return high > 3 and len(text) - high <= high


def _charset(case: Case) -> str | None:
    """What Content-Type of the message says, if anything."""
    value = case.texts.header("Content-Type") or b""
    found = next((found for pattern in _CHARSETS if (found := pattern.search(value))), None)
    return found[1].decode("latin-1") if found else None


def check_for_uppercase(case: Case, least: str, most: str) -> bool:
    """Whether more than `least` and at most `most` percent of the letters are capitals."""
    return number(least) < _capitals(case) <= number(most)


@once
def _capitals(case: Case) -> float:
    """Percent; 0 in short texts, and where octets that look like capitals are other letters."""
    charsets = (_charset(case) or "", *(word for charset in _facts(case).charsets for word in charset.split()))
    if any(likely_capitals(charset) for charset in charsets):
        return 0.0
    text = b"".join(_counted(line) for line in case.text)
    lower, upper = (len(text) - len(text.translate(None, letters)) for letters in (_LOWER, _CAPITALS))
    return upper / (upper + lower) * 100 if len(text) >= _LEAST_TEXT and upper + lower else 0.0


def _counted(line: bytes) -> bytes:
    """What of a line counts: not what is one word, or base64, or Japanese in seven bits."""
    words = line.split(None, 1)
    if len(words) < 2 or (len(words[0]) >= _ENCODED and _ENCODED_LINES.search(line)):
        return b""
    return _JAPANESE.sub(b"", line) if b"\x1b$B" in line else line


def check_ma_non_text(case: Case) -> bool:
    """Whether an alternative is neither text, RTF nor multipart/related."""
    tops = (part for part in parts(case) if part.kind == "multipart/alternative")
    below = [part.kind for top in tops for part in top.parts or () if part.parts is None]
    return any(kind not in ("multipart/related", "application/rtf") and kind[:5] != "text/" for kind in below)


def check_base64_length(case: Case, least: str, most: str = "inf") -> bool:
    """Whether the longest line of base64 has `least` to `most` octets, its end among them."""
    return number(least) <= _longest_base64(case) <= number(most)


@once
def _longest_base64(case: Case) -> int:
    found = (part for part in leaves(case) if encoding(part) == b"base64" and declared(part).kind != "application/ics")
    return max((len(line) for part in found for line in part.lines), default=0)


@once
def _facts(case: Case) -> _Facts:
    facts = _Facts()
    every: list[Lines] = []
    for part in parts(case):
        kind, charset = declared(part).kind, declared(part).charset or b""
        facts.named["mime_multipart_alternative"] += kind == "multipart/alternative"
        _declared_facts(case, facts, part, kind, charset.decode("latin-1"))
        if part.parts is None:
            every.append(lines_of(part, bool(facts.named["mime_multipart_alternative"])))
    _line_facts(facts, every)
    facts.named["mime_missing_boundary"] = case.texts.tree.unclosed
    return facts


def _declared_facts(case: Case, facts: _Facts, part: Part, kind: str, charset: str) -> None:
    name, how, shown = charset.lower(), encoding(part), disposition(part)
    if kind == "text/html":
        facts.add("mime_body_html_count")
    elif kind.startswith("text"):
        facts.add("mime_body_text_count")
    if b"base64" in how:
        facts.add("mime_base64_count")
    elif b"quoted-printable" in how:
        facts.add("mime_qp_count")
    if b"attachment" in shown:
        facts.add("mime_attachment")
    plain = not name or _ASCII.search(name.encode("latin-1"))
    if kind.startswith("text") and b"base64" in how and plain and not _SHOWN.search(shown):
        facts.add("mime_base64_encoded_text")
    if _ISO.search(name.encode("latin-1")) and not _GOOD_ISO.search(name.encode("latin-1")):
        facts.add("mime_bad_iso_charset")
    if _LETTER.search(name.encode("latin-1")):
        facts.charsets.append(name)
        facts.named["mime_faraway_charset"] += not spoken(case.options, name)


def _line_facts(facts: _Facts, every: list[Lines]) -> None:
    named, octets = facts.named, sum(lines.qp_octets for lines in every)
    named["mime_qp_long_line"] = any(lines.qp_long for lines in every)
    if octets:
        named["mime_qp_count"] = sum(lines.qp_encoded for lines in every)
        named["mime_qp_ratio"] = named["mime_qp_count"] / octets
    named["mime_ascii_text_illegal"] = sum(lines.illegal for lines in every)
    if normal := sum(lines.normal for lines in every):
        named["mime_text_unicode_ratio"] = sum(lines.entities for lines in every) / normal
    text, html = (
        next((lines.octets for lines in reversed(every) if lines.kind == kind and lines.octets is not None), None)
        for kind in ("text/plain", "text/html")
    )
    alternative = named["mime_multipart_alternative"] and text is not None and html
    named["mime_multipart_ratio"] = text / html if alternative and text is not None and html else 1.0


FUNCTIONS = (
    check_for_mime,
    check_for_mime_html,
    check_for_mime_html_only,
    check_mime_multipart_ratio,
    check_for_ascii_text_illegal,
    check_abundant_unicode_ratio,
    check_qp_ratio,
    check_msg_parse_flags,
    check_for_faraway_charset,
    check_for_uppercase,
    check_ma_non_text,
    check_base64_length,
)
