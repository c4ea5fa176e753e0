"""finding: one thing a check noticed, with its weight and its evidence."""

from dataclasses import dataclass

from gatekeeper.values.action import Action
from gatekeeper.values.authenticated import Authenticated
from gatekeeper.values.change import Change
from gatekeeper.values.orders import Orders
from gatekeeper.values.reply import Reply


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` is the reason slug that follows it everywhere; `evidence` is for people and holds no line ends.

    `certain` settles the verdict whatever the score, but for `TAG`, which the score may raise; `ACCEPT` there is an
    allow entry, which outweighs everything but a `danger` (a worm, a banned attachment). `reply` is the SMTP reply an
    operator's table dictates. `change` is made and `orders` are carried out if the message goes on all the same.
    `secret`: the sender is not told the evidence. `result`: what a method of authentication says; it goes into
    Authentication-Results, and later checks go by it. `only_for`: the recipients it is about, as they stand in the
    envelope; nobody: it is about all. `awaits`: any one of these, had it vouched for the sender, would make an allow
    entry of it (`pipeline.vouching`).
    """

    name: str
    score: float = 0.0
    evidence: str = ""
    certain: Action | None = None
    danger: bool = False
    reply: Reply | None = None
    change: Change | None = None
    secret: bool = False
    result: Authenticated | None = None
    orders: Orders | None = None
    only_for: tuple[str, ...] = ()
    awaits: tuple[str, ...] = ()
