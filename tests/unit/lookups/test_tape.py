import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.lookups.tape import Steps, Tape
from gatekeeper.stores import encoding
from gatekeeper.stores.journal import Journal
from gatekeeper.values import (
    Absent,
    Acquainted,
    Anomaly,
    Answer,
    Band,
    Campaign,
    Client,
    Clue,
    Contents,
    Counted,
    Dns,
    Envelope,
    Exceeded,
    Exited,
    Failed,
    Found,
    Hit,
    Item,
    Judged,
    Known,
    Matched,
    Opened,
    Program,
    Pyzor,
    Question,
    Rate,
    Recipient,
    Record,
    Refused,
    Reputation,
    Reputed,
    Seen,
    Sighted,
    Suspended,
    TimedOut,
    Virus,
    Words,
    Yara,
    new_id,
)

LISTED = Dns("2.0.0.127.list.example")
MAILBOX = Recipient("bob@example.org")
SAMPLES: dict[Question, Answer] = {
    LISTED: Found(("127.0.0.2", "127.0.0.4")),
    Dns("example.net", "MX"): TimedOut("3 s"),
    Dns("refused.example", "TXT"): Refused("REFUSED"),
    Dns("broken.example"): Failed("SERVFAIL"),
    MAILBOX: Absent(),
    Contents("b0b", ("bomb.zip",)): Exceeded("memory"),
    Contents("5e1f", ("a.zip",)): Opened(
        Item("", ("a.zip",), "zip", 9, "5e1f", (Anomaly("zip.overlap"),), (), (Item("zip:b", ("b",), "exe", 1, "c0"),))
    ),
    Words("5e1f"): Judged(0.99, Band.SPAM, 0.9999, 4.5, (9, 8), "7", (Clue("subj:pills", 9, 0, 0.998),)),
    Virus("5e1f"): Suspended("switched off"),
    Yara("5e1f"): Matched((Hit("Worm", 0, 2.5, "reject"),)),
    Pyzor("5e1f", "public.example", 24441): Found(("5", "1")),
    Campaign("text", "5e1f"): Absent(),
    Known("ann@firm.test", "ann doe", ("bob@example.org",), "5e1f", ("c0de",), True): Acquainted(
        2, 3, 1.7e9, True, True, ("ann@other.test",)
    ),
    Reputation("domain:firm.test"): Reputed(41.2, 0.3, 1.0, 0.5),
    Seen("domain:firm.test ann@firm.test example.org", 300.0, 600.0, 900.0): Sighted(312.5, True),
    Rate("client:192.0.2.1", 100, 3600.0): Counted(100.5),
    Program("/usr/bin/test", ("-n", "a"), "5e1f"): Exited(1),
}


def _record(tape: dict[Question, Answer]) -> Record:
    return Record(Envelope(new_id(), "smtp", Client(), None), {}, {}, tuple(tape.items()))


def _judge() -> Steps[list[Answer]]:
    """Asks in two rounds, the second time by what it heard in the first."""
    first = yield frozenset({LISTED, Dns("broken.example")})
    if isinstance(first[LISTED], Found):
        second = yield frozenset({MAILBOX})
        return [first[LISTED], second[MAILBOX]]
    return [first[LISTED]]


def test_the_samples_have_every_kind() -> None:
    """Fails when a type is added to `values` without a sample here."""
    assert {type(question) for question in SAMPLES} == set(get_args(Question))
    assert {type(answer) for answer in SAMPLES.values()} == set(get_args(Answer))


@pytest.mark.parametrize(("question", "answer"), SAMPLES.items(), ids=str)
def test_each_kind_survives_as_json(question: Question, answer: Answer) -> None:
    rows = json.loads(json.dumps(Tape(_record({question: answer})).rows()))
    assert encoding.tape(rows) == ((question, answer),)


@given(
    st.dictionaries(
        st.builds(Dns, st.text(max_size=9), st.sampled_from(["A", "TXT"])) | st.builds(Recipient, st.text(max_size=9)),
        st.builds(Found, st.lists(st.text(max_size=9)).map(tuple)) | st.builds(TimedOut, st.text(max_size=9)),
        max_size=5,
    )
)
def test_any_tape_survives_as_json(tape: dict[Question, Answer]) -> None:
    rows = json.loads(json.dumps(Tape(_record(tape)).rows()))
    assert dict(encoding.tape(rows)) == tape


def test_a_message_is_judged_again_from_the_journal(tmp_path: Path) -> None:
    record = _record(SAMPLES)
    journal = Journal(tmp_path / "journal.db")
    journal.record(record)
    journal.flush()
    kept = journal.get(record.envelope.id)
    journal.close()
    assert kept is not None
    tape = Tape(kept)
    assert tape.replay(_judge()) == [SAMPLES[LISTED], SAMPLES[MAILBOX]]
    assert tape.missed == set()


def test_what_was_not_asked_then_is_failed_now() -> None:
    tape = Tape(_record({LISTED: Found()}))
    assert tape.replay(_judge()) == [Found(), Failed("not on the tape")]
    assert tape.missed == {MAILBOX, Dns("broken.example")}


def test_steps_that_ask_nothing_end_at_once() -> None:
    def silent() -> Steps[str]:
        return "done"
        yield

    assert Tape(_record({})).replay(silent()) == "done"
