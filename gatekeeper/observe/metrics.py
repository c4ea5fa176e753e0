"""metrics: what Prometheus reads.

Workers are processes, so each writes its own memory-mapped files in one directory (prometheus-client's multiprocess
mode) and the supervisor serves the sum. Reasons come from a fixed set of slugs, never from mail, so the number of time
series is bounded.
"""

import os
import socket
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"


def prepare(directory: Path) -> None:
    """Choose where the workers' files live and forget those of an earlier run. Before `Metrics` is first made."""
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob("*.db"):
        old.unlink(missing_ok=True)
    os.environ[DIRECTORY] = str(directory)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram  # reads DIRECTORY when imported

        registry = CollectorRegistry()
        self.messages = Counter(
            "gatekeeper_messages", "Messages judged", ("front", "action", "reason"), registry=registry
        )
        self.recipients = Counter("gatekeeper_recipients", "Recipients by fate", ("fate",), registry=registry)
        self.seconds = Histogram(
            "gatekeeper_message_seconds",
            "From the end of the content to our reply",
            ("front",),
            registry=registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 100),
        )
        self.refused = Counter(
            "gatekeeper_refusals", "Recipients and commands refused before content", ("reason",), registry=registry
        )
        self.sessions = Gauge(
            "gatekeeper_sessions", "Open sessions", ("front",), registry=registry, multiprocess_mode="livesum"
        )
        self.journal_lost = Counter("gatekeeper_journal_lost", "Records that could not be written", registry=registry)
        self.passed_lost = Counter(
            "gatekeeper_passed_lost", "Messages whose features could not be kept", registry=registry
        )
        self.history_lost = Counter(
            "gatekeeper_history_lost", "What could not be remembered of senders", registry=registry
        )
        self.list_suspended = Gauge(
            "gatekeeper_list_suspended",
            "1 while a block or allow list is out of order",
            ("zone",),
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._held = Gauge(
            "gatekeeper_quarantine_messages", "Messages held", registry=registry, multiprocess_mode="mostrecent"
        )
        self._held_bytes = Gauge(
            "gatekeeper_quarantine_bytes", "Their bytes", registry=registry, multiprocess_mode="mostrecent"
        )
        self._full = Gauge(
            "gatekeeper_quarantine_full",
            "The share of its room that the quarantine uses",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self.hop_seconds = Histogram(
            "gatekeeper_hop_seconds", "From our dot to the next hop's reply", registry=registry
        )

    def list_health(self, zone: str, suspended: bool) -> None:
        """A block or allow list goes out of order, or comes back."""
        self.list_suspended.labels(zone).set(suspended)

    def quarantine(self, messages: int, size: int, share: float) -> None:
        """How much room it takes."""
        self._held.set(messages)
        self._held_bytes.set(size)
        self._full.set(share)


def serve(listening: socket.socket) -> WSGIServer:
    """Answer `GET /metrics` on a bound socket, in a thread, with the sum over all workers."""
    from prometheus_client import CollectorRegistry, make_wsgi_app
    from prometheus_client.multiprocess import MultiProcessCollector

    class Collector(MultiProcessCollector):
        def collect(self):  # type: ignore[no-untyped-def]
            """Without files that a worker has just made and written nothing to, which would fail the whole answer."""
            files = [str(file) for file in Path(self._path).glob("*.db") if _size(file)]
            return self.merge(files, accumulate=True)  # type: ignore[no-untyped-call]

    registry = CollectorRegistry()
    Collector(registry)  # type: ignore[no-untyped-call]
    host, port = listening.getsockname()[:2]
    server = make_server(host, port, make_wsgi_app(registry), _Server, handler_class=_Quiet)
    server.socket.close()
    server.socket = listening
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # its worker has ended
        return 0


class _Server(WSGIServer):
    """Takes a socket that is bound already."""

    def server_bind(self) -> None:
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def server_activate(self) -> None:
        pass


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Scrapes are not worth a line."""
