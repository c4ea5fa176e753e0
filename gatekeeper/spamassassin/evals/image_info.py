"""image_info: how many GIF, PNG and JPEG images are attached, of what size, and how much text is beside them
(ImageInfo).
"""

from dataclasses import dataclass, field

from gatekeeper.spamassassin.evals.contract import Case, Part, once
from gatekeeper.spamassassin.evals.image_sizes import size_of
from gatekeeper.spamassassin.evals.parts import encoding, leaves
from gatekeeper.spamassassin.evals.perl import matches, number

_KINDS = {"image/gif": "gif", "image/png": "png", "image/jpeg": "jpeg", "image/jpg": "jpeg"}


@dataclass(slots=True)
class _Images:
    """By kind, and by `all`: how many, pixels together, height and width of each size."""

    count: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("all", "gif", "png", "jpeg"), 0))
    pixels: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("all", "gif", "png", "jpeg"), 0))
    sizes: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    names: set[bytes] = field(default_factory=set)

    def add(self, kind: str, part: Part) -> None:
        """One image; of one whose size cannot be read only the count is kept."""
        height, width = size_of(kind, part.data()) or (0, 0)
        for group in (kind, "all"):
            self.count[group] += 1
            self.pixels[group] += height * width
            if height and width:
                self.sizes.setdefault(group, set()).add((height, width))
        if height and width and part.name:
            self.names.add(part.name)


@once
def _images(case: Case) -> _Images:
    found = _Images()
    for part in leaves(case):
        if part.kind in _KINDS and encoding(part) == b"base64":
            found.add(_KINDS[part.kind], part)
    return found


def image_count(case: Case, kind: str, least: str, most: str = "inf") -> bool:
    """Whether there are `least` to `most` images of a kind, or of `all`."""
    count = _images(case).count.get(kind)
    return count is not None and number(least) <= count <= number(most)


def pixel_coverage(case: Case, kind: str, least: str, most: str = "inf") -> bool:
    """Whether they have `least` to `most` pixels together."""
    pixels = _images(case).pixels.get(kind)
    return pixels is not None and number(least) <= pixels <= number(most)


def image_to_text_ratio(case: Case, kind: str, least: str, most: str) -> bool:
    """Whether there are at least `least` and less than `most` octets of text for each pixel."""
    pixels = _images(case).pixels.get(kind, 0)
    text = sum(len(line) for line in case.text)
    return bool(pixels and text) and number(least) <= text / pixels < number(most)


def image_size_exact(case: Case, kind: str, height: str, width: str) -> bool:
    """Whether an image is just so high and wide."""
    return (number(height), number(width)) in _images(case).sizes.get(kind, set())


def image_size_range(case: Case, kind: str, low: str, narrow: str, high: str = "inf", wide: str = "inf") -> bool:
    """Whether an image is at least so high and wide, and at most."""
    return any(
        number(low) <= height <= number(high) and number(narrow) <= width <= number(wide)
        for height, width in _images(case).sizes.get(kind, set())
    )


def image_named(case: Case, name: str) -> bool:
    """Whether an image is called so."""
    return name.encode("utf-8", "replace") in _images(case).names


def image_name_regex(case: Case, pattern: str) -> bool:
    """Whether the name of an image matches."""
    return any(matches(pattern, name, case.budget) for name in _images(case).names)


FUNCTIONS = (
    image_count,
    pixel_coverage,
    image_to_text_ratio,
    image_size_exact,
    image_size_range,
    image_named,
    image_name_regex,
)
