"""marking: a message with our header lines on top, for whoever hands it to us and takes it back: spamc, procmail.

Its line ends are kept, whichever they are; forged lines of ours are taken out; no other octet changes. It cannot fail.
"""

from dataclasses import replace

from gatekeeper.message.edit import Edit, edited
from gatekeeper.pipeline.headers import OWN_NAMES, forged, verdict_fields
from gatekeeper.values import Envelope, Verdict


def marked(raw: bytes, verdict: Verdict, envelope: Envelope, hostname: str) -> Edit:
    """The message as it goes back."""
    fields = verdict_fields(verdict, envelope, hostname)
    insert = b"".join(b"%b: %b\r\n" % field for field in fields)
    if b"\r\n" in raw or b"\n" not in raw:
        return edited(raw, OWN_NAMES, insert, forged=forged(hostname))
    edit = edited(raw, OWN_NAMES, insert.replace(b"\r\n", b"\n"), forged=forged(hostname))
    blank = memoryview(b"\n")  # where one is put between header and body
    return replace(edit, segments=[blank if bytes(segment[:3]) == b"\r\n" else segment for segment in edit.segments])
