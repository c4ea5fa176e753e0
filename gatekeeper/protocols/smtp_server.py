"""smtp_server: our side of an SMTP session, without a socket. Bytes in, events out; replies in, bytes out.

    machine.receive(bytes)          what came from the client
    machine.next_event()            the next thing to decide or to take; None: needs more bytes, or is closed
    machine.reply(reply)            the decision (for Hello `welcome`, for Begin `accept_content` or a refusal)
    machine.take()                  bytes to write

Whatever can be answered without knowing mail policy is answered here: syntax, sequence, limits, NOOP, HELP, VRFY, QUIT.
Pipelined commands wait in the buffer until the one before them is answered (RFC 2920). No input makes it raise; a front
that answers what was not asked gets AssertionError.
"""

from collections.abc import Generator

from gatekeeper.config.schema import SmtpLimits
from gatekeeper.protocols import commands, replies
from gatekeeper.protocols.buffer import ReceiveBuffer
from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.protocols.content import ChunkReader, DotReader
from gatekeeper.protocols.ehlo import Features, keywords
from gatekeeper.protocols.events import Begin, Content, End, Event, Fault, Hello
from gatekeeper.protocols.replies import CommandError
from gatekeeper.protocols.state import AFTER, AFTER_REFUSAL, State, Verb
from gatekeeper.values import Reply

Steps = Generator[Event | None, None, None]  # None: more bytes are needed


class SmtpServer:
    """One session. `state`, `extended` (EHLO was said), `tls`, `smtputf8` and `offered` are for reading."""

    def __init__(self, hostname: str, limits: SmtpLimits, features: Features) -> None:
        self.hostname = hostname
        self.limits = limits
        self.features = features
        self.state = State.CONNECTED
        self.tls = False
        self._restart()
        self._incoming = ReceiveBuffer()
        self._outgoing: list[bytes] = []
        self._asked: Verb | None = None
        self._refused: Reply | None = None
        self._reader: DotReader | ChunkReader = DotReader()
        self._size = 0
        self._commands = 0
        self._errors = 0
        self._steps = self._run()

    # what a front reads and writes

    @property
    def closed(self) -> bool:
        """Nothing more is read; write what `take` gives and hang up."""
        return self.state is State.CLOSED

    @property
    def buffered(self) -> int:
        """Octets received and not yet read."""
        return len(self._incoming)

    @property
    def protocol(self) -> str:
        """The `with` keyword of the Received line (RFC 3848, RFC 6531 §4.3)."""
        if not self.extended:
            return "SMTP"
        return ("UTF8SMTP" if self.smtputf8 else "ESMTP") + ("S" if self.tls else "")

    @property
    def size_limit(self) -> int:
        """Octets of the largest message that is taken now: ours, or the next hop's if that is less."""
        return min(self.limits.size, self.offered.size or self.limits.size)

    @property
    def greeting(self) -> Reply:
        """What a session begins with, and what XCLIENT is answered with."""
        return Reply(220, "", (f"{self.hostname} ESMTP gatekeeper",))

    def receive(self, data: bytes) -> None:
        """Bytes from the client."""
        if not self.closed:
            self._incoming.append(data)

    def take(self) -> bytes:
        """Bytes for the client; they are forgotten here."""
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def next_event(self) -> Event | None:
        """The next event. None: more bytes are needed, or the session is closed or in a handshake."""
        assert self._asked is None, "the last event waits for its reply"
        return None if self.closed else next(self._steps, None)

    # how a front answers

    def greet(self) -> None:
        """The first thing a client hears."""
        self._say(self.greeting)

    def close(self, reply: Reply) -> None:
        """End the session with a last word: no greeting, time-out, shutdown."""
        self._say(reply)
        self._incoming.clear()
        self._asked = None
        self.state = State.CLOSED

    def reply(self, reply: Reply) -> None:
        """Answer the event that waits. A 421 ends the session."""
        verb = self._answered()
        if reply.positive:
            self._say(reply)
            self._done(verb)
            return
        self.state = AFTER_REFUSAL.get(verb, self.state)
        if verb is Verb.BDAT and reply.code != 421:
            self._refused = reply  # to be said when the octets that follow are read
        else:
            self._refuse(reply, counts=verb is not Verb.END)

    def welcome(self, offered: Capabilities) -> None:
        """Answer `Hello`. After EHLO `offered` holds until the next one."""
        verb = self._answered()
        self._restart()
        self.extended = verb is Verb.EHLO
        self.offered = offered if self.extended else Capabilities()
        lines = keywords(self.features, offered, self.size_limit, self.tls) if self.extended else []
        self._say(Reply(250, "", (self.hostname, *lines)))
        self._done(verb)

    def accept_content(self) -> None:
        """Answer `Begin`: the message may come."""
        verb = self._answered()
        self._size = 0
        self._reader = DotReader(self.features.mend) if verb is Verb.DATA else ChunkReader(self.features.mend)
        if verb is Verb.DATA:
            self._say(replies.GO_AHEAD)
        self._done(verb)

    def secured(self) -> None:
        """The TLS handshake is done; the session begins anew (RFC 3207 §4.2)."""
        assert self.state is State.HANDSHAKE
        self.tls = True
        self.state = State.CONNECTED
        self._restart()

    # the state

    def _restart(self) -> None:
        self.extended = False
        self.smtputf8 = False
        self.offered = Capabilities()
        self._recipients = 0

    def _done(self, verb: Verb) -> None:
        """`verb` was carried out."""
        self.state = AFTER[self.state][verb]
        if verb is Verb.MAIL:
            self._recipients = 0
        elif verb is Verb.RCPT:
            self._recipients += 1
            self._commands -= 1
        elif verb is Verb.END:
            self._errors = self._commands = 0
        elif verb is Verb.STARTTLS:
            self._incoming.clear()  # said in plaintext, so by anybody (CVE-2011-0411)
        elif verb is Verb.XCLIENT:
            self._restart()

    def _say(self, reply: Reply) -> None:
        self._outgoing.append(replies.to_bytes(reply))

    def _refuse(self, reply: Reply, counts: bool = True) -> None:
        self._errors += reply.permanent and counts
        if self._errors > self.limits.errors:
            reply = replies.TOO_MANY_ERRORS
        if reply.code == 421:
            self.close(reply)
        else:
            self._say(reply)

    def _ask(self, verb: Verb, event: Event) -> Event:
        self._asked = verb
        return event

    def _answered(self) -> Verb:
        assert self._asked is not None, "no event waits for a reply"
        verb, self._asked = self._asked, None
        return verb

    # reading

    def _run(self) -> Steps:
        while not self.closed:
            try:
                yield from self._command()
            except CommandError as error:
                self._refuse(error.reply)

    def _command(self) -> Steps:
        while self.state is State.HANDSHAKE or (line := self._incoming.line(self.limits.line)) is None:
            yield None
        self._commands += 1
        if self._commands > self.limits.commands:
            raise CommandError(replies.TOO_MANY_COMMANDS)
        verb, argument = commands.split(line)
        if verb is Verb.BDAT:
            yield from self._bdat(argument)
            return
        self._check_sequence(verb)
        answer = self._understood(verb, argument)
        if isinstance(answer, Reply):
            self._say(answer)
            if answer.positive:
                self._done(verb)
            return
        yield self._ask(verb, answer)
        if self.state is State.CONTENT:
            yield from self._content()

    def _check_sequence(self, verb: Verb) -> None:
        if verb not in AFTER[self.state]:
            lonely = self.state is State.SENDER and verb in (Verb.DATA, Verb.BDAT)
            raise CommandError(replies.NO_RECIPIENTS if lonely else replies.OUT_OF_SEQUENCE)

    def _understood(self, verb: Verb, argument: str) -> Event | Reply:
        """What there is to decide, or the answer where there is nothing."""
        match verb:
            case Verb.HELO | Verb.EHLO:
                return Hello(commands.helo(argument), verb is Verb.EHLO)
            case Verb.MAIL:
                mail = commands.mail(argument, self.offered, self.size_limit)
                self.smtputf8 = "SMTPUTF8" in mail.parameters
                return mail
            case Verb.RCPT:
                recipient = commands.rcpt(argument, self.offered, self.smtputf8)
                return recipient if self._recipients < self.limits.recipients else replies.TOO_MANY_RECIPIENTS
            case Verb.XCLIENT:
                return commands.xclient(argument, self.features.xclient)
            case Verb.XFORWARD:
                return commands.xforward(argument, self.features.xforward)
            case Verb.STARTTLS:
                return commands.starttls(argument, self.features.starttls, self.tls)
        return commands.plain(verb, argument)

    def _bdat(self, argument: str) -> Steps:
        """One chunk. Its octets follow even if it is refused (RFC 3030 §2)."""
        try:
            size, last = commands.chunk(argument)
        except CommandError as error:
            self.close(error.reply)  # what follows cannot be told from commands
            return
        try:
            yield from self._chunk_allowed()
        except CommandError:
            while size := size - self._incoming.skip(size):
                yield None
            raise
        assert isinstance(self._reader, ChunkReader)
        self._reader.begin(size, last)
        yield from self._content()

    def _chunk_allowed(self) -> Steps:
        self._check_sequence(Verb.BDAT)
        if self.state is State.CHUNKS:
            self._done(Verb.BDAT)
            return
        self._refused = None
        yield self._ask(Verb.BDAT, Begin())
        if self._refused is not None:
            raise CommandError(self._refused)

    def _content(self) -> Steps:
        """The message up to its end, or to the end of the chunk."""
        reader, hungry = self._reader, True
        while hungry:
            while reader.wants and not self._incoming:
                yield None
            piece, used = reader.feed(self._incoming.peek(reader.wants))
            self._incoming.skip(used)
            self._size += len(piece)
            if piece and self._size <= self.size_limit:
                yield Content(piece)
            hungry = reader.wants > 0
        if reader.done or self._size > self.size_limit:
            too_large = Fault.TOO_LARGE if self._size > self.size_limit else None
            fault = Fault.SMUGGLING if reader.screen.bad else too_large
            yield self._ask(Verb.END, End(fault, reader.screen.mended))
        else:
            self._say(replies.CHUNK_OK)
            self._done(Verb.MORE)
