"""traits: facts about a message that no pattern finds, each a small function that yields evidence. For rules.

A trait asks nobody, never fails, and does work that is bounded whatever the message is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from gatekeeper.traits import authors, bodies, dates, fields, hops, ids, pages, recipients, subjects, urls
from gatekeeper.traits.letter import Letter
from gatekeeper.traits.places import text_at
from gatekeeper.values import spelt_out

__all__ = ["TRAITS", "Letter", "Trait", "present", "text_at"]

Trait = Callable[[Letter], Iterable[str]]
"""What shows that the message has this trait; nothing if it has not."""

_FAMILIES = (dates, hops, ids, fields, authors, recipients, subjects, bodies, pages, urls)

TRAITS: Mapping[str, Trait] = {name: trait for family in _FAMILIES for name, trait in family.TRAITS.items()}
"""By the name by which a rule asks for it."""

_OF_PAGES, _OF_URLS = frozenset(pages.TRAITS), frozenset(urls.TRAITS)
_MOST, _LONGEST = 3, 80


def present(traits: Iterable[str], letter: Letter) -> Iterator[tuple[str, str]]:
    """Those that the message has, each with what shows it, for people."""
    absent = _absent(letter)
    for trait in traits:
        if trait not in absent:
            for first in (found := iter(TRAITS[trait](letter))):  # mostly there is none, and that is to take no time
                yield trait, "; ".join(spelt_out(text, _LONGEST) for text in (first, *islice(found, _MOST - 1)))
                break


def _absent(letter: Letter) -> frozenset[str]:
    """Traits of what the message does not have at all."""
    return (frozenset() if pages.any_in(letter) else _OF_PAGES) | (frozenset() if letter.text.urls else _OF_URLS)
