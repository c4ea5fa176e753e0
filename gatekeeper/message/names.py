"""names: every file name that a reader may give a part.

From Content-Disposition `filename` and Content-Type `name`, and each in the other's place. Linear, never raises.
"""

from gatekeeper.message.content import Content
from gatekeeper.message.parameters import values_of
from gatekeeper.message.patterns import NAME_KEY


def names_of(content: Content) -> tuple[str, ...]:
    """Every plausible name, without duplicates, the plainest reading first."""
    return values_of((*content.dispositions, *content.types), NAME_KEY)
