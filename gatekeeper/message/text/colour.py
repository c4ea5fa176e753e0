"""colour: what CSS and old HTML call a colour, as red, green and blue from 0 to 255. Never raises."""

from functools import lru_cache

from gatekeeper.message.text.patterns import RGB

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)

_NEAR = 12
"""By how much each part may differ in colours that the eye takes for one."""

_SEEN = 0.05
"""How opaque a colour is at least that can be seen."""

_NAMES = {
    name: (int(value[:2], 16), int(value[2:4], 16), int(value[4:], 16))
    for name, value in (
        pair.split("=")
        for pair in [
            "black=000000",
            "silver=c0c0c0",
            "gray=808080",
            "grey=808080",
            "white=ffffff",
            "maroon=800000",
            "red=ff0000",
            "purple=800080",
            "fuchsia=ff00ff",
            "magenta=ff00ff",
            "green=008000",
            "lime=00ff00",
            "olive=808000",
            "yellow=ffff00",
            "navy=000080",
            "blue=0000ff",
            "teal=008080",
            "aqua=00ffff",
            "cyan=00ffff",
            "orange=ffa500",
            "brown=a52a2a",
            "pink=ffc0cb",
            "gold=ffd700",
            "tan=d2b48c",
            "darkblue=00008b",
            "darkred=8b0000",
            "darkgreen=006400",
            "darkgray=a9a9a9",
            "darkgrey=a9a9a9",
            "dimgray=696969",
            "dimgrey=696969",
            "lightgray=d3d3d3",
            "lightgrey=d3d3d3",
            "gainsboro=dcdcdc",
            "whitesmoke=f5f5f5",
            "snow=fffafa",
            "ghostwhite=f8f8ff",
            "ivory=fffff0",
            "azure=f0ffff",
            "mintcream=f5fffa",
            "floralwhite=fffaf0",
            "seashell=fff5ee",
            "aliceblue=f0f8ff",
            "honeydew=f0fff0",
            "oldlace=fdf5e6",
            "linen=faf0e6",
            "cornsilk=fff8dc",
            "beige=f5f5dc",
            "lavender=e6e6fa",
            "lightyellow=ffffe0",
            "lightcyan=e0ffff",
            "midnightblue=191970",
            "steelblue=4682b4",
        ]
    )
}


def near(one: Colour, other: Colour) -> bool:
    """Whether text of one colour cannot be read on the other."""
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))


def css_colour(text: str) -> Colour | str | None:
    """A colour of CSS, in lower case; `"transparent"` if nothing of it is seen, None if it is none that we know."""
    word = text.removesuffix("!important").strip()
    if word.startswith("#"):
        return _hexadecimal(word[1:])
    if word == "transparent":
        return word
    if not word.startswith("rgb"):
        return _NAMES.get(word)
    parts = RGB.match(word)
    if parts is None:
        return None
    try:
        alpha = float(parts[5] or 1) / (100 if parts[6] else 1)
        red, green, blue = (min(255, round(float(parts[n]) * (2.55 if parts[2] else 1))) for n in (1, 3, 4))
    except ValueError:
        return None
    return (red, green, blue) if alpha > _SEEN else "transparent"


def _hexadecimal(digits: str) -> Colour | str | None:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    try:
        value = int(digits, 16)
    except ValueError:
        return None
    if len(digits) == 8:
        return "transparent" if value & 255 < _SEEN * 255 else _parts(value >> 8)
    return _parts(value) if len(digits) == 6 else None


def _parts(value: int) -> Colour:
    return value >> 16 & 255, value >> 8 & 255, value & 255


def html_colour(text: str) -> Colour | None:
    """The value of `bgcolor` or `<font color>`, however wrong (HTML Standard, rules for parsing a legacy colour)."""
    return _html_colour(text.strip().lower()[:128])


@lru_cache(maxsize=256)
def _html_colour(word: str) -> Colour | None:
    """A page has few colours, and says each often."""
    if not word or word == "transparent":
        return None
    if word in _NAMES:
        return _NAMES[word]
    if len(word) == 4 and word[0] == "#":
        word = "#" + "".join(digit * 2 for digit in word[1:])
    digits = "".join(c if c in "0123456789abcdef" else "0" for c in word.removeprefix("#")) or "0"
    size = -(-len(digits) // 3)
    digits = digits.ljust(size * 3, "0")
    thirds = [digits[n : n + size][-8:] for n in (0, size, 2 * size)]
    while len(thirds[0]) > 2 and all(third[0] == "0" for third in thirds):
        thirds = [third[1:] for third in thirds]
    red, green, blue = (int(third[:2], 16) for third in thirds)
    return red, green, blue
