"""learning_report: what became of messages that were to be learnt or forgotten, and what is known now.

Fails with `StoreError` if that cannot be read.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import click

from gatekeeper.app.learning import Learning, Learnt
from gatekeeper.classifier.bands import FEWEST
from gatekeeper.cli import showing
from gatekeeper.stores import model_file


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the classifier knows: messages, distinct words, its cut-offs, whether they are fitted, and why or why not;
    what they would have done to the newest messages, judged before they were learnt, in words.
    """

    spam: int
    ham: int
    words: int
    enough: bool
    why: str
    behind: bool
    cutoffs: Mapping[str, float] = field(default_factory=dict)
    tried: str = ""

    @classmethod
    def of(cls, learning: Learning) -> "Knowledge":
        """As it is served."""
        state = learning.training.state()
        card = model_file.read_card(learning.directory) or {}
        measured, asked = card.get("measured", {}), card.get("asked", {})
        ready = min(state.spam, state.ham) >= FEWEST
        own = bool(asked.get("spam_cutoff") or asked.get("ham_cutoff"))
        if not ready:
            why = f"all mail is unsure until {FEWEST} spam and {FEWEST} ham are learnt"
        else:
            why = "the configuration says so" if own else measured.get("why", "")
        enough = ready and bool(measured.get("enough"))
        cutoffs = card.get("cutoffs", {}) if ready else {}
        tried = _tried(measured) if ready and not own else ""
        return cls(state.spam, state.ham, card.get("words", 0), enough, why, learning.behind, cutoffs, tried)


def _tried(measured: Mapping[str, Any]) -> str:
    if not (measured.get("spam") and measured.get("ham")):
        return ""
    spam, ham = (
        f"{measured[done]:,} of the newest {measured[of]:,}" for done, of in (("missed", "spam"), ("blocked", "ham"))
    )
    return f"{spam} spam not blocked, {ham} ham blocked; gatekeeper evaluate thresholds shows other choices"


_ROWS = {
    "learnt": "learnt",
    "moved": "of them moved from the other class",
    "right": "judged rightly, not learnt",
    "known": "known already",
    "refused": "refused: more than one teacher may teach",
    "forgotten": "forgotten",
    "unknown": "never learnt",
    "unreadable": "could not be read",
    "rounds": "rounds",
}


_SIDES = {"spam": "spam from", "ham": "ham up to"}


def tell(counted: Mapping[str, int], knowledge: Knowledge, as_json: bool, left: int | None = None) -> None:
    """The end of a command. `counted` are numbers of messages by what became of them; `left` were not looked at, if it
    was interrupted.
    """
    if as_json:
        click.echo(
            showing.json_line({**counted, "interrupted": left is not None, "left": left or 0, **asdict(knowledge)})
        )
        return
    always = {"learnt", "forgotten"}
    facts: list[tuple[str, object]] = [
        (_ROWS[name], f"{counted[name]:,}") for name in _ROWS if name in counted and (counted[name] or name in always)
    ]
    facts += [
        ("spam known", f"{knowledge.spam:,}"),
        ("ham known", f"{knowledge.ham:,}"),
        ("words known", f"{knowledge.words:,}"),
        (
            "cut-offs",
            ", ".join(f"{_SIDES[side]} {knowledge.cutoffs[side]:.6g}" for side in _SIDES if side in knowledge.cutoffs),
        ),
        ("because", knowledge.why),
        ("before learning", knowledge.tried),
        ("linear model", "behind: it still knows what was forgotten" if knowledge.behind else ""),
    ]
    showing.pairs(showing.console(), facts)
    if left is not None:
        kept = f"interrupted: what was learnt is kept; {left:,} messages were not looked at"
        click.echo(f"gatekeeper: {kept}. Run it again to go on: what is known is passed over", err=True)


def counts_of(learnt: Learnt) -> dict[str, int]:
    """The numbers of one round."""
    return {name: getattr(learnt, name) for name in ("learnt", "moved", "known", "refused", "right")}
