"""client: an SMTP client that sends a message exactly as given, and tells what the server said.

A server that hangs up raises `smtplib.SMTPServerDisconnected`, one that is silent `TimeoutError`.
"""

import smtplib
from collections.abc import Iterable

from tests.servers.room import LOOPBACK

_PATIENCE = 60.0


def connect(port: int, source: str = LOOPBACK) -> smtplib.SMTP:
    """A session after EHLO. `source` is the address to come from, anything in 127/8."""
    session = smtplib.SMTP(LOOPBACK, port, "out.test", timeout=_PATIENCE, source_address=(source, 0))
    session.ehlo()
    return session


def submit(
    session: smtplib.SMTP, content: bytes, to: Iterable[str] = ("kim@example.org",), sender: str = "ann@out.test"
) -> str:
    """One transaction. The reply that decided: to the dot, or the refusal of the sender or of every recipient."""
    code, text = session.mail(sender)
    if code == 250:
        replies = [session.rcpt(address) for address in to]
        code, text = next((reply for reply in replies if reply[0] == 250), replies[-1])
    if code == 250:
        code, text = session.data(content)
    else:
        session.rset()
    return f"{code} {text.decode()}"


def send(
    port: int,
    content: bytes,
    to: Iterable[str] = ("kim@example.org",),
    sender: str = "ann@out.test",
    source: str = LOOPBACK,
) -> str:
    """`submit` in a session of its own."""
    with connect(port, source) as session:
        return submit(session, content, to, sender)
