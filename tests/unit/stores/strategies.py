"""Every record that can be, for hypothesis: text as it comes off the wire, scores without bound."""

from hypothesis import strategies as st

from gatekeeper.values import (
    Absent,
    Acquainted,
    Action,
    Anomaly,
    Authenticated,
    Band,
    Campaign,
    Client,
    Clue,
    Contents,
    Counted,
    Dns,
    Envelope,
    Exceeded,
    Failed,
    Fate,
    Finding,
    Found,
    Hit,
    Item,
    Judged,
    Known,
    Label,
    Matched,
    Opened,
    Outcome,
    Program,
    Pyzor,
    Rate,
    Recipient,
    Record,
    Refused,
    Reply,
    Reputation,
    Reputed,
    Seen,
    Sighted,
    Sketch,
    Suspended,
    TimedOut,
    Verdict,
    Virus,
    Words,
    Yara,
)

wire = st.one_of(
    st.text(alphabet="ab@.é\x00\n\"'%*", max_size=8),
    st.binary(max_size=6).map(lambda octets: octets.decode("utf-8", "surrogateescape")),
)
times = st.floats(0, 4e9)
scores = st.floats(allow_nan=False)
replies = st.builds(Reply, st.integers(200, 599), wire, st.tuples(wire))
findings = st.builds(
    Finding,
    wire,
    scores,
    wire,
    st.none() | st.sampled_from(Action),
    st.booleans(),
    st.none() | replies,
    secret=st.booleans(),
    result=st.none()
    | st.builds(
        Authenticated,
        st.sampled_from(("iprev", "spf", "dkim", "dmarc", "arc")),
        wire,
        wire,
        st.lists(st.tuples(wire, wire), max_size=2).map(tuple),
    ),
)
verdicts = st.builds(
    Verdict,
    st.sampled_from(Action),
    wire,
    scores,
    scores,
    st.tuples() | st.tuples(findings),
    st.none() | replies,
    learn=st.none() | st.sampled_from(Label),
)
clients = st.builds(Client, wire, wire, st.integers(0, 65535))
envelopes = st.builds(
    Envelope,
    st.text("0123456789abcdefghijklmnopqrstuvwxyz", min_size=13, max_size=13),
    wire,
    clients,
    st.none() | clients,
    st.booleans(),
    wire,
    wire,
    wire,
    wire,
    st.lists(wire, max_size=3).map(tuple),
    st.dictionaries(wire, wire, max_size=2),
    wire,
    times,
)
several = st.lists(wire, max_size=2).map(tuple)
questions = st.one_of(
    st.builds(Dns, wire, wire),
    st.builds(Virus, wire),
    st.builds(Yara, wire),
    st.builds(Program, wire, several, wire),
    st.builds(Recipient, wire),
    st.builds(Contents, wire, several, st.binary(max_size=6)),
    st.builds(Words, wire),
    st.builds(Campaign, wire, wire, st.just(Sketch("text", b"x", (1,)))),
    st.builds(Pyzor, wire, wire, st.integers(0, 65535)),
    st.builds(Known, wire, wire, several, wire, several, st.booleans()),
    st.builds(Reputation, wire),
    st.builds(Seen, wire, times, times, times),
    st.builds(Rate, wire, st.integers(1, 2**32), times),
)
counts = st.integers(0, 2**32)
clues = st.builds(Clue, wire, counts, counts, st.integers(0, 10_000).map(lambda n: n / 10_000))
judged = st.builds(
    Judged,
    st.floats(0, 1),
    st.sampled_from(Band),
    st.floats(0, 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.tuples(counts, counts),
    wire,
    st.lists(clues, max_size=2).map(tuple),
    st.booleans(),
)
items: st.SearchStrategy[Item] = st.recursive(
    st.just(()),
    lambda below: st.lists(
        st.builds(
            Item,
            wire,
            several,
            wire,
            st.integers(0, 2**40),
            wire,
            st.lists(st.builds(Anomaly, wire, wire), max_size=2).map(tuple),
            several,
            below,
            several,
        ),
        max_size=2,
    ).map(tuple),
    max_leaves=4,
).map(lambda inner: Item("", (), "zip", 0, "", items=inner))
hits = st.builds(Hit, wire, st.integers(0, 200), st.none() | st.floats(-99, 99), wire)
answers = st.one_of(
    st.builds(Matched, st.lists(hits, max_size=2).map(tuple)),
    st.builds(Found, several, st.integers(0, 2**31)),
    st.builds(Absent),
    st.builds(TimedOut, wire),
    st.builds(Refused, wire),
    st.builds(Suspended, wire),
    st.builds(Failed, wire),
    st.builds(Exceeded, wire),
    st.builds(Opened, items),
    judged,
    st.builds(Acquainted, counts, counts, times, st.booleans(), st.booleans(), several),
    st.builds(Reputed, times, times, times, times),
    st.builds(Sighted, times, st.booleans()),
    st.builds(Counted, times),
)
outcomes = st.builds(Outcome, st.sampled_from(Fate), wire, wire)
records = st.builds(
    Record,
    envelopes,
    st.dictionaries(wire, verdicts, max_size=3),
    st.dictionaries(wire, outcomes, max_size=3),
    st.lists(st.tuples(questions, answers), max_size=3).map(tuple),
    st.integers(0, 2**40),
    wire,
    wire,
    st.lists(wire, max_size=2).map(tuple),
    times,
)
