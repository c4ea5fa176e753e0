"""handover: one reply for all recipients."""

import pytest

from gatekeeper.relay.handover import ANOTHER_REFUSED, Ending, Handover, client_reply
from gatekeeper.values import Fate, Reply

QUEUED = Reply(250, "2.6.0", ("Queued",))
UNKNOWN = Reply(550, "5.1.1", ("Unknown",))
FULL = Reply(452, "4.2.2", ("Full",))
GOODBYE = Reply(421, "4.3.2", ("Going down",))


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([QUEUED, QUEUED], QUEUED),
        ([UNKNOWN, UNKNOWN], UNKNOWN),
        ([UNKNOWN, ANOTHER_REFUSED], ANOTHER_REFUSED),
        ([UNKNOWN, FULL], FULL),
        ([FULL], FULL),
        ([GOODBYE], Reply(451, "4.3.2", ("Going down",))),
    ],
)
def test_the_clients_reply(replies: list[Reply], expected: Reply) -> None:
    assert client_reply([Handover("a@b", Ending.REFUSED, reply) for reply in replies]) == expected


@pytest.mark.parametrize(
    ("ending", "fate"),
    [
        (Ending.DELIVERED, Fate.DELIVERED),
        (Ending.UNCERTAIN, Fate.UNCERTAIN),
        (Ending.REFUSED, Fate.REFUSED),
        (Ending.WITHHELD, Fate.REFUSED),
        (Ending.UNREACHABLE, Fate.REFUSED),
    ],
)
def test_fates(ending: Ending, fate: Fate) -> None:
    assert Handover("a@b", ending, QUEUED).fate is fate
