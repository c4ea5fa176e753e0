"""smtp_client: dialogs as a postmaster would read them: S is the server, C what the machine sends."""

import pytest

from gatekeeper.protocols.smtp_client import SmtpClient, State
from gatekeeper.protocols.smtp_client_content import Unclean
from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.protocols.smtp_client_events import (
    Broken,
    Declined,
    Event,
    GoAhead,
    Ready,
    Secure,
    Settled,
    Step,
    Transcript,
)

ONE = Delivery("a@b.test", ("c@d.test",))
TWO = Delivery("a@b.test", ("c@d.test", "e@d.test"))
BURST = b"MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nRCPT TO:<e@d.test>\r\nDATA\r\n"


def talk(machine: SmtpClient, text: str) -> list[Event]:
    """`text` from the server, its lines ended by CRLF."""
    return machine.receive("".join(line.strip() + "\r\n" for line in text.splitlines()).encode())


def sent(machine: SmtpClient) -> bytes:
    data = b"".join(machine.outgoing)
    machine.outgoing.clear()
    return data


def ready(*extensions: str, helo: bool = False) -> SmtpClient:
    machine = SmtpClient("us.test", helo=helo)
    assert talk(machine, "220 hop.test") == []
    assert sent(machine) == b"EHLO us.test\r\n"
    words = ["hop.test", *extensions]
    events = talk(machine, "\n".join([*(f"250-{word}" for word in words[:-1]), f"250 {words[-1]}"]))
    assert events == [Ready()]
    return machine


def settled(events: list[Event]) -> Transcript:
    [event] = events
    assert isinstance(event, Settled)
    return event.transcript


# the session


def test_greeting_and_hello() -> None:
    machine = ready("PIPELINING", "8BITMIME")
    assert machine.extensions.pipelining
    assert machine.extensions.capabilities.eightbit
    assert machine.reusable


def test_helo_where_ehlo_is_refused() -> None:
    machine = SmtpClient("us.test", helo=True)
    talk(machine, "220 old.test")
    sent(machine)
    assert talk(machine, "502 What?") == []
    assert sent(machine) == b"HELO us.test\r\n"
    assert talk(machine, "250-PIPELINING\n250 PIPELINING") == [Ready()]
    assert not machine.extensions.pipelining


@pytest.mark.parametrize(("helo", "reply"), [(False, "502 5.5.1 What?"), (True, "421 4.3.2 Busy")])
def test_no_helo_where_it_is_not_wanted(helo: bool, reply: str) -> None:
    machine = SmtpClient("us.test", helo=helo)
    talk(machine, "220 hop.test")
    [event] = talk(machine, reply)
    assert isinstance(event, Declined)
    assert event.step is Step.EHLO
    assert machine.state is State.CLOSED


@pytest.mark.parametrize("reply", ["421 4.3.2 Too many connections", "554 5.7.1 Go away"])
def test_a_greeting_that_declines(reply: str) -> None:
    machine = SmtpClient("us.test")
    [event] = talk(machine, reply)
    assert isinstance(event, Declined)
    assert event.step is Step.GREETING
    assert str(event.reply) == reply
    assert sent(machine) == b""


def test_starttls_forgets_what_was_said_in_clear() -> None:
    machine = ready("STARTTLS", "SMTPUTF8")
    machine.starttls()
    assert sent(machine) == b"STARTTLS\r\n"
    assert talk(machine, "220 go") == [Secure()]
    machine.secured()
    assert sent(machine) == b"EHLO us.test\r\n"
    assert talk(machine, "250-hop.test\n250 DSN") == [Ready()]
    assert not machine.extensions.starttls
    assert not machine.extensions.capabilities.smtputf8


@pytest.mark.parametrize("injected", ["220 go\n250 injected", "220 go\n250-hop.test\n250 PIPELINING"])
def test_replies_behind_starttls_are_not_believed(injected: str) -> None:
    machine = ready("STARTTLS")
    machine.starttls()
    [event] = talk(machine, injected)
    assert isinstance(event, Broken)
    assert machine.state is State.CLOSED


def test_starttls_declined() -> None:
    machine = ready("STARTTLS")
    machine.starttls()
    [event] = talk(machine, "454 4.7.0 Not now")
    assert isinstance(event, Declined)
    assert event.step is Step.STARTTLS


def test_hello_again_learns_anew() -> None:
    machine = ready("SIZE 100")
    machine.hello()
    assert talk(machine, "250-hop.test\n250 SIZE 50") == [Ready()]
    assert machine.extensions.capabilities.size == 50


def test_quit() -> None:
    machine = ready()
    machine.quit()
    assert sent(machine) == b"QUIT\r\n"
    assert talk(machine, "221 Bye") == []


def test_goodbye_unasked() -> None:
    machine = ready()
    [event] = talk(machine, "421 4.4.1 Connection timed out")
    assert isinstance(event, Broken)
    assert not machine.reusable
    machine.quit()
    assert sent(machine) == b""


def test_a_command_in_the_wrong_state_is_our_mistake() -> None:
    machine = SmtpClient("us.test")
    with pytest.raises(RuntimeError):
        machine.transact(ONE, [b""])
    with pytest.raises(RuntimeError):
        ready().piece()


# one transaction in a burst


def test_the_envelope_is_one_burst() -> None:
    machine = ready("PIPELINING")
    machine.transact(TWO, [b"Subject: x\r\n\r\n.\r\n"])
    assert machine.outgoing == [BURST]
    sent(machine)
    assert talk(machine, "250 ok\n250 ok\n250 ok\n354 go") == [GoAhead()]
    assert machine.piece() == b"Subject: x\r\n\r\n..\r\n.\r\n"
    assert machine.state is State.DOT
    transcript = settled(talk(machine, "250 2.6.0 Queued"))
    assert str(transcript.dot) == "250 2.6.0 Queued"
    assert machine.reusable
    machine.transact(TWO, [b""])
    assert sent(machine) == BURST


def test_replies_in_single_bytes_are_the_same() -> None:
    machine = ready("PIPELINING")
    machine.transact(ONE, [b""])
    replies = b"250 ok\r\n250 ok\r\n354 go\r\n"
    events = [event for n in range(len(replies)) for event in machine.receive(replies[n : n + 1])]
    assert events == [GoAhead()]


def test_one_refused_and_content_awaited_means_close() -> None:
    machine = ready("PIPELINING")
    machine.transact(TWO, [b"x\r\n"])
    transcript = settled(talk(machine, "250 ok\n250 ok\n550 5.1.1 no\n354 go"))
    assert [reply.code for reply in transcript.rcpt] == [250, 550]
    assert not machine.reusable
    with pytest.raises(RuntimeError):
        machine.piece()


def test_all_refused_needs_rset_only() -> None:
    machine = ready("PIPELINING")
    machine.transact(TWO, [b"x\r\n"])
    sent(machine)
    transcript = settled(talk(machine, "250 ok\n550 5.1.1 no\n550 5.1.1 no\n503 5.5.2 Need rcpt"))
    assert [reply.code for reply in transcript.rcpt] == [550, 550]
    assert machine.reusable
    machine.transact(TWO, [b"x\r\n"])
    assert sent(machine) == b"RSET\r\n" + BURST
    assert talk(machine, "250 reset\n250 ok\n250 ok\n250 ok\n354 go") == [GoAhead()]


def test_mail_refused() -> None:
    machine = ready("PIPELINING")
    machine.transact(ONE, [b"x\r\n"])
    transcript = settled(talk(machine, "452 4.3.1 Insufficient resources\n503 no\n503 no"))
    assert transcript.mail is not None
    assert transcript.mail.status == "4.3.1"
    assert machine.reusable


def test_data_refused() -> None:
    machine = ready("PIPELINING")
    machine.transact(ONE, [b"x\r\n"])
    transcript = settled(talk(machine, "250 ok\n250 ok\n451 4.3.0 not now"))
    assert transcript.data is not None
    assert transcript.data.code == 451


def test_the_dot_refused() -> None:
    machine = ready("PIPELINING")
    machine.transact(ONE, [b"x\r\n"])
    talk(machine, "250 ok\n250 ok\n354 go")
    machine.piece()
    transcript = settled(talk(machine, "550 5.1.10 RecipientNotFound"))
    assert transcript.dot is not None
    assert transcript.dot.status == "5.1.10"
    sent(machine)
    machine.transact(ONE, [b"x\r\n"])
    assert sent(machine).startswith(b"MAIL")


def test_421_in_the_envelope_ends_the_session() -> None:
    machine = ready("PIPELINING")
    machine.transact(TWO, [b"x\r\n"])
    transcript = settled(talk(machine, "250 ok\n421 4.3.2 Going down"))
    assert transcript.rcpt[0].code == 421
    assert not machine.reusable


def test_421_to_the_dot_is_an_answer() -> None:
    machine = ready("PIPELINING")
    machine.transact(ONE, [b"x\r\n"])
    talk(machine, "250 ok\n250 ok\n354 go")
    machine.piece()
    transcript = settled(talk(machine, "421 4.3.2 Going down"))
    assert transcript.dot is not None
    assert not machine.reusable


def test_a_refusal_in_the_middle_of_the_content_is_final() -> None:
    machine = ready("PIPELINING")
    machine.transact(ONE, [b"x" * 500_000])
    talk(machine, "250 ok\n250 ok\n354 go")
    machine.piece()
    transcript = settled(talk(machine, "552 5.3.4 Too large"))
    assert transcript.dot is not None
    assert transcript.dot.code == 552
    with pytest.raises(RuntimeError):
        machine.piece()


def test_goodbye_behind_the_last_reply_spares_the_result() -> None:
    machine = ready("PIPELINING")
    machine.transact(ONE, [b"x\r\n"])
    talk(machine, "250 ok\n250 ok\n354 go")
    machine.piece()
    events = talk(machine, "250 2.6.0 Queued\n421 4.4.1 Session too long")
    assert isinstance(events[0], Settled)
    assert isinstance(events[1], Broken)
    assert not machine.reusable


@pytest.mark.parametrize(
    "replies",
    [
        "354 go",
        "250 ok\n354 go",
        "250 ok\n250 ok\n250 ok",
        "250 ok\n250 ok\n354 go\n250 early",
        "250 ok\nbanana",
        "220 ok\n250-a\n251 b",
    ],
)
def test_nonsense_breaks_the_session(replies: str) -> None:
    machine = ready("PIPELINING")
    machine.transact(ONE, [b"x\r\n"])
    assert isinstance(talk(machine, replies)[-1], Broken)
    assert not machine.reusable


def test_unclean_content_gets_no_dot() -> None:
    machine = ready("PIPELINING")
    machine.transact(ONE, [b"a\n.\r\nMAIL FROM:<x@y>\r\n"])
    talk(machine, "250 ok\n250 ok\n354 go")
    sent(machine)
    with pytest.raises(Unclean):
        machine.piece()
    assert sent(machine) == b""


# the same, step by step


def test_step_by_step_without_pipelining() -> None:
    machine = ready()
    machine.transact(TWO, [b"x\r\n"])
    assert sent(machine) == b"MAIL FROM:<a@b.test>\r\n"
    assert talk(machine, "250 ok") == []
    assert sent(machine) == b"RCPT TO:<c@d.test>\r\n"
    assert talk(machine, "250 ok") == []
    assert sent(machine) == b"RCPT TO:<e@d.test>\r\n"
    assert talk(machine, "250 ok") == []
    assert sent(machine) == b"DATA\r\n"
    assert talk(machine, "354 go") == [GoAhead()]
    assert machine.piece() == b"x\r\n.\r\n"
    assert settled(talk(machine, "250 ok")).welcome


def test_step_by_step_asks_every_recipient_and_stops_before_data() -> None:
    machine = ready()
    machine.transact(TWO, [b"x\r\n"])
    talk(machine, "250 ok")
    assert talk(machine, "550 5.1.1 no") == []
    sent(machine)
    transcript = settled(talk(machine, "250 ok"))
    assert [reply.code for reply in transcript.rcpt] == [550, 250]
    assert sent(machine) == b""
    assert machine.reusable
    machine.transact(ONE, [b"x\r\n"])
    assert sent(machine) == b"RSET\r\n"
    assert talk(machine, "250 reset") == []
    assert sent(machine) == b"MAIL FROM:<a@b.test>\r\n"


def test_step_by_step_stops_at_mail() -> None:
    machine = ready()
    machine.transact(ONE, [b"x\r\n"])
    sent(machine)
    assert settled(talk(machine, "452 4.3.1 full")).rcpt == []
    assert sent(machine) == b""


# asking for recipients


def test_verify_sends_no_data_and_leaves_the_session_clean() -> None:
    machine = ready("PIPELINING")
    machine.verify(TWO)
    assert sent(machine) == BURST.replace(b"DATA", b"RSET")
    transcript = settled(talk(machine, "250 ok\n550 5.1.1 no\n250 ok\n250 reset"))
    assert [reply.code for reply in transcript.rcpt] == [550, 250]
    machine.transact(ONE, [b""])
    assert sent(machine).startswith(b"MAIL")


def test_verify_step_by_step() -> None:
    machine = ready()
    machine.verify(ONE)
    said = [sent(machine)]
    for _ in range(2):
        assert talk(machine, "250 ok") == []
        said.append(sent(machine))
    assert said == [b"MAIL FROM:<a@b.test>\r\n", b"RCPT TO:<c@d.test>\r\n", b"RSET\r\n"]
    assert settled(talk(machine, "250 ok")).welcome
