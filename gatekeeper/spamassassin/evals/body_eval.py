"""body_eval: alternatives that differ, blank lines, columns of letters, stock tips, lengths (BodyEval)."""

from collections import Counter
from dataclasses import dataclass

from gatekeeper.spamassassin.evals.contract import Case, Part, once
from gatekeeper.spamassassin.evals.parts import descendants, parts, summary
from gatekeeper.spamassassin.evals.perl import SPACE, fixed, number, octets, words

_CALENDAR = ["multipart/alternative", "text/html", "text/calendar"]
_SIGNATURE = fixed(r"^-- ?\r?$", "m")
_TIP = fixed(r"^\s*([^:\s][^:\n]{2,29})\s*:\s*\S", "m")
_TIP_WORD = fixed(
    r"(^trad(?:e|ing)date|company(?:name)?|s\w?(?:t\w?o\w?c\w?k|y\w?m(?:\w?b\w?o\w?l)?)|t(?:arget|icker)"
    r"|(?:opening|current)p(?:rice)?|p(?:rojected|osition)|expectations|weeks?high|marketperformance"
    r"|(?:year|week|month|day|price)(?:target|estimates?)|sector|r(?:ecommendation|ating))$"
)
_LETTERS = bytes(range(97, 123))
_NO_LETTERS = bytes(set(range(256)) - set(_LETTERS))
_NO_SIGNATURE = 1e6


@dataclass(frozen=True, slots=True)
class _Difference:
    """`share` of the words of HTML that the text lacks, in percent; how many different words each has."""

    share: float = 0.0
    html: int = 0
    text: int = 0


@dataclass(frozen=True, slots=True)
class _Lengths:
    """Octets of the first plain text above its signature and of that, and how many times the one is the other."""

    body: int
    signature: int
    ratio: float


def multipart_alternative_difference(case: Case, least: str, most: str) -> bool:
    """Whether of the words of HTML more than `least` and at most `most` percent are not in the text beside it."""
    share = _difference(case).share
    return (number(least) == 0 or share > number(least)) and (most == "undef" or share <= number(most))


def multipart_alternative_difference_count(case: Case, ratio: str, html: str) -> bool:
    """Whether the text has more than `ratio` times the words of HTML, if that has more than `html`."""
    found = _difference(case)
    return found.html > number(html) and bool(found.html) and found.text / found.html > number(ratio)


@once
def _difference(case: Case) -> _Difference:
    if summary(case.texts.tree.root) == _CALENDAR:
        return _Difference()
    found = _Difference()
    for part in parts(case):
        if part.kind.startswith("multipart/alternative") and (new := _compared(case, part)):
            found = _Difference(max(found.share, new.share), new.html, new.text)
    return found


def _compared(case: Case, alternative: Part) -> _Difference | None:
    """None if there is no HTML with words in it. An image without words counts for one word."""
    text: Counter[str] = Counter()
    html: Counter[str] = Counter()
    for part in descendants(alternative):
        rendered = case.texts.rendered(part) if part.kind.startswith("text") else None
        if rendered is None:
            continue
        said = (word for word in words(rendered.text) if _is_word(word))
        (html if rendered.html else text).update(said)
        if rendered.html and not html and "img" in rendered.html.inside:
            html["\n"] = 1
    if not html:
        return None
    missing = sum(1 for word, times in html.items() if not text[word] or times > text[word])
    return _Difference(missing / len(html) * 100, len(html), len(text))


def _is_word(text: str) -> bool:
    return text[0].isalnum() or any(letter.isalnum() or letter == "_" for letter in text)


def check_blank_line_ratio(case: Case, least: str, most: str, lines: str = "1") -> bool:
    """Whether more than `least` and at most `most` percent of the lines are blank, if there are `lines` of them."""
    blank, total = _blank_lines(case)
    share = -1 if total < max(number(lines), 1) else 100 * blank / total
    return (number(least) == 0 or share > number(least)) and share <= number(most)


@once
def _blank_lines(case: Case) -> tuple[int, int]:
    blank = total = 0
    for chunk in case.texts.rawbody:
        lines = chunk.removesuffix(b"\n").split(b"\n") if chunk else []
        total += len(lines)
        blank += sum(1 for line in lines if not line.strip(SPACE))
    return blank, total


def tvd_vertical_words(case: Case, least: str, most: str) -> bool:
    """Whether the paragraph with most blanks has `least` to `most` of them for 100 other letters."""
    limit = number(most)
    return number(least) <= _blanks(case) < (101 if limit >= 100 else limit)


@once
def _blanks(case: Case) -> int:
    return max((_share(line) for line in case.text if len(line) > 5), default=-1)


def _share(line: bytes) -> int:
    blanks = line.count(b" ")
    rest = len(line) - blanks
    return 100 if blanks > rest else 100 * blanks // rest


def check_stock_info(case: Case, least: str) -> bool:
    """Whether the first plain text has at least so many of the headings of a tip for shares."""
    return number(least) == 0 or _headings(case) >= number(least)


@once
def _headings(case: Case) -> int:
    plain = next((part for part in parts(case) if part.kind == "text/plain"), None)
    rendered = case.texts.rendered(plain) if plain else None
    if rendered is None:
        return 0
    said = (found[1].lower().translate(None, _NO_LETTERS) for found in _TIP.finditer(octets(rendered.text)))
    return len({found[1] for heading in said if (found := _TIP_WORD.search(heading))})


def check_body_length(case: Case, most: str) -> bool:
    """Whether the body, as it came, has at most so many octets."""
    return len(case.texts.tree.body) <= number(most)


def plaintext_body_length(case: Case, least: str, most: str = "inf") -> bool:
    """Whether the first plain text above its signature has `least` to `most` octets."""
    found = _lengths(case)
    return found is not None and number(least) <= found.body <= number(most)


def plaintext_sig_length(case: Case, least: str, most: str = "inf") -> bool:
    """Whether its signature has."""
    found = _lengths(case)
    return found is not None and number(least) <= found.signature <= number(most)


def plaintext_body_sig_ratio(case: Case, least: str, most: str = "inf") -> bool:
    """Whether the text is `least` to `most` times as long as its signature; without one, a million times."""
    found = _lengths(case)
    return found is not None and number(least) <= found.ratio <= number(most)


@once
def _lengths(case: Case) -> _Lengths | None:
    plain = next((part for part in parts(case) if part.kind.startswith("text/plain")), None)
    if plain is None:
        return None
    text = plain.data()
    signs = [found for found in _SIGNATURE.finditer(text) if len(text) - found.end() > 4]
    body = signs[-1].start() if signs else len(text)
    signature = len(text) - signs[-1].end() if signs else 0
    return _Lengths(body, signature, body / signature if signature else _NO_SIGNATURE)


FUNCTIONS = (
    multipart_alternative_difference,
    multipart_alternative_difference_count,
    check_blank_line_ratio,
    tvd_vertical_words,
    check_stock_info,
    check_body_length,
    plaintext_body_length,
    plaintext_sig_length,
    plaintext_body_sig_ratio,
)
