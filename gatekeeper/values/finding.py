"""finding: one thing a check noticed, with its weight and its evidence."""

from dataclasses import dataclass

from gatekeeper.values.action import Action
from gatekeeper.values.change import Change
from gatekeeper.values.reply import Reply


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` is the reason slug that follows it everywhere; `evidence` is for people and holds no line ends.

    `certain` settles the verdict whatever the score; `ACCEPT` there is an allow entry, which outweighs everything
    but a `danger` (a worm, a banned attachment). `reply` is the SMTP reply an operator's table dictates. `change`
    is made if the message goes on all the same. `secret`: the sender is not told the evidence.
    """

    name: str
    score: float = 0.0
    evidence: str = ""
    certain: Action | None = None
    danger: bool = False
    reply: Reply | None = None
    change: Change | None = None
    secret: bool = False
