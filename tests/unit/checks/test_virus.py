"""The message and every reading of every part is asked about, once; names are certain, guesses are a score."""

import base64
import tempfile
from hashlib import sha256
from mmap import mmap

import pytest

from gatekeeper.checks.virus import FOUND, SUSPECTED, UNSCANNED, Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.pipeline.run import run_stage
from gatekeeper.tables import Tables
from gatekeeper.values import (
    Absent,
    Action,
    Answer,
    Client,
    Dependency,
    Envelope,
    Exceeded,
    Failed,
    Finding,
    Found,
    Item,
    Opened,
    Outage,
    Refused,
    Resort,
    Stage,
    Suspended,
    TimedOut,
    Virus,
)
from tests.messages import attached, malformed

ENVELOPE = Envelope("id", "test", Client(), None)
WORM = b"some bytes that are a worm"
ENCODED = base64.b64encode(WORM)
TWICE = b"Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + ENCODED
TABLE = {Dependency.ANTIVIRUS: dict.fromkeys(Outage, Resort.DEFER)}


def check(raw, **settings):
    return build(Settings(**settings), Tables())[Stage.CONTENT](Mail(ENVELOPE, message=parse(raw)))


def asked(raw, **settings) -> dict[Virus, bytes]:
    """What is scanned of a message."""
    return {question: question.data for question in next(check(raw, **settings))}


def found(raw, answers: dict[bytes, Answer], **settings) -> list[Finding]:
    """The findings if the engine says this of data that hold these bytes; the rest is clean."""
    steps = run_stage({"virus": lambda _: check(raw, **settings)}, Mail(ENVELOPE), {}, TABLE)
    questions = next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send(
            {q: next((said for data, said in answers.items() if data in bytes(q.data)), Absent()) for q in questions}
        )
    return end.value.value


def test_the_message_and_every_reading_are_asked_about():
    raw = attached("a.txt", WORM)
    assert set(asked(raw).values()) == {raw, b"See the attachment.", WORM}
    assert all(question.sha256 == sha256(data).hexdigest() for question, data in asked(raw).items())


def test_where_readers_disagree_each_reading_is_asked_about():
    assert set(asked(TWICE).values()) == {TWICE, ENCODED, WORM}


def test_the_same_bytes_are_asked_about_once():
    part = b"\r\n--b\r\nContent-Type: application/x\r\n\r\n" + WORM
    raw = b'Content-Type: multipart/mixed; boundary="b"\r\n' + part * 50 + b"\r\n--b--\r\n"
    assert set(asked(raw).values()) == {raw, WORM}


def test_what_is_empty_is_not_asked_about():
    assert set(asked(b"Subject: x\r\n\r\n").values()) == {b"Subject: x\r\n\r\n"}


def test_a_message_in_a_file_is_asked_about():
    with tempfile.TemporaryFile() as file:
        file.write(attached("a.txt", WORM))
        file.flush()
        with mmap(file.fileno(), 0) as raw:
            assert {sha256(data).hexdigest() for data in asked(raw).values()} == {q.sha256 for q in asked(raw)}
            assert raw in asked(raw).values()


@pytest.mark.parametrize("raw", malformed().values(), ids=malformed())
def test_messages_that_break_the_rules_are_asked_about(raw):
    assert raw in asked(raw).values()


def test_without_a_message_nothing_is_asked():
    assert list(build(Settings(), Tables())[Stage.CONTENT](Mail(ENVELOPE))) == []


def test_a_worm_is_refused_and_its_part_is_named():
    findings = found(attached("a.txt", WORM), {WORM: Found(("A.Worm",))})
    assert findings == [Finding(FOUND, 0.0, "A.Worm in 1.2", Action.REJECT, danger=True)]


def test_a_worm_that_many_readings_show_is_told_with_the_first_place():
    (finding,) = found(attached("a.txt", WORM), {b"": Found(("A.Worm",))})
    assert finding.evidence == "A.Worm in 1.1"


def test_a_worm_that_only_the_whole_message_shows():
    (finding,) = found(attached("a.txt", WORM), {b"Subject:": Found(("A.Worm",))})
    assert (finding.name, finding.evidence) == (FOUND, "A.Worm in the message")


@pytest.mark.parametrize("action", ["reject", "quarantine", "discard"])
def test_what_becomes_of_a_worm_is_set(action):
    (finding,) = found(attached("a.txt", WORM), {WORM: Found(("A.Worm",))}, found=action)
    assert finding.certain == Action(action)


def test_a_guess_is_a_score_unless_it_is_called_certain():
    raw, said = attached("a.txt", WORM), {WORM: Found(("Heuristics.Encrypted.Zip",))}
    assert found(raw, said) == [Finding(SUSPECTED, 6.0, "Heuristics.Encrypted.Zip in 1.2")]
    assert found(raw, said, heuristic_score=2.0)[0].score == 2.0
    assert found(raw, said, heuristics=["PUA."])[0].name == FOUND
    assert found(raw, said, heuristics=[])[0].name == FOUND


def test_a_guess_beside_a_worm():
    findings = found(attached("a.txt", WORM), {WORM: Found(("PUA.Tool", "A.Worm"))})
    assert [(finding.name, finding.evidence) for finding in findings] == [
        (FOUND, "A.Worm in 1.2"),
        (SUSPECTED, "PUA.Tool in 1.2"),
    ]


def test_of_many_names_some_are_told():
    (finding,) = found(attached("a.txt", WORM), {WORM: Found(tuple(f"Worm-{n}" for n in range(20)))})
    assert finding.evidence.count("Worm-") == 5


ZIP = b"PK\3\4 not much of one"


@pytest.mark.parametrize(("size", "findings"), [(1000, 0), (1001, 1)])
def test_a_member_that_the_engine_passes_over_is_told(size, findings):
    members = (Item("zip:a.exe", ("a.exe",), "exe", size, "c0de"), Item("zip:b.exe", ("b.exe",), "exe", size, "b0b"))
    item = Item("", ("a.zip",), "zip", 5000, "0", items=members)
    check = build(Settings(member=1000), Tables())[Stage.ATTACHMENT]
    steps = check(Mail(ENVELOPE, message=parse(attached("a.zip", ZIP))))
    (question,) = next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send({question: Opened(item)})
    told = [Finding(UNSCANNED, 3.0, "1.2/zip:a.exe is too large for the engine")]
    assert end.value.value == told[:findings]


def test_where_nothing_was_opened_no_member_is_too_large():
    check = build(Settings(member=1), Tables())[Stage.ATTACHMENT]
    assert list(check(Mail(ENVELOPE, message=parse(attached("a.txt", WORM))))) == []
    assert list(check(Mail(ENVELOPE))) == []
    steps = check(Mail(ENVELOPE, message=parse(attached("a.zip", ZIP))))
    (question,) = next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send({question: Failed("crashed")})
    assert end.value.value == []


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (Failed("down"), "antivirus-down"),
        (TimedOut("10 s"), "antivirus-timeout"),
        (Refused("no"), "antivirus-refused"),
        (Exceeded("too large"), "antivirus-limit"),
    ],
)
def test_no_answer_is_for_the_table_of_dependencies(answer, name):
    (finding,) = found(attached("a.txt", WORM), {b"": answer})
    assert (finding.name, finding.certain) == (name, Action.DEFER)


def test_a_worm_counts_though_something_else_has_no_answer():
    names = {f.name for f in found(attached("a.txt", WORM), {b"Subject:": Exceeded("x"), WORM: Found(("A.Worm",))})}
    assert names == {FOUND, "antivirus-limit"}


def test_an_engine_that_is_switched_off_is_no_evidence():
    assert found(attached("a.txt", WORM), {b"": Suspended("off")}) == []


def test_many_parts_are_scanned_with_the_message_alone_and_that_is_told():
    parts = b"".join(b"--b\r\n\r\npart %d\r\n" % number for number in range(30))
    raw = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + parts + b"--b--\r\n"
    assert len(asked(raw, parts=10)) == 11
    (finding,) = found(raw, {}, parts=10)
    assert (finding.name, finding.score) == (UNSCANNED, 3.0)
    assert finding.evidence.startswith("20 readings")
    assert found(raw, {}, parts=30) == []
