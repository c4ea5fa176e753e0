"""traits: facts about a message that no pattern finds, each a small function that yields evidence. For rules.

A trait asks nobody, never fails, and does work that is bounded whatever the message is.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from gatekeeper.traits import authors, bodies, dates, fields, hops, ids, pages, recipients, subjects, urls
from gatekeeper.traits.letter import Letter
from gatekeeper.traits.places import text_at
from gatekeeper.values import spelt_out

__all__ = ["TRAITS", "Letter", "Trait", "evidence", "text_at"]

Trait = Callable[[Letter], Iterable[str]]
"""What shows that the message has this trait; nothing if it has not."""

_FAMILIES = (dates, hops, ids, fields, authors, recipients, subjects, bodies, pages, urls)

TRAITS: Mapping[str, Trait] = {name: trait for family in _FAMILIES for name, trait in family.TRAITS.items()}
"""By the name by which a rule asks for it."""

_MOST, _LONGEST = 3, 80


def evidence(trait: str, letter: Letter) -> str | None:
    """What shows it, for people; None if the message has not this trait."""
    found = iter(TRAITS[trait](letter))
    first = next(found, None)  # mostly there is none, and that is to take no time
    return (
        None if first is None else "; ".join(spelt_out(text, _LONGEST) for text in (first, *islice(found, _MOST - 1)))
    )
