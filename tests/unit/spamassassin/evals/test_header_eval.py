"""What is odd in single header fields."""

from email.utils import formatdate

import pytest

from gatekeeper.spamassassin.evals.header_eval import (
    check_equal_from_domains,
    check_for_faraway_charset_in_headers,
    check_for_matching_env_and_hdr_from,
    check_for_to_in_subject,
    check_header_count_range,
    check_illegal_chars,
    check_outlook_message_id,
    check_ratware_envelope_from,
    check_ratware_name_id,
    check_unresolved_template,
    subject_is_all_caps,
)
from tests.unit.spamassassin.evals.cases import SomeTexts, case, headed


@pytest.mark.parametrize(
    ("value", "hit"),
    [
        (b"caf\xe9 \xfcber\n", True),
        (b"caf\xe9\n", False),
        ("café über".encode(), False),
        ("café über".encode() + b"\x01", True),
        (b"plain \x01\x02\n", True),
        (b"\xa3\xe9 in Latin-1\n", False),
        (b"\xa3\xa3\xe9 in Latin-1\n", True),
        (b"   \n", False),
    ],
)
def test_octets_that_are_neither_ascii_nor_utf8_are_counted(value: bytes, hit: bool) -> None:
    assert check_illegal_chars(headed(Subject__raw=value), "Subject", "0.00", "2") is hit


def test_illegal_octets_must_be_a_share_of_the_field() -> None:
    case = headed(From__raw=b"\xe9\xe8" + b"a" * 98)
    assert check_illegal_chars(case, "From:raw", "0.02", "2")
    assert not check_illegal_chars(case, "From:raw", "0.03", "2")


@pytest.mark.parametrize(
    ("subject", "raw", "hit"),
    [
        (b"BUY IT NOW TODAY\n", b"", True),
        (b"Re: FWD: BUY IT NOW TODAY\n", b"", True),
        (b"AAA AAA AAA AAA\n", b"", True),
        (b"ZZZ ZZZ ZZZ ZZz\n", b"", False),
        (b"BUY IT NOW today\n", b"", False),
        (b"BUYITNOWTODAY\n", b"", False),
        (b"BUY IT\n", b"", False),
        (b"1234 5678 901\n", b"", False),
        (b"BUY IT NOW TODAY\n", b"=?koi8-r?B?...?=", False),
        (b"BUY IT NOW TODAY\n", b"=?utf-8?B?...?=", True),
    ],
)
def test_a_subject_of_capitals_has_several_words_of_them(subject: bytes, raw: bytes, hit: bool) -> None:
    assert subject_is_all_caps(headed(Subject=subject, Subject__raw=raw)) is hit


@pytest.mark.parametrize(
    ("subject", "what", "hit"),
    [
        (b"for Joe.Doe@example.org only\n", "address", True),
        (b"for moe.doe@example.org only\n", "address", False),
        (b"joe.doe\n", "user", True),
        (b"JOE.DOE\n", "user", True),
        (b"joe.doe, look\n", "user", True),
        (b"JOE.DOE, look\n", "user", False),
        (b"re: hello joe.doe\n", "user", True),
        (b", joe.doe!\n", "user", True),
        (b", joe.doe!!\n", "user", False),
        (b"re: something else\n", "user", False),
        (b"joe.doe and more\n", "user", False),
        (b"I met joe.doe, and\n", "user", False),
        (b"joe.doe\n", "nonsense", False),
    ],
)
def test_a_subject_that_calls_the_recipient(subject: bytes, what: str, hit: bool) -> None:
    assert check_for_to_in_subject(headed(To__addr=b"joe.doe@example.org", Subject=subject), what) is hit


def test_no_recipient_is_not_called() -> None:
    assert not check_for_to_in_subject(headed(Subject=b"x\n"), "user")


def outlook(when: int) -> bytes:
    token = int(when * 0.0023283064365387 + 27111902.8329849)
    return b"<0001%08x$12345678$9abcdef0@example.org>\n" % token


def test_the_time_in_outlooks_id_is_that_of_date_or_of_received() -> None:
    noon = 1717416000
    date = formatdate(noon).encode() + b"\n"
    stamp = b"from a by b; " + date
    assert not check_outlook_message_id(headed(MESSAGEID=outlook(noon), Date=date))
    assert not check_outlook_message_id(headed(MESSAGEID=outlook(noon), Date=b"x\n", Received=stamp))
    assert check_outlook_message_id(headed(MESSAGEID=outlook(noon - 10**6), Date=date, Received=stamp))
    assert not check_outlook_message_id(headed(MESSAGEID=b"<a@example.org>\n", Date=date))


def test_fields_that_stand_twice_and_differ_are_counted() -> None:
    assert check_header_count_range(headed(Subject=(b"a\n", b"b\n")), "Subject", "2", "999")
    assert not check_header_count_range(headed(Subject=(b"a\n", b"a\n")), "Subject", "2", "999")


@pytest.mark.parametrize(
    ("field", "hit"),
    [(b"X-Mailer: %MAILER\n", True), (b"Subject: %MAILER\n", False), (b"X-Mailer: 100%\n", False)],
)
def test_a_template_that_nobody_filled_in(field: bytes, hit: bool) -> None:
    assert check_unresolved_template(headed(ALL=b"From: a@example.org\n" + field)) is hit


def test_an_id_of_28_capitals_and_the_address_behind_a_quoted_name() -> None:
    identity = b"<" + b"A" * 28 + b".joe@example.org>\n"
    assert check_ratware_name_id(headed(MESSAGEID=identity, From=b'"Joe" <joe@example.org>\n'))
    assert not check_ratware_name_id(headed(MESSAGEID=identity, From=b"Joe <joe@example.org>\n"))
    assert not check_ratware_name_id(headed(MESSAGEID=identity, From=b'"Joe" <moe@example.org>\n'))


@pytest.mark.parametrize(
    ("sender", "hit"),
    [
        (b"bounce-example.org.joe@lists.test", True),
        (b"SRS0=example.org=joe@lists.test", False),
        (b"joe@example.org", False),
        (b"", False),
    ],
)
def test_a_recipient_turned_round_in_the_sender(sender: bytes, hit: bool) -> None:
    case = headed(To__addr=b"joe@mail.example.org", EnvelopeFrom__addr=sender)
    assert check_ratware_envelope_from(case) is hit


def test_a_recipient_whose_domain_cannot_be_is_not_looked_for() -> None:
    assert not check_ratware_envelope_from(
        headed(To__addr=b"joe@a.invalid", EnvelopeFrom__addr=b"x-a.invalid.joe@b.test")
    )


def test_author_and_sender_are_compared() -> None:
    same = headed(From__addr=b"Joe@Example.org", EnvelopeFrom__addr=b"joe@example.ORG")
    assert check_for_matching_env_and_hdr_from(same)
    assert not check_for_matching_env_and_hdr_from(headed(From__addr=b"joe@example.org"))
    several = (b"joe@example.org", b"ann@example.org")
    assert check_for_matching_env_and_hdr_from(headed(From__addr=several, EnvelopeFrom__addr=b"joe@example.org"))


@pytest.mark.parametrize(
    ("author", "sender", "hit"),
    [
        (b"joe@a.example.org", b"joe@b.Example.org", False),
        (b"joe@example.org", b"joe@example.net", True),
        (b"joe@example.org", b"", False),
        (b"joe", b"joe@example.net", False),
    ],
)
def test_the_last_two_labels_of_author_and_sender_differ(author: bytes, sender: bytes, hit: bool) -> None:
    assert check_equal_from_domains(headed(From__addr=author, EnvelopeFrom__addr=sender)) is hit


@pytest.mark.parametrize(
    ("locales", "hit"), [("all", False), ("en", True), ("en ru", False), ("ru_RU", False), ("ja", True), ("uk", False)]
)
def test_a_character_set_that_nobody_here_reads(locales: str, hit: bool) -> None:
    texts = SomeTexts({"Subject:raw": (b"=?iso-8859-1?Q?x?=", b"=?KOI8-R?B?abc?=\n")})
    assert check_for_faraway_charset_in_headers(case(texts, ok_locales=locales)) is hit
