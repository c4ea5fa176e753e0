"""milter: the front that hooks into sendmail and Postfix, by libmilter through pymilter.

    CONNECT HELO MAIL   taken down; connect, helo and sender stages run       the MTA does not wait for an answer
    RCPT                the recipient stage: each recipient gets its answer
    header, body        collected                                             the MTA does not wait for an answer
    end of message      header and content stages; the answer, and the edits

Whatever goes wrong on our side defers the mail (451), never passes and never refuses it. pymilter turns some strings
into text before it calls us, and drops the event with a printed exception if they are not UTF-8; `_Lost` hears of that.
"""

import functools
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import milter

from gatekeeper.fronts.milter_confirm import Confirmations
from gatekeeper.fronts.milter_listener import Listener
from gatekeeper.fronts.milter_session import Session
from gatekeeper.fronts.service import Service
from gatekeeper.pipeline.headers import printable
from gatekeeper.values import Reply

ACTIONS: int = milter.ADDHDRS | milter.CHGHDRS | milter.CHGBODY | milter.ADDRCPT | milter.DELRCPT
PROTOCOL: int = (
    milter.P_HDR_LEADSPC
    | milter.P_NODATA
    | milter.P_NOUNKNOWN
    | milter.P_NOEOH
    | milter.P_NR_CONN
    | milter.P_NR_HELO
    | milter.P_NR_MAIL
    | milter.P_NR_HDR
    | milter.P_NR_BODY
)
_SETTLING = 0.1  # seconds between two looks at whether all connections are gone

_log = logging.getLogger(__name__)
_current = threading.local()  # libmilter has one Python thread state for each connection, so this is by connection
Step = Callable[..., int]


def serve(service: Service, listening: socket.socket, ready: Callable[[], None], wait: Callable[[], object]) -> None:
    """Serve the MTA on `listening` until `wait` returns; then until all its connections are gone, or patience is.

    For the main thread of a process that serves nothing else.
    """
    confirmations = Confirmations(service.quarantine, service.journal)
    _register(service, confirmations)
    listener = Listener(listening)
    listening.close()
    threading.Thread(target=_run, name="libmilter", daemon=True).start()
    ready()
    wait()
    listener.leave()
    _outlast(listener, service.config.gateway.drain)
    confirmations.close()


def _run() -> None:
    """The loop of libmilter ends only if it cannot go on: then neither can this worker."""
    try:
        milter.main()
    except milter.error:
        _log.exception("libmilter gave up")
    finally:
        os._exit(1)


def _outlast(listener: Listener, patience: float) -> None:
    """Until no connection is left. Twice none, because one may be between the kernel's queue and its descriptor."""
    end = time.monotonic() + patience
    seen = 1
    while time.monotonic() < end:
        before, seen = seen, listener.connections()
        if not before and not seen:
            return
        time.sleep(_SETTLING)
    _log.warning("%d connections of the MTA are ended, because they lasted longer than gateway.drain", seen)


def _register(service: Service, confirmations: Confirmations) -> None:
    steps = _Steps(service, confirmations)
    milter.set_connect_callback(steps.connect)
    milter.set_helo_callback(steps.helo)
    milter.set_envfrom_callback(steps.mail)
    milter.set_envrcpt_callback(steps.rcpt)
    milter.set_header_callback(steps.header)
    milter.set_body_callback(steps.body)
    milter.set_eom_callback(steps.eom)
    milter.set_abort_callback(steps.abort)
    milter.set_close_callback(steps.close)
    milter.set_exception_policy(milter.CONTINUE)  # an event that is lost must not confuse libmilter's states
    milter.settimeout(int(service.config.milter.timeout))
    milter.register("gatekeeper", negotiate=steps.negotiate)
    sys.excepthook = _lost


def _lost(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What pymilter could not call us with: the event is lost, but for a HELO, whose bytes the exception has."""
    session: Session | None = getattr(_current, "session", None)
    if session is None:
        sys.__excepthook__(kind, error, trace)
    elif isinstance(error, UnicodeDecodeError) and session.peer is not None and session.transaction is None:
        session.helo = error.object.decode("utf-8", "surrogateescape")
    else:
        _log.warning("an event from the MTA was lost: %s", error)
        session.fail()


def _guarded(answer: int) -> Callable[[Step], Step]:
    """A callback that must not raise: `answer` says what libmilter is told when it would have."""

    def wrap(step: Step) -> Step:
        @functools.wraps(step)
        def run(steps: "_Steps", ctx: Any, *arguments: Any) -> int:
            try:
                return step(steps, ctx, *arguments)
            except Exception:
                _log.exception("%s failed", step.__name__)
                session = ctx.getpriv()
                if session is not None:
                    session.fail()
                return answer

        return run

    return wrap


class _Steps:
    """libmilter's callbacks; `ctx` is its connection, which keeps our session."""

    def __init__(self, service: Service, confirmations: Confirmations) -> None:
        self._service = service
        self._confirmations = confirmations
        self._sessions = service.metrics.sessions.labels("milter")

    def negotiate(self, ctx: Any, offer: list[int]) -> int:
        """Ask only for what we use, of what the MTA offers."""
        offer[0] &= ACTIONS
        offer[1] &= PROTOCOL
        offer[2] = offer[3] = 0
        self._open(ctx, bool(offer[1] & milter.P_HDR_LEADSPC))
        return int(milter.CONTINUE)

    @_guarded(milter.NOREPLY)
    def connect(self, ctx: Any, name: str, family: int, address: Any) -> int:
        session = ctx.getpriv() or self._open(ctx)
        known = family in (socket.AF_INET, socket.AF_INET6) and address
        session.connect(ctx, name, address[0] if known else "", address[1] if known else 0)
        return int(milter.NOREPLY)

    @_guarded(milter.NOREPLY)
    def helo(self, ctx: Any, name: str) -> int:
        ctx.getpriv().helo = name
        return int(milter.NOREPLY)

    @_guarded(milter.NOREPLY)
    def mail(self, ctx: Any, *arguments: bytes) -> int:
        ctx.getpriv().mail(ctx, arguments)
        return int(milter.NOREPLY)

    @_guarded(milter.TEMPFAIL)
    def rcpt(self, ctx: Any, path: bytes, *_: bytes) -> int:
        reply = ctx.getpriv().rcpt(path)
        return int(milter.CONTINUE) if reply is None else _say(ctx, reply)

    @_guarded(milter.NOREPLY)
    def header(self, ctx: Any, name: str, value: bytes) -> int:
        ctx.getpriv().transaction.content.add_field(name.encode(), value)
        return int(milter.NOREPLY)

    @_guarded(milter.NOREPLY)
    def body(self, ctx: Any, chunk: bytes) -> int:
        ctx.getpriv().transaction.content.add_body(chunk)
        return int(milter.NOREPLY)

    @_guarded(milter.TEMPFAIL)
    def eom(self, ctx: Any) -> int:
        ending = ctx.getpriv().end(ctx)
        if ending.reply is not None:
            return _say(ctx, ending.reply)
        return int(milter.DISCARD if ending.discard else milter.CONTINUE)

    @_guarded(milter.CONTINUE)
    def abort(self, ctx: Any) -> int:
        ctx.getpriv().aborted()
        return int(milter.CONTINUE)

    @_guarded(milter.CONTINUE)
    def close(self, ctx: Any) -> int:
        session = ctx.getpriv()
        if session is not None:
            self._sessions.dec()
            ctx.setpriv(None)
            session.ended_well()
        return int(milter.CONTINUE)

    def _open(self, ctx: Any, leading_space: bool = True) -> Session:
        """A session for a connection; again after QUIT_NC, when libmilter has forgotten what it negotiated."""
        session = Session(self._service, self._confirmations, leading_space)
        ctx.setpriv(session)
        _current.session = session
        self._sessions.inc()
        return session


def _say(ctx: Any, reply: Reply) -> int:
    """Give the MTA a reply of our own; if libmilter does not take it, the MTA's own words must do."""
    lines = [printable(line, 400).replace("%", "%%") for line in reply.lines]
    try:
        ctx.setreply(str(reply.code), reply.status or None, *lines)
    except milter.error:
        _log.warning("libmilter does not take the reply %s", reply)
    return int(milter.REJECT if reply.permanent else milter.TEMPFAIL)
