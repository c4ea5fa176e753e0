"""signing: the signatures of ours that a message gets when it goes on. Nothing here raises."""

from collections.abc import Sequence

from gatekeeper.authentication.results import written
from gatekeeper.authentication.signer import Signer
from gatekeeper.authentication.signing import Line
from gatekeeper.message import parse
from gatekeeper.message.edit import Edit
from gatekeeper.values import Envelope, Verdict


def signatures(
    signer: Signer, envelope: Envelope, verdict: Verdict, hostname: str, edit: Edit, changed: bool
) -> Sequence[Line]:
    """What belongs on top of `edit`, the message as it goes on with our header lines in it; the top line first."""
    if not signer.signs(envelope, changed):
        return ()  # most mail: it is not parsed again
    found = [finding.result for finding in verdict.findings if finding.result is not None]
    results = written(hostname, verdict.findings) or f"{hostname}; none".encode()  # RFC 8601 §2.2
    return signer.lines(envelope, parse(b"".join(edit.segments)), results, found)
