"""Drive the server machine as a front would, saying yes to everything unless told otherwise."""

from gatekeeper.config.schema import SmtpLimits
from gatekeeper.protocols import replies
from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.protocols.ehlo import Features
from gatekeeper.protocols.events import Begin, Content, End, Hello, Mail, Recipient, StartTls, Xclient
from gatekeeper.protocols.smtp_server import SmtpServer

EVERYTHING = Capabilities(eightbit=True, smtputf8=True, dsn=True, size=0)
ALL = Features(starttls=True, xclient=True, xforward=True)
HOST = "mx.example.org"


def machine(limits=None, features=ALL):
    return SmtpServer(HOST, limits or SmtpLimits(), features)


def said(event, server, offered=EVERYTHING):
    """Answer one event."""
    match event:
        case Content():
            pass
        case Hello():
            server.welcome(offered)
        case Begin():
            server.accept_content()
        case End(fault=fault) if fault is not None:
            server.reply(replies.SMUGGLING)
        case StartTls():
            server.reply(replies.READY_FOR_TLS)
        case Xclient():
            server.reply(server.greeting)
        case Mail():
            server.reply(replies.SENDER_OK)
        case Recipient():
            server.reply(replies.RECIPIENT_OK)
        case _:
            server.reply(replies.OK)


def talk(server, data, answer=said):
    """Feed `data`; the events it caused. Replies stay in `server.take()`."""
    server.receive(data)
    events = []
    while (event := server.next_event()) is not None:
        events.append(event)
        answer(event, server)
    return events


def codes(data):
    """The codes of the last lines of the replies in `data`."""
    return [int(line[:3]) for line in data.split(b"\r\n") if line[3:4] == b" "]


def exchange(server, data, answer=said):
    """Feed `data`; the codes of the replies."""
    talk(server, data, answer)
    return codes(server.take())


def merged(events):
    """Events with neighbouring pieces of content made one, so that splits of the input do not show."""
    result = []
    for event in events:
        if isinstance(event, Content) and result and isinstance(result[-1], Content):
            result[-1] = Content(result[-1].data + event.data)
        else:
            result.append(event)
    return result


HELLO = b"EHLO client.example\r\n"
MAIL = b"MAIL FROM:<a@example.com>\r\n"
RCPT = b"RCPT TO:<b@example.org>\r\n"
