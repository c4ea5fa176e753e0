"""smtp_client: one SMTP session as its client sees it (RFC 5321), without a socket.

    GREETING ─220─▶ HELLO ─250─▶ READY ──transact──▶ ENVELOPE ─354─▶ CONTENT ─dot─▶ DOT ─▶ READY
                      ▲            │ ▲                  │ refused, or nothing to send        any: close ─▶ CLOSED
                      └─ SECURING ◀┘ └──────────────────┘
                          starttls

Bytes from the server go into `receive`, which tells events; after each call send what `outgoing` holds. MAIL, every
RCPT and DATA go in one burst where the server offers PIPELINING (RFC 2920), step by step otherwise. All or nothing:
where one recipient is refused and the server waits for content already, there is no way back, so the session is not
`reusable`.
Fails with `Broken` on a server that does not speak SMTP; with RuntimeError when it is called in the wrong state.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from enum import Enum

from gatekeeper.protocols.smtp_client_content import Content, Piece
from gatekeeper.protocols.smtp_client_delivery import Delivery, mail_command, rcpt_command
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
from gatekeeper.protocols.smtp_client_extensions import Extensions
from gatekeeper.protocols.smtp_client_replies import Garbled, ReplyReader
from gatekeeper.values import Reply


class State(Enum):
    """Where a session is."""

    GREETING = "greeting"
    HELLO = "hello"
    SECURING = "securing"
    READY = "ready"
    ENVELOPE = "envelope"
    CONTENT = "content"
    DOT = "dot"
    CLOSED = "closed"


class SmtpClient:
    """`hostname` is what we say in EHLO; with `helo` a server that refuses EHLO is asked by HELO."""

    def __init__(self, hostname: str, *, helo: bool = False) -> None:
        self.state = State.GREETING
        self.extensions = Extensions()
        self.outgoing: list[bytes] = []
        self.invited = self.dotted = (
            False  # in the last transaction: the server said 354; the final dot was taken from us
        )
        self._hostname, self._helo = hostname.encode("ascii", "replace"), helo
        self._reader = ReplyReader()
        self._expected: deque[Step] = deque((Step.GREETING,))
        self._events: list[Event] = []
        self._unsent: deque[tuple[Step, bytes]] = deque()  # of the envelope, without PIPELINING
        self._transcript = Transcript()
        self._content: Content | None = None
        self._half_done = False  # the server holds a transaction that RSET must end

    @property
    def reusable(self) -> bool:
        """Another transaction may follow on this session."""
        return self.state is State.READY

    # what the caller wants

    def hello(self) -> None:
        """EHLO again, which tells what the server offers now."""
        self._require(State.READY)
        self._hello(Step.EHLO)

    def starttls(self) -> None:
        """Ask for TLS; `Secure` or `Declined` follows."""
        self._require(State.READY)
        self.state = State.SECURING
        self._say(Step.STARTTLS, b"STARTTLS\r\n")

    def secured(self) -> None:
        """The handshake succeeded: what was learnt in clear is forgotten (RFC 3207 §4.2)."""
        self._require(State.SECURING)
        self.extensions = Extensions()
        self._hello(Step.EHLO)

    def transact(self, delivery: Delivery, segments: Iterable[Piece]) -> None:
        """Begin to send one message; `GoAhead` and `Settled`, or `Settled` alone, follow."""
        self._begin(delivery, (Step.DATA, b"DATA\r\n"), Content(segments))

    def verify(self, delivery: Delivery) -> None:
        """Ask for the recipients and send nothing; `Settled` follows."""
        self._begin(delivery, (Step.RSET, b"RSET\r\n"), None)

    def piece(self) -> bytes:
        """The next bytes of the content, after `GoAhead` and while the state is CONTENT. Raises `Unclean`, after which
        the connection must be closed.
        """
        self._require(State.CONTENT)
        assert self._content is not None
        piece = self._content.take()
        if self._content.ended:
            self.state, self.dotted = State.DOT, True
            self._expected.append(Step.DOT)
        return piece

    def quit(self) -> None:
        """Say goodbye, if the server listens."""
        if self.state is State.READY:
            self._say(Step.QUIT, b"QUIT\r\n")
        self.state = State.CLOSED

    def receive(self, data: bytes) -> list[Event]:
        """What the server's next bytes mean."""
        self._events = []
        try:
            self._reader.feed(data)
            while reply := self._reader.take():
                self._reply(reply)
        except Garbled as error:
            self._break(str(error))
        return self._events

    # commands

    def _require(self, state: State) -> None:
        if self.state is not state:
            raise RuntimeError(f"{self.state.value}, not {state.value}")

    def _say(self, step: Step, command: bytes) -> None:
        self.outgoing.append(command)
        self._expected.append(step)

    def _hello(self, step: Step) -> None:
        self.state = State.HELLO
        self._say(step, step.value.encode() + b" " + self._hostname + b"\r\n")

    def _begin(self, delivery: Delivery, last: tuple[Step, bytes], content: Content | None) -> None:
        self._require(State.READY)
        offered = self.extensions.capabilities
        commands = deque([(Step.RSET, b"RSET\r\n")] if self._half_done else [])
        commands.append((Step.MAIL, mail_command(delivery, offered)))
        commands.extend((Step.RCPT, rcpt_command(delivery, address, offered)) for address in delivery.recipients)
        commands.append(last)
        self._transcript, self._content = Transcript(), content
        self._half_done, self.state = True, State.ENVELOPE
        self.invited = self.dotted = False
        if self.extensions.pipelining:
            self._expected.extend(step for step, _ in commands)
            self.outgoing.append(b"".join(command for _, command in commands))
        else:
            self._say(*commands.popleft())
            self._unsent = commands

    # replies

    def _reply(self, reply: Reply) -> None:
        if self.state is State.CLOSED:
            return
        if not self._expected:
            self._unasked(reply)
            return
        step = self._expected.popleft()
        if reply.code < 400 and (reply.code < 300) is (step is Step.DATA):
            self._break(f"{reply.code} to {step.value}")
        elif self.state is State.ENVELOPE:
            self._envelope(step, reply)
        elif step is Step.DOT:
            self._transcript.dot = reply
            self._half_done = False
            self._settle(reply)
        else:
            self._session(step, reply)

    def _unasked(self, reply: Reply) -> None:
        """Goodbye while nobody asked, or a refusal in the middle of the content, which gets no dot then."""
        if self.state is State.CONTENT and reply.code >= 400:
            self._transcript.dot = reply
            self.state = State.CLOSED
            self._events.append(Settled(self._transcript))
        else:
            self._break(f"unasked: {reply}")

    def _session(self, step: Step, reply: Reply) -> None:
        """A reply that concerns the session as a whole."""
        if step is Step.EHLO and self._helo and reply.permanent:
            self._hello(Step.HELO)
        elif reply.code >= 400:
            self.state = State.CLOSED
            self._events.append(Declined(step, reply))
        elif step is Step.GREETING:
            self._hello(Step.EHLO)
        elif step is Step.STARTTLS:
            # Whatever came behind this reply was not protected, and must not pass for an answer that is.
            self._break("bytes behind the reply to STARTTLS") if self._reader.pending else self._events.append(Secure())
        else:
            self.extensions = Extensions.read(reply) if step is Step.EHLO else Extensions()
            self.state, self._half_done = State.READY, False
            self._events.append(Ready())

    def _envelope(self, step: Step, reply: Reply) -> None:
        if step is Step.MAIL:
            self._transcript.mail = reply
        elif step is Step.RCPT:
            self._transcript.rcpt.append(reply)
        elif step is Step.DATA:
            self._transcript.data = reply
        elif self._transcript.mail is not None and reply.positive:
            self._half_done = False
        if reply.code == 421:
            self._settle(reply)
        elif self._unsent:
            self._next(reply)
        elif not self._expected:
            self._invited(reply)

    def _next(self, reply: Reply) -> None:
        """Step by step: go on, unless there is nothing left to go on for."""
        step, command = self._unsent[0]
        refused = reply.code >= 400 and self._transcript.mail is reply
        if refused or (step is Step.DATA and not self._transcript.welcome):
            self._unsent.clear()
            self._settle(reply)
        else:
            self._unsent.popleft()
            self._say(step, command)

    def _invited(self, reply: Reply) -> None:
        """The last reply of the envelope: content may follow if all of it was welcome."""
        if reply.code // 100 != 3:
            self._settle(reply)
        elif self._transcript.welcome:
            self.state, self.invited = State.CONTENT, True
            self._events.append(GoAhead())
        else:
            self.state = State.CLOSED
            self._events.append(Settled(self._transcript))

    def _settle(self, reply: Reply) -> None:
        self.state = State.CLOSED if reply.code == 421 else State.READY
        self._content = None
        self._events.append(Settled(self._transcript))

    def _break(self, why: str) -> None:
        if self.state is not State.CLOSED:
            self.state = State.CLOSED
            self._events.append(Broken(why))
