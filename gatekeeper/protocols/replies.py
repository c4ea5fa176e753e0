"""replies: the fixed replies of our SMTP server, and how a reply is put into bytes. None ever holds what a client sent.

`CommandError` carries the reply that a command gets instead of being carried out.
"""

from functools import lru_cache

from gatekeeper.values import Reply

_WIDTH = 400  # characters of text in a line; RFC 5321 §4.5.3.1.5 allows 512 octets with code, status and CRLF
_PRINTABLE = dict.fromkeys((*range(32), *range(127, 160)), "?")


class CommandError(Exception):
    """A command that is refused before anybody has to be asked."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


@lru_cache(maxsize=256)
def to_bytes(reply: Reply) -> bytes:
    """`reply` on the wire, each line with code and status (RFC 5321 §4.2.1, RFC 2034 §4). What is not printable ASCII
    becomes a question mark, so no text can begin a line of its own.
    """
    last = len(reply.lines) - 1
    status = f"{reply.status} " if reply.status else ""
    return b"".join(
        f"{reply.code}{' ' if n == last else '-'}{status}{_clean(line)}".encode("ascii", "replace") + b"\r\n"
        for n, line in enumerate(reply.lines)
    )


def _clean(line: str) -> str:
    return line[:_WIDTH].translate(_PRINTABLE)


def _reply(code: int, status: str, text: str) -> Reply:
    return Reply(code, status, (text,))


OK = _reply(250, "2.0.0", "Ok")
SENDER_OK = _reply(250, "2.1.0", "Sender ok")
RECIPIENT_OK = _reply(250, "2.1.5", "Recipient ok")
CHUNK_OK = _reply(250, "2.0.0", "Octets received")
BYE = _reply(221, "2.0.0", "Bye")
HELP = _reply(214, "2.0.0", "See RFC 5321")
CANNOT_VERIFY = _reply(252, "2.5.0", "Cannot verify, but will take the message and try to deliver it")
READY_FOR_TLS = _reply(220, "2.0.0", "Ready to start TLS")
GO_AHEAD = Reply(354, "", ("End data with <CR><LF>.<CR><LF>",))

SHUTTING_DOWN = _reply(421, "4.3.2", "Service shutting down, try again")
BUSY = _reply(421, "4.3.2", "Too many connections, try again later")
TIMED_OUT = _reply(421, "4.4.2", "Timeout, closing connection")
TOO_MANY_ERRORS = _reply(421, "4.7.0", "Too many errors")
TOO_MANY_COMMANDS = _reply(421, "4.7.0", "Too many commands")
NOT_SMTP = _reply(421, "4.7.0", "This is not that protocol")
FAILED = _reply(421, "4.3.0", "Internal error, try again later")

TOO_MANY_RECIPIENTS = _reply(452, "4.5.3", "Too many recipients, send the rest in another transaction")
SEPARATELY = _reply(452, "4.5.3", "Send to this recipient in another transaction")
NO_ROOM = _reply(452, "4.3.1", "Insufficient system storage, try again later")
NO_STORAGE = _reply(452, "4.3.1", "Too much mail in flight, try again later")

NOT_UNDERSTOOD = _reply(500, "5.5.2", "Command not recognised")
LINE_TOO_LONG = _reply(500, "5.5.2", "Line too long")
NOT_ASCII = _reply(500, "5.5.2", "Commands are printable ASCII that ends with CRLF")
BAD_SYNTAX = _reply(501, "5.5.4", "Syntax error in arguments")
BAD_PARAMETER = _reply(501, "5.5.4", "Bad or repeated parameter")
BAD_SENDER = _reply(501, "5.1.7", "Bad syntax of sender address")
BAD_RECIPIENT = _reply(501, "5.1.3", "Bad syntax of recipient address")
NOT_IMPLEMENTED = _reply(502, "5.5.1", "Command not implemented")
OUT_OF_SEQUENCE = _reply(503, "5.5.1", "Bad sequence of commands")
NOT_IMPLEMENTED_VALUE = _reply(504, "5.5.4", "Parameter value not implemented")
NO_RECIPIENTS = _reply(554, "5.5.1", "No valid recipients")
UNKNOWN_PARAMETER = _reply(555, "5.5.4", "Parameter not recognised or not offered")
NOT_ALLOWED = _reply(550, "5.7.0", "Not allowed from your address")
TOO_LARGE = _reply(552, "5.3.4", "Message too large")
NOT_UTF8 = _reply(553, "5.6.7", "Address is not ASCII and SMTPUTF8 was not agreed on")
SMUGGLING = _reply(550, "5.6.11", "Bare CR, bare LF or NUL in the message")
