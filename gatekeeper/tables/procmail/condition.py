r"""condition: what stands behind a `*` in a recipe (procmailrc(5), procmailsc(5)), taken apart.

One with a `$` in front is not known before the message is: it is an `Unfilled`, and is read again once it is filled in.
What cannot be read is a `PatternError` or a `WordsError`, which say what helps.
"""

from dataclasses import dataclass, replace

import re2

from gatekeeper.tables.procmail.macros import spelt_out
from gatekeeper.tables.procmail.pattern import Pattern, read_pattern
from gatekeeper.tables.procmail.source import Source
from gatekeeper.tables.procmail.words import Mode, Pieces, read_words

_NUMBER = re2.compile(r"[ \t]*([-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+))")
_AREA = re2.compile(r"([A-Za-z_][A-Za-z0-9_]*)[ \t]*\?\?[ \t]*")
_BLANKS = " \t"
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Weight:
    """`w^x`: what the first match counts, and by what each one more is multiplied."""

    weight: float
    exponent: float


@dataclass(frozen=True, slots=True)
class Where:
    """What stands in front of a condition. `area` is `H`, `B`, `HB`, a variable's name, or empty: the recipe's."""

    area: str = ""
    negated: bool = False
    weight: Weight | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """An expression; None is the empty one, which matches whatever the text."""

    where: Where
    pattern: Pattern | None


@dataclass(frozen=True, slots=True)
class Size:
    """`<` or `>` a number."""

    where: Where
    sign: str
    number: Pieces


@dataclass(frozen=True, slots=True)
class Exit:
    """`?`: how the program ends."""

    where: Where
    line: str


@dataclass(frozen=True, slots=True)
class Unfilled:
    """`$`: to be filled in, then read with `where` as it is so far."""

    where: Where
    pieces: Pieces


Condition = Matches | Size | Exit | Unfilled


def read_condition(text: str, case: bool, where: Where = Where()) -> Condition:  # frozen
    """`text` is what stands behind the `*`, in Latin-1, with the ends of continued lines in it."""
    text = text.rstrip(_BLANKS)
    while True:
        number = _weight(text)
        area = _AREA.match(text)
        if number:
            weight, text = number
            where = replace(where, weight=weight)
        elif text.startswith("!"):
            where, text = replace(where, negated=not where.negated), text[1:].lstrip(_BLANKS)
        elif area:
            where, text = replace(where, area=area[1]), text[area.end() :]
        else:
            return _condition(text, case, where)


def _condition(text: str, case: bool, where: Where) -> Condition:
    match text[:1]:
        case "$":
            return Unfilled(where, read_words(Source(squeezed(text[1:])), Mode.WHOLE, quoted=True))
        case "?":
            return Exit(where, text[1:])
        case "<" | ">" as sign:
            return Size(where, sign, read_words(Source(text[1:]), Mode.WHOLE))
    expression, caseless = spelt_out(squeezed(text))
    expression = expression.removeprefix("\\") if text.startswith("\\") else expression
    return Matches(where, read_pattern(expression, case and not caseless) if expression else None)


def _weight(text: str) -> tuple[Weight, str] | None:
    """The weight in front of `text`, and what follows it."""
    weight = _NUMBER.match(text) if text[:1] and text[0] in "0123456789-+.," else None
    rest = text[weight.end() :].lstrip(_BLANKS) if weight else ""
    exponent = _NUMBER.match(rest[1:]) if rest.startswith("^") else None
    if weight is None or exponent is None:
        return None
    values = (float(found[1].replace(",", ".")[:_LONGEST_NUMBER]) for found in (weight, exponent))
    return Weight(*values), rest[1 + exponent.end() :].lstrip(_BLANKS)


def squeezed(text: str) -> str:
    """Without the ends of continued lines and the blanks that the next one begins with."""
    *continued, last = (line.lstrip(_BLANKS) if n else line for n, line in enumerate(text.split("\n")))
    return "".join(line[:-1] if line.endswith("\\") else f"{line}\n" for line in continued) + last
