"""build: from a configuration to a worker's service. The one place that knows everything.

Called in the worker, after the fork: databases, loops and threads belong to one process. Fails with `ConfigError` for
what the operator wrote, and with `StoreError` for state that cannot be opened.
"""

import os
import socket
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from gatekeeper.app import directory, hashes, lists, patterns, scanning, sharing, state
from gatekeeper.app.inspection import inspection, load_config
from gatekeeper.app.opening import opener
from gatekeeper.app.remembering import Remembering
from gatekeeper.app.signing import read_signer
from gatekeeper.app.tables import read_tables
from gatekeeper.app.teaching_mailboxes import teaching_mailboxes
from gatekeeper.authentication.signer import Signer
from gatekeeper.classifier.model import Model
from gatekeeper.config.addresses import host_port
from gatekeeper.config.load import ConfigError, Loaded, find_config
from gatekeeper.config.schema import Config
from gatekeeper.fronts.service import Service
from gatekeeper.lookups.directory import Directory, Ldap
from gatekeeper.lookups.dns import Resolver
from gatekeeper.lookups.gather import Answerer, Gather
from gatekeeper.lookups.history import QUESTIONS, Recollection
from gatekeeper.lookups.opener import Opener
from gatekeeper.lookups.program import Launcher
from gatekeeper.lookups.words import Judge
from gatekeeper.observe.metrics import Metrics
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.relay.hops import Hops
from gatekeeper.relay.route import Denied, Routes
from gatekeeper.stores import model_file
from gatekeeper.tables import Networks, Tables
from gatekeeper.values import Answer, Contents, Dns, Failed, Program, Recipient, Words


@dataclass(frozen=True, slots=True)
class Setup:
    """A configuration that was read and checked, with the operators' tables and keys. The same for all workers."""

    loaded: Loaded
    tables: Tables
    signer: Signer = field(default_factory=Signer)

    @property
    def config(self) -> Config:
        """The settings."""
        return self.loaded.config

    @property
    def hostname(self) -> str:
        """Our name; the system's if none is set."""
        return self.config.gateway.hostname or socket.getfqdn()

    @property
    def workers(self) -> int:
        """Processes for each front."""
        return self.config.gateway.workers or os.cpu_count() or 1


def read(path: Path | None, learnt: Path | None = None) -> Setup:
    """Read configuration, tables and keys; `ConfigError` names every mistake in them. `learnt` is a state directory
    that takes the place of the configuration's.
    """
    loaded = load_config(find_config(path))
    tables, problems = read_tables(loaded.config)
    signer, wrong = read_signer(loaded.config)
    mistakes = tuple(problem for problem in (*problems, *wrong) if problem.severity == "error")
    if mistakes:
        raise ConfigError(mistakes)
    if learnt is not None:
        gateway = msgspec.structs.replace(loaded.config.gateway, state=str(learnt))
        loaded = replace(loaded, config=msgspec.structs.replace(loaded.config, gateway=gateway))
    return Setup(loaded, tables, signer)


def judging(setup: Setup) -> tuple[Inspection, Gather]:
    """What it takes to judge a message without moving it: `gatekeeper scan`. It verifies no recipients."""
    judge = judge_of(setup.config)
    judge.look()
    patterns.load(setup.tables.pattern_sets(), patterns.cache(setup.config))
    names = resolver(setup.config)
    asked = lists.lists(setup.loaded, names, lists.seen(setup.config))
    answerers: dict[type, Answerer] = {Dns: asked, Recipient: Directory({}, {}), Words: judge}
    answerers |= hashes.answerers(setup.loaded, setup.tables, names.look_up)
    answerers |= scanning.answerers(setup.config, setup.tables)
    history = state.history(setup.config, create=False)
    answerers |= dict.fromkeys(QUESTIONS, Recollection(history if _may_exist(history.path) else None, counting=False))
    return inspection(setup.loaded, setup.tables), _gather(setup.config, answerers, opener(setup.config))


def opening(path: Path | None) -> Gather:
    """What it takes to look inside attachments: `gatekeeper parts`."""
    return opening_by(read(path).config)


def opening_by(config: Config) -> Gather:
    """The same, where the configuration has been read."""
    return _gather(config, {}, opener(config))


def service(setup: Setup, listeners: Collection[tuple[str, int]] = (), moving: bool = True) -> Service:
    """A worker's service. `listeners` are the gateway's own SMTP sockets, so that no mail goes round in circles. One
    that is not `moving` mail verifies no recipients, counts nothing and remembers nobody.
    """
    config, names = setup.config, resolver(setup.config)
    hops = Hops(
        config.relay,
        setup.hostname,
        setup.tables.mailertable.hops,
        names.look_up,
        connections=max(1, config.relay.connections // setup.workers),
        listeners=listeners,
    )
    routes = Routes(setup.tables.mailertable, config.relay.domains, listeners, setup.tables.virtusertable)
    opening = opener(config)
    opening.cells.start()
    judge = judge_of(config)
    judge.start()
    patterns.Watch(config, setup.tables).start()
    metrics = Metrics()
    asked = lists.lists(setup.loaded, names, lists.shared(config), metrics.list_health)
    owners = state.owners(config) if directory.is_asked(config) else None
    ldap = directory.mailboxes(config, owners) if owners else None
    mailboxes = _directory(setup, routes, hops, ldap) if moving else Directory({}, {})
    answerers: dict[type, Answerer] = {Dns: asked, Recipient: mailboxes, Words: judge}
    answerers |= hashes.answerers(setup.loaded, setup.tables, names.look_up)
    answerers |= scanning.answerers(config, setup.tables, start=True)
    history = state.history(config, metrics.history_lost.inc)
    answerers |= dict.fromkeys(QUESTIONS, Recollection(history, counting=moving))
    return Service(
        config=config,
        digest=setup.loaded.digest,
        hostname=setup.hostname,
        inspection=inspection(setup.loaded, setup.tables),
        tables=setup.tables,
        trusted=Networks.parse(config.gateway.trusted_networks),
        own=Networks.parse(config.gateway.own_networks),
        signer=setup.signer,
        gather=_gather(config, answerers, opening),
        quarantine=state.quarantine(config),
        journal=state.journal(config, metrics.journal_lost.inc),
        metrics=metrics,
        routes=routes,
        hops=hops,
        passed=state.passed(config, metrics.passed_lost.inc) if moving else None,
        history=history,
        remember=Remembering(history, own_domains(config, routes)) if moving else None,
        owners=owners,
        teaching=teaching_mailboxes(config) if moving else None,
    )


def resolver(config: Config) -> Resolver:
    """The name servers that are configured, or the system's."""
    servers = [host_port(server) for server in config.dns.servers]
    return Resolver(servers, config.dns.timeout, config.dns.cache, config.dns.cache_size)


def _gather(config: Config, answerers: Mapping[type, Answerer], opening: Opener) -> Gather:
    every = {**answerers, Contents: opening, Program: Launcher()}
    longer = {kind: one.patience for kind, one in every.items() if hasattr(one, "patience")}
    return Gather(every, config.dns.timeout, longer)


def own_domains(config: Config, routes: Routes) -> Callable[[str], bool]:
    """Whether a domain, in lower case, is one of ours: as `history.domains` has it, else by all that names some."""
    listed = frozenset(domain.lower() for domain in config.history.domains)
    if listed:
        return listed.__contains__
    described = frozenset(domain.lower() for domain in config.domains)
    return lambda domain: bool(domain) and (domain in described or routes.is_own(domain))


def _may_exist(path: Path) -> bool:
    """One that cannot be reached is worth reading, to be told why."""
    try:
        return path.exists()
    except OSError:
        return True


def judge_of(config: Config) -> Judge:
    """What the model that is served takes a message for; none is read before it looks."""
    learnt = state.classifier(config)

    def read() -> Model | None:
        found = sharing.served(learnt)
        return found[0] if found else None

    return Judge(learnt / model_file.CARD, read, config.classifier.fold)


def _directory(setup: Setup, routes: Routes, hops: Hops, ldap: Ldap | None) -> Directory:
    async def callout(address: str) -> Answer:
        route = routes.route(address, may_relay=True)
        if isinstance(route, Denied):
            return Failed(f"no next hop to ask: {route.reason}")
        if not route.hop.smtp:
            return Failed("what goes there is thrown away")
        return await hops.callout(route.address, route.hop)

    verify = {name.lower(): domain.verify for name, domain in setup.config.domains.items()}
    patience = max(setup.config.dns.timeout, setup.config.directory.timeout)
    return Directory(verify, setup.tables.recipients, callout, ldap, directory.delimiters(setup.config), patience)
