"""insides: which decodings of a part are archives or documents, as the questions that open them. It cannot fail.

HTML, SVG and scripts are read where they stand (`active`), so that an ordinary mail needs no other process.
"""

from collections.abc import Iterable
from hashlib import sha256

from gatekeeper.message.decode import Decoding
from gatekeeper.message.kinds import KINDS, hidden
from gatekeeper.values import Contents

ASKED = frozenset(slug for slug, kind in KINDS.items() if kind.opened) - {"html", "svg", "script"}
"""The kinds that are asked about."""


def insides_of(decodings: Iterable[Decoding], kinds: Iterable[str], names: tuple[str, ...]) -> tuple[Contents, ...]:
    """One question for each decoding that is a container, or hides one (`kinds.hidden`).

    A file inside a text has its own name, others the part's.
    """
    return tuple(
        Contents(sha256(found.data).hexdigest(), (found.name,) if found.name else names, found.data)
        for found, kind in zip(decodings, kinds, strict=True)
        if kind in ASKED or hidden(found.data, kind)
    )
