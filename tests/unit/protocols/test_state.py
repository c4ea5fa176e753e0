"""Every state with every command, against a matrix written by hand from RFC 5321, 3030, 3207 and XCLIENT_README."""

import pytest

from gatekeeper.protocols.state import AFTER, COMMANDS, State, Verb

from .conversation import HELLO, MAIL, RCPT, exchange, machine

REACHED_BY = {
    State.CONNECTED: b"",
    State.READY: HELLO,
    State.SENDER: HELLO + MAIL,
    State.RECIPIENTS: HELLO + MAIL + RCPT,
    State.CHUNKS: HELLO + MAIL + RCPT + b"BDAT 3\r\nabc",
    State.CONTENT: HELLO + MAIL + RCPT + b"DATA\r\n",
    State.HANDSHAKE: HELLO + b"STARTTLS\r\n",
    State.CLOSED: b"QUIT\r\n",
}
COLUMNS = (State.CONNECTED, State.READY, State.SENDER, State.RECIPIENTS, State.CHUNKS)
C, R, S, P, K = COLUMNS
T, D, X = State.CONTENT, State.HANDSHAKE, State.CLOSED

#                                        reply in C    R    S    P    K       and the state after it
MATRIX = {
    b"HELO client.example":             ((250, 250, 250, 250, 250), (R, R, R, R, R)),
    b"EHLO client.example":             ((250, 250, 250, 250, 250), (R, R, R, R, R)),
    b"MAIL FROM:<a@example.com>":       ((503, 250, 503, 503, 503), (C, S, S, P, K)),
    b"RCPT TO:<b@example.org>":         ((503, 503, 250, 250, 503), (C, R, P, P, K)),
    b"DATA":                            ((503, 503, 554, 354, 503), (C, R, S, T, K)),
    b"BDAT 0 LAST":                     ((503, 503, 554, 250, 250), (C, R, S, R, R)),
    b"BDAT 0":                          ((503, 503, 554, 250, 250), (C, R, S, K, K)),
    b"RSET":                            ((250, 250, 250, 250, 250), (C, R, R, R, R)),
    b"NOOP":                            ((250, 250, 250, 250, 250), (C, R, S, P, K)),
    b"HELP":                            ((214, 214, 214, 214, 214), (C, R, S, P, K)),
    b"VRFY b":                          ((252, 252, 252, 252, 252), (C, R, S, P, K)),
    b"QUIT":                            ((221, 221, 221, 221, 221), (X, X, X, X, X)),
    b"STARTTLS":                        ((503, 220, 503, 503, 503), (C, D, S, P, K)),
    b"XCLIENT ADDR=192.0.2.1":          ((220, 220, 503, 503, 503), (C, C, S, P, K)),
    b"XFORWARD ADDR=192.0.2.1":         ((503, 250, 503, 503, 503), (C, R, S, P, K)),
    b"EXPN list":                       ((502, 502, 502, 502, 502), (C, R, S, P, K)),
    b"AUTH PLAIN":                      ((502, 502, 502, 502, 502), (C, R, S, P, K)),
    b"XYZZY":                           ((500, 500, 500, 500, 500), (C, R, S, P, K)),
    b"":                                ((500, 500, 500, 500, 500), (C, R, S, P, K)),
    b"GET / HTTP/1.1":                  ((421, 421, 421, 421, 421), (X, X, X, X, X)),
}  # fmt: skip
CASES = [
    pytest.param(state, command, code, after, id=f"{state.value}-{command.decode() or 'empty'}")
    for command, (row, states) in MATRIX.items()
    for state, code, after in zip(COLUMNS, row, states, strict=True)
]


def reach(state):
    server = machine()
    exchange(server, REACHED_BY[state])
    assert server.state is state
    return server


@pytest.mark.parametrize(("state", "command", "code", "after"), CASES)
def test_each_command_in_each_state(state, command, code, after):
    server = reach(state)
    assert exchange(server, command + b"\r\n") == [code]
    assert server.state is after


def test_the_matrix_names_every_command():
    assert {line.split(b" ")[0].decode() for line in MATRIX} >= set(COMMANDS)


@pytest.mark.parametrize("state", [State.CONTENT, State.HANDSHAKE, State.CLOSED])
@pytest.mark.parametrize("command", MATRIX)
def test_no_command_is_read_where_there_are_none(state, command):
    server = reach(state)
    assert exchange(server, command + b"\r\n") == []
    assert server.state is state


def test_every_state_has_a_row_and_every_transition_leads_to_a_state():
    assert set(AFTER) == set(State)
    assert {after for row in AFTER.values() for after in row.values()} <= set(State)
    assert not AFTER[State.CLOSED]


def test_every_state_can_be_reached_from_the_beginning():
    seen, todo = set(), [State.CONNECTED]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo += AFTER[state].values()
    assert seen == set(State)


@pytest.mark.parametrize("state", COLUMNS[1:])
def test_hello_ends_a_transaction(state):
    server = reach(state)
    assert exchange(server, HELLO + RCPT + MAIL) == [250, 503, 250]


@pytest.mark.parametrize("state", COLUMNS[2:])
def test_reset_ends_a_transaction(state):
    server = reach(state)
    assert exchange(server, b"RSET\r\n" + RCPT + MAIL) == [250, 503, 250]


def test_verbs_are_found_in_any_case_of_letters():
    assert exchange(machine(), b"eHlO x\r\nmail from:<a@b.c>\r\nRcPt tO:<d@e.f>\r\n") == [250, 250, 250]
    assert COMMANDS["MAIL"] is Verb.MAIL
