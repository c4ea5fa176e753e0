"""html_eval: what stands in the HTML of a message: tags, images, ratios, comments, titles (HTMLEval)."""

from collections.abc import Iterator, Mapping

from gatekeeper.spamassassin.evals.contract import Case, Html, Linked, once
from gatekeeper.spamassassin.evals.perl import compared, fixed, matches, number, octets

_TAG = fixed(r"^[a-zA-Z0-9]+$")


@once
def links_of(case: Case) -> tuple[Mapping[bytes, Linked], ...]:
    """The links of each page."""
    return tuple(html.links for html in case.texts.html)


def html_tag_balance(case: Case, tag: str, condition: str) -> bool:
    """Whether the number of such tags that stay open meets a condition like `!= 0`."""
    if not _TAG.search(tag.encode("latin-1", "replace")):
        return False
    return any(tag in html.inside and compared(html.inside[tag], condition) for html in case.texts.html)


def html_image_only(case: Case, least: str, most: str) -> bool:
    """Whether there are images, and more than `least` and at most `most` octets of HTML."""
    return any(
        "img" in html.inside and number(least) < html.facts.get("length", -1) <= number(most)
        for html in case.texts.html
    )


def html_image_ratio(case: Case, least: str, most: str) -> bool:
    """Whether there are more than `least` and at most `most` letters for each pixel that images claim."""
    ratios = (
        html.facts["non_space_len"] / html.facts["image_area"]
        for html in case.texts.html
        if "non_space_len" in html.facts and html.facts.get("image_area", 0) > 0
    )
    return any(number(least) < ratio <= number(most) for ratio in ratios)


def html_charset_faraway(_case: Case) -> bool:
    """Nothing: SpamAssassin 4 does not remember what a page says of its character set."""
    return False


def html_tag_exists(case: Case, tag: str) -> bool:
    """Whether there is such a tag."""
    return any(tag in html.inside for html in case.texts.html)


def html_test(case: Case, name: str) -> bool:
    """Whether the fact of that name is there: `embeds`, `font_face_bad`, …"""
    return any(html.facts.get(name) or html.texts.get(name) is not None for html in case.texts.html)


def html_eval(case: Case, name: str, condition: str) -> bool:
    """Whether that number meets a condition like `< 384`."""
    return any(name in html.facts and compared(html.facts[name], condition) for html in case.texts.html)


def html_range(case: Case, name: str, least: str, most: str = "inf") -> bool:
    """Whether that number is more than `least`, and at most `most`."""
    return any(number(least) < html.facts[name] <= number(most) for html in case.texts.html if name in html.facts)


def html_text_match(case: Case, name: str, pattern: str) -> bool:
    """Whether a `comment`, `title`, `script` or `anchor` matches."""
    return any(matches(pattern, text, case.budget) for text in _strings(case, name))


def html_text_not_match(case: Case, name: str, pattern: str) -> bool:
    """Whether one of them does not."""
    return any(not matches(pattern, text, case.budget) for text in _strings(case, name))


def _strings(case: Case, name: str) -> Iterator[bytes]:
    return (octets(text) for html in case.texts.html for text in html.texts.get(name, ()))


def html_title_subject_ratio(case: Case, ratio: str) -> bool:
    """Whether a title is more than so many times as long as the subject."""
    subject = case.texts.header("Subject") or b""
    return bool(subject) and any(_longest_title(html) / len(subject) > number(ratio) for html in case.texts.html)


def _longest_title(html: Html) -> int:
    return max((len(title) for title in html.texts.get("title", ()) if title != "0"), default=0)


def check_iframe_src(case: Case) -> bool:
    """Whether an iframe loads something."""
    return any("iframe" in link.types for links in links_of(case) for link in links.values())


FUNCTIONS = (
    html_tag_balance,
    html_image_only,
    html_image_ratio,
    html_charset_faraway,
    html_tag_exists,
    html_test,
    html_eval,
    html_range,
    html_text_match,
    html_text_not_match,
    html_title_subject_ratio,
    check_iframe_src,
)
