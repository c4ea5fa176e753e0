"""scand_session: the answer to one request of spamc: what is asked about the message, judged, recorded.

The message stays the client's: nothing is refused, held or changed here but the header lines that PROCESS and HEADERS
ask for. Where a verdict is to defer, the answer is 75, so that nobody takes what could not be judged for judged. Fails
with `SpamdError`, which is the reply; whatever else goes wrong is logged and raised as one.
"""

import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from gatekeeper.fronts.driving import drive
from gatekeeper.fronts.marking import marked
from gatekeeper.fronts.pipe import network
from gatekeeper.fronts.report import report
from gatekeeper.fronts.service import Service
from gatekeeper.message import parse
from gatekeeper.message.edit import Edit, body_start
from gatekeeper.pipeline import analysis
from gatekeeper.pipeline.contract import Steps
from gatekeeper.pipeline.examination import Examination
from gatekeeper.pipeline.headers import forged_ones, told
from gatekeeper.protocols import spamd
from gatekeeper.protocols.spamd import Code, Request, SpamdError
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Action, Client, Envelope, Fate, Label, Outcome, Record, Verdict, new_id

_LARGE = 100_000  # octets; what is larger is judged in a thread
_NOBODY = "nobody"

_log = logging.getLogger(__name__)

Teach = Callable[[bytes, Label | None, str], bool]
"""The message, what it is (None: forget it), and who says so; whether anything was changed. Raises `StoreError`."""

Teaching = Callable[[bytes, Label | None, str], Awaitable[bool]]
"""The same, on the event loop."""


async def answer(service: Service, teach: Teaching | None, request: Request, raw: bytes, peer: Client) -> bytes:
    """The whole reply to `request` about the message `raw`."""
    try:
        if request.command == "PING":
            return spamd.PONG
        if request.command == "SKIP":
            return b""
        if request.command == "TELL":
            return await _tell(teach, request, raw)
        return await _judged(service, request, raw, peer)
    except SpamdError:
        raise
    except StoreError as error:
        _log.error("%s", error)
        raise SpamdError(Code.TEMPFAIL, "it cannot be learnt now") from None
    except Exception:
        _log.exception("a request %s of %s failed", request.command, request.user)
        raise SpamdError(Code.SOFTWARE, "the log has more") from None


async def _tell(teach: Teaching | None, request: Request, raw: bytes) -> bytes:
    """Learn or forget. What is said to go to others (`remote`) does not."""
    learn, forget = "local" in request.set, "local" in request.remove
    if teach is None:
        raise SpamdError(Code.UNAVAILABLE, "TELL is not allowed here, set scand.allow_tell")
    if learn and forget:
        raise SpamdError(Code.PROTOCOL, "Unable to set local and remove local in the same operation.")
    if learn and request.label is None:
        raise SpamdError(Code.PROTOCOL, "(Set without a Message-class)")
    if not (learn or forget):
        return spamd.told(False, False)
    done = await teach(raw, request.label if learn else None, request.user or _NOBODY)
    return spamd.told(done and learn, done and forget)


async def _judged(service: Service, request: Request, raw: bytes, peer: Client) -> bytes:
    started = time.monotonic()
    envelope = Envelope(new_id(), "scand", peer, None, protocol="SPAMC")
    examination = Examination(service.inspection, envelope)
    recipient = request.user or _NOBODY
    patience, large = service.config.scand.scan_timeout, len(raw) > _LARGE
    verdict = await drive(service.gather, _steps(examination, recipient, raw), patience, large)
    edit = marked(raw, verdict, examination.envelope, service.hostname)
    record = Record(
        examination.envelope,
        {recipient: verdict},
        {recipient: Outcome(Fate.REFUSED if verdict.action is Action.DEFER else Fate.HANDED_OVER)},
        tuple(examination.tape.items()),
        len(raw),
        hashlib.sha256(raw).hexdigest(),
        service.digest,
        tuple(told(forged_ones(edit, service.hostname))) if request.command in ("PROCESS", "HEADERS") else (),
        time.monotonic() - started,
    )
    report(service, record)
    if verdict.action is Action.DEFER:
        raise SpamdError(Code.TEMPFAIL, f"it could not be judged [{verdict.reason}] ({envelope.id})")
    body = _body(request, verdict, edit, service)
    points, required = analysis.points(verdict), f"{verdict.required:.1f}"
    return spamd.answer(request, verdict.spam, points, required, len(body)) + body


def _steps(examination: Examination, recipient: str, raw: bytes) -> Steps[Verdict]:
    """All stages; nobody is in between who could refuse."""
    yield from examination.begin()
    yield from examination.recipient(recipient)
    examination.accept(recipient)
    message = parse(network(raw), examination.inspection.limits)
    verdicts = yield from examination.parsed(message, changing=False)
    return replace(verdicts[recipient], changes=())


def _body(request: Request, verdict: Verdict, edit: Edit, service: Service) -> bytes:
    """What stands behind the header of the reply."""
    match request.command:
        case "PROCESS":
            return b"".join(edit.segments)
        case "HEADERS":
            whole = b"".join(edit.segments)
            return whole[: body_start(whole)]
        case "SYMBOLS":
            end = "\r\n" if request.version < (1, 3) else ""
            return f"{analysis.symbols(verdict.findings)}{end}".encode()
        case "REPORT" | "REPORT_IFSPAM" if request.command == "REPORT" or verdict.spam:
            return analysis.report(verdict, service.hostname, service.inspection.described).encode("utf-8", "replace")
    return b""
