"""The server machine as a front sees it: pipelining, limits, content, STARTTLS, and any bytes in any split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.config.schema import SmtpLimits
from gatekeeper.protocols import replies
from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.protocols.ehlo import Features
from gatekeeper.protocols.events import Begin, Content, End, Fault, Hello, Mail, Recipient, Reset, StartTls, Xforward
from gatekeeper.protocols.state import State
from gatekeeper.values import Reply

from .conversation import ALL, EVERYTHING, HELLO, MAIL, RCPT, codes, exchange, machine, merged, said, talk

DENIED = Reply(550, "5.7.1", ("Denied",))
LATER = Reply(452, "4.3.1", ("Later",))


def refusing(kind, reply):
    """Answer events of one kind with a refusal, all others as usual."""

    def answer(event, server):
        if isinstance(event, kind):
            server.reply(reply)
        else:
            said(event, server)

    return answer


def test_greeting_names_the_host():
    server = machine()
    server.greet()
    assert server.take() == b"220 mx.example.org ESMTP gatekeeper\r\n"
    assert server.take() == b""


def test_a_whole_session_in_one_burst():
    server = machine()
    events = talk(server, HELLO + MAIL + RCPT + b"DATA\r\nSubject: x\r\n\r\n..\r\n.\r\nQUIT\r\n")
    assert events == [
        Hello("client.example", True),
        Mail("a@example.com"),
        Recipient("b@example.org"),
        Begin(),
        Content(b"Subject: x\r\n\r\n.\r\n"),
        End(),
    ]
    assert codes(server.take()) == [250, 250, 250, 354, 250, 221]
    assert server.closed


def test_nothing_is_read_before_the_reply():
    server = machine()
    server.receive(HELLO + MAIL)
    assert isinstance(server.next_event(), Hello)
    with pytest.raises(AssertionError):
        server.next_event()
    server.welcome(EVERYTHING)
    assert isinstance(server.next_event(), Mail)


def test_no_reply_without_an_event():
    with pytest.raises(AssertionError):
        machine().reply(replies.OK)


def test_helo_offers_nothing():
    server = machine()
    assert exchange(server, b"HELO c\r\n") == [250]
    assert exchange(server, b"MAIL FROM:<a@b.c> SIZE=1\r\n") == [555]
    assert server.protocol == "SMTP"


@pytest.mark.parametrize("hello", [b"EHLO\r\n", b"HELO \r\n", b"EHLO a b\r\n", b"EHLO b\xc3\xbccher\r\n"])
def test_bad_hello(hello):
    assert exchange(machine(), hello)[0] in (500, 501)


def test_offers_hold_until_the_next_hello():
    server = machine()
    talk(server, HELLO, lambda event, server: server.welcome(Capabilities(eightbit=True)))
    assert server.take().count(b"8BITMIME") == 1
    assert exchange(server, b"MAIL FROM:<a@b.c> SMTPUTF8\r\n") == [555]
    assert exchange(server, HELLO + b"MAIL FROM:<a@b.c> SMTPUTF8\r\n") == [250, 250]


def test_protocol_keywords_of_the_received_line():
    server = machine()
    exchange(server, HELLO)
    assert server.protocol == "ESMTP"
    exchange(server, b"STARTTLS\r\n")
    server.secured()
    exchange(server, HELLO)
    assert server.protocol == "ESMTPS"
    exchange(server, b"MAIL FROM:<a@b.c> SMTPUTF8\r\n")
    assert server.protocol == "UTF8SMTPS"
    exchange(server, b"RSET\r\n" + MAIL)
    assert server.protocol == "ESMTPS"


# recipients


def test_refused_recipients_do_not_count():
    server = machine()
    assert exchange(server, HELLO + MAIL + RCPT + b"DATA\r\n", refusing(Recipient, DENIED)) == [250, 250, 550, 554]
    assert exchange(server, RCPT + b"DATA\r\n") == [250, 354]


def test_too_many_recipients():
    server = machine(SmtpLimits(recipients=2))
    assert exchange(server, HELLO + MAIL + RCPT * 4) == [250, 250, 250, 250, 452, 452]
    assert exchange(server, b"RSET\r\n" + MAIL + RCPT) == [250, 250, 250]


def test_refused_mail_leaves_no_transaction():
    assert exchange(machine(), HELLO + MAIL + RCPT, refusing(Mail, DENIED)) == [250, 550, 503]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (b"MAIL", 501),
        (b"MAIL FROM", 501),
        (b"MAIL FORM:<a@b.c>", 501),
        (b"MAIL FROM:", 501),
        (b"MAIL FROM:a@b.c", 501),
        (b"MAIL FROM:<postmaster>", 501),
        (b"MAIL FROM:<a@b.c>SIZE=1", 501),
        (b"MAIL FROM:<a@b.c> SIZE=60000000", 552),
        (b"MAIL FROM: <a@b.c>", 250),
        (b"MAIL FROM:<>", 250),
        (b"MAILFROM:<a@b.c>", 500),
        (b"MAIL\tFROM:<a@b.c>", 500),
        (b"MAIL FROM:<a\xff@b.c>", 500),
        (b"MAIL FROM:<\xc3\xa4@b.c>", 553),
        (b"MAIL FROM:<\xc3\xa4@b.c> SMTPUTF8", 250),
        (b"MAIL FROM:<a@b.c>\nRCPT TO:<d@e.f>", 500),
        (b"MAIL FROM:<a@b.c>\0", 500),
    ],
)
def test_mail_syntax(command, code):
    assert exchange(machine(), HELLO + command + b"\r\n") == [250, code]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (b"RCPT TO:<>", 501),
        (b"RCPT TO:b@example.org", 501),
        (b"RCPT FROM:<b@example.org>", 501),
        (b"RCPT TO:<user>", 501),
        (b"RCPT TO:<postmaster>", 250),
        (b"RCPT TO:<b@example.org> NOTIFY=NEVER", 250),
        (b"RCPT TO:<b@example.org> FOO=1", 555),
        (b"RCPT TO:<\xc3\xa4@b.c>", 553),
    ],
)
def test_rcpt_syntax(command, code):
    assert exchange(machine(), HELLO + MAIL + command + b"\r\n") == [250, 250, code]


def test_internationalised_recipients_after_smtputf8():
    answers = exchange(machine(), HELLO + b"MAIL FROM:<> SMTPUTF8\r\nRCPT TO:<\xc3\xa4@b.c>\r\n")
    assert answers == [250, 250, 250]


def test_size_is_bounded_by_the_hop_too():
    server = machine()
    talk(server, HELLO, lambda event, server: server.welcome(Capabilities(size=1000)))
    assert b"SIZE 1000\r\n" in server.take()
    assert exchange(server, b"MAIL FROM:<> SIZE=1001\r\nMAIL FROM:<> SIZE=1000\r\n") == [552, 250]


@pytest.mark.parametrize("line", [b"NOOP anything", b"HELP MAIL", b"VRFY joe", b"noop"])
def test_words_behind_commands_that_may_have_them(line):
    assert exchange(machine(), line + b"\r\n")[0] in (214, 250, 252)


@pytest.mark.parametrize("line", [b"RSET x", b"QUIT x", b"STARTTLS x", b"DATA x"])
def test_words_behind_commands_that_may_not(line):
    assert exchange(machine(), HELLO + MAIL + RCPT + (b"RSET\r\n" if b"STARTTLS" in line else b"") + line + b"\r\n")[
        -1
    ] == (501)


# DATA


def test_refused_data_is_followed_by_commands():
    server = machine()
    assert exchange(server, HELLO + MAIL + RCPT + b"DATA\r\nNOOP\r\n", refusing(Begin, LATER)) == [
        250, 250, 250, 452, 250,
    ]  # fmt: skip
    assert server.state is State.READY


def test_refused_message_is_followed_by_the_next():
    server = machine()
    burst = HELLO + (MAIL + RCPT + b"DATA\r\nx\r\n.\r\n") * 2
    assert exchange(server, burst, refusing(End, DENIED)) == [250, 250, 250, 354, 550, 250, 250, 354, 550]


def test_bare_line_feed_is_a_fault_and_ends_nothing():
    server = machine()
    events = talk(server, HELLO + MAIL + RCPT + b"DATA\r\na\n.\r\nMAIL FROM:<evil@x.y>\r\n.\r\n")
    assert [type(event) for event in events] == [Hello, Mail, Recipient, Begin, Content, End]
    assert events[-1] == End(Fault.SMUGGLING)


def test_bare_line_feed_is_mended_for_whom_the_operator_lists():
    server = machine(features=Features(mend=True))
    events = talk(server, HELLO + MAIL + RCPT + b"DATA\r\na\n.\r\nb\rc\0\r\n.\r\n")
    assert events[-2:] == [Content(b"a\r\n.\r\nb\r\nc\r\n"), End(None, 3)]


def test_a_large_message_is_read_to_its_end_and_then_refused():
    server = machine(SmtpLimits(size=1000))
    exchange(server, HELLO + MAIL + RCPT + b"DATA\r\n")
    received = 0
    for _ in range(50):
        received += sum(len(event.data) for event in talk(server, b"x" * 98 + b"\r\n"))
    assert received <= 1000
    assert talk(server, b".\r\nNOOP\r\n") == [End(Fault.TOO_LARGE)]


def test_a_message_of_just_the_limit():
    server = machine(SmtpLimits(size=10))
    assert talk(server, HELLO + MAIL + RCPT + b"DATA\r\n12345678\r\n.\r\n")[-1] == End()
    assert talk(server, MAIL + RCPT + b"DATA\r\n123456789\r\n.\r\n")[-1] == End(Fault.TOO_LARGE)


# BDAT


def test_chunks_make_one_message():
    server = machine()
    exchange(server, HELLO + MAIL + RCPT)
    events = merged(talk(server, b"BDAT 5\r\nMAIL\r" + b"bdat 4\r\n\n.\r\n" + b"BDAT 3 last\r\nend"))
    assert events == [Begin(), Content(b"MAIL\r\n.\r\nend\r\n"), End()]
    assert codes(server.take()) == [250, 250, 250]


def test_empty_last_chunk():
    server = machine()
    assert talk(server, HELLO + MAIL + RCPT + b"BDAT 3\r\na\r\nBDAT 0 LAST\r\n")[-1] == End()


def test_commands_between_chunks():
    server = machine()
    burst = b"BDAT 3\r\na\r\nNOOP\r\nDATA\r\nMAIL FROM:<>\r\nRCPT TO:<x@y.z>\r\nBDAT 3 LAST\r\nb\r\n"
    assert exchange(server, HELLO + MAIL + RCPT + burst)[3:] == [250, 250, 503, 503, 503, 250]


def test_reset_between_chunks_drops_them():
    server = machine()
    events = talk(server, HELLO + MAIL + RCPT + b"BDAT 3\r\na\r\nRSET\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")
    assert events[-1] == Reset()
    assert codes(server.take())[3:] == [250, 250, 503, 250]


@pytest.mark.parametrize("before", [b"", HELLO, HELLO + MAIL])
def test_octets_of_a_chunk_out_of_sequence_are_no_commands(before):
    server = machine()
    exchange(server, before)
    assert exchange(server, b"BDAT 12 LAST\r\nRSET\r\nQUIT\r\nNOOP\r\n")[0] in (503, 554)
    assert not server.closed


def test_octets_of_a_refused_chunk_are_no_commands_and_the_reply_waits_for_them():
    server = machine()
    answer = refusing(Begin, LATER)
    assert exchange(server, HELLO + MAIL + RCPT + b"BDAT 12 LAST\r\nQUIT\r\n", answer) == [250, 250, 250]
    assert exchange(server, b"RSET\r\nNOOP\r\n", answer) == [452, 250]


def test_chunks_behind_a_refused_one_are_skipped():
    burst = HELLO + MAIL + RCPT + b"BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n"
    assert exchange(machine(), burst, refusing(Begin, LATER)) == [250, 250, 250, 452, 503, 250]


@pytest.mark.parametrize(
    "command", [b"BDAT", b"BDAT x", b"BDAT -1", b"BDAT 1 LAST x", b"BDAT 1 2", b"BDAT " + b"9" * 21]
)
def test_a_chunk_of_unknown_size_ends_the_session(command):
    server = machine()
    assert exchange(server, HELLO + MAIL + RCPT + command + b"\r\nRSET\r\n") == [250, 250, 250, 501]
    assert server.closed


def test_chunks_above_the_limit_end_the_message():
    server = machine(SmtpLimits(size=10))
    burst = HELLO + MAIL + RCPT + b"BDAT 8\r\n12345678BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n"
    events = talk(server, burst, refusing(End, replies.TOO_LARGE))
    assert events[-2:] == [Content(b"12345678"), End(Fault.TOO_LARGE)]
    assert codes(server.take()) == [250, 250, 250, 250, 552, 503, 250]


def test_bare_line_feed_in_a_chunk_is_a_fault_at_the_end():
    server = machine()
    events = talk(server, HELLO + MAIL + RCPT + b"BDAT 3\r\na\r\nBDAT 4\r\nb\n.\nBDAT 0 LAST\r\n")
    assert events[-1] == End(Fault.SMUGGLING)


# STARTTLS, XCLIENT, XFORWARD


def test_commands_injected_behind_starttls_are_forgotten():
    """CVE-2011-0411."""
    server = machine()
    events = talk(server, HELLO + b"STARTTLS\r\nRSET\r\n" + MAIL)
    assert events[-1] == StartTls()
    assert codes(server.take()) == [250, 220]
    server.secured()
    assert talk(server, b"") == []
    assert exchange(server, MAIL) == [503]
    assert (server.tls, server.extended, server.offered) == (True, False, Capabilities())


def test_half_a_command_injected_behind_starttls_is_forgotten():
    server = machine()
    talk(server, HELLO + b"STARTTLS\r\nRS")
    server.take()
    server.secured()
    assert exchange(server, b"ET\r\n") == [500]


def test_starttls_is_refused_where_it_is_not_offered():
    assert exchange(machine(features=Features()), HELLO + b"STARTTLS\r\n") == [250, 502]


def test_starttls_within_tls():
    server = machine()
    exchange(server, HELLO + b"STARTTLS\r\n")
    server.secured()
    talk(server, HELLO)
    assert b"STARTTLS" not in server.take()
    assert exchange(server, b"STARTTLS\r\n") == [503]


def test_xclient_begins_the_session_anew():
    server = machine()
    assert exchange(server, HELLO + b"XCLIENT ADDR=192.0.2.1\r\n" + MAIL + HELLO + MAIL) == [250, 220, 503, 250, 250]


def test_xclient_and_xforward_only_for_whom_they_are_allowed():
    server = machine(features=Features())
    assert exchange(server, HELLO + b"XCLIENT ADDR=192.0.2.1\r\nXFORWARD ADDR=192.0.2.1\r\n") == [250, 550, 550]


def test_xforward_comes_before_mail():
    server = machine()
    assert talk(server, HELLO + b"XFORWARD ADDR=192.0.2.1\r\n")[1] == Xforward({"ADDR": "192.0.2.1"})
    assert exchange(server, MAIL + b"XFORWARD ADDR=192.0.2.1\r\n")[-1] == 503
    assert exchange(server, b"RSET\r\nXFORWARD ADDR=x\r\n") == [250, 501]


# limits


def test_a_line_too_long_is_one_error():
    server = machine(SmtpLimits(line=100))
    assert exchange(server, b"NOOP " + b"x" * 95 + b"\r\n") == [250]
    assert exchange(server, b"NOOP " + b"x" * 96 + b"\r\nNOOP\r\n") == [500, 250]
    for _ in range(100):
        assert exchange(server, b"x" * 1000) == []
        assert server.buffered <= 101
    assert exchange(server, b"\r\nNOOP\r\n") == [500, 250]


def test_too_many_commands():
    server = machine(SmtpLimits(commands=3))
    assert exchange(server, b"NOOP\r\n" * 5) == [250, 250, 250, 421]
    assert server.closed


def test_commands_that_lead_to_mail_are_not_too_many():
    server = machine(SmtpLimits(commands=4))
    message = MAIL + RCPT * 10 + b"DATA\r\nx\r\n.\r\n"
    assert set(exchange(server, HELLO + message * 10)) == {250, 354}
    assert exchange(server, b"NOOP\r\n" * 5)[-1] == 421


def test_too_many_errors():
    server = machine(SmtpLimits(errors=2))
    assert exchange(server, b"XYZZY\r\n" * 5) == [500, 500, 421]
    assert server.closed


def test_refused_recipients_are_errors_and_deferred_ones_are_not():
    server = machine(SmtpLimits(errors=2))
    assert exchange(server, HELLO + MAIL + RCPT * 4, refusing(Recipient, LATER)) == [250, 250, 452, 452, 452, 452]
    assert exchange(server, RCPT * 4, refusing(Recipient, DENIED)) == [550, 550, 421]


def test_refused_messages_are_no_errors():
    server = machine(SmtpLimits(errors=1))
    exchange(server, HELLO)
    for _ in range(5):
        assert exchange(server, MAIL + RCPT + b"DATA\r\nx\r\n.\r\n", refusing(End, DENIED)) == [250, 250, 354, 550]


def test_an_accepted_message_forgives_errors():
    server = machine(SmtpLimits(errors=1))
    message = MAIL + RCPT + b"DATA\r\nx\r\n.\r\n"
    assert exchange(server, HELLO + (b"XYZZY\r\n" + message) * 3).count(421) == 0


@pytest.mark.parametrize("kind", [Mail, Recipient, Begin, End])
def test_a_front_may_end_the_session_by_421(kind):
    server = machine()
    burst = HELLO + MAIL + RCPT + b"DATA\r\nx\r\n.\r\nNOOP\r\n"
    assert exchange(server, burst, refusing(kind, replies.SHUTTING_DOWN))[-1] == 421
    assert server.closed
    assert talk(server, b"NOOP\r\n") == []


def test_a_chunk_may_be_answered_by_421_as_well():
    server = machine()
    burst = HELLO + MAIL + RCPT + b"BDAT 6\r\nNOOP\r\n"
    assert exchange(server, burst, refusing(Begin, replies.SHUTTING_DOWN)) == [250, 250, 250, 421]
    assert server.closed


@pytest.mark.parametrize("data", [b"", HELLO, HELLO + MAIL + RCPT + b"DATA\r\nabc", HELLO + MAIL + b"BDAT 9\r\nabc"])
def test_closing_at_any_time(data):
    server = machine()
    exchange(server, data)
    server.close(replies.TIMED_OUT)
    assert server.take() == b"421 4.4.2 Timeout, closing connection\r\n"
    assert exchange(server, b"NOOP\r\n") == []


# any bytes

words = st.sampled_from(
    [HELLO, MAIL, RCPT, b"DATA\r\n", b"BDAT 4\r\n", b"BDAT 3 LAST\r\n", b"RSET\r\n", b"NOOP\r\n", b".\r\n", b"..\r\n",
     b"MAIL FROM:<\xc3\xa4@b.c> SMTPUTF8\r\n", b"XCLIENT ADDR=192.0.2.1\r\n", b"a\r\n", b"\r", b"\n", b"\0", b"\xff",
     b"abc", b"VRFY x\r\n", b"GET\r\n"]
)  # fmt: skip
streams = st.lists(words | st.binary(max_size=6), max_size=25).map(b"".join)


@given(streams, st.lists(st.integers(0, 300), max_size=8))
def test_the_same_bytes_in_any_split_are_the_same_session(stream, cuts):
    whole, pieces = machine(), machine()
    events, output = talk(whole, stream), whole.take()
    cuts = sorted({min(cut, len(stream)) for cut in cuts})
    told, written = [], b""
    for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        told += talk(pieces, stream[start:stop])
        written += pieces.take()
    assert merged(told) == merged(events)
    assert written == output
    assert pieces.state is whole.state


@given(streams)
def test_replies_are_well_formed_and_never_hold_what_the_client_sent(stream):
    server = machine()
    secret = b"Qx7Zz"
    talk(server, stream.replace(b"a", secret).replace(b"x", secret))
    output = server.take()
    assert secret.lower() not in output.lower()
    assert output == b"" or output.endswith(b"\r\n")
    for line in output.split(b"\r\n")[:-1]:
        assert line[:3].isdigit()
        assert line[3:4] in (b" ", b"-")
        assert line.decode("ascii").isprintable()


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(stream):
    for prefix in (b"", HELLO, HELLO + MAIL + RCPT + b"DATA\r\n", HELLO + MAIL + RCPT + b"BDAT 40\r\n"):
        talk(machine(features=ALL), prefix + stream)
