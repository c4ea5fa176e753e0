"""names: every file name that a reader may give a part.

From Content-Disposition `filename` and Content-Type `name`, and each in the other's place. Linear, never raises.
"""

from gatekeeper.message.budget import Budget
from gatekeeper.message.content import Content
from gatekeeper.message.parameters import Values, values_of
from gatekeeper.message.patterns import NAME_KEY


def names_of(content: Content, budget: Budget) -> Values:
    """Every plausible name, without duplicates, the standard's first."""
    return values_of((*content.dispositions, *content.types), NAME_KEY, budget)


def disagree(names: tuple[str, ...]) -> bool:
    """Whether these names of one part would be opened by different programs: their extensions differ."""
    return len({name.rstrip(" .").rpartition(".")[2].lower() for name in names}) > 1
