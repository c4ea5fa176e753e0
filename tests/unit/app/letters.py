"""What users send back, as mail programs make it; and what is read from it, with attachments opened in this process."""

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

from gatekeeper.app.letter import Letter, letter
from gatekeeper.message.openers.open import open_contents
from gatekeeper.values import Contents, Item, Opened
from tests.unit.message.openers.compounds import Tree, compound
from tests.unit.message.openers.tnefs import (
    ATTACHMENT_PROPERTIES,
    MESSAGE_PROPERTIES,
    OBJECT,
    RENDDATA,
    UNICODE,
    attribute,
    prop,
    properties,
    tnef,
    wide,
)

_TRANSPORT_HEADER, _BODY, _BODY_HTML, _ATTACH_DATA, _NAME = 0x007D, 0x1000, 0x1013, 0x3701, 0x3001
_IID_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def opened_letter(raw: bytes, open_: Callable[[Contents], Item] = lambda q: open_contents(q.data, q.names)) -> Letter:
    """`raw` as a letter."""
    steps = letter(raw)
    try:
        steps.send({question: Opened(open_(question)) for question in next(steps)})
    except StopIteration as end:
        found: Letter = end.value
        return found
    raise AssertionError("it asks twice")


def embedded(header: str, body: str = "", html: bytes = b"") -> bytes:
    """An attached message as Exchange puts it into a winmail.dat."""
    said = [prop(_TRANSPORT_HEADER, UNICODE, wide(header))] if header else []
    said += [prop(_BODY, UNICODE, wide(body))] if body else []
    said += [prop(_BODY_HTML, 0x102, html)] if html else []
    inner = tnef(attribute(MESSAGE_PROPERTIES, properties(*said)))
    about = (prop(_NAME, UNICODE, wide("cheap pills")), prop(_ATTACH_DATA, OBJECT, _IID_MESSAGE + inner))
    return attribute(RENDDATA, bytes(14)) + attribute(ATTACHMENT_PROPERTIES, properties(*about))


def winmail(*attached: bytes, writer: str = "kim@example.org") -> bytes:
    """A letter from Outlook with its winmail.dat."""
    outer = EmailMessage(policy=SMTP)
    outer["From"], outer["Subject"] = writer, "please look"
    outer.set_content("this is spam")
    own = attribute(MESSAGE_PROPERTIES, properties(prop(_BODY, UNICODE, wide("this is spam"))))
    outer.add_attachment(tnef(own, *attached), "application", "ms-tnef", filename="winmail.dat")
    return outer.as_bytes()


def as_msg_file(header: str, body: str) -> bytes:
    """A letter with a .msg file, as Outlook saves messages."""
    tree: Tree = {
        "__properties_version1.0": bytes(32),
        "__substg1.0_007D001F": header.encode("utf-16-le"),
        "__substg1.0_1000001F": body.encode("utf-16-le"),
    }
    outer = EmailMessage(policy=SMTP)
    outer.set_content("this is spam")
    outer.add_attachment(compound(tree), "application", "vnd.ms-outlook", filename="cheap pills.msg")
    return outer.as_bytes()
