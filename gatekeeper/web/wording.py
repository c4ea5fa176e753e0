"""wording: what stands in messages and stores as people read it on a page: unseen letters spelt out, sizes, times.

Filters for templates. What they return is either plain text, which the template escapes, or `Markup` with everything of
a sender's escaped in it. They cannot fail.
"""

import time
from datetime import datetime
from itertools import groupby
from unicodedata import name

from markupsafe import Markup, escape

_KEPT = "\n\t"
_UNSEEN = Markup('<span class="unseen" title="{}">{}</span>')
_TIME = Markup('<time datetime="{}" title="{}">{}</time>')
_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_DAY = 86_400


def spelt(text: str) -> Markup:
    """`text` with what cannot be seen, or would turn its direction, as `U+202E`."""
    if all(letter.isprintable() or letter in _KEPT for letter in set(text)):
        return escape(text)
    runs = groupby(text, lambda letter: "" if letter.isprintable() or letter in _KEPT else letter)
    return Markup("").join(_unseen(odd, len(list(run))) if odd else escape("".join(run)) for odd, run in runs)


def _unseen(letter: str, times: int) -> Markup:
    shown = f"U+{ord(letter):04X}" + (f"×{times}" if times > 1 else "")  # noqa: RUF001  # the sign for times
    return _UNSEEN.format(name(letter, "control character").lower(), shown)


def size(octets: int) -> str:
    """A size for people."""
    amount, unit = float(octets), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {_UNITS[unit]}" if unit == 0 or amount >= 10 else f"{amount:.1f} {_UNITS[unit]}"


def when(seconds: float) -> Markup:
    """A time as short as it is clear; whole for who points at it, and for programs."""
    moment = datetime.fromtimestamp(seconds).astimezone()
    recent = seconds > time.time() - 150 * _DAY
    today = moment.date() == datetime.now().astimezone().date()
    short = moment.strftime("%H:%M" if today else "%-d %b %H:%M" if recent else "%Y-%m-%d")
    return _TIME.format(moment.isoformat("T", "seconds"), moment.strftime("%A, %-d %B %Y, %H:%M:%S %Z"), short)
