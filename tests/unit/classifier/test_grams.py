"""What the linear model reads of a message, and what it never reads."""

import numpy as np
import pytest

from gatekeeper.classifier.features import features_of
from gatekeeper.classifier.grams import BITS, CLUES, grams_in, grams_of
from gatekeeper.classifier.normal import MOST, normal_text
from gatekeeper.message import parse

MAIL = b"From: Anna <anna@example.com>\r\nSubject: Lunch\r\nMessage-ID: <1@example.com>\r\n%s\r\nSee you at noon.\r\n"
STRIPPED = (
    b"X-Spam-Status",
    b"X-Forefront-Antispam-Report",
    b"X-MS-Exchange-Organization-SCL",
    b"X-Microsoft-Antispam",
    b"Authentication-Results",
    b"ARC-Seal",
    b"Received-SPF",
    b"X-YMail-OSG",
    b"X-Apparently-To",
    b"X-Bogosity",
    b"X-Spamd-Result",
    b"X-Rspamd-Score",
    b"X-Virus-Scanned",
    b"X-Amavis-Alert",
    b"DKIM-Filter",
    b"X-Gatekeeper-Id",
    b"X-Gatekeeper-Reason",
)


def test_grams_are_distinct_ascending_and_below_their_bound():
    grams = grams_of(parse(MAIL % b""))
    assert grams.dtype == np.uint32
    assert len(grams) > 50
    assert (np.diff(grams.astype(np.int64)) > 0).all()
    assert int(grams.max()) < 1 << BITS


def test_the_same_text_gives_the_same_grams_and_another_text_others():
    assert np.array_equal(grams_in(b"see you at noon"), grams_in(b"see you at noon"))
    assert len(np.setdiff1d(grams_in(b"see you at noon"), grams_in(b"see you at nine"))) > 2


@pytest.mark.parametrize("name", STRIPPED)
def test_what_another_filter_wrote_of_it_is_never_read(name):
    plain = features_of(parse(MAIL % b""))
    marked = features_of(parse(MAIL % (name + b": Yes, score=15 phishing verdict\r\n")))
    assert np.array_equal(plain.grams, marked.grams)


def test_an_mbox_line_is_never_read():
    assert np.array_equal(grams_of(parse(b"From spam@x Mon Jan  1\n" + MAIL % b"")), grams_of(parse(MAIL % b"")))


@pytest.mark.parametrize("name", [b"From", b"To", b"Cc", b"Reply-To", b"Subject"])
def test_what_the_sender_wrote_is_read(name):
    assert "zyzzyva" in normal_text(parse(name + b": Zyzzyva <zyzzyva@example.com>\r\n\r\nbody\r\n"))


def test_how_a_message_is_made_is_read_too():
    words = features_of(parse(MAIL % b"")).words
    assert CLUES & {word.partition(b":")[0] for word in words} >= {b"no", b"mid", b"top"}
    message = parse(MAIL % b"")
    assert len(grams_of(message, words)) > len(grams_of(message)) + 3
    assert np.array_equal(grams_of(message, (b"lunch", b"rcvd:here")), grams_of(message))


@pytest.mark.parametrize("name", [b"Received", b"Return-Path", b"Delivered-To", b"X-Original-To"])
def test_what_the_receiving_site_adds_is_not_read(name):
    added = features_of(parse(name + b": zyzzyva.example\r\n" + MAIL % b""))
    assert np.array_equal(added.grams, features_of(parse(MAIL % b"")).grams)


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\0", b"a:b", b"\xff" * 9, b"Subject: =?utf-8?q?=00?=\n\n"])
def test_any_bytes_have_grams_or_none(raw):
    assert (np.diff(grams_of(parse(raw)).astype(np.int64)) > 0).all()


def test_a_page_is_read_as_its_reader_sees_it_with_where_it_leads():
    page = b"Content-Type: text/html\r\n\r\n<p>Ch<b></b>eap&nbsp;pills<a href='http://shop.example/now'>here</a>"
    text = normal_text(parse(page))
    assert "cheap pills" in text
    assert "http://shop.example/now" in text


def test_no_message_is_read_past_the_bound():
    long = b"Subject: x\r\n\r\n" + b" ".join(b"%d" % n for n in range(200_000))
    assert 3000 < len(normal_text(parse(long))) <= MOST
    assert len(grams_of(parse(long))) < MOST
    assert "199999" in normal_text(parse(long))
    many = b"".join(b"http://%d.example/ " % n for n in range(50_000))
    assert len(normal_text(parse(b"Subject: x\r\n\r\n" + many))) <= MOST
    wide = "\u0130" * 50_000
    assert len(normal_text(parse(b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + wide.encode()))) <= MOST


HOSTILE = (
    b"Subject: " + b"x" * 1_000_000 + b"\r\n\r\n",
    b"To: " + b"a@b.example, " * 80_000 + b"\r\n\r\n",
    b"From: " + b"=?utf-8?q?=41?=" * 60_000 + b"\r\n\r\n",
    b"Content-Type: text/html\r\n\r\n" + b"<a href=http://x.example/y>" * 40_000,
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 25_000,
    b"\r\n" + b" " * 1_000_000,
    b"\r\n" + "\U0001f4b0".encode() * 250_000,
)


@pytest.mark.parametrize("raw", HOSTILE, ids=["subject", "to", "encoded words", "links", "parts", "spaces", "astral"])
def test_a_hostile_megabyte_has_no_more_grams_than_others(raw):
    assert len(features_of(parse(raw)).grams) < 8000


def test_no_number_of_clues_is_too_many():
    words = [b"top:%d" % number for number in range(20_000)]
    assert len(grams_of(parse(b"\r\n"), words)) < 8000


def test_a_word_of_the_text_is_no_clue_by_the_name_of_one():
    message = parse(b"\r\n")
    assert np.array_equal(grams_of(message, [b"long", b"type", b"count"]), grams_of(message))
    assert len(grams_of(message, [b"long:x3"])) > len(grams_of(message))
