"""action: the six things that a gateway can do with a message for one recipient."""

from enum import StrEnum


class Action(StrEnum):
    """From `accept` to `discard`; `tag` is accept with the reason in the header."""

    ACCEPT = "accept"
    TAG = "tag"
    QUARANTINE = "quarantine"
    REJECT = "reject"
    DEFER = "defer"
    DISCARD = "discard"

    @property
    def hands_on(self) -> bool:
        """The message goes to its next hop."""
        return self in (Action.ACCEPT, Action.TAG)
