"""workers: from the configuration to what the supervisor runs: which workers, how many of each, on which sockets.

Everything heavy is imported here, before the fork, so that workers share it; everything that belongs to one process
(loops, threads, databases) is made in the worker. Fails with `UnusableError`, which names every mistake.
"""

import importlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from socket import socket

from gatekeeper.app import build, certificates, directory, telling
from gatekeeper.app.build import Setup
from gatekeeper.app.digest_clock import DigestClock
from gatekeeper.app.keeper import keep
from gatekeeper.app.patterns import Compiling
from gatekeeper.app.plan import Plan, UnusableError
from gatekeeper.app.process import Control, Role
from gatekeeper.app.sockets import milter_endpoint, spamd_endpoint, tcp_endpoint
from gatekeeper.config.addresses import host_port
from gatekeeper.config.load import ConfigError
from gatekeeper.fronts.service import Service
from gatekeeper.observe import log, metrics

_log = logging.getLogger(__name__)


def load(path: Path | None) -> Plan:
    """Read the configuration anew, and have the log follow it."""
    try:
        setup = build.read(path)
    except ConfigError as error:
        raise UnusableError([str(problem) for problem in error.problems]) from None
    found = list(directory.mistakes(setup.config))
    if wrong := [str(problem) for problem in found if problem.severity == "error"]:
        raise UnusableError(wrong)
    log.configure(setup.config.log.level, setup.config.log.format)
    for warning in (*setup.loaded.warnings, *found):
        _log.warning("%s", warning)
    return plan(setup)


def plan(setup: Setup) -> Plan:
    """What the supervisor is to do for this configuration."""
    gateway = setup.config.gateway
    certificates.require(setup.config)
    roles = tuple(role for role in (_smtp(setup), _milter(setup), _scand(setup), _web(setup)) if role)
    if not roles:
        raise UnusableError(["nothing to serve: set smtp.listen, milter.socket, scand.listen or web.listen"])
    own = (Path(gateway.state), Path(gateway.state) / "metrics")
    if setup.config.metrics.listen and metrics.DIRECTORY not in os.environ:  # once: all generations write there
        metrics.prepare(own[1])
    return Plan((*roles, _keeper(setup)), gateway.drain, gateway.user, own, setup.tables.files)


def forget(pid: int) -> None:
    """A worker has ended: what it counted stays, its open sessions do not."""
    place = os.environ.get(metrics.DIRECTORY)
    for gauge in Path(place).glob(f"gauge_live*_{pid}.db") if place else ():
        gauge.unlink(missing_ok=True)


def _smtp(setup: Setup) -> Role | None:
    listen = tuple(tcp_endpoint(text, setup.workers) for text in setup.config.smtp.listen)
    if not listen:
        return None
    smtp = importlib.import_module("gatekeeper.fronts.smtp")

    def run(sockets: Sequence[socket], up: Control) -> None:
        service = build.service(setup, [listening.getsockname()[:2] for listening in sockets])
        smtp.serve(service, sockets, up.ready, up)
        _close(service)

    return Role("smtp", run, setup.workers, listen)


def _milter(setup: Setup) -> Role | None:
    settings = setup.config.milter
    if not settings.socket:
        return None
    try:
        milter = importlib.import_module("gatekeeper.fronts.milter")
    except ModuleNotFoundError:
        raise UnusableError(["milter.socket is set, but pymilter is missing: install gatekeeper[milter]"]) from None

    def run(sockets: Sequence[socket], up: Control) -> None:
        service = build.service(setup, [host_port(text) for text in setup.config.smtp.listen])
        milter.serve(service, sockets[0], up.ready, up.wait)
        _close(service)

    return Role("milter", run, setup.workers, (milter_endpoint(settings.socket, settings.owner, settings.mode),))


def _scand(setup: Setup) -> Role | None:
    settings, workers = setup.config.scand, setup.workers
    listen = tuple(spamd_endpoint(text, workers, settings.owner, settings.mode) for text in settings.listen)
    if not listen:
        return None
    scand = importlib.import_module("gatekeeper.fronts.scand")
    teach = telling.teacher(setup.config) if settings.allow_tell else None

    def run(sockets: Sequence[socket], up: Control) -> None:
        service = build.service(setup, moving=False)
        scand.serve(service, teach, sockets, up.ready, up)
        _close(service)

    return Role("scand", run, workers, listen)


def _web(setup: Setup) -> Role | None:
    listen = tuple(tcp_endpoint(text) for text in setup.config.web.listen)
    if not listen:
        return None
    try:
        serving = importlib.import_module("gatekeeper.web.serve")
        site = importlib.import_module("gatekeeper.web.site")
    except ModuleNotFoundError as error:
        message = f"web.listen is set, but {error.name} is missing: install gatekeeper[web]"
        raise UnusableError([message]) from None
    reviewing = importlib.import_module("gatekeeper.app.reviewing_site")
    context = serving.tls(setup.config.web)

    def run(sockets: Sequence[socket], up: Control) -> None:
        services = reviewing.services(setup)
        serving.serve(site.site(services), setup.config, context, sockets, up)
        reviewing.close(services)

    return Role("web", run, 1, listen)


def _keeper(setup: Setup) -> Role:
    listen = (tcp_endpoint(setup.config.metrics.listen),) if setup.config.metrics.listen else ()

    def run(sockets: Sequence[socket], up: Control) -> None:
        compiling, digests = Compiling(setup.config, setup.tables), DigestClock(setup)
        digests.start()
        keep(setup.config, sockets, up)
        digests.close()
        compiling.close()

    return Role("keeper", run, 1, listen)


def _close(service: Service) -> None:
    """Write down what waits to be."""
    service.journal.close()
    if service.passed is not None:
        service.passed.close()
    if service.history is not None:
        service.history.close()
    if service.owners is not None:
        service.owners.close()
    service.quarantine.close()
