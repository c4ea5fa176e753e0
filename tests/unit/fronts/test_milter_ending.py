"""One answer for all recipients; what it says, who is removed, what is changed."""

import pytest

from gatekeeper.fronts.milter_ending import Ending, by_milter, downwards, end, released
from gatekeeper.message.edit import Edit, Removed, edited
from gatekeeper.message.line_edits import fitted
from gatekeeper.quarantine.hold import UNTOLD
from gatekeeper.values import (
    Action,
    Client,
    Envelope,
    Fate,
    LineEdit,
    Orders,
    Outcome,
    Reply,
    Verdict,
    new_id,
)

ENVELOPE = Envelope(new_id(), "milter", Client("192.0.2.1"), Client("192.0.2.1"))


def verdict(action: Action, reason: str = "why", **more: object) -> Verdict:
    return Verdict(action, reason, **more)


def ended(forged: tuple[Removed, ...] = (), **actions: Action) -> Ending:
    verdicts = {name: verdict(action) for name, action in actions.items()}
    return end(verdicts, ENVELOPE, "mx.example.org", Edit([], list(forged)))


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
    kept = Outcome(fate, reply=UNTOLD if fate is Fate.UNCONFIRMED else "")
    assert ending.outcomes == {"a": Outcome(Fate.HANDED_OVER), "b": kept, "c": Outcome(Fate.HANDED_OVER)}
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


RAW = b"A: 1\r\nB: 2\r\na: 3\r\nC: 4\r\n\r\nbody\r\n"


def relined(*edits: LineEdit) -> Ending:
    lines = by_milter(RAW, fitted(RAW, edits))
    edit = edited(RAW, fields=lines.fields)
    return end({"a@b": verdict(Action.ACCEPT)}, ENVELOPE, "mx.example.org", edit, lines=lines)


def test_fields_are_changed_in_their_place_and_others_go_to_the_top():
    ending = relined(
        LineEdit(0, 6),
        LineEdit(6, 6, b"Put: x\r\n"),
        LineEdit(12, 18, b"A:  three\r\n four\r\n"),
        LineEdit(18, 24, b"Renamed: 4\r\n"),
        LineEdit(26, 32, b"other\r\n"),
        LineEdit(0, 0, b"Top:y\r\n"),
    )
    assert ending.change == ((b"a", 2, b"  three\r\n four"),)
    assert [(field.name, field.nth) for field in ending.remove] == [(b"C", 1), (b"A", 1)]
    assert ending.insert[-3:] == ((b"Top", b"y"), (b"Put", b"x"), (b"Renamed", b"4"))
    assert b"".join(ending.body) == b"other\r\n"
    assert ending.changed == ()  # the original is not kept for this
    assert relined(LineEdit(0, 6)).body == ()


def rerouted(orders: Orders, **actions: Action) -> Ending:
    verdicts = {f"{name}@b": verdict(action) for name, action in actions.items()}
    return end(verdicts, ENVELOPE, "mx.example.org", Edit([], []), orders=orders)


def test_a_redirection_removes_all_and_adds_one():
    ending = rerouted(Orders(redirect="x@b", copies=("y@b",)), a=Action.ACCEPT, b=Action.QUARANTINE)
    assert (ending.without, ending.add) == (("a@b", "b@b"), ("x@b",))
    assert {address: outcome.fate for address, outcome in ending.outcomes.items()} == {
        "a@b": Fate.HANDED_OVER, "b@b": Fate.UNCONFIRMED
    }  # fmt: skip


def test_a_redirection_to_one_of_them_leaves_that_one():
    ending = rerouted(Orders(redirect="A@b"), a=Action.ACCEPT, b=Action.ACCEPT)
    assert (ending.without, ending.add) == (("b@b",), ())


def test_a_redirection_to_who_is_held_brings_him_what_was_for_the_others():
    ending = rerouted(Orders(redirect="b@b"), a=Action.ACCEPT, b=Action.QUARANTINE)
    assert (ending.without, ending.add) == (("a@b",), ())  # removed and added again it might be lost
    assert ending.held == ("b@b",)


def test_a_copy_is_one_more_unless_it_is_there():
    ending = rerouted(Orders(copies=("y@b", "A@b")), a=Action.ACCEPT)
    assert (ending.without, ending.add) == ((), ("y@b",))
    assert ending.outcomes["y@b"] == Outcome(Fate.HANDED_OVER)
