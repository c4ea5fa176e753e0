"""stage: the order in which a message is looked at, cheapest evidence first."""

from enum import Enum


class Stage(Enum):
    """One step of `pipeline/stages.py`; a check says at which it runs."""

    CONNECT = "connect"
    HELO = "helo"
    SENDER = "sender"
    RECIPIENT = "recipient"
    HEADER = "header"
    BODY = "body"
    ATTACHMENT = "attachment"
    CONTENT = "content"
    LAST = "last"
