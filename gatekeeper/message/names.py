"""names: every file name that a reader may give a part.

From Content-Disposition `filename` and Content-Type `name`, and each in the other's place. Linear, never raises.
"""

from collections.abc import Iterable

from gatekeeper.message.budget import Budget
from gatekeeper.message.content import Content
from gatekeeper.message.header import Field
from gatekeeper.message.parameters import Values, values_of
from gatekeeper.message.patterns import FILE_NAME, FOLD, NAME_KEY
from gatekeeper.message.words import decoded_words

_ELSEWHERE = frozenset({b"content-name", b"x-sun-data-name", b"content-description", b"content-location"})
_LONGEST = 1000
_LONG = 255
"""Where Windows, and mail programs on it, cut a name off."""


def names_of(content: Content, budget: Budget) -> Values:
    """Every plausible name, without duplicates, the standard's first."""
    names = values_of((*content.dispositions, *content.types), NAME_KEY, budget)
    if any(len(name) > _LONG for name in names.every):
        return names._replace(every=tuple(dict.fromkeys((*names.every, *(name[:_LONG] for name in names.every)))))
    return names


def names_elsewhere(fields: Iterable[Field]) -> tuple[str, ...]:
    """What readers call a part that has no name: Thunderbird knows Content-Name and X-Sun-Data-Name, others show the
    description or the end of the location, if it looks like a file's name.
    """
    found: dict[str, None] = {}
    for field in fields:
        if (key := field.name.lower()) in _ELSEWHERE:
            value = decoded_words(FOLD.sub(b"", field.value[:_LONGEST])).strip().strip("\"'<>")
            path = value.partition("://")[2] or "/" + value
            name = path.partition("/")[2].rpartition("/")[2] if key == b"content-location" else value
            if FILE_NAME.search(name):
                found[name] = None
    return tuple(found)


def endings(names: Iterable[str]) -> set[str]:
    """What these names end in, in lower case, where that is an extension."""
    found = (name.rstrip(" .\"'<>();,\0\r\n\t").rpartition(".") for name in names)
    return {last.lower() for stem, _, last in found if stem and last.isalnum()}


def disagree(names: tuple[str, ...]) -> bool:
    """Whether these names of one part would be opened by different programs: their extensions differ."""
    return len({name.rstrip(" .").rpartition(".")[2].lower() for name in names}) > 1
