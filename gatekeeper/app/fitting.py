"""fitting: what hits each labelled message, made ready for the fit; and what was fitted, written down.

It cannot fail.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from gatekeeper.app.rule_hits import findings
from gatekeeper.classifier.rule_fit import Fitted, Labelled
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.tables.rule_set import RuleSet


class Found(msgspec.Struct, frozen=True, array_like=True):
    """The rules that hit one message, and what all else that was found weighs."""

    rules: tuple[str, ...]
    points: float


@dataclass(slots=True)
class Sheet:
    """Messages with their label and the number of the collection that they are of."""

    found: list[Found] = field(default_factory=list)
    spam: list[bool] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)

    def add(self, found: Found, spam: bool, source: int) -> None:
        """One more message."""
        self.found.append(found)
        self.spam.append(spam)
        self.sources.append(source)

    def labelled(self, names: Sequence[str]) -> Labelled:
        """As the fit takes it, with a column for each of `names`."""
        columns = {name: column for column, name in enumerate(names)}
        hits = np.zeros((len(self.found), len(names)), bool)
        for row, found in enumerate(self.found):
            hits[row, [columns[name] for name in found.rules]] = True
        points = np.array([found.points for found in self.found])
        return Labelled(tuple(names), hits, points, np.array(self.spam, bool), np.array(self.sources))

    def counts(self, name: str) -> tuple[int, int]:
        """How many spam and ham messages a rule hits."""
        hit = [spam for found, spam in zip(self.found, self.spam, strict=True) if name in found.rules]
        return sum(hit), len(hit) - sum(hit)


def found_in(raw: bytes, inspection: Inspection, rules: RuleSet) -> Found:
    """What is found in a message by whoever needs to ask nobody."""
    all_found = findings(raw, inspection)
    hit = dict.fromkeys(finding.name for finding in all_found if finding.name in rules.scores)
    return Found(tuple(hit), sum(finding.score for finding in all_found if finding.name not in hit))


def scores_text(fitted: Fitted, told: Iterable[str]) -> str:
    """The file of scores; `told` is what stands above them."""
    above = "".join(f"# {line}\n" for line in told)
    return above + "\n[scores]\n" + "".join(f"{name} = {fitted.scores[name]}\n" for name in sorted(fitted.scores))
