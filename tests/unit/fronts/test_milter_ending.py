"""One answer for all recipients; what it says, who is removed, what is changed."""

import pytest

from gatekeeper.fronts.milter_ending import Ending, downwards, end, released
from gatekeeper.message.edit import Removed
from gatekeeper.values import Action, Client, Envelope, Fate, Outcome, Reply, Verdict, new_id

ENVELOPE = Envelope(new_id(), "milter", Client("192.0.2.1"), Client("192.0.2.1"))


def verdict(action: Action, reason: str = "why", **more: object) -> Verdict:
    return Verdict(action, reason, **more)


def ended(forged: tuple[Removed, ...] = (), **actions: Action) -> Ending:
    return end({name: verdict(action) for name, action in actions.items()}, ENVELOPE, "mx.example.org", forged)


def test_all_refused():
    ending = ended(a=Action.REJECT, b=Action.REJECT)
    assert ending.reply == Reply(550, "5.7.1", (f"Message refused [why] ({ENVELOPE.id})",))
    assert {outcome.fate for outcome in ending.outcomes.values()} == {Fate.REFUSED}
    assert ending.outcomes["a"].reply == str(ending.reply)
    assert (ending.without, ending.insert, ending.discard, ending.held) == ((), (), False, ())


def test_all_deferred():
    ending = ended(a=Action.DEFER)
    assert ending.reply is not None
    assert (ending.reply.code, ending.reply.status) == (451, "4.7.1")


def test_passing_mail_gets_our_fields_and_loses_forged_ones():
    forged = (Removed(b"X-Spam-Flag", 1, b" NO"), Removed(b"x-spam-flag", 2, b" NO"), Removed(b"X-Spam-Level", 1, b""))
    ending = ended(forged, a=Action.ACCEPT, b=Action.TAG)
    assert ending.reply is None
    assert not ending.discard
    assert [(field.name.lower(), field.nth) for field in ending.remove] == [
        (b"x-spam-level", 1),
        (b"x-spam-flag", 2),
        (b"x-spam-flag", 1),
    ]
    names = [name for name, _ in ending.insert]
    assert names[0] == b"X-Gatekeeper-Id"
    assert b"X-Gatekeeper-Reason" in names  # the sternest verdict speaks for all
    assert {outcome.fate for outcome in ending.outcomes.values()} == {Fate.HANDED_OVER}


@pytest.mark.parametrize(("action", "fate"), [(Action.QUARANTINE, Fate.UNCONFIRMED), (Action.DISCARD, Fate.DISCARDED)])
def test_some_kept_back_are_removed_and_the_rest_get_it(action, fate):
    ending = ended(a=Action.ACCEPT, b=action, c=Action.TAG)
    assert ending.without == ("b",)
    assert not ending.discard
    assert ending.insert
    assert ending.outcomes == {"a": Outcome(Fate.HANDED_OVER), "b": Outcome(fate), "c": Outcome(Fate.HANDED_OVER)}
    assert ending.held == (("b",) if action is Action.QUARANTINE else ())


def test_if_nobody_gets_it_the_mta_discards_it():
    ending = ended(a=Action.QUARANTINE, b=Action.DISCARD)
    assert ending.discard
    assert ending.reply is None
    assert ending.held == ("a",)
    assert ending.insert == ()


def test_a_release_passes_without_our_fields():
    own = (Removed(b"X-Gatekeeper-Release", 1, b" token"), Removed(b"X-Spam-Flag", 1, b" YES"))
    ending = released(("a",), own)
    assert ending == Ending({"a": Outcome(Fate.HANDED_OVER)}, remove=downwards(own))
