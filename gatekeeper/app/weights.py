"""weights: what an operator says a finding weighs, looked at before it is believed. Nothing here fails."""

import difflib
from collections.abc import Iterator, Mapping

from gatekeeper.pipeline.descriptions import DESCRIPTIONS
from gatekeeper.tables import Tables
from gatekeeper.values import Problem


def nameless(scores: Mapping[str, float], tables: Tables) -> Iterator[Problem]:
    """The names in `[scores]` that no finding has: nothing would come of them."""
    known = DESCRIPTIONS.keys() | tables.described.keys()
    for name in scores.keys() - known:
        near = difflib.get_close_matches(name, known, 1)
        remedy = f"did you mean {near[0]!r}?" if near else "`gatekeeper scan --report` shows the names of what it finds"
        yield Problem("scores", 0, "warning", f"nothing is called {name!r}", remedy)
