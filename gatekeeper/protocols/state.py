"""state: every state and transition of our side of an SMTP session (RFC 5321 §4.1.4). What is not here cannot happen.

    CONNECTED ──EHLO──▶ READY ──MAIL──▶ SENDER ──RCPT──▶ RECIPIENTS ──DATA──▶ CONTENT ──dot────▶ READY
        ▲ STARTTLS, XCLIENT │    ◀──RSET, EHLO──┘    ◀──────┘ │             ▲   │ │
        └───────────────────┘                                 └────BDAT─────┤   │ └────LAST──▶ READY
                                                                            └─ CHUNKS ◀─ more to come

A row says which commands are in sequence, and the state that follows a positive reply; after a refusal the state stays,
except as `AFTER_REFUSAL` says. A verb that is not in the row is out of sequence.
"""

from enum import Enum
from types import MappingProxyType


class State(Enum):
    """Where a session stands."""

    CONNECTED = "connected"  # greeted, no HELO yet: the beginning, and again after STARTTLS and XCLIENT
    READY = "ready"  # no transaction
    SENDER = "sender"  # MAIL accepted
    RECIPIENTS = "recipients"  # at least one RCPT accepted
    CHUNKS = "chunks"  # between two BDAT chunks
    CONTENT = "content"  # reading the message
    HANDSHAKE = "handshake"  # STARTTLS accepted
    CLOSED = "closed"


class Verb(Enum):
    """The commands that are known; `MORE` stands for the end of a chunk, `END` for that of the message."""

    HELO = "HELO"
    EHLO = "EHLO"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BDAT = "BDAT"
    RSET = "RSET"
    NOOP = "NOOP"
    HELP = "HELP"
    VRFY = "VRFY"
    QUIT = "QUIT"
    STARTTLS = "STARTTLS"
    XCLIENT = "XCLIENT"
    XFORWARD = "XFORWARD"
    MORE = "<chunk>"
    END = "<dot>"


COMMANDS = MappingProxyType({verb.value: verb for verb in Verb if verb.value.isalpha()})
# Known to the field and deliberately absent: 502 instead of 500 (RFC 5321 §4.2.4)
ABSENT = frozenset({"EXPN", "AUTH", "TURN", "ETRN", "ATRN", "SEND", "SOML", "SAML", "BURL"})
# A browser made to speak to a mail server; what follows may be commands hidden in a form: 421
ALIEN = frozenset({"GET", "POST", "PUT", "HEAD", "CONNECT", "OPTIONS"})

_ALWAYS = (Verb.NOOP, Verb.HELP, Verb.VRFY)


def _row(state: State, reset: State, further: dict[Verb, State]) -> MappingProxyType[Verb, State]:
    common = dict.fromkeys(_ALWAYS, state) | {Verb.RSET: reset, Verb.QUIT: State.CLOSED}
    return MappingProxyType(common | dict.fromkeys((Verb.HELO, Verb.EHLO), State.READY) | further)


AFTER = MappingProxyType(
    {
        State.CONNECTED: _row(State.CONNECTED, State.CONNECTED, {Verb.XCLIENT: State.CONNECTED}),
        State.READY: _row(
            State.READY,
            State.READY,
            {
                Verb.MAIL: State.SENDER,
                Verb.STARTTLS: State.HANDSHAKE,
                Verb.XCLIENT: State.CONNECTED,
                Verb.XFORWARD: State.READY,
            },
        ),
        State.SENDER: _row(State.SENDER, State.READY, {Verb.RCPT: State.RECIPIENTS}),
        State.RECIPIENTS: _row(
            State.RECIPIENTS,
            State.READY,
            {Verb.RCPT: State.RECIPIENTS, Verb.DATA: State.CONTENT, Verb.BDAT: State.CONTENT},
        ),
        State.CHUNKS: _row(State.CHUNKS, State.READY, {Verb.BDAT: State.CONTENT}),
        State.CONTENT: MappingProxyType({Verb.MORE: State.CHUNKS, Verb.END: State.READY}),
        State.HANDSHAKE: MappingProxyType({}),
        State.CLOSED: MappingProxyType({}),
    }
)
AFTER_REFUSAL = MappingProxyType({Verb.DATA: State.READY, Verb.BDAT: State.READY, Verb.END: State.READY})
