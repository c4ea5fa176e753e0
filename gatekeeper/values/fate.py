"""fate: what became of the message for one recipient. Exactly one holds at any time (DESIGN: a reply is a promise)."""

from enum import StrEnum


class Fate(StrEnum):
    """`handed-over` is the MTA's promise (milter, pipe); `held` ends as `released`, `deleted` or `expired`.

    `unconfirmed`: we acted, but the client may not have read our reply. `uncertain`: the next hop may have taken it.
    """

    REFUSED = "refused"
    HANDED_OVER = "handed-over"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    DISCARDED = "discarded"
    HELD = "held"
    RELEASED = "released"
    DELETED = "deleted"
    EXPIRED = "expired"
    UNCONFIRMED = "unconfirmed"
    UNCERTAIN = "uncertain"
