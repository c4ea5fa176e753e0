"""A message as a list: parts in the order of the tree, what is inside below them, every reading of each."""

import base64
from hashlib import sha256

import pytest

from gatekeeper.message import parse
from gatekeeper.message.listing import listed, questions_of
from gatekeeper.message.openers.open import open_contents
from gatekeeper.values import Anomaly, Exceeded, Failed, Opened, Refused, TimedOut

from .test_insides import attached, zipped

INNER = zipped(invoice=b"MZ\x90\0" + b"\0" * 60)
DATA = zipped(a=INNER, b=b"hello")
RAW = (
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhello\r\n--x\r\n"
    + attached(DATA, "a.zip")
    + b"\r\n--x--\r\n"
)


def listing(raw, answer=None):
    message = parse(raw)
    asked = {question for part in message.walk() for question in questions_of(part)}
    return list(listed(message, {question: answer or opened(question) for question in asked}))


def opened(question):
    return Opened(open_contents(question.data, question.names))


def test_everything_is_listed_in_the_order_of_the_tree():
    assert [(thing.depth, thing.path) for thing in listing(RAW)] == [
        (0, "1"),
        (1, "1.1"),
        (1, "1.2"),
        (2, "1.2/zip:a"),
        (3, "1.2/zip:a/zip:invoice"),
        (2, "1.2/zip:b"),
    ]


def test_a_part_says_what_it_is_called_and_what_it_is():
    part = listing(RAW)[2]
    assert (part.names, part.types, part.detected) == (("a.zip",), ("application/octet-stream",), ("zip",))
    assert (part.sizes, part.sha256) == ((len(DATA),), (sha256(DATA).hexdigest(),))


def test_so_does_what_is_inside_it():
    inner = listing(RAW)[4]
    assert (inner.names, inner.detected, inner.sizes) == (("invoice",), ("exe",), (64,))


def test_there_is_one_entry_for_each_decoding():
    raw = attached(DATA, "a.zip").replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", 1)
    part = listing(raw)[0]
    assert len(part.detected) == len(part.sizes) == len(part.sha256) > 1
    assert sha256(DATA).hexdigest() in part.sha256


def test_what_is_odd_about_a_part_stands_there():
    raw = attached(b"MZ\x90\0" + b"\0" * 60, "photo.jpg").replace(b"application/octet-stream", b"image/jpeg")
    (part,) = listing(raw)
    assert part.anomalies == (Anomaly("kind.mismatch", "exe called jpeg"),)


def test_what_is_odd_about_an_archive_stands_with_the_part_that_is_one():
    (part,) = listing(attached(b"7z\xbc\xaf\x27\x1c" + b"\xff" * 40, "a.7z"))
    assert [anomaly.name for anomaly in part.anomalies] == ["kind.unreadable"]


def test_a_name_turned_round_is_odd():
    (part,) = listing(attached(b"hello", "cod\u202excod.exe"))
    assert [anomaly.name for anomaly in part.anomalies] == ["name.bidi"]


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (Exceeded("memory"), "open.exceeded"),
        (Failed("crashed: SIGSEGV"), "open.failed"),
        (TimedOut("10 s"), "open.timed-out"),
        (Refused("busy"), "open.refused"),
    ],
)
def test_what_was_not_opened_says_why(answer, name):
    (part,) = listing(attached(DATA, "a.zip"), answer)
    assert part.anomalies == (Anomaly(name, answer.why),)


def test_what_a_page_carries_is_listed_and_opened():
    page = b'<html><a download="a.zip" href="data:application/zip;base64,' + base64.b64encode(DATA) + b'">x</a></html>'
    things = listing(attached(page, "open.html"))
    assert [(thing.path, thing.detected) for thing in things[:3]] == [
        ("1", ("html",)),
        ("1/html:a.zip", ("zip",)),
        ("1/html:a.zip/zip:a", ("zip",)),
    ]
    assert things[1].sha256 == (sha256(DATA).hexdigest(),)


def test_what_nobody_asked_about_is_told():
    (part,) = listed(parse(attached(DATA, "a.zip")), {})
    assert part.anomalies == (Anomaly("open.too-many"),)
