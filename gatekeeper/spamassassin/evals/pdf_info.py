"""pdf_info: PDF attachments by number, name, images, properties and digests (PDFInfo)."""

from dataclasses import dataclass, field

from gatekeeper.spamassassin.evals.contract import Case, once
from gatekeeper.spamassassin.evals.parts import leaves
from gatekeeper.spamassassin.evals.pdf_facts import PdfFacts, pdf_facts
from gatekeeper.spamassassin.evals.perl import SPACE, fixed, matches, number

_MAYBE = fixed(r"^(?:image|application)/(?:pdf|octet-stream)$")
_NAMED = fixed(r"\.[fp]df$", "i")


@dataclass(slots=True)
class _Pdfs:
    """How many there are, the names of those that are well-formed, and what is in those."""

    count: int = 0
    names: set[bytes] = field(default_factory=set)
    facts: list[PdfFacts] = field(default_factory=list)


@once
def _pdfs(case: Case) -> _Pdfs:
    found = _Pdfs()
    for part in leaves(case):
        kind, name = part.kind.encode("latin-1"), part.name or b""
        if not _MAYBE.search(kind) or not (_NAMED.search(name) or kind.endswith(b"/pdf")):
            continue
        found.count += 1
        facts = pdf_facts(part.data())
        if facts:
            found.facts.append(facts)
            found.names |= {name} - {b""}
    return found


def pdf_count(case: Case, least: str, most: str = "inf") -> bool:
    """Whether there are `least` to `most` of them."""
    return number(least) <= _pdfs(case).count <= number(most)


def pdf_image_count(case: Case, least: str, most: str = "inf") -> bool:
    """Whether they have `least` to `most` images together."""
    return number(least) <= sum(facts.images for facts in _pdfs(case).facts) <= number(most)


def pdf_pixel_coverage(case: Case, least: str, most: str = "inf") -> bool:
    """Whether the images of the last one that has some have `least` to `most` pixels."""
    area = _area(case)
    return bool(area) and number(least) <= area <= number(most)


def pdf_image_to_text_ratio(case: Case, least: str, most: str) -> bool:
    """Whether there are at least `least` and less than `most` octets of text for each of these pixels."""
    area, text = _area(case), sum(len(line) for line in case.text)
    return bool(area and text) and number(least) <= text / area < number(most)


def _area(case: Case) -> int:
    return next((facts.area for facts in reversed(_pdfs(case).facts) if facts.area), 0)


def pdf_image_size_exact(case: Case, height: str, width: str) -> bool:
    """Whether an image, or all of one PDF together, are so high and wide."""
    return any((number(height), number(width)) in facts.sizes for facts in _pdfs(case).facts)


def pdf_image_size_range(case: Case, low: str, narrow: str, high: str = "inf", wide: str = "inf") -> bool:
    """Whether they are at least so high and wide, and at most."""
    return any(
        number(low) <= height <= number(high) and number(narrow) <= width <= number(wide)
        for facts in _pdfs(case).facts
        for height, width in facts.sizes
    )


def pdf_named(case: Case, name: str) -> bool:
    """Whether one is called so."""
    return name.encode("utf-8", "replace") in _pdfs(case).names


def pdf_name_regex(case: Case, pattern: str) -> bool:
    """Whether the name of one matches."""
    return any(matches(pattern, name, case.budget) for name in _pdfs(case).names)


def pdf_match_md5(case: Case, digest: str) -> bool:
    """Whether one is just that."""
    return any(facts.digest == digest.upper() for facts in _pdfs(case).facts)


def pdf_match_fuzzy_md5(case: Case, digest: str) -> bool:
    """Whether the beginning of one, or its tags, are just that."""
    return any(digest.upper() in facts.fuzzy for facts in _pdfs(case).facts)


def pdf_match_details(case: Case, name: str, pattern: str) -> bool:
    """Whether the property `author`, `creator`, `producer`, `title`, `created` or `modified` matches."""
    values = (value for facts in _pdfs(case).facts for value in facts.details.get(name, ()))
    return any(matches(pattern, value, case.budget) for value in values)


def pdf_is_encrypted(case: Case) -> bool:
    """Whether one says that it is."""
    return any(facts.encrypted for facts in _pdfs(case).facts)


def pdf_is_empty_body(case: Case, most: str = "0") -> bool:
    """Whether there is one, and below the subject no more than `most` octets of text."""
    text = sum(len(line) for line in case.text[1:] if line.strip(SPACE))
    return _pdfs(case).count > 0 and text <= number(most)


FUNCTIONS = (
    pdf_count,
    pdf_image_count,
    pdf_pixel_coverage,
    pdf_image_to_text_ratio,
    pdf_image_size_exact,
    pdf_image_size_range,
    pdf_named,
    pdf_name_regex,
    pdf_match_md5,
    pdf_match_fuzzy_md5,
    pdf_match_details,
    pdf_is_encrypted,
    pdf_is_empty_body,
)
