"""commands: the arguments of one command → the event it stands for. Pure.

Fails with CommandError: 500 and 502 for a command that is unknown or not implemented, 501 for bad syntax, 553 5.6.7
for an address that needs SMTPUTF8, and as `parameters` does.
"""

from gatekeeper.protocols import replies
from gatekeeper.protocols.address import read_path
from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.protocols.events import Begin, Event, Mail, Recipient, Reset, StartTls, Xclient, Xforward
from gatekeeper.protocols.grammar import CHUNK, HELO
from gatekeeper.protocols.parameters import mail_parameters, rcpt_parameters
from gatekeeper.protocols.replies import CommandError
from gatekeeper.protocols.state import ABSENT, ALIEN, COMMANDS, Verb
from gatekeeper.protocols.xclient import XCLIENT, XFORWARD, attributes
from gatekeeper.values import Reply

_PLAIN: dict[Verb, Event | Reply] = {
    Verb.NOOP: replies.OK,
    Verb.HELP: replies.HELP,
    Verb.VRFY: replies.CANNOT_VERIFY,
    Verb.QUIT: replies.BYE,
    Verb.RSET: Reset(),
    Verb.DATA: Begin(),
}


def split(line: bytes) -> tuple[Verb, str]:
    """Command and argument of a line. Only addresses may be more than ASCII."""
    text = line.decode("utf-8", "surrogateescape")
    if not text.isprintable():
        raise CommandError(replies.NOT_ASCII)
    word, _, argument = text.partition(" ")
    verb = _known(word.upper())
    if not argument.isascii() and verb not in (Verb.MAIL, Verb.RCPT):
        raise CommandError(replies.NOT_ASCII)
    return verb, argument.strip(" ")


def helo(argument: str) -> str:
    """What the client calls itself. Any printable word will do; judging it is a check's work."""
    if not HELO.fullmatch(argument):
        raise CommandError(replies.BAD_SYNTAX)
    return argument


def mail(argument: str, offered: Capabilities, limit: int) -> Mail:
    """MAIL (RFC 5321 §4.1.1.2)."""
    try:
        sender, rest = read_path(_after("FROM:", argument))
    except ValueError:
        raise CommandError(replies.BAD_SENDER) from None
    if sender and "@" not in sender:
        raise CommandError(replies.BAD_SENDER)
    parameters = mail_parameters(rest, offered, limit)
    _check_ascii(sender, "SMTPUTF8" in parameters)
    return Mail(sender, parameters)


def rcpt(argument: str, offered: Capabilities, smtputf8: bool) -> Recipient:
    """RCPT (RFC 5321 §4.1.1.3)."""
    try:
        address, rest = read_path(_after("TO:", argument))
    except ValueError:
        raise CommandError(replies.BAD_RECIPIENT) from None
    if not address:
        raise CommandError(replies.BAD_RECIPIENT)
    _check_ascii(address, smtputf8)
    return Recipient(address, rcpt_parameters(rest, offered))


def chunk(argument: str) -> tuple[int, bool]:
    """The size of a BDAT chunk, and is it the last."""
    match = CHUNK.fullmatch(argument)
    if match is None:
        raise CommandError(replies.BAD_SYNTAX)
    return int(match[1]), match[2] is not None


def starttls(argument: str, offered: bool, active: bool) -> StartTls:
    """STARTTLS (RFC 3207 §4)."""
    _check_bare(argument)
    if active or not offered:
        raise CommandError(replies.OUT_OF_SEQUENCE if active else replies.NOT_IMPLEMENTED)
    return StartTls()


def xclient(argument: str, allowed: bool) -> Xclient:
    """XCLIENT, if this client may."""
    return Xclient(_attributes(argument, XCLIENT, allowed))


def xforward(argument: str, allowed: bool) -> Xforward:
    """XFORWARD, if this client may."""
    return Xforward(_attributes(argument, XFORWARD, allowed))


def plain(verb: Verb, argument: str) -> Event | Reply:
    """The commands that have nothing to parse, or nothing to decide."""
    if verb in (Verb.DATA, Verb.RSET, Verb.QUIT):
        _check_bare(argument)
    return _PLAIN[verb]


def _known(name: str) -> Verb:
    verb = COMMANDS.get(name)
    if verb is None:
        alien = replies.NOT_SMTP if name in ALIEN else replies.NOT_UNDERSTOOD
        raise CommandError(replies.NOT_IMPLEMENTED if name in ABSENT else alien)
    return verb


def _attributes(argument: str, names: frozenset[str], allowed: bool) -> dict[str, str]:
    if not allowed:
        raise CommandError(replies.NOT_ALLOWED)
    try:
        return attributes(argument, names)
    except ValueError:
        raise CommandError(replies.BAD_SYNTAX) from None


def _check_bare(argument: str) -> None:
    if argument:
        raise CommandError(replies.BAD_SYNTAX)


def _after(word: str, argument: str) -> str:
    """What follows `word`. A space before the path is against the grammar and yet usual."""
    if argument[: len(word)].upper() != word:
        raise CommandError(replies.BAD_SYNTAX)
    return argument[len(word) :].lstrip(" ")


def _check_ascii(address: str, smtputf8: bool) -> None:
    if not smtputf8 and not address.isascii():
        raise CommandError(replies.NOT_UTF8)
